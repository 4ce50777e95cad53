import type { Name } from '../statement.ts'
import { closing, identifier, nameAt, type Piece, symbol, word } from './piece.ts'

/** A table of a FROM clause, and the name that the rest of the statement has for it. */
export type TableRef = { readonly table: Name; readonly alias: string }

const joins = new Set(['join', 'straight_join'])
const notAliases = new Set([
  ...['join', 'straight_join', 'inner', 'left', 'right', 'cross', 'natural', 'on', 'using', 'set', 'where'],
  ...['order', 'limit', 'partition', 'use', 'force', 'ignore', 'for', 'returning'],
])

/** The tables between `from` and `to` that are joined there; what a subquery reads is not among them. */
export function tableRefs(piece: Piece, from: number, to: number): readonly TableRef[] {
  const refs: TableRef[] = []
  let expected = true
  let conditions = 0
  for (let at = from; at < to; ) {
    if (expected && symbol(piece, at) === '(') {
      if (isQuery(piece, at + 1)) at = closing(piece, at)
      else at++
      continue
    }
    const found = expected ? nameAt(piece, at) : undefined
    if (found !== undefined) {
      at = found.next
      if (word(piece, at) === 'partition' && symbol(piece, at + 1) === '(') at = closing(piece, at + 1)
      const named = word(piece, at) === 'as' ? at + 1 : at
      const alias = notAliases.has(word(piece, named)) ? undefined : identifier(piece, named)
      refs.push({ table: found.name, alias: alias ?? found.name.name })
      if (alias !== undefined) at = named + 1
      expected = false
      continue
    }
    // A condition of a join may hold commas and subqueries in its parentheses.
    if (symbol(piece, at) === '(') conditions++
    if (symbol(piece, at) === ')' && conditions > 0) conditions--
    expected = conditions === 0 && (joins.has(word(piece, at)) || symbol(piece, at) === ',')
    at++
  }
  return refs
}

/** Whether a query begins here, rather than a table in parentheses. */
export function isQuery(piece: Piece, at: number): boolean {
  return ['select', 'with', 'values', 'table'].includes(word(piece, at)) || symbol(piece, at) === '('
}
