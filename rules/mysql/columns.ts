import type { Meaning, Name } from '../statement.ts'
import { byCommas, closing, identifier, type Piece, symbol, unquoted, word, words } from './piece.ts'

/** The columns that ADD [COLUMN] adds: one, or a list in parentheses. */
export function addColumns(
  piece: Piece,
  from: number,
  to: number,
  table: Name,
): readonly Meaning[] | undefined {
  if (symbol(piece, from) !== '(') {
    const one = addColumn(piece, from, to, table)
    return one && [one]
  }
  const end = Math.min(closing(piece, from) - 1, to)
  return byCommas(piece, from + 1, end).flatMap(([start, stop]) => {
    const one = addColumn(piece, start, stop, table)
    return one === undefined || notColumns.has(word(piece, start)) ? [] : [one]
  })
}

const notColumns = new Set([
  ...['index', 'key', 'unique', 'fulltext', 'spatial', 'vector', 'primary', 'foreign', 'constraint', 'check'],
])

function addColumn(piece: Piece, from: number, to: number, table: Name): Meaning | undefined {
  const column = identifier(piece, from)
  if (column === undefined) return
  let notNull = false
  let filled = word(piece, from + 1) === 'serial'
  for (let i = from + 1; i < to; i++) {
    if (symbol(piece, i) === '(') i = Math.min(closing(piece, i), to) - 1
    else if (words(piece, i, 'not', 'null') || words(piece, i, 'primary', 'key')) notNull = true
    else if (word(piece, i) === 'default') filled ||= word(piece, i + 1) !== 'null'
    else if (['auto_increment', 'as', 'generated'].includes(word(piece, i))) filled = true
  }
  return { kind: 'add-column', table, column, notNull, filled }
}

// Tables of other engines may be made of rows that are somewhere else, as those of MERGE and FEDERATED are.
const ownRows = new Set(['innodb', 'myisam', 'aria', 'memory', 'heap', 'rocksdb', 'archive', 'csv'])

/** Whether no ENGINE is named here, or one that keeps rows of its own. */
export function hasPlainEngine(piece: Piece, from: number, to = piece.tokens.length): boolean {
  for (let i = from; i < to; i++) {
    if (symbol(piece, i) === '(') i = closing(piece, i) - 1
    else if (word(piece, i) === 'engine') {
      if (!ownRows.has(engineAt(piece, i) ?? '')) return false
    }
  }
  return true
}

/** The same for PARTITION a ... ENGINE = x, behind which a column may be named engine. */
export function arePartitionsPlain(piece: Piece, from: number, to = piece.tokens.length): boolean {
  let partitioned = false
  for (let i = from; i < to; i++) {
    partitioned ||= word(piece, i) === 'partition'
    if (!partitioned || word(piece, i) !== 'engine') continue
    const name = engineAt(piece, i)
    if (name !== undefined && !ownRows.has(name)) return false
  }
  return true
}

/** The name of ENGINE [=] name or 'name'. */
export function engineAt(piece: Piece, engine: number): string | undefined {
  const at = symbol(piece, engine + 1) === '=' ? engine + 2 : engine + 1
  const token = piece.tokens[at]
  const name = token?.kind === 'string' ? unquoted(piece.bytes, token) : identifier(piece, at)
  return name?.toLowerCase()
}

/** What a table means whose rows are somewhere else: in other tables, the ledger's included, or on other servers. */
export const rowsElsewhere: Meaning = {
  kind: 'opaque',
  reason: 'it names a storage engine whose rows may be those of other tables or of other servers',
  instead: 'Name InnoDB, or leave ENGINE out.',
}
