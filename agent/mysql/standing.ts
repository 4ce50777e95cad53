import type { PlannedFile } from '@dbward/protocol/plan'
import type { MysqlStepRow } from '../ledger/row.ts'
import { readDdl } from './ddl.ts'
import { asksForLastId, leavesTraces, modeOf } from './statement-mode.ts'

/**
 * How far earlier attempts got with a file, by the rows that agents signed.
 *
 * `changed`: a statement that was done has other bytes now. `torn`: somebody committed a transaction that was ours, or
 * the rows do not follow each other. `begun`: statement `next` was begun and its end is not known; `row` says how.
 * `clear`: all before `next` is done, and nothing after it was begun.
 */
export type Standing =
  | { readonly is: 'changed'; readonly i: number }
  | { readonly is: 'torn' }
  | { readonly is: 'begun'; readonly next: number; readonly row: MysqlStepRow }
  | { readonly is: 'clear'; readonly next: number }

/** `texts` are the file's statements. Those that only set the session up leave no row, and are never done. */
export function standingOf(
  file: PlannedFile,
  texts: readonly string[],
  rows: readonly MysqlStepRow[],
): Standing {
  const key = (row: MysqlStepRow) => `${row.jti} ${row.i}`
  const done = new Map(rows.filter((row) => row.phase === 'done').map((row) => [row.i, row]))
  const ended = new Set(rows.filter((row) => row.phase === 'done' || row.phase === 'failed').map(key))
  const finished = new Set(rows.filter((row) => row.phase === 'done').map(key))
  for (const row of done.values()) {
    if (file.tx !== 'none' || file.stmts[row.i]?.sha256 !== row.statement_sha256)
      return { is: 'changed', i: row.i }
  }
  if (rows.some((row) => row.phase === 'open' && !finished.has(key(row)))) return { is: 'torn' }

  const leavesRow = (i: number) => i < file.stmts.length && modeOf(texts[i] ?? '') !== 'session'
  const next = Math.max(-1, ...done.keys()) + 1
  if (texts.slice(0, next).some((_, i) => leavesRow(i) && !done.has(i))) return { is: 'torn' }
  const begun = rows.filter((row) => row.phase === 'running' && !ended.has(key(row)) && !done.has(row.i))
  const row = begun.at(-1)
  if (row === undefined) return { is: 'clear', next }
  let first = next
  while (first < file.stmts.length && !leavesRow(first)) first += 1
  const same = begun.every((one) => one.i === first && one.statement_sha256 === file.stmts[first]?.sha256)
  return same && file.tx === 'none' ? { is: 'begun', next: first, row } : { is: 'torn' }
}

/** Whether the statements before `next` left something in their session that those after it may need. */
export function needsItsSession(texts: readonly string[], next: number): boolean {
  const done = texts.slice(0, next)
  if (done.some(leavesTraces)) return true
  return texts.slice(next).some(asksForLastId) && done.some(mayGiveId)
}

/** Changes of tables by their definition give no row a number. */
function mayGiveId(sql: string): boolean {
  return modeOf(sql) !== 'session' && readDdl(sql) === null
}
