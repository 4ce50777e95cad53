import { styleText } from 'node:util'
import { catalog, type Rule } from '@dbward/rules/catalog'
import type { Engine } from '@dbward/rules/engine'
import { textsFor } from '@dbward/rules/rule'
import { printable } from './files.ts'
import { toJson, UsageError, type World } from './world.ts'

/** Every rule with its severity, what it is about, and for which engines; those of one engine where it is named. */
export function listRules(engine: Engine | undefined, json: boolean, world: World): void {
  const rules = catalog.filter(({ engines }) => engine === undefined || engines.includes(engine))
  if (json) {
    world.out(toJson({ rules: rules.map(described) }))
    return
  }
  const [widest, longest] = [({ id }: Rule) => id.length, (one: Rule) => severityOf(one).length].map((size) =>
    Math.max(...rules.map(size)),
  )
  const rows = rules.map((rule) => {
    const { id, title, engines } = rule
    const severity = severityOf(rule).padEnd(longest ?? 0)
    return `${id.padEnd(widest ?? 0)}  ${severity}  ${title} (${engines.join(', ')})\n`
  })
  world.out(rows.join(''))
}

function severityOf({ severity, fixed }: Rule): string {
  return fixed ? `${severity}, always` : severity
}

/** What is said of a rule for one engine, or for all of its engines where none is named. */
export function explainRule(id: string, engine: Engine | undefined, json: boolean, world: World): void {
  const rule = catalog.find((one) => one.id === id)
  if (rule === undefined) {
    throw new UsageError(
      `--explain: expected a rule, got ${printable(id)}; dbward review --list-rules names them all`,
    )
  }
  if (engine !== undefined && !rule.engines.includes(engine)) {
    throw new UsageError(`--explain: ${id} is a rule for ${rule.engines.join(', ')}, not for ${engine}`)
  }
  const { mysql, ...rest } = rule
  const chosen = engine === undefined || mysql === undefined ? rule : { ...rest, ...textsFor(rule, engine) }
  world.out(json ? toJson(described(chosen)) : explained(chosen, world.colour))
}

function described({ id, severity, fixed, title, engines, why, instead, bad, good, mysql }: Rule) {
  const texts = { why, instead, bad, good }
  return { id, severity, fixed: fixed === true, engines, title, ...texts, mysql: mysql ?? null }
}

function explained(rule: Rule, colour: boolean): string {
  const bold = (text: string) => (colour ? styleText('bold', text, { validateStream: false }) : text)
  const { id, title, engines, mysql } = rule
  const own = mysql === undefined ? [] : [bold('On MySQL and MariaDB'), '', ...texts(mysql, bold)]
  return [
    `${bold(id)}: ${title}`,
    `${severityOf(rule)}; ${engines.join(', ')}`,
    '',
    ...texts(rule, bold),
    ...own,
  ].join('\n')
}

function texts(
  { why, instead, bad, good }: Partial<Pick<Rule, 'why' | 'instead' | 'bad' | 'good'>>,
  bold: (text: string) => string,
): readonly string[] {
  const said = (text: string | undefined, lines: (text: string) => readonly string[]) =>
    text === undefined ? [] : lines(text)
  return [
    ...said(why, (text) => [text]),
    ...said(instead, (text) => [`${bold('Instead:')} ${text}`, '']),
    ...said(bad, (text) => [bold('Reported:'), indented(text)]),
    ...said(good, (text) => [bold('Better:'), indented(text)]),
  ]
}

function indented(sql: string): string {
  return `${sql
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line.length > 200 ? `${line.slice(0, 200)}…` : line}`)
    .join('\n')}\n`
}
