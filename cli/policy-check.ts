import { type AutoApprove, workflowFor } from '@dbward/protocol/policy'
import { type PolicyProblem, parsePolicy } from '@dbward/protocol/policy-parse'
import { configurableRules } from '@dbward/rules/configurable'
import { pathLine, printable, readBytes } from './files.ts'
import { type Exit, toJson, type World } from './world.ts'

export type CheckOptions = { readonly json?: true }

export async function checkPolicy(path: string, { json }: CheckOptions, world: World): Exit {
  const parsed = parsePolicy(readBytes(path), configurableRules)
  if (!parsed.ok) {
    world.out(json ? toJson({ ok: false, problems: parsed.problems }) : problemsText(path, parsed.problems))
    return 1
  }
  const { policy } = parsed
  const scopes = policy.databases.flatMap(({ name: database, environments }) =>
    environments.map((environment) => {
      const workflow = workflowFor(policy, database, environment, 'migrate')
      const steps = workflow?.steps.map((step) => ({ mode: step.mode, approvers: step.approvers })) ?? null
      return { database, environment, steps, auto_approve: workflow?.autoApprove ?? null }
    }),
  )
  if (json) world.out(toJson({ ok: true, problems: [], scopes }))
  else world.out(`${pathLine(path)}: valid\n${scopes.map(scopeText).join('')}`)
  return 0
}

type Scope = {
  readonly database: string
  readonly environment: string
  readonly steps:
    | readonly {
        readonly mode: string
        readonly approvers: readonly { kind: string; name: string; min: number }[]
      }[]
    | null
  readonly auto_approve: AutoApprove | null
}

function scopeText({ database, environment, steps, auto_approve: auto }: Scope): string {
  const where = `  ${database}@${environment}: `
  if (steps === null) return `${where}refused, as no workflow matches\n`
  if (steps.length === 0) return `${where}approved by merging\n`
  const approvers = steps.map(({ mode, approvers }) =>
    approvers
      .map(({ kind, name, min }) =>
        kind === 'codeowners' ? `${min} from the code owners of each file` : `${min} from ${kind} ${name}`,
      )
      .join(mode === 'all' ? ' and ' : ' or '),
  )
  return `${where}${auto === null ? '' : unasked(auto)}${approvers.join(', then ')}\n`
}

function unasked(auto: AutoApprove): string {
  return auto === 'always' ? 'nobody, as auto_approve says; else ' : `nobody up to the risk ${auto}, else `
}

function problemsText(path: string, problems: readonly PolicyProblem[]): string {
  const lines = problems.map(
    ({ line, column, message }) => `${pathLine(path)}:${line}:${column}: ${printable(message)}\n`,
  )
  return `${lines.join('')}${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}: a policy with a problem decides nothing\n`
}
