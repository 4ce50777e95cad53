import { isBuiltIn } from '../built-ins.ts'
import { compare, constant, type Expression, not, nothing, textOf, tooDeep, unknown } from '../expression.ts'
import { literals, maxDepth } from './expression.ts'
import { type Reader, symbolAt, wordIn } from './expression-reader.ts'
import { identifier, symbol, unquoted, word } from './piece.ts'
import { columnOf } from './scope.ts'

/** What stands on one side of a comparison: sums and products of columns, literals, calls and parentheses. */
export function operand(reader: Reader): Expression {
  let left = factor(reader)
  for (;;) {
    const sign = symbolAt(reader)
    const doubled = (sign === '|' || sign === '&') && symbolAt(reader, 1) === sign
    const named = wordIn(reader) === 'div' || wordIn(reader) === 'mod'
    if (doubled || !(named || /^[-+*/%|&^]$/.test(sign))) return left
    reader.at++
    left = computed(named ? wordIn({ ...reader, at: reader.at - 1 }) : sign, left, factor(reader))
  }
}

// A product binds closer than a sum, but without brackets nothing is folded that is not one operation.
function computed(sign: string, left: Expression, right: Expression): Expression {
  const [a, b] = [textOf(left), textOf(right)]
  const text = a === undefined || b === undefined ? undefined : `(${a} ${sign} ${b})`
  const [one, other] = [numberOf(left), numberOf(right)]
  if (one !== undefined && other !== undefined && (sign === '+' || sign === '-' || sign === '*'))
    return constant(sign === '+' ? one + other : sign === '-' ? one - other : one * other)
  // A division by zero is NULL.
  return sign === '+' || sign === '-' || sign === '*'
    ? { is: 'strict', text, of: [left, right] }
    : { is: 'unknown', text }
}

function numberOf(one: Expression): number | undefined {
  return one.is === 'constant' && typeof one.value === 'number' ? one.value : undefined
}

function factor(reader: Reader): Expression {
  let minus = false
  let flips = 0
  for (; ; reader.at++) {
    const sign = symbolAt(reader)
    if (sign === '-') minus = !minus
    else if (sign === '!' && symbolAt(reader, 1) !== '=') flips++
    else if (sign !== '+' && wordIn(reader) !== 'binary') break
  }
  const found = primary(reader)
  if (wordIn(reader) === 'collate') reader.at += 2
  const value = numberOf(found)
  const signed = minus ? (value === undefined ? computed('-', constant(0), found) : constant(-value)) : found
  return flips === 0 ? signed : flips % 2 === 1 ? not(signed) : not(not(signed))
}

function primary(reader: Reader): Expression {
  const { piece, at } = reader
  const token = at < reader.to ? piece.tokens[at] : undefined
  if (token === undefined) return unknown
  if (token.kind === 'symbol') return token.text === '(' ? parenthesised(reader) : odd(reader)
  reader.at++
  if (token.kind === 'number') return constant(Number(token.text))
  if (token.kind === 'string') return text(reader, unquoted(piece.bytes, token))
  const name = word(piece, at)
  const prefixed = reader.at < reader.to && piece.tokens[reader.at]?.kind === 'string'
  if (prefixed && ['b', 'x', 'n'].includes(name)) return bits(reader, name)
  if (Object.hasOwn(literals, name) && symbolAt(reader) !== '.') return literals[name] ?? unknown
  if (name === 'case') return branches(reader)
  if (name === 'exists' && symbolAt(reader) === '(') return exists(reader)
  return named(reader, at)
}

function odd(reader: Reader): Expression {
  const sign = symbolAt(reader)
  if (sign === '@' || sign === '?' || sign === '~') reader.at++
  return unknown
}

function text(reader: Reader, value: string): Expression {
  // 'a' 'b' is one text.
  const more = reader.piece.tokens[reader.at]?.kind === 'string' && reader.at < reader.to
  return more ? unknown : constant(value)
}

/** b'1', x'31', n'1' */
function bits(reader: Reader, prefix: string): Expression {
  const token = reader.piece.tokens[reader.at++]
  const value = token === undefined ? '' : unquoted(reader.piece.bytes, token)
  if (prefix === 'n') return constant(value)
  // x'31' is a text here, the bytes of which may be a number.
  const number = prefix === 'b' ? Number.parseInt(value, 2) : Number.NaN
  return Number.isNaN(number) ? unknown : constant(number)
}

/** A condition in parentheses, a row, or a query. */
function parenthesised(reader: Reader): Expression {
  const end = reader.closing(reader.at)
  const query = ['select', 'with', 'values', 'table'].includes(wordIn(reader, 1))
  const inner = { ...reader, at: reader.at + 1, to: Math.min(end - 1, reader.to), depth: reader.depth + 1 }
  const deep = inner.depth > maxDepth
  const from = reader.at
  reader.at = end
  if (query) return selected(inner)
  if (deep) return tooDeep
  const found = reader.condition(inner)
  if (inner.at >= inner.to) return found
  return row(reader, from, end)
}

/** (a, 1) = (a, 1): the same tokens are the same row. */
function row({ piece }: Reader, from: number, to: number): Expression {
  const words = piece.tokens
    .slice(from, to)
    .map(({ off, end }) => decoder.decode(piece.bytes.subarray(off, end)))
  return piece.tokens.slice(from, to).some((_, i) => symbol(piece, from + i + 1) === '(' && i > 0)
    ? unknown
    : { is: 'unknown', text: words.join(' ').toLowerCase() }
}

const decoder = new TextDecoder()

/** (SELECT 1), of which no table decides anything. */
function selected(inner: Reader): Expression {
  if (inner.depth > maxDepth) return tooDeep
  if (wordIn(inner) !== 'select') return unknown
  inner.at++
  const found = inner.condition(inner)
  return inner.at >= inner.to ||
    (wordIn(inner) === 'from' && wordIn(inner, 1) === 'dual' && inner.at + 2 >= inner.to)
    ? found
    : unknown
}

function exists(reader: Reader): Expression {
  const end = reader.closing(reader.at)
  const inner = { ...reader, at: reader.at + 1, to: end - 1, depth: reader.depth + 1 }
  reader.at = end
  for (let i = inner.at; i < inner.to; i++) {
    if (['from', 'where', 'limit', 'having', 'union', 'group'].includes(word(inner.piece, i))) return unknown
  }
  return wordIn(inner) === 'select' ? constant(true) : unknown
}

/** CASE [operand] WHEN ... THEN ... [ELSE ...] END; what is none is read on from where that shows, and not again. */
function branches(reader: Reader): Expression {
  const inner = { ...reader, depth: reader.depth + 1 }
  const found: { when: Expression; gives: Expression }[] = []
  const next = () => (inner.depth > maxDepth ? tooDeep : inner.condition(inner))
  const took = (word: string) => {
    const stands = wordIn(inner) === word
    if (stands) inner.at++
    return stands
  }
  const of = wordIn(inner) === 'when' ? undefined : next()
  let whole = true
  while (whole && took('when')) {
    const asked = next()
    whole = took('then')
    found.push({ when: of === undefined ? asked : compare('=', of, asked), gives: whole ? next() : unknown })
  }
  const otherwise = whole && took('else') ? next() : nothing
  whole &&= took('end')
  reader.at = inner.at
  return whole ? { is: 'case', branches: found, otherwise } : unknown
}

/** A column, or a call. */
function named(reader: Reader, from: number): Expression {
  const parts: string[] = []
  for (let at = from; ; at += 2) {
    const part = identifier(reader.piece, at)
    if (part === undefined) return unknown
    parts.push(part)
    reader.at = at + 1
    if (symbolAt(reader) !== '.') break
  }
  if (symbolAt(reader) === '(') return parts.length === 1 ? called(reader, parts[0] ?? '') : unknown
  return columnOf(parts.at(-1) ?? '', parts.at(-2), reader.scope)
}

const counting = new Set([
  'length',
  'char_length',
  'character_length',
  'octet_length',
  'bit_length',
  'abs',
  'crc32',
])
const strict = new Set([
  'lower',
  'upper',
  'lcase',
  'ucase',
  'trim',
  'ltrim',
  'rtrim',
  'reverse',
  'md5',
  'hex',
])
const volatile = new Set(['rand', 'uuid', 'uuid_short', 'sysdate', 'random_bytes', 'last_insert_id'])

function called(reader: Reader, given: string): Expression {
  const name = given.toLowerCase()
  const end = reader.closing(reader.at)
  const inner = { ...reader, at: reader.at + 1, to: end - 1, depth: reader.depth + 1 }
  reader.at = end
  if (inner.depth > maxDepth) return tooDeep
  const of: Expression[] = []
  while (inner.at < inner.to) {
    of.push(reader.condition(inner))
    if (inner.at < inner.to && symbolAt(inner) !== ',') return unknown
    inner.at++
  }
  const [first = unknown, second = unknown, third = unknown] = of
  if (name === 'coalesce' || name === 'ifnull' || name === 'nvl') return { is: 'coalesce', of }
  if (name === 'isnull') return { is: 'test', for: 'null', of: first }
  if (name === 'if') return { is: 'case', branches: [{ when: first, gives: second }], otherwise: third }
  const texts = of.map(textOf)
  const known = isBuiltIn(name, 'mysql') && !volatile.has(name) && !texts.includes(undefined)
  const text = known ? `${name}(${texts.join(', ')})` : undefined
  if (counting.has(name)) return { is: 'strict', text, of, floor: 0 }
  return strict.has(name) ? { is: 'strict', text, of } : { is: 'unknown', text }
}
