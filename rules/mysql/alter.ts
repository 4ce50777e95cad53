import type { Span } from '../span.ts'
import type { Meaning, Name } from '../statement.ts'
import { addColumns, arePartitionsPlain, hasPlainEngine, rowsElsewhere } from './columns.ts'
import {
  byCommas,
  identifier,
  nameAt,
  type Piece,
  skip,
  skipIf,
  spanOf,
  symbol,
  word,
  words,
} from './piece.ts'

export type Placed = readonly [Meaning, Span]

/** What the commands of an ALTER TABLE mean, each with its own range; undefined where it is not one. */
export function alterTable(piece: Piece): readonly Placed[] | undefined {
  let at = skip(piece, 1, 'online', 'offline', 'ignore')
  if (word(piece, at) !== 'table') return
  at = skipIf(piece, at + 1)
  const found = nameAt(piece, at)
  if (found === undefined) return
  at = found.next
  if (word(piece, at) === 'wait') at += 2
  if (word(piece, at) === 'nowait') at++
  const table = found.name
  const ranges = byCommas(piece, at, piece.tokens.length)
  const online = isOnline(piece, ranges)
  const placed = ranges.flatMap(([from, to]) =>
    commandMeanings(piece, from, to, { table, online }).map((one): Placed => [one, spanOf(piece, from, to)]),
  )
  return arePartitionsPlain(piece, at) ? placed : [...placed, [rowsElsewhere, piece.whole]]
}

type Ranges = readonly (readonly [number, number])[]

/** Whether LOCK=NONE stands among the commands: the server then refuses what would keep writers waiting. */
function isOnline(piece: Piece, ranges: Ranges): boolean {
  return ranges.some(([from]) => isUnlocked(piece, from))
}

/** `LOCK [=] NONE` */
export function isUnlocked(piece: Piece, at: number): boolean {
  return word(piece, at) === 'lock' && word(piece, symbol(piece, at + 1) === '=' ? at + 2 : at + 1) === 'none'
}

type Altered = { readonly table: Name; readonly online: boolean }

const indexWords = ['index', 'key', 'unique', 'fulltext', 'spatial', 'vector']

function commandMeanings(piece: Piece, from: number, to: number, altered: Altered): readonly Meaning[] {
  const { table } = altered
  const plain: Meaning = { kind: 'alter-table', table }
  switch (word(piece, from)) {
    case 'add':
      return added(piece, from + 1, to, altered) ?? [plain]
    case 'drop':
      return [dropped(piece, from + 1, altered) ?? plain]
    case 'modify':
    case 'change': {
      const column = identifier(piece, skipIf(piece, skip(piece, from + 1, 'column')))
      return [column === undefined ? plain : { kind: 'alter-column-type', table, column }]
    }
    case 'convert':
      return [words(piece, from + 1, 'to') ? { kind: 'convert-table', table } : plain]
    case 'rename':
      return [renamed(piece, from + 1, table) ?? plain]
    case 'truncate':
      return [{ kind: 'truncate', tables: [table], what: 'TRUNCATE PARTITION' }]
    case 'discard':
      return [{ kind: 'truncate', tables: [table], what: 'DISCARD TABLESPACE' }]
    case 'exchange':
      return exchanged(piece, from, to, table)
    case 'import':
    case 'union':
      return [{ ...plain, links: table }]
    default:
      // Table options may follow each other without commas.
      return hasPlainEngine(piece, from, to) ? [plain] : [{ ...plain, links: table }, rowsElsewhere]
  }
}

function added(
  piece: Piece,
  from: number,
  to: number,
  { table, online }: Altered,
): readonly Meaning[] | undefined {
  if (indexWords.includes(word(piece, from))) {
    let at = skip(piece, from, ...indexWords)
    at = skipIf(piece, at)
    const name = symbol(piece, at) === '(' || word(piece, at) === 'using' ? undefined : identifier(piece, at)
    return [
      {
        kind: 'create-index',
        table,
        concurrently: online,
        only: false,
        maybe: true,
        ...(name === undefined ? {} : { name: { schema: table.name, name } }),
      },
    ]
  }
  if (isVersioning(piece, from) || notColumns.has(word(piece, from))) return
  return addColumns(piece, skipIf(piece, skip(piece, from, 'column')), to, table)
}

const notColumns = new Set(['constraint', 'primary', 'foreign', 'check', 'partition'])

// MariaDB: PERIOD FOR SYSTEM_TIME, SYSTEM VERSIONING; a column may be named so too.
function isVersioning(piece: Piece, at: number): boolean {
  return words(piece, at, 'period', 'for') || words(piece, at, 'system', 'versioning')
}

function dropped(piece: Piece, from: number, { table, online }: Altered): Meaning | undefined {
  const first = word(piece, from)
  const named = identifier(piece, skipIf(piece, from + 1))
  if (first === 'partition') return { kind: 'truncate', tables: [table], what: 'DROP PARTITION' }
  if (isVersioning(piece, from) || ['foreign', 'constraint', 'check'].includes(first)) return
  if (first === 'index' || first === 'key' || first === 'primary') {
    const name = first === 'primary' ? 'PRIMARY' : (named ?? '')
    return { kind: 'drop-index', names: [{ schema: table.name, name }], concurrently: online }
  }
  const column = identifier(piece, skipIf(piece, skip(piece, from, 'column')))
  return column === undefined ? undefined : { kind: 'drop-column', table, column }
}

function renamed(piece: Piece, from: number, table: Name): Meaning | undefined {
  if (['column', 'index', 'key'].includes(word(piece, from))) return
  const at = skip(piece, symbol(piece, from) === '=' ? from + 1 : from, 'to', 'as')
  const to = nameAt(piece, at)?.name
  return to && { kind: 'rename', from: table, to }
}

// The rows change places: neither table is what it was.
function exchanged(piece: Piece, from: number, to: number, table: Name): readonly Meaning[] {
  for (let i = from; i < to; i++) {
    if (!words(piece, i, 'with', 'table')) continue
    const other = nameAt(piece, i + 2)?.name
    if (other === undefined) break
    return [
      { kind: 'alter-table', table, links: table },
      { kind: 'alter-table', table: other, links: other },
    ]
  }
  return [{ kind: 'alter-table', table, links: table }]
}
