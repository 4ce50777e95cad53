import { createHash } from 'node:crypto'
import { judgePerson, latestByPerson, ownMerge } from './approvals.ts'
import { assign } from './assign.ts'
import type { ChangeFacts } from './facts.ts'
import { canonical } from './json.ts'
import { type Approver, type Policy, policyPath, type Workflow, workflowFor } from './policy.ts'

export type Target = { readonly database: string; readonly environment: string }
/**
 * What the SQL review found: how many findings block, and how many would if no comment in the SQL allowed them; or that
 * it could not be made.
 */
export type ReviewVerdict =
  | { readonly made: true; readonly blocking: number; readonly allowed: number }
  | { readonly made: false; readonly why: string }

export const decisionCodes = [
  'APPROVED',
  'APPROVED_BY_MERGING',
  'AUTHOR_MAY_MERGE',
  'WAITING_FOR_APPROVAL',
  'CHANGES_REQUESTED',
  'FINDINGS_BLOCK',
  'FILES_REFUSED',
  'POLICY_AND_SQL',
  'NO_WORKFLOW',
  'NOT_REVIEWED',
] as const
export type DecisionCode = (typeof decisionCodes)[number]

export type Decision = {
  readonly verdict: 'allow' | 'wait' | 'deny'
  readonly code: DecisionCode
  /** Why, in one sentence. */
  readonly sentence: string
  /** Who can change that, and how; empty where nothing is to be done. */
  readonly next: string
  readonly workflow: { readonly line: number; readonly database: string; readonly environment: string } | null
  readonly steps: readonly StepEvidence[]
  readonly counted: readonly CountedApproval[]
  readonly notCounted: readonly NotCounted[]
}
export type StepEvidence = {
  readonly mode: 'all' | 'any'
  readonly met: boolean
  readonly entries: readonly {
    readonly approver: Approver
    readonly counted: readonly string[]
    readonly met: boolean
  }[]
}
export type CountedApproval = {
  readonly review_id: number
  readonly user_id: number
  readonly login: string
  readonly commit_id: string
  readonly state: 'APPROVED' | 'MERGED'
}
export const notCountedReasons = [
  'bot',
  'author',
  'committer',
  'co-author',
  'pusher',
  'dismissed',
  'changes-requested',
  'commit-gone',
  'older-bytes',
  'before-base-change',
  'expired',
  'no-reason',
  'no-write-permission',
  'not-an-approver',
  'already-counted',
] as const
export type NotCountedReason = (typeof notCountedReasons)[number]
export type NotCounted = {
  readonly login: string
  readonly commit: string | null
  readonly reason: NotCountedReason
}

/**
 * Whether a change may run on one database and environment. Pure and total: the server and every agent compute it
 * from their own reading of GitHub. Default deny; the evidence says for each person who counted, who did not, and why.
 * `now` is in milliseconds since the epoch and only ages approvals.
 */
export function decide(
  policy: Policy,
  facts: ChangeFacts,
  review: ReviewVerdict,
  target: Target,
  now: number,
): Decision {
  const no = (code: DecisionCode, sentence: string, next: string): Decision => ({
    ...empty,
    verdict: 'deny',
    code,
    sentence,
    next,
  })
  const problem = facts.problems[0]
  if (problem !== undefined) {
    const more = facts.problems.length > 1 ? ` (and ${facts.problems.length - 1} more)` : ''
    return no('FILES_REFUSED', `${problem.path}: ${problem.message}${more}`, 'Push a change that mends it.')
  }
  const changesPolicy = Object.hasOwn(facts.files, policyPath)
  if (changesPolicy && Object.keys(facts.files).length > 1) {
    const next = 'Split it: one pull request for the policy, one for the SQL.'
    return no('POLICY_AND_SQL', 'This pull request changes the policy and SQL at once.', next)
  }
  if (changesPolicy) return judgePolicyChange(policy, facts, now)
  const workflow = workflowFor(policy, target.database, target.environment, 'migrate')
  if (workflow === null) {
    const where = `${target.database} in ${target.environment}`
    return no(
      'NO_WORKFLOW',
      `No workflow of the policy covers ${where}.`,
      'Add one to .dbward.yml on the base branch.',
    )
  }
  if (!review.made)
    return no('NOT_REVIEWED', `The SQL could not be reviewed: ${review.why}`, 'Push a change that mends it.')
  if (review.blocking > 0) {
    const count = review.blocking === 1 ? '1 blocking finding' : `${review.blocking} blocking findings`
    return no('FINDINGS_BLOCK', `${count} in the SQL review.`, 'Mend the SQL and push.')
  }
  // What a comment allows, somebody who approves has to accept.
  if (review.allowed > 0 && workflow.steps.length === 0) {
    const count =
      review.allowed === 1 ? '1 finding that blocks is' : `${review.allowed} findings that block are`
    const sentence = `${count} allowed by comments, and a workflow without steps has nobody who accepts that.`
    return no('FINDINGS_BLOCK', sentence, 'Mend the SQL and push, or give the workflow a step.')
  }
  return judgeApprovals(workflow, facts, now)
}

/** SHA-256 over the canonical JSON of the approvals that counted, sorted by review. */
export function approvalsDigest(counted: readonly CountedApproval[]): string {
  const rows = [...counted]
    .sort((a, b) => a.review_id - b.review_id || a.user_id - b.user_id)
    .map(({ review_id, user_id, commit_id, state }) => ({ review_id, user_id, commit_id, state }))
  return createHash('sha256').update(canonical(rows)).digest('hex')
}

const empty = { workflow: null, steps: [], counted: [], notCounted: [] } as const

function judgeApprovals(workflow: Workflow, facts: ChangeFacts, now: number): Decision {
  const { line, database, environment } = workflow
  const shared = { workflow: { line, database, environment } }
  const judged = latestByPerson(facts.reviews).map((one) => judgePerson(one, workflow, facts, now))
  const held = judged.find((one) => one.holds)
  const notCounted = judged.flatMap((one) => one.refused)
  const candidates = [...judged.flatMap((one) => one.candidate), ...ownMerge(workflow, facts)]
  const spare = workflow.allowSelfApprove ? 0 : facts.unknownContributors
  const result = assign(workflow.steps, candidates, workflow.distinctApprovers)
  const counted = result.used.map((one) => one.approval)
  const idle = candidates.filter((one) => !result.used.includes(one))
  const left = idle.map(({ approval }): NotCounted => {
    return { login: approval.login, commit: approval.commit_id, reason: 'already-counted' }
  })
  const evidence = { ...shared, steps: result.steps, counted, notCounted: [...notCounted, ...left] }
  if (held !== undefined) {
    const sentence = `${held.login} requested changes.`
    const next = `${held.login} approves, or somebody who may dismisses that review.`
    return { ...evidence, verdict: 'wait', code: 'CHANGES_REQUESTED', sentence, next }
  }
  if (workflow.steps.length === 0) {
    const sentence = 'The workflow has no steps: merging approves it.'
    return { ...evidence, verdict: 'allow', code: 'APPROVED_BY_MERGING', sentence, next: '' }
  }
  const unmet = result.steps.findIndex((step) => !step.met)
  if (unmet !== -1) return waiting(evidence, workflow, facts, unmet)
  if (idle.length < spare) {
    const sentence =
      spare === 1
        ? 'Somebody whom GitHub does not name had a hand in the SQL, so one more approval is needed.'
        : `${spare} whom GitHub does not name had a hand in the SQL, so ${spare} more approvals are needed.`
    const next =
      'More of the approvers approve, or the commits are pushed again to a branch here, with known e-mail addresses.'
    return { ...evidence, verdict: 'wait', code: 'WAITING_FOR_APPROVAL', sentence, next }
  }
  const names = counted.map((one) => one.login).join(', ')
  if (facts.state !== 'merged' && counted.some((one) => one.state === 'MERGED')) {
    const sentence = `Approved if ${facts.author.login} merges it.`
    return { ...evidence, verdict: 'allow', code: 'AUTHOR_MAY_MERGE', sentence, next: '' }
  }
  return { ...evidence, verdict: 'allow', code: 'APPROVED', sentence: `Approved by ${names}.`, next: '' }
}

function waiting(
  evidence: Pick<Decision, 'workflow' | 'steps' | 'counted' | 'notCounted'>,
  workflow: Workflow,
  facts: ChangeFacts,
  unmet: number,
): Decision {
  const step = evidence.steps[unmet]
  const open = (step?.entries ?? []).filter((entry) => !entry.met)
  const wanted = open.map((entry) => {
    const missing = entry.approver.min - entry.counted.length
    return `${missing} ${missing === 1 ? 'approval' : 'approvals'} from ${describeApprover(entry.approver)}`
  })
  const joined = wanted.join(step?.mode === 'any' ? ' or ' : ' and ')
  const which = workflow.steps.length > 1 ? `Step ${unmet + 1} of ${workflow.steps.length} needs` : 'Needs'
  const self = workflow.allowSelfApprove ? '' : ` (not ${facts.author.login}, the author)`
  const next = `${open.map((entry) => describeApprover(entry.approver)).join(' or ')} approves by a GitHub review${self}.`
  return { ...evidence, verdict: 'wait', code: 'WAITING_FOR_APPROVAL', sentence: `${which} ${joined}.`, next }
}

export function describeApprover(approver: Approver): string {
  if (approver.kind === 'team') return approver.name
  return approver.kind === 'user' ? approver.name : `somebody with the role ${approver.name}`
}

/** A change of the policy itself answers to every workflow of the old policy: who it would free cannot wave it through. */
function judgePolicyChange(policy: Policy, facts: ChangeFacts, now: number): Decision {
  const judged = policy.workflows.map((workflow) => judgeApprovals(workflow, facts, now))
  const sentence = 'The policy has no workflow, so nobody can approve a change of it.'
  const nobody: Decision = {
    ...empty,
    verdict: 'deny',
    code: 'NO_WORKFLOW',
    sentence,
    next: 'Mend it on GitHub by hand.',
  }
  const most = (a: Decision, b: Decision) => b.counted.length - a.counted.length
  return judged.find((one) => one.verdict !== 'allow') ?? [...judged].sort(most)[0] ?? nobody
}
