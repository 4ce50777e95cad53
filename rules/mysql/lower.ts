import type { Statement } from '../statement.ts'
import { callsUnknown } from './calls.ts'
import { classify, type Recognised } from './classify.ts'
import { insideOf } from './inside.ts'
import { isSymbol, isWord, lex, type Token, usual } from './lex.ts'
import { ownTablesMeaning } from './own-tables.ts'
import { find, type Piece, part, place, spanOf, word } from './piece.ts'
import { securityMeanings } from './security.ts'

export type Lowered = { readonly kind: string; readonly lowered: readonly Statement[] }

/**
 * Lowers one statement of MySQL or MariaDB. What is not recognised, and what servers read in more than one way, is
 * opaque; what can be seen in it is said all the same.
 */
export function lower(piece: Piece, unreadable: string | undefined): Lowered {
  const trouble = troubleIn(piece) ?? unreadable
  const found = trouble === undefined ? classify(piece) : undefined
  if (found === undefined) return opaque(piece, trouble ?? unknown(piece))
  const own = found.placed.map(([meaning, where]) => place(meaning, piece, where))
  const understood = found.placed.every(([{ kind }]) => kind !== 'opaque')
  const ownTables = ownTablesMeaning(found.placed.map(([meaning]) => meaning))
  if (ownTables !== undefined) own.push(place(ownTables, piece))
  own.push(...securityMeanings(piece).map((one) => place(one, piece)))
  if (costsUnknown(found, piece)) own.push(place({ kind: 'unknown-cost' }, piece))
  return { kind: understood ? found.kind : 'opaque', lowered: [...own, ...insideOf(piece)] }
}

const evaluating = new Set([
  ...['insert', 'replace', 'update', 'delete', 'load-data', 'load-xml', 'alter-table', 'create-index', 'set'],
])

/** What CREATE TABLE ... SELECT reads has no size here, nor has the query that a SET evaluates. */
function costsUnknown({ kind }: Recognised, piece: Piece): boolean {
  const count = piece.tokens.length
  const queries = piece.tokens.some((token) => isWord(token, 'select'))
  const table = find(piece, 1, count, 'table') + 1
  if (kind === 'create-table') return queries || find(piece, table, count, 'as', 'values', 'table') < count
  return evaluating.has(kind) && ((kind === 'set' && queries) || callsUnknown(piece))
}

function troubleIn({ tokens, bytes }: Piece): string | undefined {
  const token = tokens.find(({ kind }) => kind === 'bad' || kind === 'odd' || kind === 'exec')
  if (token !== undefined) return `it has ${token.text}`
  const old = tokens.some(({ kind, off }) => kind === 'quoted' && startsOldName(bytes, off))
  return old ? 'it has a name that begins with #mysql50#, which servers read as another name' : undefined
}

const oldName = new TextEncoder().encode('#mysql50#')

function startsOldName(bytes: Uint8Array, off: number): boolean {
  return oldName.every((byte, i) => {
    const found = bytes[off + 1 + i] ?? 0
    return found === byte || (found | 0x20) === byte
  })
}

const dynamic = new Set(['prepare', 'execute', 'deallocate'])

const runtime = 'it executes SQL that is put together at run time'

function unknown(piece: Piece): string {
  const verb = word(piece, 0)
  if (dynamic.has(verb) || (verb === 'drop' && word(piece, 1) === 'prepare')) return runtime
  if (verb === 'begin' || verb === 'if' || verb === 'case')
    return 'it is a compound statement outside of a stored program'
  return 'it is none of the statements that this review knows'
}

function opaque(piece: Piece, reason: string): Lowered {
  const instead = 'Write it as plain SQL, one statement after the other.'
  const seen = new Map<string, Statement>()
  for (const tokens of readings(piece)) {
    for (const one of glimpsed({ ...piece, tokens, conditional: true })) {
      seen.set(`${one.kind} ${one.span.off} ${JSON.stringify(one)}`, one)
    }
  }
  return { kind: 'opaque', lowered: [place({ kind: 'opaque', reason, instead }, piece), ...seen.values()] }
}

/** The tokens with what executable comments hold, and without it. */
function readings(piece: Piece): readonly (readonly Token[])[] {
  const { bytes, tokens, whole } = piece
  const executed = tokens.filter(({ kind }) => kind !== 'exec' && kind !== 'exec-end')
  if (executed.length === tokens.length) return [tokens]
  return [executed, lex(bytes, whole.off, whole.off + whole.len, { ...usual, executes: false })]
}

const openers = new Set(['then', 'else', 'do', 'begin', 'atomic', 'loop', 'repeat', 'for'])

/** What can be recognised in a text that is not understood as a whole: it proves nothing, and hides nothing. */
function glimpsed(piece: Piece): readonly Statement[] {
  const found: Statement[] = [...insideOf(piece)]
  let start = 0
  for (let i = 0; i <= piece.tokens.length; i++) {
    const token = piece.tokens[i]
    if (token !== undefined && !isSymbol(token, ';') && !openers.has(word(piece, i))) continue
    if (i > start) found.push(...recognisedIn({ ...part(piece, start, i), whole: spanOf(piece, start, i) }))
    start = i + 1
  }
  return found
}

function recognisedIn(piece: Piece): readonly Statement[] {
  const placed = classify(piece)?.placed ?? []
  return placed
    .filter(([{ kind }]) => kind !== 'other')
    .map(([meaning, where]) => place(meaning, piece, where))
}
