import type { Span } from '../span.ts'
import type { Meaning } from '../statement.ts'
import { alterTable, type Placed } from './alter.ts'
import { insert, load, remove, truncate, update } from './change.ts'
import { control } from './control.ts'
import { type Classified, create, drop, other, rename, skipClauses } from './create-drop.ts'
import { closing, find, namesAt, type Piece, part, skip, symbol, word, words } from './piece.ts'
import { settings } from './session.ts'
import type { Work } from './work.ts'

/** A statement that was recognised: the plan's word for it, and what it does at which place. */
export type Recognised = { readonly kind: string; readonly placed: readonly Placed[] }

/**
 * Recognises a statement by its first words and by what each of them needs after it. What is not known here is
 * undefined, and blocks: the list of statements is the boundary, never the list of exceptions.
 */
export function classify(piece: Piece): Recognised | undefined {
  if (words(piece, 0, 'alter')) return altered(piece)
  if (word(piece, 0) === 'explain' || word(piece, 0) === 'analyze' || isDescribe(piece))
    return explained(piece)
  const found = recognised(piece)
  return found && { kind: found.kind, placed: found.meanings.map((one): Placed => [one, piece.whole]) }
}

function recognised(piece: Piece): Classified | undefined {
  switch (word(piece, 0)) {
    case 'select':
    case 'values':
      return other('select')
    case 'table':
      return piece.tokens.length > 1 ? other('select') : undefined
    case '':
      return symbol(piece, 0) === '(' ? parenthesised(piece) : undefined
    case 'with':
      return withClause(piece)
    case 'insert':
      return insert(piece, 'insert')
    case 'replace':
      return insert(piece, 'replace')
    case 'update':
      return update(piece)
    case 'delete':
      return remove(piece)
    case 'truncate':
      return truncate(piece)
    case 'load':
      return load(piece)
    case 'create':
      return create(piece)
    case 'drop':
      return drop(piece)
    case 'rename':
      return rename(piece)
    case 'set': {
      const meanings = settings(piece)
      return meanings && { kind: 'set', meanings }
    }
    default:
      return control(piece) ?? plain(piece)
  }
}

const plainHeads = new Set(['call', 'do', 'grant', 'revoke', 'show', 'signal', 'help'])
const tableWords = new Set(['table', 'tables'])

function plain(piece: Piece): Classified | undefined {
  const verb = word(piece, 0)
  if (plainHeads.has(verb)) return piece.tokens.length > 1 ? other(verb) : undefined
  const maintains = ['optimize', 'repair', 'check', 'checksum'].includes(verb)
  const at = skip(piece, 1, 'no_write_to_binlog', 'local')
  if (!maintains || !tableWords.has(word(piece, at))) return
  return verb === 'optimize' ? optimized(piece, at + 1) : other(`${verb}-table`)
}

/** A table of InnoDB is built anew; readers and writers go on. */
function optimized(piece: Piece, from: number): Classified {
  const { names } = namesAt(piece, from)
  const works: readonly Work[] = ['rebuild']
  const meanings = names.map(
    (table): Meaning => ({ kind: 'table-work', table, works, asked: {}, beside: works }),
  )
  return meanings.length === 0 ? other('optimize-table') : { kind: 'optimize-table', meanings }
}

// (SELECT ...) UNION (SELECT ...)
function parenthesised(piece: Piece): Classified | undefined {
  let at = 0
  while (symbol(piece, at) === '(') at++
  return ['select', 'with', 'values', 'table'].includes(word(piece, at)) ? other('select') : undefined
}

/** WITH [RECURSIVE] a [(columns)] AS (query), ... and then the statement that uses them. */
function withClause(piece: Piece): Classified | undefined {
  let at = skip(piece, 1, 'recursive')
  for (;;) {
    at++
    if (symbol(piece, at) === '(') at = closing(piece, at)
    if (word(piece, at) !== 'as' || symbol(piece, at + 1) !== '(') return
    at = closing(piece, at + 1)
    // MariaDB: CYCLE columns RESTRICT
    if (word(piece, at) === 'cycle') at = find(piece, at, piece.tokens.length, 'restrict') + 1
    if (symbol(piece, at) !== ',') break
    at++
  }
  const main = part(piece, at)
  switch (word(main, 0)) {
    case 'select':
    case 'values':
    case 'table':
      return other('select')
    case 'update':
      return update(main)
    case 'delete':
      return remove(main)
    default:
      return word(main, 0) === '' ? parenthesised(main) : undefined
  }
}

function altered(piece: Piece): Recognised | undefined {
  const commands = alterTable(piece)
  if (commands !== undefined) return { kind: 'alter-table', placed: commands }
  const noun = word(piece, skipClauses(piece, 1))
  if (!alterable.has(noun)) return
  return { kind: `alter-${noun === 'schema' ? 'database' : noun}`, placed: [[meaningOf(noun), piece.whole]] }
}

const alterable = new Set([
  ...['database', 'schema', 'view', 'procedure', 'function', 'event', 'user', 'role', 'sequence'],
])

function meaningOf(noun: string): Meaning {
  return { kind: 'other', tag: `alter-${noun}` }
}

function isDescribe(piece: Piece): boolean {
  return word(piece, 0) === 'describe' || word(piece, 0) === 'desc'
}

/** EXPLAIN runs nothing, unless it is EXPLAIN ANALYZE, or MariaDB's ANALYZE of a statement. */
function explained(piece: Piece): Recognised | undefined {
  const nothing: readonly [Meaning, Span] = [{ kind: 'other', tag: word(piece, 0) }, piece.whole]
  const analyze = word(piece, 0) === 'analyze'
  const table = skip(piece, 1, 'no_write_to_binlog', 'local')
  if (analyze && tableWords.has(word(piece, table))) return { kind: 'analyze-table', placed: [nothing] }
  if (!analyze && word(piece, 1) !== 'analyze') {
    return piece.tokens.length > 1 ? { kind: 'explain', placed: [nothing] } : undefined
  }
  let at = analyze ? 1 : 2
  if (word(piece, at) === 'format' && symbol(piece, at + 1) === '=') at += 3
  const inner = classify(part(piece, at))
  return inner && { kind: 'explain-analyze', placed: inner.placed }
}
