import { judgePerson, latestByPerson, ownMerge } from './approvals.ts'
import { assign, type Candidate } from './assign.ts'
import { autoApproved, type Seen } from './auto-approve.ts'
import type { Decision, DecisionCode, NotCounted } from './decision.ts'
import { stepEvidence } from './entries.ts'
import type { ChangeFacts } from './facts.ts'
import { floorFor, raised } from './floor.ts'
import { type Policy, policyPath, type Workflow, workflowFor } from './policy.ts'
import { waiting } from './waiting.ts'
import { heed, wishesOf } from './wishes.ts'

export {
  approvalsDigest,
  type CountedApproval,
  type Decision,
  type DecisionCode,
  decisionCodes,
  describeApprover,
  type NotCountedReason,
  type StepEvidence,
} from './decision.ts'
export type Target = { readonly database: string; readonly environment: string }
/**
 * What the SQL review found: how many findings block, how many would if no comment in the SQL allowed them, and the risk
 * of the files alone; or that it could not be made.
 */
export type ReviewVerdict =
  | ({ readonly made: true; readonly blocking: number } & Seen)
  | { readonly made: false; readonly why: string }

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
  const decided = decideUnder(policy, facts, review, target, now)
  return policy.floor === undefined ? decided : { ...decided, floor: policy.floor.sha256 }
}

function decideUnder(
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
  const approved = autoApproved(judgeApprovals(workflow, facts, now), workflow, facts, review, now)
  return heed(approved, wishesOf(policy, facts, target))
}

const empty = { workflow: null, steps: [], counted: [], notCounted: [] } as const

function judgeApprovals(workflow: Workflow, facts: ChangeFacts, now: number): Decision {
  const { line, database, environment } = workflow
  const shared = { workflow: { line, database, environment } }
  const judged = latestByPerson(facts.reviews).map((one) => judgePerson(one, workflow, facts, now))
  const held = judged.find((one) => one.holds)
  const refused = judged.flatMap((one) => one.refused)
  const candidates = [...judged.flatMap((one) => one.candidate), ...ownMerge(workflow, facts)]
  const spare = workflow.allowSelfApprove ? 0 : facts.unknownContributors
  const result = assign(workflow.steps, candidates, workflow.distinctApprovers, ownedBy(facts))
  const hands = new Set([facts.author.id, ...facts.contributors.map((one) => one.id)])
  const others = (all: readonly Candidate[]) =>
    all.filter(({ approval }) => approval.state === 'APPROVED' && !hands.has(approval.user_id))
  const least = workflow.minApprovals ?? 0
  const rest = candidates.filter((one) => !result.used.includes(one))
  // Who is not needed for a step counts towards the floor.
  const extra = others(rest).slice(0, Math.max(0, least - others(result.used).length))
  const counting = [...result.used, ...extra]
  const counted = counting.map((one) => one.approval)
  const idle = rest.filter((one) => !extra.includes(one))
  const left = idle.map(({ approval }): NotCounted => {
    return { login: approval.login, commit: approval.commit_id, reason: 'not-needed' }
  })
  const steps = stepEvidence(result, candidates, refused)
  const nowhere = refused.map(({ login, commit, reason }): NotCounted => ({ login, commit, reason }))
  const evidence = { ...shared, steps, counted, notCounted: [...nowhere, ...left] }
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
  const people = others(counting).length
  if (people < least) {
    const sentence = `The organisation's floor asks for ${least} approvals by people who had no hand in it; ${people} ${people === 1 ? 'counts' : 'count'}.`
    const next = 'More of the approvers of the workflow approve by a GitHub review.'
    return { ...evidence, verdict: 'wait', code: 'WAITING_FOR_APPROVAL', sentence, next }
  }
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

function ownedBy({ codeOwners }: ChangeFacts): readonly (readonly string[])[] {
  return codeOwners?.found === 'yes' ? codeOwners.groups.map((one) => one.paths) : []
}

/** A change of the policy itself answers to every workflow of the old policy: who it would free cannot wave it through. */
function judgePolicyChange(policy: Policy, facts: ChangeFacts, now: number): Decision {
  const judged = policy.workflows.map((one) =>
    judgeApprovals(raised(one, floorFor(policy, null)), facts, now),
  )
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
