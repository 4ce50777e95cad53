import { approvalsDigest, type Decision } from '@dbward/protocol/decide'
import { type RefusalCode, refusalCodes } from '@dbward/protocol/errors'
import { planDigest } from '@dbward/protocol/plan'
import { hoursFor, limitsFor, type Policy } from '@dbward/protocol/policy'
import type { Snapshot } from '@dbward/protocol/snapshot'
import type { RequestRow, RequestWrite } from '../store/rows.ts'
import type { Judged } from './judge.ts'
import { ends, inHands, type State } from './next.ts'

/** States in which the plan was handed over: what ran, or may have run, is not rewritten by a later look. */
const frozen: readonly State[] = [...ends, ...inHands, 'failed_clean', 'partial']

export function isFrozen(row: { readonly state: string }): boolean {
  return frozen.includes(row.state as State)
}

export function requestId(repoId: number, pr: number, database: string, environment: string): string {
  return `${repoId}#${pr}:${database}@${environment}`
}

/** The row of a request as this look at GitHub makes it, its state not yet advanced. */
export function draftRow(
  snapshot: Snapshot,
  policy: Policy,
  policySha256: string,
  judged: Judged,
  was: RequestRow | null,
): RequestWrite {
  const { facts } = snapshot
  const { name, environments, engine } = judged.database
  const limits = limitsFor(policy, name, judged.environment)
  const seen = {
    repo: facts.repo.name,
    head: facts.head,
    plan: judged.plan,
    plan_sha256: planDigest(judged.plan),
    policy_sha256: policySha256,
    base_ref: facts.base.ref,
    base_sha: facts.base.sha,
    merge_sha: facts.mergeSha,
    decision: judged.decision,
    review: judged.reviews.map(({ path, statements, findings }) => ({
      path,
      statements,
      findings: findings.map((one) => ({ ...one })),
    })),
    limits: {
      stmt_ms: limits.statementTimeout,
      lock_ms: limits.lockTimeout,
      total_ms: limits.totalTimeout,
      max_rows: 0,
    },
    hours: hoursFor(policy, name, judged.environment),
    environments_before: environments.slice(0, environments.indexOf(judged.environment)),
  }
  if (was !== null) return isFrozen(was) ? was : { ...was, ...seen }
  return {
    ...seen,
    id: requestId(facts.repo.id, facts.pr, name, judged.environment),
    repo_id: facts.repo.id,
    pr: facts.pr,
    db: name,
    env: judged.environment,
    engine,
    state: 'discovered',
    reason_code: null,
    reason: null,
    next_step: null,
    authorization: null,
    authz_sha256: null,
    queue_position: null,
    attempts: 0,
    fence: null,
    not_before: null,
    version: 0,
  }
}

/** Whether the stored authorization is for exactly what this row says, so that another need not be signed. */
export function sameAuthorization(was: RequestRow | null, row: RequestWrite, kid: string): boolean {
  return (
    was?.authorization?.signatures.some((one) => one.keyid === kid) === true &&
    was.plan_sha256 === row.plan_sha256 &&
    was.policy_sha256 === row.policy_sha256 &&
    was.merge_sha === row.merge_sha &&
    was.head === row.head &&
    was.base_ref === row.base_ref &&
    counted(was.decision) === counted(row.decision)
  )
}

/** An agent looked and refused; another look at the same thing before its time would only refuse again. */
export function waitsAfterRefusal(was: RequestRow | null, now: Date): boolean {
  if (was === null || was.state !== 'held' || was.reason_code === null) return false
  if (!refusalCodes.includes(was.reason_code as RefusalCode)) return false
  return was.not_before === null || now.toISOString() < was.not_before
}

function counted(decision: Decision | null): string {
  return approvalsDigest(decision?.counted ?? [])
}
