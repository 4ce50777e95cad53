import type { Node } from 'libpg-query'
import { end, type Span, span } from '../span.ts'
import type { Meaning, Name, Statement } from '../statement.ts'
import { isSymbol, isWord, significant, type Token } from './lex.ts'

/** A piece of SQL and where it stands in the file: what lowering needs to place a finding. */
export type Source = {
  readonly index: number
  readonly whole: Span
  /** where location 0 of the parse tree is in the file; undefined where only `whole` is known */
  readonly base: number | undefined
  /** the tokens of the statement, with offsets of the file; empty where `base` is undefined */
  readonly tokens: readonly Token[]
  readonly conditional: boolean
  readonly lineOf: (off: number) => number
  /** whether a column is never NULL, as far as the file itself says so */
  readonly isKey: (table: Name, column: string) => boolean
  /** how many texts of SQL it stands in: the body of a DO in the body of a DO */
  readonly nesting?: number
  /** whether its text was looked through and nothing in it can become the name of the ledger's schema */
  readonly noLedger?: boolean
  /** told of whatever runs with the file */
  readonly runs?: (node: Node) => void
}

export function place(meaning: Meaning, source: Source, where: Span = source.whole): Statement {
  return {
    ...meaning,
    index: source.index,
    span: where,
    line: source.lineOf(where.off),
    conditional: source.conditional,
  }
}

/** From the token at a tree location to its closing parenthesis: a call, an IN list. */
export function callAt(source: Source, location: number | undefined): Span {
  const first = tokenAt(source, location)
  if (first === undefined) return source.whole
  return span(source.tokens[first]?.off ?? 0, closing(source.tokens, first))
}

/** From the keyword before a tree location to where its parenthesis ends: a DELETE inside a WITH. */
export function clauseAt(source: Source, location: number | undefined, keyword: string): Span {
  const named = tokenAt(source, location)
  if (named === undefined) return source.whole
  const first = source.tokens.findLastIndex((token, i) => i < named && isWord(token, keyword))
  if (first === -1) return source.whole
  return span(source.tokens[first]?.off ?? 0, enclosing(source.tokens, first, end(source.whole)))
}

function tokenAt(source: Source, location: number | undefined): number | undefined {
  if (source.base === undefined || location === undefined || location < 0) return
  const off = source.base + location
  let low = 0
  let high = source.tokens.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((source.tokens[middle]?.off ?? 0) < off) low = middle + 1
    else high = middle
  }
  return source.tokens[low]?.off === off ? low : undefined
}

function closing(tokens: readonly Token[], first: number): number {
  let depth = 0
  for (let at = first; at < tokens.length; at++) {
    const token = tokens[at]
    if (isSymbol(token, '(')) depth++
    if (isSymbol(token, ')') && --depth <= 0) return token?.end ?? 0
  }
  return tokens[first]?.end ?? 0
}

function enclosing(tokens: readonly Token[], first: number, otherwise: number): number {
  let depth = 0
  let last = otherwise
  for (let at = first; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined) break
    if (isSymbol(token, '(')) depth++
    if (isSymbol(token, ')') && --depth < 0) break
    if (significant(token)) last = token.end
  }
  return last
}
