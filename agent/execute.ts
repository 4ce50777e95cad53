import { Refusal } from '@dbward/protocol/errors'
import type { Plan } from '@dbward/protocol/plan'
import type { VerifiedToken } from '@dbward/protocol/token'
import { admitHere, admitPostgres } from './execute-admit.ts'
import { runAlone } from './execute-alone.ts'
import { readBack } from './execute-read-back.ts'
import { nothingRan, once, runFiles, settle } from './execute-settle.ts'
import { passed } from './execute-step.ts'
import { runInTransaction } from './execute-transaction.ts'
import { type Watch, watch } from './execute-watch.ts'
import { type Failure, nowhere } from './failure.ts'
import type { RowSigner, VerifyRow } from './ledger/row.ts'
import { writeAttempt } from './ledger/write.ts'
import { constraintOf, failureOf } from './postgres-error.ts'
import { type Lock, lockFor, takeLock } from './postgres-lock.ts'
import { openSession, type Session } from './session.ts'

export type Claims = VerifiedToken['claims']

export type Work = {
  readonly token: VerifiedToken
  readonly plan: Plan
  /** The exact bytes of every file of the plan, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly agent: RowSigner
  readonly verifyRow: VerifyRow
  readonly approvers: readonly string[]
  /** Called once, when the first ledger row is open and before the first statement. Where it rejects, nothing runs. */
  readonly onStarted: () => Promise<void>
  /** How often a file is begun again because a lock was not free, as the policy says (`lock_retries`). */
  readonly lockRetries: number
  readonly signal?: AbortSignal
  /** The operator accepts a role against which the tripwire does not hold. */
  readonly allowWeakTripwire?: boolean
}

/** A statement that took effect. */
export type StatementRun = {
  readonly file: string
  readonly i: number
  readonly kind: string
  readonly command: string
  readonly rows: number | null
  readonly ms: number
}

export type Outcome = {
  /**
   * `failed_clean`: of this attempt nothing took effect. `partial`: some files or a part of a statement did. `unknown`:
   * it cannot be told from here; nothing may run before a probe or a person has said what is there.
   */
  readonly outcome: 'applied' | 'already_applied' | 'failed_clean' | 'partial' | 'unknown'
  readonly statements: readonly StatementRun[]
  readonly error: Failure | null
  /** Files that this attempt put into the ledger, read back on a connection of its own. */
  readonly files: readonly string[]
  readonly notices: number
  readonly serverId: string | null
}

/** What the paths of one attempt share. */
export type Attempt = {
  readonly url: string
  readonly work: Work
  readonly claims: Claims
  readonly session: Session
  readonly lock: Lock
  readonly watch: Watch
  /** Reports the start, the first time only. */
  readonly started: () => Promise<void>
}

/**
 * Runs a verified plan, each file exactly once, behind the ledger of the target database.
 *
 * A `Refusal` is thrown before anything ran. After that the answer is an outcome, and what it says took effect was read
 * from the database on a new connection, never inferred from what the driver said.
 */
export async function executePostgres(url: string, work: Work): Promise<Outcome> {
  const claims = work.token.claims
  admitPostgres(work, claims)
  const limit = watch(url, claims.limits.total_ms, work.signal)
  const lock = lockFor(claims.db, claims.env)

  let session: Session
  try {
    session = await openSession(url, `dbward ${claims.jti}`)
  } catch (error) {
    return nothingRan(failureOf(error, nowhere), null)
  }
  passed('agent.connected')
  let there: ReadonlySet<string>
  try {
    if (!(await takeLock(session, lock, Math.min(claims.limits.lock_ms, limit.left()), work.signal))) {
      throw new Refusal(
        'LOCKED_OUT',
        `another execution holds ${claims.db}@${claims.env}: try again when it has ended`,
      )
    }
    passed('agent.locked')
    there = await admitHere(session, work, claims)
    await spend(session, work, claims)
  } catch (error) {
    await session.close()
    if (error instanceof Refusal) throw error
    return nothingRan(failureOf(error, nowhere, limit.reason()), session.serverId)
  }

  const attempt = { url, work, claims, session, lock, watch: limit, started: once(work.onStarted) }
  const todo = work.plan.files.filter((file) => !there.has(file.path))
  const ran = await runFiles(todo, (file) =>
    file.tx === 'none' ? runAlone(attempt, file) : runInTransaction(attempt, file),
  )
  await session.close()
  const ended = await settle(todo, ran, (paths) => readBack(attempt, paths))
  return { ...ended, notices: session.notices(), serverId: session.serverId }
}

async function spend(session: Session, work: Work, claims: Claims): Promise<void> {
  const row = {
    db: claims.db,
    env: claims.env,
    jti: claims.jti,
    fence: claims.fence,
    request: claims.sub,
    att: claims.att,
    plan_sha256: claims.plan_sha256,
    audit_seq: claims.audit.seq,
    audit_hash: claims.audit.hash,
    token_sha256: work.token.sha256,
    agent: work.agent.id,
  }
  try {
    await writeAttempt(session.query, row, work.agent)
  } catch (cause) {
    const taken = { attempt_pkey: 'TOKEN_REPLAYED', attempt_db_env_fence_key: 'FENCE_STALE' } as const
    const code = Object.entries(taken).find(([name]) => name === constraintOf(cause))?.[1]
    if (code === undefined) throw cause
    const message = `the ledger has a row with this jti, or with fence ${claims.fence} for ${claims.db}@${claims.env}`
    throw new Refusal(code, message, { cause })
  }
  passed('agent.attempt-recorded')
}
