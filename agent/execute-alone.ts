import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PlannedFile } from '@dbward/protocol/plan'
import { bytesOf, statementText } from './admit.ts'
import type { Attempt, StatementRun } from './execute.ts'
import { cleanse, Escaped, stillLocked } from './execute-inside.ts'
import type { FileEnd } from './execute-settle.ts'
import { passed } from './execute-step.ts'
import { ledgerRow } from './execute-transaction.ts'
import { type Failure, failure } from './failure.ts'
import { lastIntent } from './ledger/read.ts'
import type { StepRow } from './ledger/row.ts'
import { nonceHash, writeDone, writeLedgerRow, writeStep } from './ledger/write.ts'
import { failureOf, sqlstateOf, timedOut } from './postgres-error.ts'
import { backendLives } from './probe-backend.ts'
import { type Effect, effectOf, type IndexStatement, indexState, indexStatement } from './probe-index.ts'
import { NotStarted, reportStart } from './report-start.ts'

const lockRetries = 5

/**
 * Runs the one statement of a file outside a transaction.
 *
 * Nothing undoes it, so its intent is committed before it and its end after it. An intent without an end is a statement
 * that may have run: its effect is looked up, and where it cannot be, nothing is run and a person decides.
 */
export async function runAlone(attempt: Attempt, file: PlannedFile): Promise<FileEnd> {
  const at = { file: file.path, i: 0 }
  const sent: Sent = { intent: false }
  try {
    await attempt.watch.during(attempt.session, attempt.claims.limits.stmt_ms, () =>
      cleanse(attempt.session, false),
    )
    const { ran, statement } = read(attempt, file)
    const earlier = await lastIntent(attempt.session.query, attempt.claims, file, attempt.work.verifyRow)
    if (earlier !== null && !earlier.ended) {
      const effect = await effectOfEarlier(attempt, statement, earlier.intent)
      if (effect === 'applied') {
        sent.intent = true
        await conclude(attempt, file, earlier.intent.before)
        return { end: 'found' }
      }
      if (effect !== 'not_applied') return { end: effect, failure: failure('effect', advice(effect), at) }
    }
    return await runNow(attempt, file, statement, ran, sent)
  } catch (error) {
    const reason = error instanceof NotStarted ? 'not_started' : attempt.watch.reason()
    const why = failureOf(error, at, reason)
    return sent.intent ? { end: 'ask', otherwise: 'unknown', failure: why } : { end: 'failed', failure: why }
  }
}

/** From the intent on, a lost answer says nothing about what the server did. */
type Sent = { intent: boolean }

type Planned = { readonly ran: string; readonly statement: IndexStatement | null }

function read(attempt: Attempt, file: PlannedFile): Planned {
  const [only] = file.stmts
  if (only === undefined) throw new Error(`expected a statement in ${file.path}, got none`)
  const ran = statementText(bytesOf(attempt, file), only, file.path)
  return { ran, statement: indexStatement(ran) }
}

async function effectOfEarlier(
  { session }: Attempt,
  statement: IndexStatement | null,
  intent: StepRow,
): Promise<Effect> {
  if (statement === null || (await backendLives(session.query, intent.backend))) return 'unknown'
  return effectOf(statement, intent.before, await indexState(session, statement))
}

async function runNow(
  attempt: Attempt,
  file: PlannedFile,
  statement: IndexStatement | null,
  sql: string,
  sent: Sent,
): Promise<FileEnd> {
  const { session, work, claims, watch } = attempt
  const at = { file: file.path, i: 0 }
  await reportStart(attempt)
  const before = statement === null ? '' : await indexState(session, statement)
  await writeStep(session.query, stepRow(attempt, file, 'intent', before), work.agent)
  sent.intent = true
  passed('agent.intent')

  for (let tries = 0; ; tries++) {
    const began = performance.now()
    const tried = await tryOnce(attempt, sql)
    const elapsed = performance.now() - began
    const now = statement === null || session.status() === null ? null : await indexState(session, statement)
    const effect = statement === null || now === null ? null : effectOf(statement, before, now)
    if ('ran' in tried && (effect === null || effect === 'applied')) {
      const ms = Math.round(elapsed)
      passed('agent.statement-done')
      if (!(await stillLocked(session, attempt.lock))) {
        return {
          end: 'unknown',
          failure: failure('escaped', 'the SQL released the lock of this execution', at),
        }
      }
      await conclude(attempt, file, before)
      const run: StatementRun = { file: file.path, i: 0, kind: file.stmts[0]?.kind ?? '', ...tried.ran, ms }
      return { end: 'applied', statements: [run] }
    }
    const found = 'ran' in tried ? 'partial' : afterError(tried.error, effect)
    const again = found === 'not_applied' && 'error' in tried && sqlstateOf(tried.error) === '55P03'
    if (again && tries < lockRetries && watch.reason() === null) {
      await sleep(Math.min(watch.left(), 50 * 2 ** tries + randomInt(50)))
      continue
    }
    const why =
      'ran' in tried
        ? failure('effect', advice('partial'), at)
        : failureOf(tried.error, at, watch.reason() ?? timedOut(tried.error, elapsed, claims.limits.stmt_ms))
    if (found !== 'not_applied')
      return { end: found === 'applied' ? 'unknown' : found, failure: told(why, found) }
    await writeStep(session.query, stepRow(attempt, file, 'failed', before), work.agent)
    return { end: 'failed', failure: why }
  }
}

type Tried =
  | { readonly ran: { readonly command: string; readonly rows: number | null } }
  | { readonly error: unknown }

/** A statement that opened a transaction is no statement that runs outside of one: it is rolled back and has failed. */
async function tryOnce({ session, claims, watch }: Attempt, sql: string): Promise<Tried> {
  const { stmt_ms, lock_ms } = claims.limits
  try {
    await session.query(
      `select pg_catalog.set_config('statement_timeout', $1, false), pg_catalog.set_config('lock_timeout', $2, false),
         pg_catalog.set_config('search_path', $3, false)`,
      [`${stmt_ms}ms`, `${lock_ms}ms`, session.searchPath],
    )
    const ran = await watch.during(session, stmt_ms, () => session.run(sql))
    if (session.status() !== 'I') {
      await session.query('rollback')
      throw new Escaped('the statement opened a transaction')
    }
    await cleanse(session, false)
    return { ran }
  } catch (error) {
    return { error }
  }
}

/** Errors that the server finds before it begins: wrong SQL, a missing privilege, a state that does not allow it. */
function afterError(error: unknown, effect: Effect | null): Effect {
  if (effect !== null) return effect
  if (error instanceof Escaped) return 'not_applied'
  return /^(42|0A|25)/.test(sqlstateOf(error) ?? '') ? 'not_applied' : 'unknown'
}

async function conclude(attempt: Attempt, file: PlannedFile, before: string): Promise<void> {
  const { session, work } = attempt
  const nonce = randomBytes(32)
  await session.query('begin isolation level read committed read write')
  await session.query("set local synchronous_commit = 'on'")
  await writeStep(session.query, stepRow(attempt, file, 'done', before), work.agent)
  await writeLedgerRow(session.query, ledgerRow(attempt, file, nonceHash(nonce)), work.agent)
  await writeDone(session.query, nonce)
  passed('agent.before-commit')
  await session.query('commit')
  passed('agent.after-commit')
}

function stepRow(
  { session, claims, work }: Attempt,
  file: PlannedFile,
  phase: StepRow['phase'],
  before: string,
): StepRow {
  return {
    db: claims.db,
    env: claims.env,
    path: file.path,
    phase,
    jti: claims.jti,
    sha256: file.sha256,
    fence: claims.fence,
    backend: session.backend,
    before,
    agent: work.agent.id,
  }
}

function told(why: Failure, effect: Effect): Failure {
  return { ...why, message: `${why.message}; ${advice(effect)}` }
}

function advice(effect: Effect): string {
  if (effect === 'partial') {
    return 'an index that is not valid was left behind: drop it concurrently, then retry'
  }
  return 'the statement ran outside a transaction and its effect cannot be told from the catalogue: look, then decide'
}
