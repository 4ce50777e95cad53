import type { PlannedFile } from '@dbward/protocol/plan'
import type { StatementRun } from '../execute.ts'
import type { FileEnd } from '../execute-settle.ts'
import { passed } from '../execute-step.ts'
import { NotStarted, reportStart } from '../report-start.ts'
import { textsOf } from './admit.ts'
import { failureOf } from './error.ts'
import type { Attempt } from './execute.ts'
import { stillOurs } from './inside.ts'
import { stepRows } from './ledger-read.ts'
import { writeLedgerRow, writeStep } from './ledger-write.ts'
import { lookFor } from './look.ts'
import { ledgerRow, stepRow } from './rows.ts'
import type { Session } from './session.ts'
import { needsItsSession, standingOf } from './standing.ts'
import { runStatement, type StatementEnd } from './statement.ts'
import { commandOf, modeOf } from './statement-mode.ts'
import { stopOf, Torn } from './stops.ts'
import { untransactional } from './untransactional.ts'
import { Interrupted } from './watch.ts'

/**
 * Runs the statements of a file one by one, as some of them commit by themselves.
 *
 * Nothing undoes them, so each is written down before it is sent and after it has ended, by the other account. What an
 * earlier attempt has done is not done again; what it began and did not end is looked up, and where that does not show,
 * nothing runs and a person decides.
 */
export async function runOneByOne(attempt: Attempt, file: PlannedFile): Promise<FileEnd> {
  const at: Place = {
    file: file.path,
    i: null,
    statements: [],
    effects: false,
    left: false,
    concluding: false,
  }
  let session: Session | null = null
  try {
    await rowsBefore(attempt, file, at)
    session = await attempt.open()
    return await run(attempt, session, file, at)
  } catch (error) {
    return endOf(attempt, error, at)
  } finally {
    attempt.warned(session?.warnings() ?? 0)
    await session?.close()
  }
}

async function run(attempt: Attempt, session: Session, file: PlannedFile, at: Place): Promise<FileEnd> {
  const texts = textsOf(attempt.work, file)
  const next = await resume(attempt, session, file, texts, at)
  await own(attempt, session, () => stillOurs(attempt, session, null))
  await reportStart(attempt)
  if (next < file.stmts.length) await setUp(attempt, session, texts.slice(0, next))
  const ended = await runFrom(attempt, session, file, texts, next, at)
  if (ended !== null) return ended
  at.i = null
  await conclude(attempt, session, file, at)
  const found = next === file.stmts.length && next > 0
  return found ? { end: 'found' } : { end: 'applied', statements: at.statements }
}

type Place = {
  file: string
  i: number | null
  statements: StatementRun[]
  /** Something of this file took effect in this attempt. */
  effects: boolean
  /** Something of it took effect in an earlier one. */
  left: boolean
  concluding: boolean
}

function own<T>({ watch, claims }: Attempt, session: Session, job: () => Promise<T>): Promise<T> {
  return watch.during(session, claims.limits.stmt_ms, job)
}

/** What earlier attempts wrote of the file. */
async function rowsBefore({ progress, scope, work }: Attempt, file: PlannedFile, at: Place) {
  const rows = await stepRows(progress.query, scope, file.path, work.verifyRow)
  at.left = rows.some((row) => row.phase === 'done')
  return rows
}

/** Where to go on. An earlier statement whose end is found by its effect is written down as done. */
async function resume(
  attempt: Attempt,
  session: Session,
  file: PlannedFile,
  texts: readonly string[],
  at: Place,
): Promise<number> {
  const { progress, work } = attempt
  const standing = standingOf(file, texts, await rowsBefore(attempt, file, at))
  if (standing.is === 'changed' || standing.is === 'torn') {
    throw new Torn(
      'an earlier attempt left this file in a state that its ledger does not explain: look, then decide',
    )
  }
  if (standing.next > 0 && standing.next < file.stmts.length && needsItsSession(texts, standing.next)) {
    throw new Torn(
      'an earlier attempt did a part of this file, and the rest may need variables or tables of its session: look, then decide',
    )
  }
  if (standing.is === 'clear') return standing.next
  const effect = await lookFor(session, standing.row, texts[standing.next] ?? '')
  if (effect === 'not_applied') return standing.next
  if (effect !== 'applied') throw new Torn(advice[effect])
  const row = stepRow(attempt, session, file, {
    i: standing.next,
    phase: 'done',
    before: standing.row.before,
  })
  await writeStep(progress.query, row, work.agent, 'progress')
  return resume(attempt, session, file, texts, at)
}

const advice = {
  unknown:
    'a statement was begun, and whether it was done cannot be told from the catalogue: look, then decide',
  partial: 'a statement was begun, and a part of it was done: look, then decide',
  running: 'a statement of an earlier attempt still runs in the server: wait for it or end it, then look',
} as const

/** A new session is brought to where the old one was: SET and USE change nothing else. */
async function setUp(attempt: Attempt, session: Session, before: readonly string[]): Promise<void> {
  for (const text of before) {
    if (modeOf(text) !== 'session') continue
    await own(attempt, session, () => session.run(text))
    await own(attempt, session, () => stillOurs(attempt, session, null))
  }
}

async function runFrom(
  attempt: Attempt,
  session: Session,
  file: PlannedFile,
  texts: readonly string[],
  from: number,
  at: Place,
): Promise<FileEnd | null> {
  let names: ReadonlySet<string> = new Set()
  let known = false
  for (const planned of file.stmts.slice(from)) {
    const text = texts[planned.i] ?? ''
    const mode = modeOf(text)
    at.i = planned.i
    const began = performance.now()
    const last = planned.i === file.stmts.length - 1
    if (mode === 'dml' && !known) names = await untransactional(session.query)
    // Any other may make such a table, change the engine of one or lead to it.
    known = mode === 'dml' || (mode === 'session' && known)
    let ended: StatementEnd
    if (mode === 'session') {
      const ran = await own(attempt, session, () => session.run(text))
      await own(attempt, session, () => stillOurs(attempt, session, null))
      ended = { end: 'done', rows: ran.rows }
    } else {
      ended = await runStatement(attempt, session, { file, i: planned.i, text, names, first: !at.effects })
      at.effects ||= ended.end !== 'failed'
    }
    if (ended.end !== 'done') {
      return { end: endAfter(ended.end, at), failure: ended.failure, statements: at.statements }
    }
    const ms = Math.round(performance.now() - began)
    at.statements.push({
      file: file.path,
      i: planned.i,
      kind: planned.kind,
      command: commandOf(text),
      rows: ended.rows,
      ms,
    })
    if (attempt.watch.reason() !== null && !last) throw new Interrupted('stopped between statements')
    if (!session.alive() && !last) throw new Interrupted('the session is gone')
  }
  return null
}

async function conclude(attempt: Attempt, session: Session, file: PlannedFile, at: Place): Promise<void> {
  at.concluding = true
  passed('agent.before-commit')
  const row = ledgerRow(attempt, session, file)
  await writeLedgerRow(attempt.progress.query, row, attempt.work.agent, 'progress')
  passed('agent.after-commit')
}

function endOf(attempt: Attempt, error: unknown, at: Place): FileEnd {
  const place = { file: at.file, i: at.i }
  const { statements } = at
  const stop = stopOf(error, place)
  if (stop !== null) return { ...stop, end: endAfter(stop.end, at), statements }
  const reason = error instanceof NotStarted ? 'not_started' : attempt.watch.reason()
  const why = failureOf(error, place, reason)
  if (at.concluding) {
    const told = { ...why, message: `${why.message}; all statements of the file are done` }
    return { end: 'ask', otherwise: 'partial', failure: told, statements: [] }
  }
  return { end: endAfter('failed', at), failure: why, statements }
}

/** A file that failed has left nothing only where no attempt has done a part of it. */
function endAfter<T extends string>(end: T, at: Place): T | 'partial' {
  return end === 'failed' && (at.effects || at.left) ? 'partial' : end
}
