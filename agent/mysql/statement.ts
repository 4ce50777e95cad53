import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PlannedFile } from '@dbward/protocol/plan'
import { passed } from '../execute-step.ts'
import type { Failure } from '../failure.ts'
import type { MysqlStepRow } from '../ledger/row.ts'
import { type Ddl, readDdl } from './ddl.ts'
import { type Answer, answer, errnoOf, failureOf, isLockTrouble } from './error.ts'
import type { Attempt } from './execute.ts'
import { type Effect, effectOf, type Fingerprint, fingerprint, unchanged, wouldShow } from './fingerprint.ts'
import { stillOurs } from './inside.ts'
import { stepRows } from './ledger-read.ts'
import { writeStep } from './ledger-write.ts'
import { type Before, lookFor } from './look.ts'
import { askWithLock } from './read-back.ts'
import { rollBack } from './roll-back.ts'
import { stepRow } from './rows.ts'
import type { Ran, Session } from './session.ts'
import { commandOf, modeOf } from './statement-mode.ts'
import { Escaped, stopOf } from './stops.ts'
import { named } from './untransactional.ts'

/** `failed`: it took no effect, which was seen. */
export type StatementEnd =
  | { readonly end: 'done'; readonly rows: number | null }
  | { readonly end: 'failed' | 'partial' | 'unknown'; readonly failure: Failure }

export type Statement = {
  readonly file: PlannedFile
  readonly i: number
  readonly text: string
  /** Tables whose changes no rollback undoes. */
  readonly names: ReadonlySet<string>
  /** Nothing of the file has taken effect in this attempt, so that it may be tried again where a lock was not free. */
  readonly first: boolean
}

/**
 * Runs one statement that stays, between the row that says that it was begun and the one that says how it ended.
 *
 * One that can be undone gets a transaction of its own, which its `done` row ends. One on tables is known by what the
 * catalogue shows before and after. Of any other only its answer is known, and without one it is unknown.
 */
export async function runStatement(
  attempt: Attempt,
  session: Session,
  one: Statement,
): Promise<StatementEnd> {
  const { progress, work } = attempt
  const ddl = readDdl(one.text)
  const marked = modeOf(one.text) === 'dml' && named(one.text, one.names) === null
  const before: Before = marked
    ? { by: 'marked' }
    : ddl === null
      ? { by: 'nothing' }
      : { by: 'tables', ...(await fingerprint(session.query, ddl)) }
  const running = stepRow(attempt, session, one.file, {
    i: one.i,
    phase: 'running',
    before: JSON.stringify(before),
  })
  await writeStep(progress.query, running, work.agent, 'progress')
  passed('agent.intent')
  try {
    return await runBegun(attempt, session, one, running, { ddl, before })
  } catch (error) {
    // It was sent, or may have been, and what is known of it could not be written down.
    const at = { file: one.file.path, i: one.i }
    const why = failureOf(error, at, attempt.watch.reason())
    return { end: 'unknown', failure: { ...why, message: `${why.message}; ${advice.unknown}` } }
  }
}

type Known = { readonly ddl: Ddl | null; readonly before: Before }

async function runBegun(
  attempt: Attempt,
  session: Session,
  one: Statement,
  running: MysqlStepRow,
  known: Known,
): Promise<StatementEnd> {
  const { work } = attempt
  const marked = known.before.by === 'marked'
  for (let tries = 0; ; tries++) {
    const tried = marked
      ? await tryMarked(attempt, session, one, running)
      : await tryAlone(attempt, session, one)
    if ('ran' in tried && attempt.watch.reason() === null) {
      if (!marked) await writeDone(attempt, running)
      return { end: 'done', rows: tried.ran.rows }
    }
    const error = 'error' in tried ? tried.error : null
    const effect = await effectAfter(attempt, session, one, running, known, tried)
    const again =
      effect === 'not_applied' &&
      isLockTrouble(error) &&
      one.first &&
      tries < work.lockRetries &&
      session.alive()
    if (again && attempt.watch.reason() === null) {
      await sleep(Math.min(attempt.watch.left(), 50 * 2 ** tries + randomInt(50)))
      continue
    }
    return concluded(attempt, running, error, effect, marked)
  }
}

/** `undone`: the transaction of the statement was rolled back, and what the server says of that. */
type Tried = { readonly ran: Ran } | { readonly error: unknown; readonly undone?: 'wholly' | 'in part' }

/** Its own transaction: the marker first, its `done` row last. */
async function tryMarked(
  attempt: Attempt,
  session: Session,
  one: Statement,
  running: MysqlStepRow,
): Promise<Tried> {
  const { watch, claims, work } = attempt
  const own = <T>(job: () => Promise<T>) => watch.during(session, claims.limits.stmt_ms, job)
  const marker = { path: one.file.path, i: one.i }
  let committing = false
  try {
    await own(() => session.query('start transaction read write'))
    await own(() =>
      writeStep(session.query, { ...running, phase: 'open', before: '' }, work.agent, 'migrator'),
    )
    const ran = await own(() => session.run(one.text))
    if (watch.reason() !== null) throw new Error('stopped while it ran, whatever its answer was')
    await own(() => stillOurs(attempt, session, marker))
    passed('agent.statement-done')
    await own(() =>
      writeStep(session.query, { ...running, phase: 'done', before: '' }, work.agent, 'migrator'),
    )
    passed('agent.before-progress')
    committing = true
    await own(() => session.run('commit'))
    passed('agent.progress')
    return { ran }
  } catch (error) {
    // An error in answer to COMMIT does not say that nothing was committed.
    const undone = error instanceof Escaped || committing ? null : await rollBack(session)
    return undone === null ? { error } : { error, undone }
  }
}

/** A statement that opened a transaction, or turned autocommit off, is none that runs by itself. */
async function tryAlone(attempt: Attempt, session: Session, one: Statement): Promise<Tried> {
  const { watch, claims } = attempt
  const own = <T>(job: () => Promise<T>) => watch.during(session, claims.limits.stmt_ms, job)
  try {
    const ran = await own(() => session.run(one.text))
    passed('agent.statement-done')
    if (watch.reason() !== null) return { ran }
    await own(() => stillOurs(attempt, session, null))
    if (await own(() => session.inTransaction())) throw new Escaped('the SQL opened a transaction')
    return { ran }
  } catch (error) {
    return { error }
  }
}

async function writeDone({ progress, work }: Attempt, running: MysqlStepRow): Promise<void> {
  passed('agent.before-progress')
  await writeStep(progress.query, { ...running, phase: 'done' }, work.agent, 'progress')
  passed('agent.progress')
}

/** What the statement did, read from the database, after an error, a kill or a lost answer. */
async function effectAfter(
  attempt: Attempt,
  session: Session,
  one: Statement,
  running: MysqlStepRow,
  { ddl, before }: Known,
  tried: Tried,
): Promise<Effect> {
  const error = 'error' in tried ? tried.error : null
  if (error instanceof Escaped) return 'unknown'
  if ('undone' in tried) return tried.undone === 'wholly' ? 'not_applied' : 'partial'
  if (session.alive() && before.by === 'tables' && ddl !== null) {
    const now = await fingerprint(session.query, ddl).catch(() => null)
    if (now !== null) return seen(ddl, before, now, answer(error))
  }
  if (session.alive() && before.by === 'nothing') {
    return refusedAtOnce(error, one.text) ? 'not_applied' : 'unknown'
  }
  // The session may still work in the server: it is ended, and what it did is asked when its lock is free.
  session.destroy()
  const found = await askWithLock(attempt, async (fresh) => {
    if (before.by === 'marked') {
      const rows = await stepRows(fresh.progress.query, attempt.scope, one.file.path, attempt.work.verifyRow)
      const mine = rows.filter((row) => row.jti === running.jti && row.i === one.i)
      if (mine.some((row) => row.phase === 'done')) return 'applied'
      if (mine.some((row) => row.phase === 'open')) return 'unknown'
    }
    const effect = await lookFor(fresh.session, running, one.text)
    return effect === 'running' ? 'unknown' : effect
  })
  return found ?? 'unknown'
}

/** The server answers a change of one table with an error only where it has undone it; for several it does not promise so. */
function seen(ddl: Ddl, before: Fingerprint, now: Fingerprint, refusal: Answer | null): Effect {
  const effect = effectOf(ddl, before, now)
  if (refusal === null) return effect
  if (unchanged(before, now) && (wouldShow(ddl, before) || !maybeLate(refusal))) return 'not_applied'
  return effect === 'applied' ? 'unknown' : effect
}

/**
 * Errors that may come when all is done: it was interrupted, the server is stopping, or files, the log or the commit
 * were in trouble.
 */
function maybeLate({ errno, sqlstate }: Answer): boolean {
  return /^(08|70)/.test(sqlstate) || [1025, 1026, 1030, 1105, 1180, 1598, 3024].includes(errno)
}

/** Errors that a server finds before it begins: wrong SQL, a missing privilege. Others run statements of their own. */
function refusedAtOnce(error: unknown, text: string): boolean {
  const checked = ['CREATE', 'ALTER', 'DROP', 'TRUNCATE', 'RENAME', 'GRANT', 'REVOKE'].includes(
    commandOf(text),
  )
  return checked && [1044, 1049, 1064, 1142, 1143, 1227].includes(errnoOf(error) ?? 0)
}

async function concluded(
  attempt: Attempt,
  running: MysqlStepRow,
  error: unknown,
  effect: Effect,
  marked: boolean,
): Promise<StatementEnd> {
  const { progress, work, watch } = attempt
  const at = { file: running.path, i: running.i }
  const why = stopOf(error, at)?.failure ?? failureOf(error, at, watch.reason())
  if (effect === 'not_applied') {
    const failed = { ...running, phase: 'failed' as const }
    await writeStep(progress.query, failed, work.agent, 'progress').catch(() => undefined)
    return { end: 'failed', failure: why }
  }
  if (effect === 'applied') {
    if (!marked) await writeDone(attempt, running)
    return { end: 'done', rows: null }
  }
  return { end: effect, failure: { ...why, message: `${why.message}; ${advice[effect]}` } }
}

const advice = {
  unknown: 'what the statement did cannot be told from here: look, then decide',
  partial: 'a part of what the statement was to do is there: look, then decide',
} as const
