import { Refusal } from '@dbward/protocol/errors'
import type { Plan, PlannedFile } from '@dbward/protocol/plan'
import type { VerifiedToken } from '@dbward/protocol/token'
import { admitHere, admitPostgres } from './execute-admit.ts'
import { runAlone } from './execute-alone.ts'
import { readBack } from './execute-read-back.ts'
import { passed } from './execute-step.ts'
import { runInTransaction } from './execute-transaction.ts'
import { type Watch, watch } from './execute-watch.ts'
import { type Failure, failure, nowhere } from './failure.ts'
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

export type FileEnd =
  | { readonly end: 'applied'; readonly statements: readonly StatementRun[] }
  /** Proven by its effect to have been done by an earlier attempt. */
  | { readonly end: 'found' }
  | { readonly end: 'failed' | 'partial' | 'unknown'; readonly failure: Failure }
  /** The answer was lost. It is applied where the ledger has the row, and otherwise what is said here. */
  | { readonly end: 'ask'; readonly otherwise: 'failed' | 'unknown'; readonly failure: Failure }

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
  const ran = await runFiles(attempt, todo)
  await session.close()
  return settle(attempt, todo, ran)
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

type Ran = {
  readonly statements: readonly StatementRun[]
  readonly found: ReadonlySet<string>
  readonly stop: { readonly path: string; readonly how: Extract<FileEnd, { failure: Failure }> } | null
}

/** One file after the other; the first that does not end well is the last. */
async function runFiles(attempt: Attempt, todo: readonly PlannedFile[]): Promise<Ran> {
  const statements: StatementRun[] = []
  const found = new Set<string>()
  for (const file of todo) {
    const ended = await (file.tx === 'none' ? runAlone(attempt, file) : runInTransaction(attempt, file))
    if (ended.end === 'found') found.add(file.path)
    else if (ended.end === 'applied') statements.push(...ended.statements)
    else return { statements, found, stop: { path: file.path, how: ended } }
  }
  return { statements, found, stop: null }
}

async function settle(attempt: Attempt, todo: readonly PlannedFile[], ran: Ran): Promise<Outcome> {
  const { session } = attempt
  const rest = { notices: session.notices(), serverId: session.serverId }
  const paths = todo.map((file) => file.path)
  const there = todo.length === 0 ? [] : await readBack(attempt, paths)
  passed('agent.read-back')
  const lost = failure('connection', 'what took effect could not be read back from the database')
  const error = ran.stop?.how.failure ?? lost
  if (there === null) return { ...rest, outcome: 'unknown', statements: [], error, files: [] }

  const files = paths.filter((path) => there.includes(path))
  const statements = ran.statements.filter((one) => files.includes(one.file))
  const own = files.filter((path) => !ran.found.has(path))
  const how = ending(ran, files)
  if (how !== 'unknown' && files.length === todo.length) {
    return {
      ...rest,
      outcome: own.length === 0 ? 'already_applied' : 'applied',
      statements,
      error: null,
      files,
    }
  }
  if (how === 'applied' || how === 'unknown') return { ...rest, outcome: 'unknown', statements, error, files }
  const some = how === 'partial' || own.length > 0
  return { ...rest, outcome: some ? 'partial' : 'failed_clean', statements, error, files }
}

/** How the last file ended, now that the ledger was read. A row where none may be is a breakout that got through. */
function ending(ran: Ran, files: readonly string[]): 'applied' | 'failed' | 'partial' | 'unknown' {
  if (ran.stop === null) return 'applied'
  const { path, how } = ran.stop
  const there = files.includes(path)
  if (how.end === 'ask') return there ? 'failed' : how.otherwise
  return there ? 'unknown' : how.end
}

function nothingRan(error: Failure, serverId: string | null): Outcome {
  return { outcome: 'failed_clean', statements: [], error, files: [], notices: 0, serverId }
}

function once(report: () => Promise<void>): () => Promise<void> {
  let done = false
  return async () => {
    if (done) return
    await report()
    done = true
    passed('agent.started')
  }
}
