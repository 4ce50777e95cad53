import type { Meaning, Name } from '../statement.ts'
import { askedAt, asksForMore } from './asked.ts'
import { closing, identifier, type Piece, skip, skipIf, symbol, word } from './piece.ts'
import type { Asked, Work } from './work.ts'
import { indexWork, keyAt } from './works.ts'

const indexWords = ['index', 'key', 'unique', 'fulltext', 'spatial', 'vector']

/** The index that ADD [CONSTRAINT a] {INDEX | UNIQUE | ...} makes; undefined for other keys and for a CHECK. */
export function keyMeaning(piece: Piece, from: number, table: Name, asked: Asked): Meaning | undefined {
  const at = keyAt(piece, from) ?? from
  const kind = word(piece, at)
  if (!indexWords.includes(kind)) return
  const named = skipIf(piece, skip(piece, at, ...indexWords))
  const without = symbol(piece, named) === '(' || word(piece, named) === 'using'
  const constraint = at === from || at === skipIf(piece, from + 1) ? undefined : identifier(piece, at - 1)
  const name = without ? constraint : identifier(piece, named)
  return {
    ...made(kind, table, asked),
    maybe: true,
    ...(name === undefined ? {} : { name: { schema: table.name, name } }),
  }
}

type Made = Extract<Meaning, { readonly kind: 'create-index' }>

function made(kind: string, table: Name, asked: Asked): Made {
  const special = kind === 'fulltext' || kind === 'spatial' || kind === 'vector' ? kind : undefined
  // What the server cannot do with this, it refuses.
  const refused = asked.lock === 'none' || asked.algorithm === 'instant'
  const concurrently = refused || (special === undefined && !asksForMore(asked))
  const index: Made = { kind: 'create-index', table, concurrently, only: false, maybe: true }
  return special === undefined ? index : { ...index, special }
}

/** CREATE [OR REPLACE] kind INDEX name ON table, whose clauses stand from `from` on. */
export function createdIndex(
  piece: Piece,
  from: number,
  kind: string,
  { table, name, replace, maybe }: { table: Name; name: Name; replace: boolean; maybe: boolean },
): readonly Meaning[] {
  const asked = askedAt(piece, clauses(piece, from))
  const index: Meaning = { ...made(kind, table, asked), name, maybe: replace || maybe }
  const works: readonly Work[] = [indexWork(kind)]
  const work: Meaning = { kind: 'table-work', table, works, asked, beside: works }
  return replace ? [...droppedIndex(piece, from, table, name), index, work] : [index, work]
}

export function droppedIndex(piece: Piece, from: number, table: Name, name: Name): readonly Meaning[] {
  const asked = askedAt(piece, clauses(piece, from))
  const primary = name.name.toLowerCase() === 'primary'
  const works: readonly Work[] = [primary ? 'drop-primary-key' : 'drop-index']
  const work: Meaning = { kind: 'table-work', table, works, asked, beside: works }
  if (primary) return [work]
  return [{ kind: 'drop-index', names: [name], concurrently: asked.lock === 'none' }, work]
}

/** Everything outside of parentheses: the clauses of an index follow each other without commas. */
function clauses(piece: Piece, from: number): readonly number[] {
  const found: number[] = []
  for (let i = from; i < piece.tokens.length; i++) {
    if (symbol(piece, i) === '(') i = closing(piece, i) - 1
    else found.push(i)
  }
  return found
}
