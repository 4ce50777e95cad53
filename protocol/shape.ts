/**
 * Small parsers for what comes through a door: JSON of unknown shape in, a typed value out or a `ShapeError`
 * that says where and what. Each parser takes the value and the path to it.
 */
export type Parser<T> = (value: unknown, at: string) => T
type Shape = Readonly<Record<string, Parser<unknown>>>
export type Parsed<P> = P extends Parser<infer T> ? T : never

export class ShapeError extends Error {
  override readonly name = 'ShapeError'
  readonly at: string

  constructor(at: string, expected: string, got: unknown) {
    super(`${at}: expected ${expected}, got ${describe(got)}`)
    this.at = at
  }
}

export const text: Parser<string> = (value, at) => {
  if (typeof value !== 'string') throw new ShapeError(at, 'text', value)
  return value
}

export const integer: Parser<number> = (value, at) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new ShapeError(at, 'an integer', value)
  return value
}

export const flag: Parser<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw new ShapeError(at, 'true or false', value)
  return value
}

/** 64 lower-case hex digits: a SHA-256. */
export const sha256Hex = matching(/^[0-9a-f]{64}$/, '64 hex digits')
/** A git object id: 40 hex digits (SHA-1) or 64 (SHA-256 repositories). */
export const gitId = matching(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'a git object id')

export function matching(pattern: RegExp, expected: string): Parser<string> {
  return (value, at) => {
    const found = text(value, at)
    if (!pattern.test(found)) throw new ShapeError(at, expected, found)
    return found
  }
}

export function oneOf<const T extends string>(...allowed: readonly T[]): Parser<T> {
  return (value, at) => {
    const found = allowed.find((one) => one === value)
    if (found === undefined) throw new ShapeError(at, `one of ${allowed.join(', ')}`, value)
    return found
  }
}

export function nullable<T>(inner: Parser<T>): Parser<T | null> {
  return (value, at) => (value === null || value === undefined ? null : inner(value, at))
}

export function list<T>(inner: Parser<T>, most = 100_000): Parser<readonly T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw new ShapeError(at, 'a list', value)
    if (value.length > most) throw new ShapeError(at, `at most ${most} items`, `${value.length} items`)
    return value.map((item, index) => inner(item, `${at}[${index}]`))
  }
}

/** The named members, each parsed; other members are ignored, as GitHub adds members at any time. */
export function open<const S extends Shape>(shape: S): Parser<{ readonly [K in keyof S]: Parsed<S[K]> }> {
  return (value, at) => {
    const source = record(value, at)
    const entries = Object.entries(shape).map(([key, parse]) => [key, parse(source[key], `${at}.${key}`)])
    return Object.fromEntries(entries) as { readonly [K in keyof S]: Parsed<S[K]> }
  }
}

/** Exactly the named members: an unknown one is refused. For what we define ourselves. */
export function closed<const S extends Shape>(shape: S): Parser<{ readonly [K in keyof S]: Parsed<S[K]> }> {
  const parse = open(shape)
  return (value, at) => {
    const unknown = Object.keys(record(value, at)).find((key) => !Object.hasOwn(shape, key))
    if (unknown !== undefined) throw new ShapeError(at, 'no unknown member', unknown)
    return parse(value, at)
  }
}

export function record(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ShapeError(at, 'an object', value)
  }
  return value as Readonly<Record<string, unknown>>
}

function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  return typeof value === 'object' ? 'an object' : String(value)
}
