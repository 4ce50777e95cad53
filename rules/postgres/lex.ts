import { plainWord } from '../words.ts'
import { isDigit, isWordPart, isWordStart, skipDollarQuoted, skipQuoted, skipString } from './quotes.ts'

export type TokenKind =
  | 'space'
  | 'line-comment'
  | 'comment'
  | 'word'
  | 'quoted'
  | 'string'
  | 'dollar'
  | 'number'
  | 'symbol'
  | 'bad'

/** One token of PostgreSQL's lexer, `off` to `end` in bytes; a `bad` one was never closed and takes the rest. */
export type Token = {
  readonly kind: TokenKind
  readonly off: number
  readonly end: number
  /** a word in lower case, the character of a symbol, or why the token is bad */
  readonly text: string
}

/**
 * Cuts bytes into tokens as PostgreSQL's scan.l does with standard_conforming_strings on; the tokens tile the range.
 *
 * Our own lexer is here because libpg-query's scan() throws away the whole file on one bad token and takes ten
 * seconds for 80 kB of nested comments. Operators come one character at a time: only statement boundaries,
 * names and nesting are read from these tokens, everything else is the parser's to say.
 */
export function lex(bytes: Uint8Array, from = 0, to = bytes.length): readonly Token[] {
  const tokens: Token[] = []
  let at = from
  while (at < to) {
    const token = nextToken(bytes, at, to)
    tokens.push(token)
    at = token.end
  }
  return tokens
}

/** Whether a token carries meaning, other than white space and comments. */
export function significant(token: Token): boolean {
  return token.kind !== 'space' && token.kind !== 'line-comment' && token.kind !== 'comment'
}

export function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === 'word' && token.text === text
}

export function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text
}

/** The token at `off`, where the range ends at `to`. */
export function nextToken(bytes: Uint8Array, off: number, to: number): Token {
  const first = bytes[off] ?? 0
  const second = off + 1 < to ? bytes[off + 1] : undefined
  if (isSpace(first)) return token('space', off, run(bytes, off, to, isSpace))
  if (first === 0x2d && second === 0x2d) return token('line-comment', off, run(bytes, off, to, isInLine))
  if (first === 0x2f && second === 0x2a) return blockComment(bytes, off, to)
  if (first === 0x27)
    return closed('string', off, skipString(bytes, off, to), to, 'a string that is never closed')
  if (first === 0x22)
    return closed('quoted', off, skipQuoted(bytes, off, to), to, 'a quoted name that is never closed')
  if (first === 0x24) return dollar(bytes, off, to)
  if (isWordStart(first)) return wordOrPrefixed(bytes, off, to)
  if (isDigit(first))
    return token(
      'number',
      off,
      run(bytes, off, to, (byte) => isWordPart(byte) && byte !== 0x24),
    )
  return token('symbol', off, off + 1, String.fromCharCode(first))
}

function token(kind: TokenKind, off: number, end: number, text = ''): Token {
  return { kind, off, end, text }
}

function closed(kind: TokenKind, off: number, end: number | undefined, to: number, otherwise: string): Token {
  return end === undefined ? token('bad', off, to, otherwise) : token(kind, off, end)
}

function run(bytes: Uint8Array, off: number, to: number, accepts: (byte: number) => boolean): number {
  let at = off
  while (at < to && accepts(bytes[at] ?? 0)) at++
  return at
}

export function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

function isInLine(byte: number): boolean {
  return byte !== 0x0a && byte !== 0x0d
}

// Nested as PostgreSQL nests them. The bound is ours: its scanner is quadratic in the depth.
const maxCommentDepth = 32

function blockComment(bytes: Uint8Array, off: number, to: number): Token {
  let depth = 0
  let at = off
  while (at < to) {
    if (bytes[at] === 0x2f && bytes[at + 1] === 0x2a && at + 1 < to) {
      depth++
      at += 2
      if (depth > maxCommentDepth)
        return token('bad', off, to, `comments nested over ${maxCommentDepth} deep`)
    } else if (bytes[at] === 0x2a && bytes[at + 1] === 0x2f && at + 1 < to) {
      depth--
      at += 2
      if (depth === 0) return token('comment', off, at)
    } else at++
  }
  return token('bad', off, to, 'a comment that is never closed')
}

function dollar(bytes: Uint8Array, off: number, to: number): Token {
  const end = skipDollarQuoted(bytes, off, to)
  if (end === 'no-quote') return token('symbol', off, off + 1, '$')
  return closed('dollar', off, end, to, 'a dollar-quoted string that is never closed')
}

function wordOrPrefixed(bytes: Uint8Array, off: number, to: number): Token {
  const first = (bytes[off] ?? 0) | 0x20
  const second = off + 1 < to ? bytes[off + 1] : undefined
  const isPrefix = first === 0x65 || first === 0x62 || first === 0x78 || first === 0x6e
  if (isPrefix && second === 0x27) {
    const end = skipString(bytes, off + 1, to, first === 0x65)
    return closed('string', off, end, to, 'a string that is never closed')
  }
  if (first === 0x75 && second === 0x26 && off + 2 < to) {
    const quote = bytes[off + 2]
    if (quote === 0x27)
      return closed('string', off, skipString(bytes, off + 2, to), to, 'a string that is never closed')
    if (quote === 0x22)
      return closed('quoted', off, skipQuoted(bytes, off + 2, to), to, 'a quoted name that is never closed')
  }
  const end = run(bytes, off, to, isWordPart)
  return token('word', off, end, lower(bytes, off, end))
}

function lower(bytes: Uint8Array, off: number, end: number): string {
  return plainWord(bytes, off, end) ?? text.decode(bytes.subarray(off, end)).toLowerCase()
}

const text = new TextDecoder()
