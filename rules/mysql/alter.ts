import type { Span } from '../span.ts'
import type { Meaning, Name } from '../statement.ts'
import { askedAt, asksForMore, isAsk } from './asked.ts'
import { addColumns, arePartitionsPlain, hasPlainEngine, rowsElsewhere } from './columns.ts'
import { keyMeaning } from './keys.ts'
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
import { together } from './together.ts'
import type { Asked, Work } from './work.ts'
import { keyAt, partsOf, worksOf } from './works.ts'

export type Placed = readonly [Meaning, Span]

/** What the commands of an ALTER TABLE mean, each with its own range; undefined where it is not one. */
export function alterTable(piece: Piece): readonly Placed[] | undefined {
  let at = skip(piece, 1, 'online', 'offline', 'ignore')
  if (word(piece, at) !== 'table') return
  const prefixes = Array.from({ length: at }, (_, i) => word(piece, i))
  at = skipIf(piece, at + 1)
  const found = nameAt(piece, at)
  if (found === undefined) return
  at = found.next
  if (word(piece, at) === 'wait') at += 2
  if (word(piece, at) === 'nowait') at++
  const table = found.name
  const ranges = byCommas(piece, at, piece.tokens.length)
  const starts = ranges.map(([from]) => from)
  const altered: Altered = { table, asked: askedAt(piece, starts, prefixes.includes('online')) }
  const works = together(
    ranges.map(([from, to]) => worksOf(piece, from, to)),
    prefixes.includes('ignore'),
  )
  const beside = works.flat()
  const wish = asksForMore(altered.asked) ? starts.find((one) => isAsk(piece, one)) : undefined
  const placed = ranges.flatMap(([from, to], i) =>
    [
      ...commandMeanings(piece, from, to, altered),
      ...workMeaning(from === wish ? ['asked'] : (works[i] ?? []), piece, from, to, altered, beside),
    ].map((one): Placed => [one, spanOf(piece, from, to)]),
  )
  return arePartitionsPlain(piece, at) ? placed : [...placed, [rowsElsewhere, piece.whole]]
}

type Altered = { readonly table: Name; readonly asked: Asked }

function workMeaning(
  works: readonly Work[],
  piece: Piece,
  from: number,
  to: number,
  altered: Altered,
  beside: readonly Work[],
): readonly Meaning[] {
  // Most commands only add a column, which costs nothing anywhere.
  if (works.every((work) => work === 'add-column')) return []
  const about = subject(piece, from)
  const references = pointsTo(piece, from, to)
  const work: Meaning = { kind: 'table-work', ...altered, works, beside }
  const named: Meaning = about === undefined ? work : { ...work, about }
  if (references === undefined) return [named]
  return [{ ...named, references, ...(follows(piece, from, to) ? { follows: true } : {}) }]
}

/** ON DELETE CASCADE and its like: RESTRICT and NO ACTION change no row. */
function follows(piece: Piece, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const event = word(piece, i) === 'on' && ['delete', 'update'].includes(word(piece, i + 1) ?? '')
    if (event && ['cascade', 'set'].includes(word(piece, i + 2) ?? '')) return true
  }
  return false
}

function pointsTo(piece: Piece, from: number, to: number): Name | undefined {
  for (let i = from + 1; i < to; i++) {
    if (word(piece, i) === 'references') return nameAt(piece, i + 1)?.name
  }
  return
}

/** The column, or the constraint where it has a name, that a command is about. */
function subject(piece: Piece, from: number): string | undefined {
  switch (word(piece, from)) {
    case 'add': {
      if (word(piece, from + 1) === 'constraint') {
        const named = skipIf(piece, from + 2)
        return keyAt(piece, from + 1) === named ? undefined : identifier(piece, named)
      }
      return keyAt(piece, from + 1) === undefined ? column(piece, from + 1) : undefined
    }
    case 'modify':
    case 'change':
      return column(piece, from + 1)
    default:
      return
  }
}

function column(piece: Piece, from: number): string | undefined {
  return identifier(piece, skipIf(piece, skip(piece, from, 'column')))
}

function commandMeanings(piece: Piece, from: number, to: number, altered: Altered): readonly Meaning[] {
  const { table } = altered
  const plain: Meaning = { kind: 'alter-table', table }
  switch (word(piece, from)) {
    case 'add':
      return added(piece, from + 1, to, altered) ?? [plain]
    case 'drop':
      return [dropped(piece, from + 1, altered) ?? plain]
    case 'modify':
    case 'change':
      return changed(piece, from, table)
    case 'convert':
      return [plain]
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
  { table, asked }: Altered,
): readonly Meaning[] | undefined {
  if (keyAt(piece, from) !== undefined) {
    const made = keyMeaning(piece, from, table, asked)
    return made && [made]
  }
  if (isVersioning(piece, from) || word(piece, from) === 'partition') return
  const at = skipIf(piece, skip(piece, from, 'column'))
  const keys = (partsOf(piece, at, to) ?? []).flatMap(([start]) =>
    keyAt(piece, start) === undefined ? [] : (keyMeaning(piece, start, table, asked) ?? []),
  )
  const columns = addColumns(piece, at, to, table)
  return columns && [...columns, ...keys]
}

// MariaDB: PERIOD FOR SYSTEM_TIME, SYSTEM VERSIONING; a column may be named so too.
function isVersioning(piece: Piece, at: number): boolean {
  return words(piece, at, 'period', 'for') || words(piece, at, 'system', 'versioning')
}

function dropped(piece: Piece, from: number, { table, asked }: Altered): Meaning | undefined {
  const first = word(piece, from)
  if (first === 'partition') return { kind: 'truncate', tables: [table], what: 'DROP PARTITION' }
  if (isVersioning(piece, from) || first === 'primary') return
  const named = identifier(piece, skipIf(piece, first === 'foreign' ? from + 2 : from + 1))
  if (['foreign', 'constraint', 'check'].includes(first)) {
    const primary = named?.toLowerCase() === 'primary'
    return named === undefined || primary ? undefined : { kind: 'drop-constraint', table, name: named }
  }
  if (first === 'index' || first === 'key') {
    if (named?.toLowerCase() === 'primary') return
    const names = [{ schema: table.name, name: named ?? '' }]
    return { kind: 'drop-index', names, concurrently: asked.lock === 'none' }
  }
  const name = column(piece, from)
  return name === undefined ? undefined : { kind: 'drop-column', table, column: name }
}

function changed(piece: Piece, from: number, table: Name): readonly Meaning[] {
  const at = skipIf(piece, skip(piece, from + 1, 'column'))
  const name = identifier(piece, at)
  if (name === undefined) return [{ kind: 'alter-table', table }]
  const type: Meaning = { kind: 'alter-column-type', table, column: name }
  const to = word(piece, from) === 'change' ? identifier(piece, at + 1) : undefined
  if (to === undefined || to.toLowerCase() === name.toLowerCase()) return [type]
  return [type, { kind: 'rename-column', table, column: name, to }]
}

function renamed(piece: Piece, from: number, table: Name): Meaning | undefined {
  if (word(piece, from) === 'column') {
    const at = skipIf(piece, from + 1)
    const name = identifier(piece, at)
    const to = word(piece, at + 1) === 'to' ? identifier(piece, at + 2) : undefined
    return name === undefined || to === undefined
      ? undefined
      : { kind: 'rename-column', table, column: name, to }
  }
  if (['index', 'key'].includes(word(piece, from))) return
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
