import { Refusal } from '@dbward/protocol/errors'
import type { Claims, Outcome, Work } from '../execute.ts'
import { nothingRan, once, runFiles, settle } from '../execute-settle.ts'
import { passed } from '../execute-step.ts'
import { nowhere } from '../failure.ts'
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
  const ran = await runFiles(todo, (file) =>
    file.tx === 'none' ? runOneByOne(attempt, file) : runInTransaction(attempt, file),
  )
  await session.close()
  const ended = await settle(todo, ran, (paths) => readBack(attempt, paths))
  await progress.close()
  return { ...ended, notices: warnings, serverId: attempt.serverId }
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
