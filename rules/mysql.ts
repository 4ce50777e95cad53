import { type Migration, readMigration, type StatementSpan } from './migration.ts'
import { lex, type Reading, usual } from './mysql/lex.ts'
import { lower } from './mysql/lower.ts'
import { mysqlText } from './mysql/text.ts'
import type { ReadStatement } from './read.ts'
import { span } from './span.ts'

/**
 * Lowers the statements of a migration for MySQL and MariaDB.
 *
 * Nobody else's parser is asked: none reads every statement of either server, and most lose one in a comment. So a
 * statement is recognised by our own lexer and classifier, or it is opaque.
 */
export function readStatements(
  bytes: Uint8Array,
  { up }: Migration,
  lineOf: (off: number) => number,
): readonly ReadStatement[] {
  return up.map(({ off, end, unreadable }, index) => {
    const whole = span(off, end)
    const tokens = lex(bytes, off, end)
    return { ...whole, ...lower({ bytes, tokens, index, whole, conditional: false, lineOf }, unreadable) }
  })
}

const others: readonly Reading[] = [
  { ...usual, escapes: false },
  { ...usual, ansi: true },
]

/**
 * Whether the statements begin and end at the same places in each sql_mode: NO_BACKSLASH_ESCAPES takes the meaning
 * from a backslash in a string, ANSI_QUOTES makes a name of "a", where it has none either.
 */
export function agreesInEveryMode(bytes: Uint8Array, { up }: Migration): boolean {
  if (bytes.indexOf(0x5c) === -1) return true
  return others.every((reading) => {
    const other = readMigration(bytes, mysqlText(bytes, reading)).up
    const same = other.every(({ off, end }, i) => off === up[i]?.off && end === up[i]?.end)
    return same && other.length === up.length && !isLeftOpen(bytes, up.at(-1), reading)
  })
}

/** Whether a quote is never closed: the rest of the file is in the last statement then. */
function isLeftOpen(bytes: Uint8Array, last: StatementSpan | undefined, reading: Reading): boolean {
  return last !== undefined && lex(bytes, last.off, last.end, reading).at(-1)?.kind === 'bad'
}
