import { styleText } from 'node:util'
import { catalog, type Rule } from '@dbward/rules/catalog'
import { printable } from './files.ts'
import { toJson, UsageError, type World } from './world.ts'

/** Every rule with its severity, what it is about, and for which engines. */
export function listRules(json: boolean, world: World): void {
  if (json) {
    world.out(toJson({ rules: catalog.map(described) }))
    return
  }
  const widest = Math.max(...catalog.map(({ id }) => id.length))
  const rows = catalog.map(
    ({ id, severity, fixed, title, engines }) =>
      `${id.padEnd(widest)}  ${(fixed ? `${severity}, always` : severity).padEnd(13)}  ${title} (${engines.join(', ')})\n`,
  )
  world.out(rows.join(''))
}

export function explainRule(id: string, json: boolean, world: World): void {
  const rule = catalog.find((one) => one.id === id)
  if (rule === undefined) {
    throw new UsageError(
      `--explain: expected a rule, got ${printable(id)}; dbward review --list-rules names them all`,
    )
  }
  world.out(json ? toJson(described(rule)) : explained(rule, world.colour))
}

function described({ id, severity, fixed, title, engines, why, instead, bad, good }: Rule) {
  return { id, severity, fixed: fixed === true, engines, title, why, instead, bad, good }
}

function explained(
  { id, severity, fixed, title, engines, why, instead, bad, good }: Rule,
  colour: boolean,
): string {
  const bold = (text: string) => (colour ? styleText('bold', text, { validateStream: false }) : text)
  return [
    `${bold(id)}: ${title}`,
    `${severity}${fixed ? ', always' : ''}; ${engines.join(', ')}`,
    '',
    why,
    `${bold('Instead:')} ${instead}`,
    '',
    bold('Reported:'),
    indented(bad),
    bold('Better:'),
    indented(good),
  ].join('\n')
}

function indented(sql: string): string {
  return `${sql
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line.length > 200 ? `${line.slice(0, 200)}…` : line}`)
    .join('\n')}\n`
}
