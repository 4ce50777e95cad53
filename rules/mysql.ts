import { confusableNames } from './confusable-names.ts'
import { type Migration, readMigration, type StatementSpan } from './migration.ts'
import { lowerBody } from './mysql/bodies.ts'
import { knownKeys } from './mysql/known-keys.ts'
import { isWord, lex, type Reading, usual } from './mysql/lex.ts'
import { lower } from './mysql/lower.ts'
import { type Piece, place } from './mysql/piece.ts'
import { mysqlText } from './mysql/text.ts'
import type { ReadStatement } from './read.ts'
import { type Span, span } from './span.ts'

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
  const plain = up.map(({ off, end }, index): Piece => {
    return { bytes, tokens: lex(bytes, off, end), index, whole: span(off, end), conditional: false, lineOf }
  })
  const isKey = knownKeys(plain)
  const pieces = plain.map((piece): Piece => ({ ...piece, isKey }))
  const read = pieces.map((piece, i) => {
    const { kind, lowered } = lower(piece, up[i]?.unreadable)
    const strange = confusableNames(bytes, piece.tokens).map(([name, at]) => place(name, piece, at))
    return { ...piece.whole, kind, lowered: [...lowered, ...strange] }
  })
  const runs = read.some(({ kind }, i) => mayRun(kind, pieces[i]))
  return read.map((one, i) => {
    const piece = pieces[i]
    if (piece === undefined || !(events.has(one.kind) || programs.has(one.kind))) return one
    // An event runs by itself.
    const lowered = [...one.lowered, ...lowerBody(piece, runs || events.has(one.kind))]
    return { ...one, kind: lowered.some(({ kind }) => kind === 'opaque') ? 'opaque' : one.kind, lowered }
  })
}

const events = new Set(['create-event', 'alter-event'])
const programs = new Set(['create-procedure', 'create-function', 'create-trigger'])
// What may call a function or a procedure, or fire a trigger: SHOW has a WHERE, and CHECKSUM reads views.
const runners = new Set([
  ...[
    'call',
    'do',
    'select',
    'set',
    'insert',
    'replace',
    'update',
    'delete',
    'load-data',
    'load-xml',
    'show',
  ],
  ...['explain', 'explain-analyze', 'signal', 'help', 'opaque'],
  ...['optimize-table', 'repair-table', 'check-table', 'checksum-table', 'analyze-table'],
])

function mayRun(kind: string, piece: Piece | undefined): boolean {
  if (kind !== 'create-table') return runners.has(kind)
  return piece?.tokens.some((token) => isWord(token, 'select') || isWord(token, 'values')) === true
}

const others: readonly Reading[] = [
  { ...usual, escapes: false },
  { ...usual, ansi: true },
]

/**
 * The first statement that begins or ends at another place in another sql_mode, undefined where none does:
 * NO_BACKSLASH_ESCAPES takes the meaning from a backslash in a string, ANSI_QUOTES makes a name of "a".
 */
export function differsByMode(bytes: Uint8Array, { up }: Migration): Span | undefined {
  if (bytes.indexOf(0x5c) === -1) return
  for (const reading of others) {
    const other = readMigration(bytes, mysqlText(bytes, reading)).up
    const first = up.find(({ off, end }, i) => off !== other[i]?.off || end !== other[i]?.end)
    const last = up.at(-1)
    const left = other.length > up.length || isLeftOpen(bytes, last, reading) ? last : undefined
    const found = first ?? left
    if (found !== undefined) return span(found.off, found.end)
  }
  return
}

/** Whether a quote is never closed: the rest of the file is in the last statement then. */
function isLeftOpen(bytes: Uint8Array, last: StatementSpan | undefined, reading: Reading): boolean {
  return last !== undefined && lex(bytes, last.off, last.end, reading).at(-1)?.kind === 'bad'
}
