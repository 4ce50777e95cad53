import type { Where } from '../statement.ts'
import { find, type Piece, part, symbol, word } from './piece.ts'

/** Whether the WHERE among these tokens leaves any row out, as far as its look tells. LIMIT is no guard. */
export function whereOf(piece: Piece, from: number): Where {
  const to = piece.tokens.length
  const at = find(piece, from, to, 'where')
  if (at === to) return 'empty'
  const end = find(piece, at + 1, to, 'order', 'limit', 'returning')
  return alwaysTrue(part(piece, at + 1, end), 0) ? 'always' : 'some'
}

// What is longer or deeper than this was not written to look harmless.
const maxTokens = 400
const maxDepth = 20

function alwaysTrue(piece: Piece, depth: number): boolean {
  const count = piece.tokens.length
  if (count === 0 || count > maxTokens || depth > maxDepth) return false
  // `||` is OR in the sql_mode that the executor sets, `&&` is AND.
  const or = divide(piece, 'or', '|')
  if (or.length > 1) return or.some((one) => alwaysTrue(one, depth + 1))
  const and = divide(piece, 'and', '&')
  if (and.length > 1) return and.every((one) => alwaysTrue(one, depth + 1))
  if (isWrapped(piece)) return alwaysTrue(part(piece, 1, count - 1), depth + 1)
  const not = word(piece, 0) === 'not' ? 1 : symbol(piece, 0) === '!' ? 1 : 0
  if (not === 1) return isFalse(part(piece, 1))
  return isTrue(piece) || comparison(piece)
}

function divide(piece: Piece, operator: string, sign: string): readonly Piece[] {
  const parts: Piece[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < piece.tokens.length; i++) {
    const text = symbol(piece, i)
    if (text === '(') depth++
    if (text === ')') depth--
    const doubled = text === sign && symbol(piece, i + 1) === sign
    if (depth > 0 || !(doubled || word(piece, i) === operator)) continue
    parts.push(part(piece, start, i))
    start = doubled ? i + 2 : i + 1
    if (doubled) i++
  }
  return [...parts, part(piece, start)]
}

function isWrapped(piece: Piece): boolean {
  let depth = 0
  for (let i = 0; i < piece.tokens.length; i++) {
    if (symbol(piece, i) === '(') depth++
    if (symbol(piece, i) === ')') depth--
    if (depth === 0) return i === piece.tokens.length - 1 && i > 0
  }
  return false
}

function isTrue(piece: Piece): boolean {
  if (/^[-+]$/.test(symbol(piece, 0))) return isTrue(part(piece, 1))
  if (piece.tokens.length === 2 && ['b', 'x', 'n'].includes(word(piece, 0)))
    return /[1-9a-f]/i.test(stringOf(piece, 1))
  if (piece.tokens.length !== 1) return false
  const value = numberOf(piece, 0)
  return word(piece, 0) === 'true' || (value !== undefined && value !== 0)
}

function isFalse(piece: Piece): boolean {
  if (piece.tokens.length === 3 && isWrapped(piece)) return isFalse(part(piece, 1, 2))
  return piece.tokens.length === 1 && (word(piece, 0) === 'false' || numberOf(piece, 0) === 0)
}

function numberOf({ bytes, tokens }: Piece, i: number): number | undefined {
  const token = tokens[i]
  if (token?.kind === 'string') {
    const text = stringOf({ bytes, tokens }, i)
    return /^\d+$/.test(text) ? Number(text) : undefined
  }
  return token?.kind === 'number' ? Number(token.text) : undefined
}

function stringOf({ bytes, tokens }: Pick<Piece, 'bytes' | 'tokens'>, i: number): string {
  const token = tokens[i]
  return token?.kind === 'string' ? decoder.decode(bytes.subarray(token.off + 1, token.end - 1)) : ''
}

const operators = new Set(['=', '<=>', '<', '>', '<=', '>=', '<>', '!='])

/** `1 = 1`, `'a' = 'a'`, `id = id`, `2 > 1`, `1 <> 0` */
function comparison(piece: Piece): boolean {
  const first = piece.tokens.findIndex((_, i) => /^[=<>!]$/.test(symbol(piece, i)))
  if (first < 1) return false
  let last = first
  while (/^[=<>]$/.test(symbol(piece, last + 1))) last++
  const operator = piece.tokens
    .slice(first, last + 1)
    .map(({ text }) => text)
    .join('')
  if (!operators.has(operator)) return false
  const [left, right] = [part(piece, 0, first), part(piece, last + 1)]
  if (left.tokens.length === 1 && right.tokens.length === 1) {
    const [one, other] = [numberOf(left, 0), numberOf(right, 0)]
    if (one !== undefined && other !== undefined) return holds(one, operator, other)
  }
  const equal = operator === '=' || operator === '<=>' || operator === '<=' || operator === '>='
  return equal && right.tokens.length > 0 && textOf(left) === textOf(right)
}

function holds(one: number, operator: string, other: number): boolean {
  if (operator.startsWith('<') && one < other && operator !== '<=>') return true
  if (operator === '<>' || operator === '!=') return one !== other
  if (operator.startsWith('>') && one > other) return true
  return operator.includes('=') && one === other
}

function textOf({ bytes, tokens }: Piece): string {
  return tokens.map(({ off, end }) => decoder.decode(bytes.subarray(off, end)).toLowerCase()).join(' ')
}

const decoder = new TextDecoder()
