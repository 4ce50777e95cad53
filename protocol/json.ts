import { ShapeError } from './shape.ts'

/**
 * JSON as signed statements use it: a strict reader and the canonical form of RFC 8785, for integers only.
 * `JSON.parse` keeps the last of two equal keys, rounds big numbers and takes `1e2` for 100, so that two readers of
 * the same signed bytes can see different statements. Here such bytes are no JSON at all.
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }

/** Lists and objects may nest this deep. */
export const maxDepth = 64

/**
 * Reads one JSON value. Refused with a `ShapeError`: a byte order mark, bytes that are not UTF-8, two members of one
 * name, numbers that are not plain safe integers (also `-0`), lone surrogates, deep nesting, anything behind the end.
 */
export function parseStrict(source: string | Uint8Array): Json {
  const text = typeof source === 'string' ? source : decode(source)
  const reader: Reader = { text, at: 0 }
  const value = readValue(reader, 0)
  skipSpace(reader)
  if (reader.at < text.length) throw wrong(reader, 'the end')
  return value
}

/** Reads a value whose bytes are its canonical form; no other spelling of the same value passes. */
export function parseCanonical(bytes: Uint8Array): Json {
  const text = decode(bytes)
  const value = parseStrict(text)
  if (canonical(value) !== text) throw new ShapeError('json', 'the canonical form of RFC 8785', 'another one')
  return value
}

/**
 * The canonical form of RFC 8785: members sorted by the UTF-16 units of their names, no white space, shortest escapes.
 * Throws where the value has none under our rules (see `parseStrict`), so that nothing is signed that cannot be read.
 */
export function canonical(value: Json): string {
  return write(value, 0)
}

export function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Reader = { readonly text: string; at: number }

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new ShapeError('json', 'UTF-8', 'other bytes')
  }
}

function readValue(r: Reader, depth: number): Json {
  skipSpace(r)
  const first = r.text[r.at]
  if (first === '{') return readObject(r, deeper(r, depth))
  if (first === '[') return readArray(r, deeper(r, depth))
  if (first === '"') return readString(r)
  if (take(r, 'true')) return true
  if (take(r, 'false')) return false
  if (take(r, 'null')) return null
  return readInteger(r)
}

function deeper(r: Reader, depth: number): number {
  if (depth >= maxDepth) throw new ShapeError(place(r), `at most ${maxDepth} levels`, 'more')
  return depth + 1
}

function readObject(r: Reader, depth: number): JsonObject {
  const members = new Map<string, Json>()
  r.at++
  skipSpace(r)
  if (take(r, '}')) return {}
  do {
    skipSpace(r)
    const key = readString(r)
    if (members.has(key)) throw new ShapeError(place(r), 'each name once', `${key} twice`)
    skipSpace(r)
    if (!take(r, ':')) throw wrong(r, '":"')
    members.set(key, readValue(r, depth))
    skipSpace(r)
  } while (take(r, ','))
  if (!take(r, '}')) throw wrong(r, '"," or "}"')
  // fromEntries defines members, so that `__proto__` is a name like any other.
  return Object.fromEntries(members)
}

function readArray(r: Reader, depth: number): readonly Json[] {
  const items: Json[] = []
  r.at++
  skipSpace(r)
  if (take(r, ']')) return items
  do {
    items.push(readValue(r, depth))
    skipSpace(r)
  } while (take(r, ','))
  if (!take(r, ']')) throw wrong(r, '"," or "]"')
  return items
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

function readString(r: Reader): string {
  if (!take(r, '"')) throw wrong(r, 'a string')
  let value = ''
  let from = r.at
  for (;;) {
    const unit = r.text.charCodeAt(r.at)
    if (Number.isNaN(unit) || unit < 0x20) throw wrong(r, 'more of the string')
    if (unit === 0x22) break
    if (unit !== 0x5c) {
      r.at++
      continue
    }
    value += r.text.slice(from, r.at) + readEscape(r)
    from = r.at
  }
  value += r.text.slice(from, r.at++)
  if (!value.isWellFormed()) throw new ShapeError(place(r), 'whole characters', 'a lone surrogate')
  return value
}

function readEscape(r: Reader): string {
  const kind = r.text[r.at + 1] ?? ''
  if (kind === 'u') {
    const digits = r.text.slice(r.at + 2, r.at + 6)
    if (!/^[0-9A-Fa-f]{4}$/.test(digits)) throw wrong(r, 'four hex digits after \\u')
    r.at += 6
    return String.fromCharCode(Number.parseInt(digits, 16))
  }
  const short = Object.hasOwn(shortEscapes, kind) ? shortEscapes[kind] : undefined
  if (short === undefined) throw wrong(r, 'an escape of JSON')
  r.at += 2
  return short
}

function readInteger(r: Reader): number {
  const number = /-?(?:0|[1-9][0-9]*)/y
  number.lastIndex = r.at
  const digits = number.exec(r.text)?.[0]
  if (digits === undefined) throw wrong(r, 'a value')
  const value = Number(digits)
  const next = r.text[r.at + digits.length] ?? ''
  if (/[.eE0-9]/.test(next) || !isPlainInteger(value))
    throw wrong(r, 'a safe integer without fraction or exponent')
  r.at += digits.length
  return value
}

function isPlainInteger(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0)
}

function skipSpace(r: Reader): void {
  while (r.at < r.text.length && ' \t\n\r'.includes(r.text.charAt(r.at))) r.at++
}

function take(r: Reader, token: string): boolean {
  if (!r.text.startsWith(token, r.at)) return false
  r.at += token.length
  return true
}

/** Says one character at most: what is read may be a private key. */
function wrong(r: Reader, expected: string): ShapeError {
  return new ShapeError(place(r), expected, r.at < r.text.length ? r.text.charAt(r.at) : 'the end')
}

function place(r: Reader): string {
  return `json at ${r.at}`
}

function write(value: Json, depth: number): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return writeInteger(value)
  if (typeof value === 'string') return writeString(value)
  if (typeof value !== 'object') throw new ShapeError('json', 'a value of JSON', typeof value)
  if (depth >= maxDepth) throw new ShapeError('json', `at most ${maxDepth} levels`, 'more')
  if (Array.isArray(value)) return `[${Array.from(value, (item) => write(item, depth + 1)).join(',')}]`
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${writeString(key)}:${write(member, depth + 1)}`).join(',')}}`
}

function writeInteger(value: number): string {
  if (!isPlainInteger(value)) throw new ShapeError('json', 'a safe integer', value)
  return String(value)
}

/** `JSON.stringify` escapes exactly what RFC 8785, 3.2.2.2 asks for; it only lets lone surrogates through. */
function writeString(value: string): string {
  if (!value.isWellFormed()) throw new ShapeError('json', 'whole characters', 'a lone surrogate')
  return JSON.stringify(value)
}
