import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PlannedFile } from '@dbward/protocol/plan'
import type { StatementRun } from '../execute.ts'
import type { FileEnd } from '../execute-settle.ts'
import { passed } from '../execute-step.ts'
import type { FailureClass } from '../failure.ts'
import { NotStarted, reportStart } from '../report-start.ts'
import { textsOf } from './admit.ts'
import { failureOf, isLockTrouble } from './error.ts'
import type { Attempt } from './execute.ts'
import { type Marker, stillOurs } from './inside.ts'
import { stepRows } from './ledger-read.ts'
import { writeLedgerRow, writeStep } from './ledger-write.ts'
import { rollBack } from './roll-back.ts'
import { ledgerRow, stepRow } from './rows.ts'
import type { Session } from './session.ts'
import { standingOf } from './standing.ts'
import { commandOf, modeOf } from './statement-mode.ts'
import { stopOf, Torn, Unsafe } from './stops.ts'
import { named, untransactional } from './untransactional.ts'
import { Interrupted } from './watch.ts'

/** Runs one file in one transaction, with its marker first and its ledger row last. */
export async function runInTransaction(attempt: Attempt, file: PlannedFile): Promise<FileEnd> {
  for (let tries = 0; ; tries++) {
    const place: Place = { file: file.path, i: null, effects: false, committing: false }
    let session: Session | null = null
    try {
      session = await attempt.open()
      const statements = await transact(attempt, session, file, place)
      return { end: 'applied', statements }
    } catch (error) {
      const stopped = attempt.watch.reason()
      const undone = session === null || (await rollBack(session)) !== 'in part'
      const end = endOf(error, place, stopped, undone)
      const again =
        isLockTrouble(error) &&
        undone &&
        stopped === null &&
        !place.effects &&
        tries < attempt.work.lockRetries
      if (!again) return end
      await sleep(Math.min(attempt.watch.left(), 50 * 2 ** tries + randomInt(50)))
    } finally {
      attempt.warned(session?.warnings() ?? 0)
      await session?.close()
    }
  }
}

/** Which statement is being run. `effects` is true once one that does more than set up the session has succeeded. */
type Place = { file: string; i: number | null; effects: boolean; committing: boolean }

async function transact(
  attempt: Attempt,
  session: Session,
  file: PlannedFile,
  at: Place,
): Promise<readonly StatementRun[]> {
  const { watch, claims, work } = attempt
  const own = <T>(job: () => Promise<T>) => watch.during(session, claims.limits.stmt_ms, job)
  const texts = textsOf(work, file)
  const marker: Marker = { path: file.path, i: -1 }
  await own(() => seeThatItIsWhole(attempt, session, file, texts))

  await own(() => session.query('start transaction read write'))
  const mark = stepRow(attempt, session, file, { i: -1, phase: 'open', before: '' })
  await own(() => writeStep(session.query, mark, work.agent, 'migrator'))
  await own(() => stillOurs(attempt, session, marker))
  passed('agent.ledger-open')
  await reportStart(attempt)

  const statements: StatementRun[] = []
  for (const planned of file.stmts) {
    const text = texts[planned.i] ?? ''
    at.i = planned.i
    const began = performance.now()
    const ran = await own(() => session.run(text))
    const ms = Math.round(performance.now() - began)
    if (watch.reason() !== null) throw new Interrupted('stopped while it ran, whatever its answer was')
    await own(() => stillOurs(attempt, session, marker))
    at.effects ||= modeOf(text) !== 'session'
    statements.push({
      file: file.path,
      i: planned.i,
      kind: planned.kind,
      command: commandOf(text),
      rows: ran.rows,
      ms,
    })
    passed('agent.statement-done')
  }
  at.i = null

  // Under a mode or character set that the SQL chose, a value might be changed, and the row not be what was signed.
  await own(() => session.query('set names utf8mb4'))
  await own(() => session.query(`set session sql_mode = '${session.sqlMode}'`))
  const row = ledgerRow(attempt, session, file)
  await own(() => writeLedgerRow(session.query, row, work.agent, 'migrator'))
  await own(() => stillOurs(attempt, session, marker))
  passed('agent.before-commit')
  at.committing = true
  await own(() => session.run('commit'))
  passed('agent.after-commit')
  return statements
}

/** A transaction of this file that somebody else committed a part of is not begun again; nor one that cannot be undone. */
async function seeThatItIsWhole(
  attempt: Attempt,
  session: Session,
  file: PlannedFile,
  texts: readonly string[],
): Promise<void> {
  const rows = await stepRows(attempt.progress.query, attempt.scope, file.path, attempt.work.verifyRow)
  if (standingOf(file, texts, rows).is !== 'clear') {
    throw new Torn('an earlier attempt left a part of this file behind: look, then decide')
  }
  const names = await untransactional(session.query)
  for (const text of texts) {
    const name = named(text, names)
    if (name === null) continue
    throw new Unsafe(
      `the table ${name} is not transactional, or leads to one: no rollback would undo it; change its engine to InnoDB first`,
    )
  }
}

function endOf(
  error: unknown,
  place: Place,
  stopped: FailureClass | null,
  undone: boolean,
): Exclude<FileEnd, { end: 'applied' | 'found' }> {
  const at = { file: place.file, i: place.i }
  const statements: readonly StatementRun[] = []
  const stop = stopOf(error, at)
  if (stop !== null) return { ...stop, statements }
  const why = failureOf(error, at, error instanceof NotStarted ? 'not_started' : stopped)
  if (!undone) {
    const message = `${why.message}; a table that is not transactional was changed, and that stays`
    return { end: 'partial', failure: { ...why, message }, statements }
  }
  return place.committing
    ? { end: 'ask', otherwise: 'failed', failure: why, statements }
    : { end: 'failed', failure: why, statements }
}
