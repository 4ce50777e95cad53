import type { Comment, Dialect, Gap } from '../dialect.ts'
import { clientLine } from './client.ts'
import { begins, type Cursor, cursorOf } from './cursor.ts'
import { isSpace, isSymbol, nextToken, type Reading, staysInside, usual } from './lex.ts'
import { isProgram, programEnd } from './program.ts'

type Ended = ReturnType<Dialect['statement']>

/**
 * How the statements of MySQL and MariaDB are found in a text.
 *
 * A `;` ends a statement unless it stands in the body of a stored program, whose blocks are followed; after DELIMITER
 * its mark does, and what stands between two marks must be one statement.
 */
export function mysqlText(bytes: Uint8Array, reading: Reading = usual): Dialect {
  let mark: Uint8Array | undefined
  // A body that is not understood could have been followed for the whole file: none after it is.
  let lost = false

  function between(off: number): Gap {
    const line = clientLine(bytes, off)
    if (line !== undefined) {
      if (!('delimiter' in line)) return { is: 'statement', off, end: line.end }
      mark = line.delimiter === ';' ? undefined : encoder.encode(line.delimiter)
      return { is: 'nothing', off, end: line.end }
    }
    if (mark !== undefined && begins(bytes, off, mark))
      return { is: 'separator', off, end: off + mark.length }
    const token = nextToken(bytes, off, bytes.length, reading)
    if (token.kind === 'line-comment') return { is: token.kind, off, end: token.end }
    if (token.kind === 'space' || token.kind === 'comment') return { is: 'nothing', off, end: token.end }
    return { is: isSymbol(token, ';') ? 'separator' : 'statement', off, end: token.end }
  }

  function statement(off: number, ends: (comment: Comment) => boolean): Ended {
    const line = clientLine(bytes, off)
    if (line !== undefined && 'trouble' in line) {
      const end = trimmed(bytes, off, line.end)
      return { slice: { off, end, stop: line.end, unreadable: line.trouble }, next: line.end }
    }
    const cursor = cursorOf(bytes, off, mark, reading, ends)
    if (mark !== undefined) return unit(bytes, off, cursor)
    const program = !lost && isProgram(cursor)
    const after = program ? programEnd(cursor) : undefined
    if (after !== undefined) return sliced(bytes, off, cursor, after)
    lost ||= program
    return sliced(bytes, off, cursor, semicolon(cursor), program ? unknownBody : undefined)
  }

  return { between, statement }
}

const encoder = new TextEncoder()

const unknownBody = 'where its body ends is not understood'
const several = 'more than one statement stands between two delimiters'

/** What stands up to the next mark: one statement, whose last `;` is not part of it. */
function unit(bytes: Uint8Array, off: number, cursor: Cursor): Ended {
  let last = 0
  for (let i = 0; ; i++) {
    const token = cursor.at(i)
    if (token === undefined) break
    if (!isSymbol(token, ';')) last = i + 1
  }
  const alone = !severalIn(cursor, last)
  return sliced(bytes, off, cursor, last, alone ? undefined : several, cursor.stop())
}

function severalIn(cursor: Cursor, count: number): boolean {
  let semicolons = false
  for (let i = 0; i < count && !semicolons; i++) semicolons = isSymbol(cursor.at(i), ';')
  if (!semicolons) return false
  const after = isProgram(cursor) ? programEnd(cursor) : undefined
  return after === undefined || after < count
}

function semicolon(cursor: Cursor): number {
  let inside = false
  for (let i = 0; ; i++) {
    const token = cursor.at(i)
    if (token === undefined || (isSymbol(token, ';') && !inside)) return i
    inside = staysInside(token, inside)
  }
}

/** The statement of the tokens before `after`. */
function sliced(
  bytes: Uint8Array,
  off: number,
  cursor: Cursor,
  after: number,
  unreadable?: string,
  stop = cursor.at(after)?.off ?? cursor.stop(),
): Ended {
  const end = trimmed(bytes, off, cursor.at(after - 1)?.end ?? stop)
  return { slice: { off, end, stop, ...(unreadable === undefined ? {} : { unreadable }) }, next: stop }
}

function trimmed(bytes: Uint8Array, from: number, to: number): number {
  let end = to
  while (end > from && isSpace(bytes[end - 1] ?? 0)) end--
  return end
}
