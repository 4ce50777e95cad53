import { compare, type Expression, unknown } from '../expression.ts'
import { picksOf } from '../picks.ts'
import type { Picks, Where } from '../statement.ts'
import { holdsAlways } from '../truth.ts'
import { conditionOf } from './expression.ts'
import { find, identifier, type Piece, symbol, word } from './piece.ts'
import type { Scope } from './scope.ts'
import type { TableRef } from './table-refs.ts'

/** Where the parts of an UPDATE or DELETE stand: the tables that are joined, and what comes after them. */
export type Clauses = { readonly from: number; readonly to: number; readonly refs: readonly TableRef[] }

export type Rows = { readonly where: Where; readonly picks?: Picks }

/**
 * Which rows of a table an UPDATE or DELETE means, as far as its look tells. LIMIT is no guard, unless there is an
 * order. What an inner join asks for counts like a WHERE; what an outer one asks for leaves no row out.
 */
export function rowsOf(piece: Piece, target: TableRef | undefined, { from, to, refs }: Clauses): Rows {
  const others = refs.filter((one) => one !== target)
  const scope: Scope = {
    refs: target === undefined ? refs : [target, ...others],
    isKey: piece.isKey ?? (() => false),
  }
  const count = piece.tokens.length
  const at = find(piece, to, count, 'where')
  const end = find(piece, at, count, 'order', 'limit', 'returning')
  const joined = joinConditions(piece, from, to, scope)
  if (at === count && joined.length === 0) return { where: 'empty' }
  const own = at === count ? [] : [conditionOf(piece, at + 1, end, scope)]
  const all: Expression = { is: 'and', of: [...joined, ...own] }
  if (holdsAlways(all)) return { where: at === count ? 'empty' : 'always' }
  const ties = find(piece, from, to, 'on', 'using', 'natural') < to
  if (!ties && others.length > 0 && speaksOfOthers(piece, at + 1, end, others)) return { where: 'untied' }
  const picks = picksOf(all)
  const chunk = find(piece, end, count, 'order') < count && find(piece, end, count, 'limit') < count
  return { where: 'some', picks: chunk ? { ...picks, rows: 'few' } : picks }
}

const joins = ['join', 'straight_join', 'inner', 'cross', 'left', 'right', 'natural', 'on', 'using']

/** What the inner joins between two tokens ask for. */
function joinConditions(piece: Piece, from: number, to: number, scope: Scope): readonly Expression[] {
  const found: Expression[] = []
  let outer = false
  for (let at = from; at < to; at++) {
    const verb = word(piece, at)
    if (verb === 'left' || verb === 'right') outer = true
    else if (verb === 'natural') found.push(compare('=', unknown, unknown))
    else if (verb === 'using' && symbol(piece, at + 1) === '(' && !outer)
      found.push(compare('=', unknown, unknown))
    else if (verb === 'on' && !outer) {
      const end = find(piece, at + 1, to, ...joins)
      found.push(conditionOf(piece, at + 1, commaBefore(piece, at + 1, end), scope))
    }
    if (verb === 'on' || verb === 'using') outer = false
  }
  return found
}

function commaBefore(piece: Piece, from: number, to: number): number {
  let depth = 0
  for (let at = from; at < to; at++) {
    const sign = symbol(piece, at)
    if (sign === '(') depth++
    else if (sign === ')') depth--
    if ((sign === ',' && depth === 0) || depth < 0) return at
  }
  return to
}

const keywords = new Set(
  `and or xor not is in between like rlike regexp null true false unknown case when then else end div mod binary escape
  collate interval`
    .trim()
    .split(/\s+/),
)

/** Whether every name among these tokens is one of another table for sure. */
function speaksOfOthers(piece: Piece, from: number, to: number, others: readonly TableRef[]): boolean {
  const known = new Set(others.map(({ alias }) => alias.toLowerCase()))
  let any = false
  for (let at = from; at < to; at++) {
    const kind = piece.tokens[at]?.kind
    if ((kind !== 'word' && kind !== 'quoted') || keywords.has(word(piece, at))) continue
    if (symbol(piece, at + 1) === '(') {
      if (symbol(piece, at - 1) === '.') return false
      continue
    }
    const qualifier = symbol(piece, at + 1) === '.' ? identifier(piece, at)?.toLowerCase() : undefined
    if (qualifier === undefined || !known.has(qualifier) || symbol(piece, at + 3) === '.') return false
    any = true
    at += 2
  }
  return any
}
