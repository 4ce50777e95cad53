import {
  compare,
  constant,
  type Expression,
  not,
  nothing,
  type Operator,
  tooDeep,
  unknown,
} from '../expression.ts'
import { closings, type Reader, symbolAt, wordIn } from './expression-reader.ts'
import { operand } from './operand.ts'
import type { Piece } from './piece.ts'
import type { Scope } from './scope.ts'

/**
 * Reads the tokens of a condition for `holdsAlways`. What is not known in it is `unknown`, up to the next AND, OR or
 * comma, so that a part of it hides nothing of the rest.
 */
export function conditionsOf(piece: Piece, scope: Scope): (from: number, to: number) => Expression {
  const closing = closings(piece)
  return (from, to) => condition({ piece, at: from, to, scope, closing, depth: 0, condition })
}

/** OR, `||` as the executor sets sql_mode, and XOR, of which nothing is known. */
export function condition(reader: Reader): Expression {
  const of = [both(reader)]
  for (;;) {
    if (wordIn(reader) === 'or') reader.at++
    else if (symbolAt(reader) === '|' && symbolAt(reader, 1) === '|') reader.at += 2
    else if (wordIn(reader) === 'xor') {
      reader.at++
      both(reader)
      of.splice(-1, 1, unknown)
      continue
    } else break
    of.push(both(reader))
  }
  return of.length === 1 ? (of[0] ?? unknown) : { is: 'or', of }
}

function both(reader: Reader): Expression {
  const of = [negated(reader)]
  for (;;) {
    if (wordIn(reader) === 'and') reader.at++
    else if (symbolAt(reader) === '&' && symbolAt(reader, 1) === '&') reader.at += 2
    else break
    of.push(negated(reader))
  }
  return of.length === 1 ? (of[0] ?? unknown) : { is: 'and', of }
}

function negated(reader: Reader): Expression {
  let odd = false
  while (wordIn(reader) === 'not') {
    odd = !odd
    reader.at++
  }
  const found = tested(reader)
  if (!atBoundary(reader)) {
    while (!atBoundary(reader)) reader.at = reader.closing(reader.at)
    return unknown
  }
  return odd ? not(found) : found
}

const boundaries = new Set(['and', 'or', 'xor', 'when', 'then', 'else', 'end', 'from'])

function atBoundary(reader: Reader): boolean {
  if (reader.at >= reader.to || boundaries.has(wordIn(reader))) return true
  const sign = symbolAt(reader)
  return sign === ',' || sign === ')' || ((sign === '|' || sign === '&') && symbolAt(reader, 1) === sign)
}

const operators: Readonly<Record<string, Operator>> = {
  ...({ '=': '=', '<=>': 'same', '<>': '<>', '!=': '<>' } as const),
  ...({ '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const),
}

/** A comparison, or what stands in its place; `a < b < c` compares from the left. */
function tested(reader: Reader): Expression {
  let left = operand(reader)
  for (;;) {
    const operator = operatorAt(reader)
    if (operator !== undefined) {
      const right = operand(reader)
      left = compare(operator, left, right)
      continue
    }
    const negative = wordIn(reader) === 'not'
    const word = wordIn(reader, negative ? 1 : 0)
    if (word === 'is') {
      reader.at++
      left = isTest(reader, left)
    } else if (
      word === 'in' ||
      word === 'between' ||
      word === 'like' ||
      word === 'regexp' ||
      word === 'rlike'
    ) {
      reader.at += negative ? 2 : 1
      const found = matched(reader, word, left)
      left = negative ? not(found) : found
    } else return left
  }
}

function operatorAt(reader: Reader): Operator | undefined {
  for (const length of [3, 2, 1]) {
    let sign = ''
    for (let i = 0; i < length; i++) sign += symbolAt(reader, i)
    if (sign.length === length && Object.hasOwn(operators, sign)) {
      reader.at += length
      return operators[sign]
    }
  }
  return undefined
}

function isTest(reader: Reader, of: Expression): Expression {
  const negative = wordIn(reader) === 'not'
  if (negative) reader.at++
  const word = wordIn(reader)
  reader.at++
  if (!['null', 'unknown', 'true', 'false'].includes(word)) return unknown
  const test: Expression = { is: 'test', for: word === 'true' || word === 'false' ? word : 'null', of }
  return negative ? not(test) : test
}

function matched(reader: Reader, word: string, left: Expression): Expression {
  if (word === 'in') return listed(reader, left)
  if (word === 'between') {
    const low = operand(reader)
    if (wordIn(reader) === 'and') reader.at++
    const high = operand(reader)
    return { is: 'and', of: [compare('>=', left, low), compare('<=', left, high)] }
  }
  const pattern = operand(reader)
  if (wordIn(reader) === 'escape') reader.at += 2
  const text = pattern.is === 'constant' ? String(pattern.value) : undefined
  const any = word === 'like' ? /^%+$/ : /^\^?(\.\*)?\$?$/
  return text !== undefined && any.test(text) ? { is: 'any-text', of: left } : unknown
}

/** IN (1, 2), IN (SELECT ...) */
function listed(reader: Reader, left: Expression): Expression {
  if (symbolAt(reader) !== '(') return unknown
  const end = reader.closing(reader.at)
  const query = ['select', 'with', 'values', 'table'].includes(wordIn(reader, 1))
  if (query || reader.depth >= maxDepth) {
    reader.at = end
    return compare('=', left, query ? unknown : tooDeep)
  }
  const of: Expression[] = []
  const inner = { ...reader, at: reader.at + 1, to: end - 1, depth: reader.depth + 1 }
  while (inner.at < inner.to) {
    of.push(compare('=', left, condition(inner)))
    if (inner.at < inner.to) inner.at++
  }
  reader.at = end
  return { is: 'or', of }
}

export const maxDepth = 40

export const literals: Readonly<Record<string, Expression>> = {
  true: constant(true),
  false: constant(false),
  null: nothing,
  unknown: nothing,
}
