import { type Decision, decide, type ReviewVerdict } from '@dbward/protocol/decide'
import type { ChangeFacts, FileProblem } from '@dbward/protocol/facts'
import { compareMigrations, makePlan, type Plan } from '@dbward/protocol/plan'
import {
  type DatabasePolicy,
  type Policy,
  policyPath,
  reviewFor,
  riskLimitsFor,
} from '@dbward/protocol/policy'
import type { Snapshot } from '@dbward/protocol/snapshot'
import type { FileReview } from '@dbward/rules/review'
import { standing } from '@dbward/rules/standing'
import type { Reviewer } from './review.ts'

/** A change on one database and environment, judged: what would run, what the review says, and whether it may. */
export type Judged = {
  readonly database: DatabasePolicy
  readonly environment: string
  readonly plan: Plan
  readonly reviews: readonly FileReview[]
  readonly review: ReviewVerdict
  readonly decision: Decision
}
export type JudgedChange = {
  readonly requests: readonly Judged[]
  /** For a change of the policy alone, which belongs to no database. */
  readonly policyDecision: Decision | null
  readonly problems: readonly FileProblem[]
}

/**
 * Judges what a pull request brings: the review runs in a worker, the decision is the shared pure function. `editable`
 * says for a path on the base branch whether these may be its bytes from now on (null: whether it may be deleted).
 */
export async function judge(
  snapshot: Snapshot,
  policy: Policy,
  reviewer: Reviewer,
  editable: (path: string, sha256: string | null) => boolean,
  now: number,
): Promise<JudgedChange> {
  const problems = [...snapshot.facts.problems, ...landedFaults(snapshot, editable)]
  const facts: ChangeFacts = { ...snapshot.facts, problems }
  const touched = policy.databases.filter((one) => snapshot.files.some((file) => file.database === one.name))
  const requests: Judged[] = []
  for (const database of touched) {
    for (const environment of database.environments) {
      requests.push(await judgeOne(snapshot, facts, policy, database, environment, reviewer, now))
    }
  }
  return { requests, problems, policyDecision: touched.length === 0 ? judgePolicy(policy, facts, now) : null }
}

async function judgeOne(
  snapshot: Snapshot,
  facts: ChangeFacts,
  policy: Policy,
  database: DatabasePolicy,
  environment: string,
  reviewer: Reviewer,
  now: number,
): Promise<Judged> {
  const files = snapshot.files.flatMap(({ path, bytes, database: owner }) =>
    owner === database.name && bytes !== null ? [{ path, bytes }] : [],
  )
  const options = { engine: database.engine, ...reviewFor(policy, database.name, environment) }
  const result = await reviewer.review(files, options)
  const made = 'failed' in result ? null : result
  const review: ReviewVerdict =
    made === null
      ? { made: false, why: 'failed' in result ? result.failed : 'no answer' }
      : {
          made: true,
          ...standing(made.reviews, riskLimitsFor(policy, database.name, environment), compareMigrations),
        }
  const plan = makePlan(
    (made === null ? [] : files).map(({ path, bytes }, i) => {
      const { stmts, tx } = made?.splits[i] ?? { stmts: [], tx: 'auto' as const }
      return { path, bytes, tx, stmts }
    }),
  )
  const target = { database: database.name, environment }
  const decision = decide(policy, facts, review, target, now)
  return { database, environment, plan, reviews: made?.reviews ?? [], review, decision }
}

function judgePolicy(policy: Policy, facts: ChangeFacts, now: number): Decision | null {
  if (!Object.hasOwn(facts.files, policyPath)) return null
  const [database] = policy.databases
  const target = { database: database?.name ?? '', environment: database?.environments[0] ?? '' }
  return decide(policy, facts, { made: true, blocking: 0, allowed: 0, risk: 'unknown' }, target, now)
}

/** What is on the base branch may have been applied: an edit would never run, and a deletion would hide what did. */
function landedFaults(
  snapshot: Snapshot,
  editable: (path: string, sha256: string | null) => boolean,
): readonly FileProblem[] {
  return snapshot.files.flatMap(({ path, status, sha256 }): FileProblem[] => {
    if (path === policyPath || status === 'added' || editable(path, sha256)) return []
    const verb = status === 'deleted' ? 'deleted' : 'edited'
    const message = `is ${verb}, and it is on the base branch already; add a new migration instead`
    return [{ path, code: 'changed-after-merge', message }]
  })
}
