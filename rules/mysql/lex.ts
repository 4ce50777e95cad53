import { plainWord } from '../words.ts'
import { skipComment, skipExecutable, unsafeHint } from './comments.ts'
import { isDigit, isWordPart, isWordStart, skipQuotes } from './quotes.ts'

export type TokenKind =
  | 'space'
  | 'line-comment'
  | 'comment'
  | 'exec'
  | 'exec-end'
  | 'word'
  | 'quoted'
  | 'string'
  | 'number'
  | 'symbol'
  | 'odd'
  | 'bad'

/**
 * One token of MySQL's and MariaDB's lexer, `off` to `end` in bytes.
 *
 * A `bad` one was never closed and takes the rest. `odd` is what servers read in more than one way, `exec` the
 * opening of a comment that some of them execute: both make their statement opaque.
 */
export type Token = {
  readonly kind: TokenKind
  readonly off: number
  readonly end: number
  /** a word in lower case, the character of a symbol, or why the token is bad or odd */
  readonly text: string
}

/** One of the ways in which a server may read the same bytes. */
export type Reading = {
  /** a backslash escapes in strings: sql_mode without NO_BACKSLASH_ESCAPES */
  readonly escapes: boolean
  /** "a" is a name: sql_mode with ANSI_QUOTES */
  readonly ansi: boolean
  /** what stands in an executable comment is SQL */
  readonly executes: boolean
}

/** As the executor sets the session up. */
export const usual: Reading = { escapes: true, ansi: false, executes: true }

/** The tokens of a range without white space and comments. */
export function lex(
  bytes: Uint8Array,
  from = 0,
  to = bytes.length,
  reading: Reading = usual,
): readonly Token[] {
  const tokens: Token[] = []
  let inside = false
  for (let at = from; at < to; ) {
    const token = nextToken(bytes, at, to, reading, inside)
    inside = staysInside(token, inside)
    if (significant(token)) tokens.push(token)
    at = token.end
  }
  return tokens
}

/** Whether the lexer is in an executable comment after this token: a flag in the server too, not a depth. */
export function staysInside({ kind }: Token, inside: boolean): boolean {
  return kind === 'exec' || (inside && kind !== 'exec-end')
}

/** Whether a token carries meaning, other than white space and comments. */
export function significant({ kind }: Token): boolean {
  return kind !== 'space' && kind !== 'line-comment' && kind !== 'comment'
}

export function isWord(token: Token | undefined, text: string): boolean {
  return token?.kind === 'word' && token.text === text
}

export function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === 'symbol' && token.text === text
}

/** The token at `off`, where the range ends at `to`; `inside` an executable comment its end is a token too. */
export function nextToken(
  bytes: Uint8Array,
  off: number,
  to: number,
  reading: Reading = usual,
  inside = false,
): Token {
  const first = bytes[off] ?? 0
  const second = off + 1 < to ? bytes[off + 1] : undefined
  if (isSpace(first)) return token('space', off, run(bytes, off, to, isSpace))
  if (first === 0x23 || startsDashComment(bytes, off, to))
    return token('line-comment', off, lineEnd(bytes, off, to))
  if (first === 0x2f && second === 0x2a) return blockComment(bytes, off, to, reading)
  if (inside && first === 0x2a && second === 0x2f) return token('exec-end', off, off + 2)
  if (first === 0x27) return closed('string', off, skipQuotes(bytes, off, to, reading.escapes), to)
  if (first === 0x22 && !reading.ansi)
    return closed('string', off, skipQuotes(bytes, off, to, reading.escapes), to)
  if (first === 0x22 || first === 0x60) return closed('quoted', off, skipQuotes(bytes, off, to, false), to)
  if (isDigit(first)) return number(bytes, off, to)
  if (isWordStart(first)) return word(bytes, off, to)
  if (first === 0x5c && second === 0x4e) return token('word', off, off + 2, 'null')
  if (first === 0x5c) return token('odd', off, off + 1, 'a backslash: a command of the mysql client, not SQL')
  return token('symbol', off, off + 1, String.fromCharCode(first))
}

function token(kind: TokenKind, off: number, end: number, text = ''): Token {
  return { kind, off, end, text }
}

function closed(kind: 'string' | 'quoted', off: number, end: number | undefined, to: number): Token {
  if (end !== undefined) return token(kind, off, end)
  return token('bad', off, to, `a ${kind === 'string' ? 'string' : 'quoted name'} that is never closed`)
}

function run(bytes: Uint8Array, off: number, to: number, accepts: (byte: number) => boolean): number {
  let at = off
  while (at < to && accepts(bytes[at] ?? 0)) at++
  return at
}

export function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
}

// `--` begins a comment only before white space, a control character or the end; `1--1` is arithmetic.
// https://dev.mysql.com/doc/refman/8.4/en/ansi-diff-comments.html
function startsDashComment(bytes: Uint8Array, off: number, to: number): boolean {
  if (bytes[off] !== 0x2d || off + 1 >= to || bytes[off + 1] !== 0x2d) return false
  const third = bytes[off + 2] ?? 0
  return off + 2 >= to || third <= 0x20 || third === 0x7f
}

// Only a line feed ends such a comment, no carriage return.
function lineEnd(bytes: Uint8Array, off: number, to: number): number {
  const newline = bytes.indexOf(0x0a, off)
  return newline === -1 || newline > to ? to : newline
}

function blockComment(bytes: Uint8Array, off: number, to: number, { executes }: Reading): Token {
  const third = bytes[off + 2]
  const runs = third === 0x21 || ((third === 0x4d || third === 0x6d) && bytes[off + 3] === 0x21)
  if (runs && off + 2 < to) {
    if (executes) return token('exec', off, skipExecutable(bytes, off, to), executable)
    const ended = skipComment(bytes, off, to, 1)
    return ended === undefined ? unclosed(off, to) : token('comment', off, ended)
  }
  const end = skipComment(bytes, off, to)
  if (end === undefined) return unclosed(off, to)
  const trouble = third === 0x2b ? unsafeHint(bytes, off + 3, end - 2) : undefined
  return trouble === undefined ? token('comment', off, end) : token('odd', off, end, trouble)
}

const executable =
  'a comment that some servers execute and others skip, by their kind and their version, so that the same file does different things'

function unclosed(off: number, to: number): Token {
  return token('bad', off, to, 'a comment that is never closed')
}

// 1 0x1F 1e5 are numbers, 2fa is a name. After `1.e` without digits some servers lose the next character, with which
// a comment can begin, so nobody may say what follows.
function number(bytes: Uint8Array, off: number, to: number): Token {
  let end = run(bytes, off, to, isWordPart)
  const text = wordText(bytes, off, end)
  if (!/^\d+$/.test(text)) {
    const afterPoint = bytes[off - 1] === 0x2e && /^\d+e$/.test(text)
    if (afterPoint) return token('odd', off, end, noExponent)
    return token(/^(\d+e\d+|0x[0-9a-f]+|0b[01]+)$/.test(text) ? 'number' : 'word', off, end, text)
  }
  if (end < to && bytes[end] === 0x2e) {
    end = run(bytes, end + 1, to, isDigit)
    if (end < to && ((bytes[end] ?? 0) | 0x20) === 0x65) {
      const sign = bytes[end + 1] === 0x2b || bytes[end + 1] === 0x2d ? 1 : 0
      const digits = end + 1 + sign
      if (digits >= to || !isDigit(bytes[digits] ?? 0)) return token('odd', off, end + 1, noExponent)
      end = run(bytes, digits, to, isDigit)
    }
  }
  return token('number', off, end, wordText(bytes, off, end))
}

const noExponent = 'a number whose exponent is missing, which servers read differently'

function word(bytes: Uint8Array, off: number, to: number): Token {
  const end = run(bytes, off, to, isWordPart)
  if (bytes[off] === 0x24)
    return token(
      'odd',
      off,
      end,
      'a name that begins with a dollar sign, which newer servers read as a quote',
    )
  return token('word', off, end, wordText(bytes, off, end))
}

// Only ASCII letters have two cases in keywords: the Kelvin sign is no `k`.
function wordText(bytes: Uint8Array, off: number, end: number): string {
  const plain = plainWord(bytes, off, end)
  if (plain !== undefined) return plain
  return decoder.decode(bytes.subarray(off, end)).replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
