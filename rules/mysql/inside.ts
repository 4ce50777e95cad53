import { type Span, span } from '../span.ts'
import type { Meaning, Statement } from '../statement.ts'
import { namesThing } from './calls.ts'
import { callMeaning, fileMeaning } from './control.ts'
import { identifier, type Piece, place, symbol, unquoted, word } from './piece.ts'
import { bodyOf } from './program.ts'
import { dangerousCall } from './security.ts'
import { lockLimit } from './session.ts'

/** What stands inside of a statement, whatever the statement is: calls, long lists, files, waits, the ledger's name. */
export function insideOf(piece: Piece): readonly Statement[] {
  const found: Statement[] = []
  const say = (meaning: Meaning, where: Span = piece.whole) => found.push(place(meaning, piece, where))
  const ledger = ledgerMeaning(piece)
  if (ledger !== undefined) say(ledger)
  const body = bodyOf(piece) ?? piece.tokens.length
  for (let i = 0; i < piece.tokens.length; i++) {
    const called = symbol(piece, i + 1) === '(' ? identifier(piece, i)?.toLowerCase() : undefined
    const call = called === undefined ? undefined : callMeaning(called, i >= body)
    if (call !== undefined) say(call, at(piece, i, i))
    const plain = called !== undefined && symbol(piece, i - 1) !== '.' && !namesThing(piece, i)
    const danger = plain ? dangerousCall(called, i >= body) : undefined
    if (danger !== undefined) say(danger, at(piece, i, i))
    if (word(piece, i) === 'wait' && piece.tokens[i + 1]?.kind === 'number')
      say(lockLimit('WAIT'), at(piece, i, i + 1))
    const file = word(piece, i) === 'into' ? word(piece, i + 1) : ''
    if (file === 'outfile' || file === 'dumpfile') say(fileMeaning(file), at(piece, i, i + 1))
  }
  for (const { from, to, length } of longLists(piece)) say({ kind: 'in-list', length }, at(piece, from, to))
  return found
}

function at({ tokens, whole }: Piece, from: number, to: number): Span {
  return span(tokens[from]?.off ?? whole.off, tokens[to]?.end ?? whole.off + whole.len)
}

/** What a statement means that names the ledger, or gives rights on it among others. */
export function ledgerMeaning(piece: Piece): Meaning | undefined {
  if (namesLedger(piece)) return { kind: 'dbward-schema' }
  return grantsEverywhere(piece) ? { kind: 'dbward-schema', everywhere: true } : undefined
}

const accountHeads = new Set(['grant', 'revoke'])

/**
 * Whether a statement names the database `dbward`, where the ledger is, in any quoting, or an account of its own.
 * Any thing of just that name counts, for the same word may mean the database.
 */
function namesLedger(piece: Piece): boolean {
  const accounts =
    accountHeads.has(word(piece, 0)) ||
    ['user', 'role', 'password', 'definer'].some((one) => hasWord(piece, one))
  return piece.tokens.some((token, i) => {
    if (token.kind === 'string') return accounts && isLedgerAccount(unquoted(piece.bytes, token))
    const name = identifier(piece, i)?.toLowerCase()
    if (name === undefined) return false
    if (name === 'dbward' || (accounts && isLedgerAccount(name))) return true
    return accountHeads.has(word(piece, 0)) && isPatternOfLedger(name)
  })
}

function hasWord(piece: Piece, text: string): boolean {
  for (let i = 0; i < Math.min(piece.tokens.length, 12); i++) if (word(piece, i) === text) return true
  return false
}

function isLedgerAccount(name: string): boolean {
  return /^dbward(_|$)/i.test(name)
}

/** GRANT ... ON *.* */
function grantsEverywhere(piece: Piece): boolean {
  if (word(piece, 0) !== 'grant') return false
  return piece.tokens.some((_, i) => ['*', '.', '*'].every((sign, nth) => symbol(piece, i + nth) === sign))
}

// GRANT ... ON `dbw%`.* , ON dbw_rd.* : the name of a database in a grant is a pattern, with \ before what stands for itself.
function isPatternOfLedger(pattern: string): boolean {
  if (!/[%_]/.test(pattern) || pattern.length > 64) return false
  return matches(pattern.replaceAll(/\\(.)/g, '$1'), 'dbward')
}

function matches(pattern: string, text: string): boolean {
  let reached = new Set([0])
  for (const character of pattern) {
    const next = new Set<number>()
    for (const at of reached) {
      if (character === '%') for (let to = at; to <= text.length; to++) next.add(to)
      else if (at < text.length && (character === '_' || character === text[at])) next.add(at + 1)
    }
    reached = next
  }
  return reached.has(text.length)
}

const maxListed = 100

type List = { readonly from: number; readonly to: number; readonly length: number }

/** IN lists of more than 100 values, in one pass over the parentheses. */
function longLists(piece: Piece): readonly List[] {
  const found: List[] = []
  const open: { from: number; commas: number; isList: boolean }[] = []
  for (let i = 0; i < piece.tokens.length; i++) {
    const text = symbol(piece, i)
    const top = open.at(-1)
    if (text === ',' && top !== undefined) top.commas++
    else if (text === '(') open.push({ from: i - 1, commas: 0, isList: word(piece, i - 1) === 'in' })
    else if (text === ')' && top !== undefined) {
      open.pop()
      const isQuery = ['select', 'with', 'values', 'table'].includes(word(piece, top.from + 2))
      if (top.isList && !isQuery && top.commas >= maxListed)
        found.push({ from: top.from, to: i, length: top.commas + 1 })
    }
  }
  return found
}
