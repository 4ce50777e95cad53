import { nameKey } from '../name-key.ts'
import type { Name } from '../statement.ts'
import {
  byCommas,
  closing,
  find,
  identifier,
  nameAt,
  type Piece,
  skip,
  skipIf,
  symbol,
  word,
  words,
} from './piece.ts'

/** Which columns are never NULL, as far as the tables and keys that a file makes say so. */
export function knownKeys(pieces: readonly Piece[]): (table: Name, column: string) => boolean {
  const keys = new Set<string>()
  for (const piece of pieces) {
    const verb = word(piece, 0)
    if (verb !== 'create' && verb !== 'alter') continue
    const at = skipIf(piece, skip(piece, 1, 'or', 'replace', 'temporary', 'ignore', 'online', 'table'))
    const named = word(piece, skip(piece, 1, 'or', 'replace', 'temporary', 'ignore', 'online')) === 'table'
    const table = named ? nameAt(piece, at) : undefined
    if (table === undefined) continue
    for (const column of keyColumns(piece, table.next)) keys.add(keyOf(table.name, column))
  }
  return (table, column) => keys.has(keyOf(table, column))
}

function keyOf(table: Name, column: string): string {
  return nameKey(table, column).toLowerCase()
}

/** The columns that a list of definitions, or of commands, makes a primary key. */
function keyColumns(piece: Piece, from: number): readonly string[] {
  const open = symbol(piece, from) === '('
  const end = open ? closing(piece, from) - 1 : piece.tokens.length
  return byCommas(piece, open ? from + 1 : from, end).flatMap(([start, stop]) => {
    const primary = find(piece, start, stop, 'primary')
    if (primary === stop || !words(piece, primary, 'primary', 'key')) return []
    const list = find(piece, primary, stop, 'key') + 1
    const at = symbol(piece, list) === '(' ? list : symbol(piece, list + 1) === '(' ? list + 1 : undefined
    if (at === undefined) return [identifier(piece, skip(piece, start, 'add', 'column')) ?? '']
    return byCommas(piece, at + 1, closing(piece, at) - 1).map(([first]) => identifier(piece, first) ?? '')
  })
}
