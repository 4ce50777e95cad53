import { Refusal } from '@dbward/protocol/errors'
import type { PlannedFile } from '@dbward/protocol/plan'
import type { Claims, Outcome, StatementRun, Work } from '../execute.ts'
import { passed } from '../execute-step.ts'
import { type Failure, failure, nowhere } from '../failure.ts'
import { admitHere, admitMysql } from './admit.ts'
import { duplicateKey, failureOf } from './error.ts'
import { attemptFrom, type Scope } from './ledger-read.ts'
import { writeAttempt } from './ledger-write.ts'
import { lockFor, takeLock } from './lock.ts'
import { runOneByOne } from './one-by-one.ts'
import { openProgress, type Progress } from './progress.ts'
import { readBack } from './read-back.ts'
import { requireServer } from './server.ts'
import { openSession, type Session } from './session.ts'
import { Displaced } from './stops.ts'
import { runInTransaction } from './transaction.ts'
import { type Watch, watch } from './watch.ts'

/** The two accounts of one target: the one that runs migrations, and the one that writes down how they get on. */
export type Access = { readonly url: string; readonly progressUrl: string }

/** What the paths of one attempt share. */
export type Attempt = {
  readonly access: Access
  readonly work: Work
  readonly claims: Claims
  readonly scope: Scope
  readonly serverId: string
  readonly lock: string
  readonly watch: Watch
  readonly progress: Progress
  /** A session that has the lock. Each try of a file has one of its own, so that nothing of a file is left for the next. */
  readonly open: () => Promise<Session>
  /** Reports the start, the first time only. */
  readonly started: () => Promise<void>
  readonly warned: (count: number) => void
}

export type FileEnd =
  | { readonly end: 'applied'; readonly statements: readonly StatementRun[] }
  /** Proven to have been done by an earlier attempt, to its last statement. */
  | { readonly end: 'found' }
  /** `statements` took effect and stay, though the file is not done. */
  | {
      readonly end: 'failed' | 'partial' | 'unknown'
      readonly failure: Failure
      readonly statements: readonly StatementRun[]
    }
  /** The answer was lost. It is applied where the ledger has the row, and otherwise what is said here. */
  | {
      readonly end: 'ask'
      readonly otherwise: 'failed' | 'partial' | 'unknown'
      readonly failure: Failure
      readonly statements: readonly StatementRun[]
    }

/**
 * Runs a verified plan on MySQL or MariaDB, each file exactly once, behind the ledger of the server.
 *
 * A `Refusal` is thrown before anything ran. After that the answer is an outcome, and what it says took effect was read
 * from the database on a new connection, never inferred from what the driver said.
 */
export async function executeMysql(access: Access, work: Work): Promise<Outcome> {
  const claims = work.token.claims
  admitMysql(work, claims)
  const limit = watch(access.url, claims.limits.total_ms, work.signal)
  const lock = lockFor(claims.db, claims.env)

  let session: Session
  let progress: Progress
  try {
    session = await openSession(access.url, `dbward ${claims.jti}`)
  } catch (error) {
    return nothingRan(failureOf(error, nowhere), null)
  }
  try {
    progress = await openProgress(access.progressUrl, `dbward ${claims.jti} progress`)
  } catch (error) {
    await session.close()
    return nothingRan(failureOf(error, nowhere), session.serverId)
  }
  passed('agent.connected')
  const scope = { schema: session.schema, db: claims.db, env: claims.env }
  let there: ReadonlySet<string>
  try {
    requireServer(session, claims.engine)
    if (!(await takeLock(session, lock, Math.min(claims.limits.lock_ms, limit.left()), work.signal))) {
      throw new Refusal(
        'LOCKED_OUT',
        `another execution holds ${claims.db}@${claims.env}: try again when it has ended`,
      )
    }
    passed('agent.locked')
    there = await admitHere(session, progress, work, claims, scope)
    await spend(progress, work, claims, scope)
  } catch (error) {
    await session.close()
    await progress.close()
    if (error instanceof Refusal) throw error
    return nothingRan(failureOf(error, nowhere, limit.reason()), session.serverId)
  }

  let warnings = 0
  const attempt: Attempt = {
    access,
    work,
    claims,
    scope,
    serverId: session.serverId,
    lock,
    watch: limit,
    progress,
    open: sessions(session, access, work, scope, lock, limit, progress),
    started: once(work.onStarted),
    warned: (count) => {
      warnings += count
    },
  }
  const todo = work.plan.files.filter((file) => !there.has(file.path))
  const ran = await runFiles(attempt, todo)
  await session.close()
  const outcome = await settle(attempt, todo, ran)
  await progress.close()
  return { ...outcome, notices: warnings }
}

async function spend(progress: Progress, work: Work, claims: Claims, scope: Scope): Promise<void> {
  const row = {
    ...scope,
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
    await writeAttempt(progress.query, row, work.agent)
  } catch (cause) {
    const key = duplicateKey(cause)
    if (key === null) throw cause
    const code = key === 'PRIMARY' ? 'TOKEN_REPLAYED' : 'FENCE_STALE'
    const message = `the ledger has a row with this jti, or with fence ${claims.fence} for ${claims.db}@${claims.env}`
    throw new Refusal(code, message, { cause })
  }
  passed('agent.attempt-recorded')
}

/**
 * The first is the one that took the lock. A later one has to take it anew, and where another execution came in between,
 * whose fence is higher, the rest is that one's.
 */
function sessions(
  first: Session,
  access: Access,
  work: Work,
  scope: Scope,
  lock: string,
  limit: Watch,
  progress: Progress,
): () => Promise<Session> {
  const { claims } = work.token
  let used = false
  const prepared = async (session: Session) => {
    const seconds = Math.max(1, Math.ceil(claims.limits.lock_ms / 1_000))
    await session.query(`set session innodb_lock_wait_timeout = ${seconds}, lock_wait_timeout = ${seconds}`)
    return session
  }
  return async () => {
    if (!used) {
      used = true
      return prepared(first)
    }
    const next = await openSession(access.url, `dbward ${claims.jti}`)
    try {
      if (next.serverId !== first.serverId || next.unfit !== null) {
        throw new Displaced(`expected the server ${first.serverId}, got ${next.serverId}`)
      }
      const wait = Math.min(claims.limits.lock_ms, limit.left())
      if (!(await takeLock(next, lock, wait, work.signal))) {
        throw new Displaced('the lock was taken by another execution')
      }
      if (await attemptFrom(progress.query, scope, claims.fence + 1)) {
        throw new Displaced('another execution has begun meanwhile')
      }
      return await prepared(next)
    } catch (cause) {
      await next.close()
      throw cause
    }
  }
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
    const ended = await (file.tx === 'none' ? runOneByOne(attempt, file) : runInTransaction(attempt, file))
    if (ended.end === 'found') found.add(file.path)
    else if (ended.end === 'applied') statements.push(...ended.statements)
    else return { statements, found, stop: { path: file.path, how: ended } }
  }
  return { statements, found, stop: null }
}

async function settle(attempt: Attempt, todo: readonly PlannedFile[], ran: Ran): Promise<Outcome> {
  const rest = { notices: 0, serverId: attempt.serverId }
  const paths = todo.map((file) => file.path)
  const there = todo.length === 0 ? [] : await readBack(attempt, paths)
  passed('agent.read-back')
  const lost = failure('connection', 'what took effect could not be read back from the database')
  const error = ran.stop?.how.failure ?? lost
  if (there === null) return { ...rest, outcome: 'unknown', statements: [], error, files: [] }

  const files = paths.filter((path) => there.includes(path))
  const whole = ran.statements.filter((one) => files.includes(one.file))
  const statements = [...whole, ...(ran.stop?.how.statements ?? [])]
  const own = files.filter((path) => !ran.found.has(path))
  const how = ending(ran, files)
  if (how !== 'unknown' && files.length === todo.length) {
    const outcome = own.length === 0 ? 'already_applied' : 'applied'
    return { ...rest, outcome, statements, error: null, files }
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
