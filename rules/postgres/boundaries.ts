import type { Dialect, Slice } from '../dialect.ts'
import { isSpace, isSymbol, isWord, nextToken, significant, type Token } from './lex.ts'

/** How PostgreSQL's statements are found in a text. */
export function postgresText(bytes: Uint8Array): Dialect {
  return {
    between(off) {
      const { kind, end, text } = nextToken(bytes, off, bytes.length)
      if (kind === 'line-comment') return { is: kind, off, end }
      if (kind === 'space' || kind === 'comment') return { is: 'nothing', off, end }
      return { is: kind === 'symbol' && text === ';' ? 'separator' : 'statement', off, end }
    },
    statement: (off, ends) => readStatement(bytes, off, bytes.length, ends),
  }
}

/**
 * Reads the statement that starts at `off`, up to where PostgreSQL's grammar would end it: at a `;` that is not
 * inside a rule or a function body, or where `ends` says that the section is over. `next` is where to go on.
 */
function readStatement(
  bytes: Uint8Array,
  off: number,
  to: number,
  ends: (token: Token) => boolean,
): { readonly slice: Slice; readonly next: number } {
  const words: string[] = []
  const tokens: Token[] = []
  let count = 0
  const copy = copyFromStdin()
  let nesting: Nesting | undefined
  let end = off
  let at = off
  while (at < to) {
    const token = nextToken(bytes, at, to)
    if (isSymbol(token, ';') && !nesting?.inside()) break
    if (isSymbol(token, '\\')) return throughLine(bytes, off, at, to)
    if (token.kind === 'bad')
      return unreadable(off, trimmed(bytes, off, token.end), token.end, `it has ${token.text}`)
    if (token.kind === 'line-comment' && ends(token)) {
      tokens.length = count
      return { slice: { off, end, stop: at, tokens }, next: at }
    }
    at = token.end
    tokens.push(token)
    if (!significant(token)) continue
    end = token.end
    count = tokens.length
    if (nesting === undefined && token.kind === 'word' && words.length < 4) words.push(token.text)
    else nesting ??= nestingOf(words)
    nesting?.read(token)
    copy.read(token)
  }
  if (copy.seen() && at < to) return throughRows(bytes, off, at, to)
  tokens.length = count
  return { slice: { off, end, stop: at, tokens }, next: Math.min(at + 1, to) }
}

type Ended = ReturnType<typeof readStatement>

function unreadable(off: number, end: number, stop: number, reason: string): Ended {
  return { slice: { off, end, stop, unreadable: reason }, next: stop }
}

// A command of psql ends with its line, whatever stands on it.
function throughLine(bytes: Uint8Array, off: number, backslash: number, to: number): Ended {
  const newline = lineEnd(bytes, backslash, to)
  return unreadable(off, trimmed(bytes, backslash, newline), newline, 'it is a command of psql, not SQL')
}

// The rows of COPY ... FROM STDIN come after its line, up to a line of \\. or the end.
function throughRows(bytes: Uint8Array, off: number, semicolon: number, to: number): Ended {
  let from = lineEnd(bytes, semicolon, to)
  while (from < to) {
    const row = from + 1
    from = lineEnd(bytes, row, to)
    if (trimmed(bytes, row, from) === row + 2 && bytes[row] === 0x5c && bytes[row + 1] === 0x2e) break
  }
  const reason = 'COPY ... FROM STDIN takes its rows from a client, and a migration has none'
  return unreadable(off, trimmed(bytes, off, from), from, reason)
}

function lineEnd(bytes: Uint8Array, from: number, to: number): number {
  const newline = bytes.indexOf(0x0a, from)
  return newline === -1 || newline > to ? to : newline
}

function trimmed(bytes: Uint8Array, from: number, to: number): number {
  let end = to
  while (end > from && isSpace(bytes[end - 1] ?? 0)) end--
  return end
}

function copyFromStdin(): { seen(): boolean; read(token: Token): void } {
  let first: string | undefined
  let before = ''
  let seen = false
  return {
    seen: () => seen,
    read(token) {
      first ??= token.kind === 'word' ? token.text : ''
      seen ||= first === 'copy' && before === 'from' && isWord(token, 'stdin')
      before = token.kind === 'word' ? token.text : ''
    },
  }
}

type Nesting = { inside(): boolean; read(token: Token): void }

const none: Nesting = { inside: () => false, read: () => undefined }

function nestingOf(words: readonly string[]): Nesting {
  const [create, ...rest] = words
  if (create !== 'create') return none
  const what = rest[0] === 'or' && rest[1] === 'replace' ? rest[2] : rest[0]
  if (what === 'rule') return parentheses()
  return what === 'function' || what === 'procedure' ? atomicBody() : none
}

// CREATE RULE ... DO (statement; statement)
function parentheses(): Nesting {
  let depth = 0
  return {
    inside: () => depth > 0,
    read(token) {
      if (isSymbol(token, '(')) depth++
      else if (isSymbol(token, ')')) depth = Math.max(0, depth - 1)
    },
  }
}

// CREATE FUNCTION ... BEGIN ATOMIC statement; statement; END
function atomicBody(): Nesting {
  let depth = 0
  let before: Token | undefined
  return {
    inside: () => depth > 0,
    read(token) {
      const named = isSymbol(before, '.') || isWord(before, 'as')
      if (depth === 0 && isWord(token, 'atomic') && isWord(before, 'begin')) depth = 1
      else if (depth > 0 && !named && isWord(token, 'case')) depth++
      else if (depth > 0 && !named && isWord(token, 'end')) depth--
      before = token
    },
  }
}
