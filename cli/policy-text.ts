import { type Decision, describeApprover } from '@dbward/protocol/decide'
import { notCountedWords } from '@dbward/protocol/decision'
import { policyPath } from '@dbward/protocol/policy'
import type { Snapshot } from '@dbward/protocol/snapshot'
import type { Candidates } from './candidates.ts'
import { printable } from './files.ts'

/** `requests` is null where the base branch has no policy. */
export type Explained = {
  readonly snapshot: Snapshot
  readonly simulated: boolean
  readonly requests:
    | readonly { readonly on: string; readonly decision: Decision; readonly could: readonly Candidates[] }[]
    | null
}

/** 0 where all of it may run, 1 where something is refused, 2 where somebody has to act first. */
export function exitCodeOf({ requests }: Explained): number {
  const verdicts = (requests ?? []).map((one) => one.decision.verdict)
  if (verdicts.includes('deny')) return 1
  return verdicts.includes('wait') ? 2 : 0
}

export function explainedText({ snapshot, simulated, requests }: Explained): string {
  const { facts, title, policy } = snapshot
  const base = `${facts.base.ref} at ${facts.base.sha.slice(0, 7)}`
  const by = simulated
    ? 'the policy of the file given'
    : policy.found === 'yes'
      ? `${policyPath} of ${base}`
      : `${base}, which has no ${policyPath}`
  const lines = [`${facts.repo.name}#${facts.pr} ${quoted(title)}, ${facts.state}, by ${by}`]
  if (requests === null) lines.push('  nothing is governed there, and nothing runs from it')
  else if (requests.length === 0) lines.push('  it touches no file that the policy governs')
  for (const { on, decision, could } of requests ?? []) lines.push(...requestLines(on, decision, could))
  return `${lines.map(printable).join('\n')}\n`
}

const words = { allow: 'allowed', wait: 'waiting', deny: 'refused' } as const

function requestLines(on: string, decision: Decision, could: readonly Candidates[]): readonly string[] {
  const { workflow, steps, counted, notCounted } = decision
  return [
    `  ${on}: ${words[decision.verdict]} (${decision.code}): ${decision.sentence}`,
    ...(decision.next === '' ? [] : [`    next: ${decision.next}`]),
    ...(workflow === null ? [] : [`    workflow: line ${workflow.line} of the policy`]),
    ...steps.flatMap(({ mode, met, entries }, i) => [
      `    step ${i + 1} (${mode}): ${met ? 'met' : 'not met'}`,
      ...entries.map(({ approver, counted: by }) => {
        const who = by.length === 0 ? '' : `: ${by.join(', ')}`
        return `      ${by.length} of ${approver.min} from ${describeApprover(approver)}${who}`
      }),
    ]),
    ...could.map(couldLine),
    ...counted.map((one) => `    counts: ${one.login} at ${one.commit_id.slice(0, 7)}`),
    ...notCounted.map(
      (one) => `    does not count: ${one.login}${at(one.commit)}: ${notCountedWords[one.reason]}`,
    ),
  ]
}

function couldLine({ approver, missing, logins }: Candidates): string {
  const who = describeApprover(approver)
  const whose = `    missing: ${missing} from ${who}`
  if (logins === null)
    return approver.kind === 'role' ? whose : `${whose} (your token may not see who is in it)`
  return logins.length === 0 ? `${whose}, and nobody in it could` : `${whose}: ${logins.join(', ')}`
}

function at(commit: string | null): string {
  return commit === null ? '' : ` at ${commit.slice(0, 7)}`
}

function quoted(title: string): string {
  return JSON.stringify(title.length > 100 ? `${title.slice(0, 99)}…` : title)
}
