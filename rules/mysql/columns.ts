import type { Meaning, Name } from '../statement.ts'
import { byCommas, closing, identifier, type Piece, symbol, word, words } from './piece.ts'

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
  ...['index', 'key', 'unique', 'fulltext', 'spatial', 'primary', 'foreign', 'constraint', 'check'],
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
      const at = symbol(piece, i + 1) === '=' ? i + 2 : i + 1
      const name = piece.tokens[at]?.kind === 'string' ? '' : (identifier(piece, at) ?? '')
      if (!ownRows.has(name.toLowerCase())) return false
    }
  }
  return true
}
