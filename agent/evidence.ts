import type { Authorization } from '@dbward/protocol/authorization'
import { databaseOf, governedGlobs } from '@dbward/protocol/changed'
import { approvalsDigest, type Decision, decide } from '@dbward/protocol/decide'
import { Refusal, type RefusalCode, Undecidable } from '@dbward/protocol/errors'
import { branch, type GitHubReader } from '@dbward/protocol/github'
import {
  compareMigrations,
  makePlan,
  type Plan,
  planDigest,
  sha256,
  statementCount,
} from '@dbward/protocol/plan'
import { hoursFor, limitsFor, type Policy, reviewFor, riskLimitsFor } from '@dbward/protocol/policy'
import { openRepository } from '@dbward/protocol/repository'
import { readChange, type Snapshot } from '@dbward/protocol/snapshot'
import type { ExecClaims } from '@dbward/protocol/token'
import type { Hours } from '@dbward/protocol/window'
import { configurableRules } from '@dbward/rules/configurable'
import { review } from '@dbward/rules/review'
import { split } from '@dbward/rules/split'
import { standing } from '@dbward/rules/standing'
import { checkAuthorization } from './authorized.ts'
import type { DatabaseTarget } from './config.ts'
import type { Mending } from './gap.ts'

/** What the agent found on GitHub by itself: the bytes to run, who approved them, and the files that must come first. */
export type Evidence = {
  readonly plan: Plan
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly decision: Decision
  /** SHA-256 of every migration file of this database in the merged tree, by path. */
  readonly tree: ReadonlyMap<string, string>
  readonly mending: Mending
  readonly lockRetries: number
  /** When the policy lets it start. */
  readonly hours: Hours
}

/**
 * The second half of an execution's proof: a token says what the server wants, this says whether people on GitHub
 * wanted it. Asks GitHub with the agent's own credential and decides with the shared function; every check that does
 * not pass refuses, and so does every answer that GitHub does not give.
 */
export async function gatherEvidence(
  github: GitHubReader,
  claims: ExecClaims,
  authorization: Authorization,
  target: DatabaseTarget,
  now: number,
): Promise<Evidence> {
  checkAuthorization(claims, authorization)
  checkTarget(claims, target)
  try {
    const snapshot = await readChange(github, claims.repo, claims.pr, configurableRules)
    checkMerge(snapshot, claims, target)
    await checkProtection(github, claims, target)
    const policy = checkPolicy(snapshot, claims, target)
    checkLimits(claims, policy)
    const { plan, files } = await checkPlan(snapshot, claims, policy)
    const decision = await checkDecision(snapshot, claims, policy, files, target, now)
    const { tree, since } = await checkTrees(github, snapshot, claims, policy, plan)
    const mends = snapshot.files.every((one) => one.status === 'modified')
    const { lockRetries } = limitsFor(policy, claims.db, claims.env)
    const hours = hoursFor(policy, claims.db, claims.env)
    return { plan, files, decision, tree, mending: { mends, since }, lockRetries, hours }
  } catch (error) {
    if (error instanceof Refusal) throw error
    if (error instanceof Undecidable) throw new Refusal('NOT_APPROVED', error.message, { cause: error })
    throw new Refusal('GITHUB_UNAVAILABLE', `GitHub did not answer in full: ${reasonOf(error)}`, {
      cause: error,
    })
  }
}

function checkTarget(claims: ExecClaims, target: DatabaseTarget): void {
  if (claims.repo_id !== target.repository_id) {
    throw new Refusal('REPOSITORY', `expected repository ${target.repository_id}, got ${claims.repo_id}`)
  }
  if (claims.repo.toLowerCase() !== target.repository.toLowerCase()) {
    throw new Refusal(
      'REPOSITORY',
      `expected ${target.repository}, got ${claims.repo}; mend the agent's configuration after a rename`,
    )
  }
  if (claims.engine !== target.engine) {
    throw new Refusal('WRONG_DATABASE', `expected engine ${target.engine}, got ${claims.engine}`)
  }
  if (!target.branches.includes(claims.base_ref)) {
    throw new Refusal(
      'WRONG_BASE',
      `expected one of the branches ${target.branches.join(', ')}, got ${claims.base_ref}`,
    )
  }
}

function checkMerge(snapshot: Snapshot, claims: ExecClaims, target: DatabaseTarget): void {
  const { facts } = snapshot
  if (facts.repo.id !== target.repository_id) {
    throw new Refusal(
      'REPOSITORY',
      `${claims.repo} is repository ${facts.repo.id} now; expected ${target.repository_id}`,
    )
  }
  if (facts.state !== 'merged') throw new Refusal('NOT_MERGED', `pull request ${facts.pr} is ${facts.state}`)
  if (facts.base.ref !== claims.base_ref) {
    throw new Refusal(
      'WRONG_BASE',
      `pull request ${facts.pr} was merged into ${facts.base.ref}; expected ${claims.base_ref}`,
    )
  }
  if (facts.mergeSha !== claims.merge_sha || facts.head !== claims.head_sha) {
    const message = `expected merge ${claims.merge_sha} of ${claims.head_sha}, got ${facts.mergeSha} of ${facts.head}`
    throw new Refusal('NOT_MERGED', message)
  }
  if (!snapshot.reachable) {
    throw new Refusal(
      'NOT_REACHABLE',
      `the merge ${claims.merge_sha} is not in the history of ${facts.base.ref} any more`,
    )
  }
}

/** A branch that anybody may push to proves nothing about approvals. */
async function checkProtection(
  github: GitHubReader,
  claims: ExecClaims,
  target: DatabaseTarget,
): Promise<void> {
  if (target.require_protection === false) return
  const repo = openRepository(github, claims.repo)
  const found = branch(await repo.one('/branches/{branch}', { branch: claims.base_ref }), 'branch')
  if (found.protected) return
  const rules = await repo.all('/rules/branches/{branch}', { branch: claims.base_ref })
  if (rules.length > 0) return
  throw new Refusal('BRANCH_UNPROTECTED', `${claims.base_ref} has neither branch protection nor rules`)
}

/** A server may not stretch what the policy allows a statement, a lock or a run. */
function checkLimits({ limits, db, env }: ExecClaims, policy: Policy): void {
  const own = limitsFor(policy, db, env)
  const most = {
    stmt_ms: own.statementTimeout,
    lock_ms: own.lockTimeout,
    total_ms: own.totalTimeout,
  } as const
  const off = (['stmt_ms', 'lock_ms', 'total_ms'] as const).find((key) => limits[key] > most[key])
  if (off === undefined) return
  throw new Refusal(
    'POLICY_DIGEST',
    `expected ${off} of at most ${most[off]} by the policy, got ${limits[off]}`,
  )
}

/** Who may merge into the branch may change the policy; an agent that pins policies takes only those it was told of. */
function checkPolicy(snapshot: Snapshot, claims: ExecClaims, target: DatabaseTarget): Policy {
  const { policy } = snapshot
  if (policy.found !== 'yes') {
    const [problem] = policy.found === 'broken' ? policy.problems : []
    const why = problem === undefined ? '' : `: line ${problem.line}: ${problem.message}`
    throw new Refusal(
      'POLICY_INVALID',
      `the base commit ${snapshot.facts.base.sha} has no policy that can be read${why}`,
    )
  }
  if (target.policies !== null && !target.policies.includes(policy.sha256)) {
    throw new Refusal('POLICY_DIGEST', `this agent does not have policy ${policy.sha256} among its policies`)
  }
  if (policy.sha256 === claims.policy_sha256) return policy.policy
  throw new Refusal(
    'POLICY_DIGEST',
    `expected policy ${policy.sha256} of the base commit, got ${claims.policy_sha256}`,
  )
}

/** The plan is made here again from the merged bytes; the server's is only compared with it. */
async function checkPlan(
  snapshot: Snapshot,
  claims: ExecClaims,
  policy: Policy,
): Promise<Pick<Evidence, 'plan' | 'files'>> {
  const database = policy.databases.find((one) => one.name === claims.db)
  if (database === undefined || !database.environments.includes(claims.env)) {
    throw new Refusal('WRONG_DATABASE', `the policy has no ${claims.db} in ${claims.env}`)
  }
  const files = new Map<string, Uint8Array>()
  for (const one of snapshot.files) {
    if (one.database === claims.db && one.bytes !== null) files.set(one.path, one.bytes)
  }
  const split_ = async ([path, bytes]: readonly [string, Uint8Array]) => {
    const { stmts, tx } = await split(bytes, database.engine)
    return { path, bytes, tx, stmts }
  }
  const plan = makePlan(await Promise.all([...files].map(split_)))
  const digest = planDigest(plan)
  if (digest !== claims.plan_sha256 || statementCount(plan) !== claims.n_stmts) {
    throw new Refusal(
      'PLAN_DIGEST',
      `expected plan ${digest} from the merged files, got ${claims.plan_sha256}`,
    )
  }
  return { plan, files }
}

async function checkDecision(
  snapshot: Snapshot,
  claims: ExecClaims,
  policy: Policy,
  files: ReadonlyMap<string, Uint8Array>,
  target: DatabaseTarget,
  now: number,
): Promise<Decision> {
  const reviewed = await review(
    [...files].map(([path, bytes]) => ({ path, bytes })),
    { engine: target.engine, ...reviewFor(policy, claims.db, claims.env) },
  )
  const blocking = reviewed.flatMap((one) => one.findings).filter((one) => one.severity === 'block')
  if (blocking[0] !== undefined) {
    throw new Refusal(
      'REVIEW_BLOCKED',
      `${blocking.length} blocking findings, first ${blocking[0].rule} at line ${blocking[0].line}`,
    )
  }
  const where = { database: claims.db, environment: claims.env }
  const limits = riskLimitsFor(policy, claims.db, claims.env)
  const verdict = { made: true, ...standing(reviewed, limits, compareMigrations) } as const
  const decision = decide(policy, snapshot.facts, verdict, where, now)
  if (decision.verdict !== 'allow')
    throw new Refusal(wished[decision.code] ?? 'NOT_APPROVED', `${decision.code}: ${decision.sentence}`)
  const floor = target.min_approvals ?? 0
  const hands = new Set(snapshot.facts.contributors.map((one) => one.id))
  const others = decision.counted.filter((one) => one.state === 'APPROVED' && !hands.has(one.user_id))
  const people = new Set(others.map((one) => one.user_id)).size
  if (people < floor) {
    throw new Refusal(
      'FLOOR',
      `this agent wants ${floor} approvals for ${claims.db} in ${claims.env}, got ${people}`,
    )
  }
  const digest = approvalsDigest(decision.counted)
  if (digest !== claims.approvals_sha256) {
    throw new Refusal(
      'APPROVALS_DIGEST',
      `expected approvals ${digest} as they count now, got ${claims.approvals_sha256}`,
    )
  }
  return decision
}

/** What people said by reviews has codes of its own; the agent reads these reviews itself. */
const wished: Partial<Record<Decision['code'], RefusalCode>> = {
  HELD: 'ON_HOLD',
  CANCELLED: 'CANCELLED_BY_REVIEW',
  SKIPPED: 'SKIPPED_BY_REVIEW',
}

/**
 * Reads every migration file of this database at the merge. What this plan brings must still stand at the tip of the
 * branch: a revert that was merged meanwhile means that nobody wants it any more.
 */
async function checkTrees(
  github: GitHubReader,
  snapshot: Snapshot,
  claims: ExecClaims,
  policy: Policy,
  plan: Plan,
): Promise<{ readonly tree: ReadonlyMap<string, string>; readonly since: ReadonlyMap<string, string> }> {
  const repo = openRepository(github, claims.repo)
  const globs = governedGlobs(policy)
  const [merged, tip] = [
    await repo.governed(claims.merge_sha, globs),
    await repo.governed(snapshot.tip, globs),
  ]
  const own = [...merged].filter(([path]) => databaseOf(policy, path).some((one) => one.name === claims.db))
  for (const { path } of plan.files) {
    const [then, today] = [merged.get(path), tip.get(path)]
    if (then === undefined || today?.sha !== then.sha || today.mode !== then.mode) {
      throw new Refusal('STALE', `${path} was changed or deleted on ${claims.base_ref} after this merge`)
    }
  }
  const tree = new Map<string, string>()
  const since = new Map<string, string>()
  for (const [path, entry] of own) {
    tree.set(path, sha256(await repo.blob(entry.sha)))
    const today = tip.get(path)
    if (today !== undefined && today.sha !== entry.sha) since.set(path, sha256(await repo.blob(today.sha)))
  }
  return { tree, since }
}

function reasonOf(error: unknown): string {
  const status = (error as { status?: unknown } | null)?.status
  if (typeof status === 'number') return `status ${status}`
  return error instanceof Error ? error.message : 'no answer'
}
