import { compare, constant, type Expression, unknown } from '../expression.ts'
import { picksOf } from '../picks.ts'
import type { Name, Picks, Where } from '../statement.ts'
import { holdsAlways } from '../truth.ts'
import { conditionsOf } from './expression.ts'
import { closing, find, identifier, type Piece, symbol, word } from './piece.ts'
import type { Scope } from './scope.ts'
import { isQuery, type TableRef } from './table-refs.ts'

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
  const conditionOf = conditionsOf(piece, scope)
  const again = others.some(({ table }) => isSame(table, target?.table))
  const ties = joinConditions(piece, from, to)
  const joined = ties.flatMap(({ on, outer }) => {
    if (outer) return []
    // A table that is joined with itself by its own columns has all of its rows.
    return on === undefined ? (again ? constant(true) : named) : conditionOf(...on)
  })
  if (at === count && joined.length === 0) return { where: 'empty' }
  const own = at === count ? [] : [conditionOf(at + 1, end)]
  const all: Expression = { is: 'and', of: [...joined, ...own] }
  if (holdsAlways(all)) return { where: at === count ? 'empty' : 'always' }
  const filter: Tie = { on: [at + 1, end], outer: false }
  const spoken = [filter, ...ties].map(({ on }) =>
    on === undefined ? 'no' : speaksOfOthers(piece, ...on, others),
  )
  const untied = !spoken.includes('no') && spoken.includes('yes')
  if (others.length > 0 && untied) return { where: 'untied' }
  const picks = picksOf(all)
  const chunk = find(piece, end, count, 'order') < count && find(piece, end, count, 'limit') < count
  return { where: 'some', picks: chunk ? { ...picks, rows: 'few' } : picks }
}

const joins = ['join', 'straight_join', 'inner', 'cross', 'left', 'right', 'natural', 'on', 'using']

const named: Expression = compare('=', unknown, unknown)

type Range = readonly [from: number, to: number]
/** A condition of a join; `on` is where it stands, and of USING and NATURAL there is none. */
type Tie = { readonly on?: Range; readonly outer: boolean }

function joinConditions(piece: Piece, from: number, to: number): readonly Tie[] {
  const found: Tie[] = []
  let outer = false
  for (let at = from; at < to; at++) {
    const verb = word(piece, at)
    // What is joined in a query in parentheses is a matter of that query.
    if (symbol(piece, at) === '(' && isQuery(piece, at + 1)) at = closing(piece, at) - 1
    else if (verb === 'left' || verb === 'right') outer = true
    else if (verb === 'natural') found.push({ outer: ['left', 'right'].includes(word(piece, at + 1)) })
    else if (verb === 'using' && symbol(piece, at + 1) === '(') found.push({ outer })
    else if (verb === 'on') {
      const end = commaBefore(piece, at + 1, find(piece, at + 1, to, ...joins))
      found.push({ on: [at + 1, end], outer })
    }
    if (verb === 'on' || verb === 'using') outer = false
  }
  return found
}

function isSame(one: Name, other: Name | undefined): boolean {
  return one.name === other?.name && one.schema === other.schema
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

/** Whether every name among these tokens is one of another table for sure, where there are any. */
function speaksOfOthers(
  piece: Piece,
  from: number,
  to: number,
  others: readonly TableRef[],
): 'yes' | 'no' | undefined {
  const known = new Set(others.map(({ alias }) => alias.toLowerCase()))
  let any = false
  for (let at = from; at < to; at++) {
    const kind = piece.tokens[at]?.kind
    if ((kind !== 'word' && kind !== 'quoted') || keywords.has(word(piece, at))) continue
    if (symbol(piece, at + 1) === '(') {
      if (symbol(piece, at - 1) === '.') return 'no'
      continue
    }
    const qualifier = symbol(piece, at + 1) === '.' ? identifier(piece, at)?.toLowerCase() : undefined
    if (qualifier === undefined || !known.has(qualifier) || symbol(piece, at + 3) === '.') return 'no'
    any = true
    at += 2
  }
  return any ? 'yes' : undefined
}
