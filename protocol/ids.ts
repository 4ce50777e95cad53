import { matching, type Parser, ShapeError } from './shape.ts'

/** Names and numbers that stand in signed statements. A brand keeps one kind of name from passing for another. */
declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type Sha256Hex = Branded<'Sha256Hex'>
export type CommitSha = Branded<'CommitSha'>
export type AgentId = Branded<'AgentId'>
export type RequestId = Branded<'RequestId'>
export type Jti = Branded<'Jti'>
export type Nonce = Branded<'Nonce'>

/** The same value before it was parsed: what the maker of a statement takes, and checks. */
export type Unparsed<T> =
  T extends Branded<string>
    ? string
    : T extends readonly (infer Item)[]
      ? readonly Unparsed<Item>[]
      : T extends object
        ? { readonly [K in keyof T]: Unparsed<T[K]> }
        : T

export const parseSha256 = branded<Sha256Hex>(/^[0-9a-f]{64}$/, '64 hex digits')
export const parseCommitSha = branded<CommitSha>(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'a git object id')
export const parseAgentId = branded<AgentId>(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'the id of an agent')
export const parseRequestId = branded<RequestId>(
  /^[A-Za-z0-9][A-Za-z0-9._:@/#-]{0,127}$/,
  'the id of a request',
)
/** 26 digits of Crockford's base 32 hold 130 bits, so the first digit of a 128-bit number is at most 7. */
export const parseJti = branded<Jti>(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, '26 digits of base 32')
/** 32 bytes as base64url without padding; the last digit carries four bits, so its low two are zero. */
export const parseNonce = branded<Nonce>(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, '32 bytes of base64url')

/** A database, an environment, a server: what people name in `.dbward.yml` and in configurations. */
export const plainName: Parser<string> = matching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'a plain name')
export const repoName: Parser<string> = matching(
  /^[A-Za-z0-9._-]{1,100}\/[A-Za-z0-9._-]{1,100}$/,
  'owner/name',
)
/** A branch. Git forbids these characters in a ref, and GitHub ends a name at 255 bytes. */
export const branchName: Parser<string> = matching(
  /^[^\p{Cc}\p{Cs} ~^:?*[\\]{1,255}$/u,
  'the name of a branch',
)
/** UTC to the millisecond, as `Date.prototype.toISOString` writes it, and a moment that exists. */
export const isoTime: Parser<string> = (value, at) => {
  const found = matching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/, 'a UTC time in milliseconds')(
    value,
    at,
  )
  const time = Date.parse(found)
  if (Number.isNaN(time) || new Date(time).toISOString() !== found)
    throw new ShapeError(at, 'a real time', found)
  return found
}

/** The version of every statement's format so far. */
export const version1: Parser<1> = (value, at) => {
  if (value !== 1) throw new ShapeError(at, '1', value)
  return value
}

/** A safe integer from 0 up. */
export const count = between(0, Number.MAX_SAFE_INTEGER)
/** A safe integer from 1 up. */
export const positive = between(1, Number.MAX_SAFE_INTEGER)

export function between(least: number, most: number): Parser<number> {
  return (value, at) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most)
      return value
    const end = most === Number.MAX_SAFE_INTEGER ? 'up' : `to ${most}`
    throw new ShapeError(at, `an integer from ${least} ${end}`, value)
  }
}

/** Text of at most so many UTF-16 units; it may be empty. */
export function shortText(most: number): Parser<string> {
  return matching(new RegExp(`^[^\\u0000]{0,${most}}$`), `text of at most ${most} characters`)
}

/** Either null or what `inner` takes; unlike an optional member, it must be there. */
export function orNull<T>(inner: Parser<T>): Parser<T | null> {
  return (value, at) => (value === null ? null : inner(value, at))
}

/** `random(n)` gives n bytes of a cryptographic source. */
export type Random = (bytes: number) => Uint8Array

/** 128 random bits. It has the form of a ULID and no time in it: nobody learns from it when a token was made. */
export function newJti(random: Random): Jti {
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  let rest = fromBytes(exactly(random, 16))
  let text = ''
  for (let i = 0; i < 26; i++) {
    text = digits.charAt(Number(rest & 31n)) + text
    rest >>= 5n
  }
  return parseJti(text, 'jti')
}

/** 256 random bits that an agent makes for one claim. */
export function newNonce(random: Random): Nonce {
  return parseNonce(Buffer.from(exactly(random, 32)).toString('base64url'), 'nonce')
}

function fromBytes(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
}

/** A source that runs short must not make a short secret. */
function exactly(random: Random, bytes: number): Uint8Array {
  const found = random(bytes)
  if (found.length !== bytes) throw new Error(`expected ${bytes} random bytes, got ${found.length}`)
  return found
}

function branded<T extends string>(pattern: RegExp, expected: string): Parser<T> {
  return matching(pattern, expected) as Parser<T>
}
