import { type Decision, describeApprover, type EntryEvidence, notCountedWords } from './decision.ts'
import { again } from './entries.ts'
import type { ChangeFacts } from './facts.ts'
import type { Workflow } from './policy.ts'

/** The answer where a step is not met: what is missing, whose approval almost counts, and who can mend it. */
export function waiting(
  evidence: Pick<Decision, 'workflow' | 'steps' | 'counted' | 'notCounted'>,
  workflow: Workflow,
  facts: ChangeFacts,
  unmet: number,
): Decision {
  const step = evidence.steps[unmet]
  const open = (step?.entries ?? []).filter((entry) => !entry.met)
  const joined = open.map((entry) => missing(entry, facts)).join(step?.mode === 'any' ? ' or ' : ' and ')
  const which = workflow.steps.length > 1 ? `Step ${unmet + 1} of ${workflow.steps.length} needs` : 'Needs'
  const stale = open.flatMap((entry) => entry.notCounted).filter(({ reason }) => again.includes(reason))
  const [near] = stale
  const why =
    near === undefined ? '' : `; the review of ${near.login} does not count: ${notCountedWords[near.reason]}`
  const self = workflow.allowSelfApprove ? '' : ` (not ${facts.author.login}, the author)`
  const names = [...new Set(stale.map(({ login }) => login))].slice(0, 3)
  const repeat = names.length === 0 ? '' : ` ${names.join(' or ')} may approve again.`
  const who = [...new Set(open.map((entry) => describeApprover(entry.approver)))].join(' or ')
  return {
    ...evidence,
    verdict: 'wait',
    code: 'WAITING_FOR_APPROVAL',
    sentence: `${which} ${joined}${why}.`,
    next: `${who} approves by a GitHub review${self}.${repeat}`,
  }
}

function missing({ approver, counted }: EntryEvidence, { codeOwners }: ChangeFacts): string {
  // Of code owners there may be enough people, and not of each file.
  const count = Math.max(1, approver.min - counted.length)
  return `${count} ${count === 1 ? 'approval' : 'approvals'} from ${describeApprover(approver)}${approver.kind === 'codeowners' ? owning(codeOwners) : ''}`
}

function owning(owners: ChangeFacts['codeOwners']): string {
  if (owners?.found !== 'yes') return `, and ${owners?.why ?? 'nobody read who they are'}`
  const nobody = owners.groups.find((one) => one.users.length + one.teams.length === 0)?.paths[0]
  if (nobody !== undefined) return `, and nobody who can be asked owns ${nobody}`
  const sets = owners.groups
    .slice(0, 3)
    .map(({ users, teams }) => [...users, ...teams].slice(0, 5).join(' or '))
  return ` (${sets.join('; and of other files ')})`
}
