import { lastsBeyond } from '../lasting.ts'
import type { Meaning, Statement } from '../statement.ts'
import type { Placed } from './alter.ts'
import { classify } from './classify.ts'
import { ledgerMeaning } from './inside.ts'
import { ownTablesMeaning } from './own-tables.ts'
import { identifier, type Piece, part, place, spanOf, symbol, word } from './piece.ts'
import { bodyOf } from './program.ts'
import { statementEnd } from './program-body.ts'
import { securityMeanings } from './security.ts'
import { settings } from './session.ts'

/**
 * What the body of a stored program does when it runs. `runs`: something in the file may run it, so that it counts as
 * the file's own. Otherwise it is said of the file that makes it, for the one that runs it may be another: what loses
 * rows, and what no migration may do.
 */
export function lowerBody(piece: Piece, runs: boolean): readonly Statement[] {
  const body = bodyOf(piece)
  if (body === undefined) return word(piece, 0) === 'alter' ? [] : [place(notUnderstood, piece)]
  const ranges = simpleStatements(piece, body)
  if (ranges === undefined) return [place(notUnderstood, piece)]
  const prepares = ranges.some(([from]) => word(piece, from) === 'prepare')
  const around = { locals: localsOf(piece, body, ranges), prepares, runs }
  return ranges.flatMap(([from, to]) => {
    const inner = { ...part(piece, from, to), whole: spanOf(piece, from, to), conditional: true }
    const lowered = meant(inner, around).map(([meaning, where]) => place(meaning, inner, where))
    if (runs) return lowered
    return isTransaction(inner) ? [] : lowered.filter(lastsBeyond).map((one) => ({ ...one, later: true }))
  })
}

type Ranges = readonly (readonly [from: number, to: number])[]

/** The statements of a body that hold no other one. */
function simpleStatements(piece: Piece, body: number): Ranges | undefined {
  const found: [number, number][] = []
  const cursor = {
    at: (i: number) => piece.tokens[i],
    stop: () => 0,
    simple: (from: number, end: number) => found.push([from, end]),
  }
  return statementEnd(cursor, body, 0) === undefined ? undefined : found
}

/** Names of parameters and variables, which SET may set: a parameter follows `(`, a comma or its mode. */
function localsOf(piece: Piece, body: number, ranges: Ranges): ReadonlySet<string> {
  const locals = new Set<string>(['new'])
  const add = (i: number) => locals.add(identifier(piece, i)?.toLowerCase() ?? '')
  for (let i = 1; i < body; i++) {
    const before = symbol(piece, i - 1)
    if (before === '(' || before === ',' || modes.has(word(piece, i - 1))) add(i)
  }
  for (const [from] of ranges) {
    if (word(piece, from) !== 'declare') continue
    add(from + 1)
    for (let i = from + 2; symbol(piece, i) === ','; i += 2) add(i + 1)
  }
  return locals
}

const modes = new Set(['in', 'out', 'inout'])

const dynamic = new Set(['prepare', 'execute', 'deallocate'])
// RETURNS is CREATE FUNCTION f RETURNS INT SONAME 'f.so', which has no body and blocks by itself.
const flow = new Set([
  ...['declare', 'return', 'leave', 'iterate', 'open', 'fetch', 'close', 'resignal', 'get', 'returns'],
])

type Around = { readonly locals: ReadonlySet<string>; readonly prepares: boolean; readonly runs: boolean }

function meant(piece: Piece, around: Around): readonly Placed[] {
  const verb = word(piece, 0)
  if (dynamic.has(verb)) return around.runs ? [[runtime, piece.whole]] : prepared(piece, around.prepares)
  if (flow.has(verb)) return []
  const placed =
    verb === 'set'
      ? settings(piece, around.locals)?.map((one): Placed => [one, piece.whole])
      : classify(piece)?.placed
  if (placed === undefined) return [[notUnderstood, piece.whole]]
  const own = ownTablesMeaning(placed.map(([meaning]) => meaning))
  // That a body names the ledger was said of the whole statement; a GRANT may do it by a pattern.
  const granted = verb === 'grant' ? ledgerMeaning(piece) : undefined
  const besides = [own, granted, ...securityMeanings(piece)].flatMap((one): readonly Placed[] =>
    one === undefined ? [] : [[one, piece.whole]],
  )
  return [...placed.filter(([{ kind }]) => kind !== 'other'), ...besides]
}

/** EXECUTE of what the same body prepares adds nothing, nor does DEALLOCATE. */
function prepared(piece: Piece, prepares: boolean): readonly Placed[] {
  const verb = word(piece, 0)
  const again = verb === 'deallocate' || (verb === 'execute' && word(piece, 1) !== 'immediate' && prepares)
  return again ? [] : [[{ kind: 'dynamic-sql' }, piece.whole]]
}

const runtime: Meaning = {
  kind: 'opaque',
  reason: 'it executes SQL that is put together at run time',
  instead: 'Write the SQL as statements.',
}

const notUnderstood: Meaning = {
  kind: 'opaque',
  reason: 'the body of the stored program has a statement that this review does not know',
  instead: 'Write it as plain SQL, one statement after the other.',
}

const transactions = new Set(['start', 'commit', 'rollback', 'savepoint', 'release'])

/** A procedure may have a transaction of its own where it is called by an application. */
function isTransaction(piece: Piece): boolean {
  return transactions.has(word(piece, 0)) || (word(piece, 0) === 'set' && word(piece, 1) === 'transaction')
}
