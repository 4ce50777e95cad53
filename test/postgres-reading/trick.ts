import type { State } from './world.ts'

/**
 * A text that may do more than it looks like. `happens` is what PostgreSQL 18 did with it: dropped the table x, its
 * column b, emptied it, gave every row of it another b, or none of these. `ours` is what the review makes of it: it sees
 * what happens, it blocks the file as not understood, or says nothing, which is right only where nothing happens.
 */
export type Trick = {
  readonly sql: string
  readonly happens: 'table' | 'column' | 'rows' | 'values' | 'nothing'
  readonly ours: 'seen' | 'blocked' | 'silent'
}

/** The rules of which one says that this happens; what is put together at run time may be anything. */
export const rulesOf: Readonly<Record<Trick['happens'], readonly string[]>> = {
  table: ['drop-table', 'dynamic-sql'],
  column: ['drop-column', 'drop-table', 'dynamic-sql'],
  rows: ['no-where-delete', 'truncate', 'dynamic-sql'],
  values: ['no-where-update', 'dynamic-sql'],
  nothing: [],
}

/** What a state has lost, compared with the one before. */
export function lost({ columns, rows, bs }: State): Trick['happens'] {
  if (columns === undefined) return 'table'
  if (!columns.includes('b')) return 'column'
  if (rows === 0) return 'rows'
  return bs.includes('1') || bs.includes('2') ? 'nothing' : 'values'
}
