import type { Meaning, Name } from '../statement.ts'
import { arePartitionsPlain, hasPlainEngine, rowsElsewhere } from './columns.ts'
import { createdIndex, droppedIndex } from './keys.ts'
import { find, identifier, nameAt, namesAt, type Piece, skip, skipIf, symbol, word, words } from './piece.ts'

/** What was understood of a statement: the plan's word for it, and what it does. */
export type Classified = { readonly kind: string; readonly meanings: readonly Meaning[] }

export function other(kind: string): Classified {
  return { kind, meanings: [{ kind: 'other', tag: kind }] }
}

/** CREATE of anything but a stored program's body, which is not looked into; undefined where it is not known. */
export function create(piece: Piece): Classified | undefined {
  const replace = words(piece, 1, 'or', 'replace')
  let at = skipClauses(piece, replace ? 3 : 1)
  const temporary = word(piece, at) === 'temporary'
  if (temporary) at++
  const what = word(piece, at)
  if (what === 'table') return createTable(piece, at + 1, replace, temporary)
  if (what === 'sequence') return createSequence(piece, at + 1, replace, temporary)
  if (temporary) return
  if (what === 'view') return createView(piece, at + 1, replace)
  if (['index', 'unique', 'fulltext', 'spatial', 'vector', 'online', 'offline'].includes(what))
    return createIndex(piece, at, replace)
  if (what === 'database' || what === 'schema') return createDatabase(piece, at + 1, replace)
  if (what === 'aggregate' && word(piece, at + 1) === 'function') return createFunction(piece)
  if (what === 'function') return createFunction(piece)
  return ['procedure', 'trigger', 'event', 'user', 'role'].includes(what)
    ? other(`create-${what}`)
    : undefined
}

// CREATE FUNCTION f RETURNS INT SONAME 'f.so'
function createFunction(piece: Piece): Classified {
  const native = find(piece, 1, piece.tokens.length, 'soname') < piece.tokens.length
  if (!native) return other('create-function')
  const effect = 'runs code of a library in the server'
  return {
    kind: 'create-function',
    meanings: [{ kind: 'transaction-control', what: 'CREATE FUNCTION ... SONAME', effect }],
  }
}

// ALGORITHM = x DEFINER = account SQL SECURITY x, before VIEW, PROCEDURE and their like.
export function skipClauses(piece: Piece, from: number): number {
  let at = from
  for (;;) {
    if (word(piece, at) === 'algorithm' && symbol(piece, at + 1) === '=') at += 3
    else if (words(piece, at, 'sql', 'security')) at += 3
    else if (word(piece, at) === 'definer') {
      at += 3
      if (symbol(piece, at) === '(') at += 2
      if (symbol(piece, at) === '@') at += 2
      while (symbol(piece, at) === '.') at += 2
    } else return at
  }
}

function createTable(
  piece: Piece,
  from: number,
  replace: boolean,
  temporary: boolean,
): Classified | undefined {
  const at = skipIf(piece, from)
  const found = nameAt(piece, at)
  // MySQL's CREATE TABLE ... START TRANSACTION leaves one open.
  const started = find(piece, at, piece.tokens.length, 'start') + 1
  if (found === undefined || word(piece, started) === 'transaction') return
  // A temporary table hides one that was there, until it is dropped: it proves nothing.
  const end = find(piece, found.next, piece.tokens.length, 'select', 'as')
  const plain = hasPlainEngine(piece, found.next, end) && arePartitionsPlain(piece, found.next, end)
  const maybe = replace || at !== from || temporary || !plain
  const made: Meaning = { kind: 'create-table', table: found.name, temporary, maybe }
  const dropped: Meaning = { kind: 'drop-table', names: [found.name], concurrently: false }
  const meanings = replace && !temporary ? [dropped, made] : [made]
  return { kind: 'create-table', meanings: plain ? meanings : [...meanings, rowsElsewhere] }
}

function createSequence(
  piece: Piece,
  from: number,
  replace: boolean,
  temporary: boolean,
): Classified | undefined {
  const at = skipIf(piece, from)
  const found = nameAt(piece, at)
  if (found === undefined) return
  const maybe = replace || at !== from || temporary
  const made: Meaning = { kind: 'create-sequence', sequence: found.name, temporary, maybe }
  const dropped: Meaning = { kind: 'drop-sequence', names: [found.name], concurrently: false }
  return { kind: 'create-sequence', meanings: replace ? [dropped, made] : [made] }
}

function createView(piece: Piece, from: number, replace: boolean): Classified | undefined {
  const at = skipIf(piece, from)
  const view = nameAt(piece, at)?.name
  if (view === undefined) return
  const maybe = replace || at !== from
  return { kind: 'create-view', meanings: [{ kind: 'create-view', view, temporary: false, maybe }] }
}

function createIndex(piece: Piece, from: number, replace: boolean): Classified | undefined {
  const before = skip(piece, from, 'online', 'offline', 'unique', 'fulltext', 'spatial', 'vector')
  if (word(piece, before) !== 'index') return
  const at = skipIf(piece, before + 1)
  const name = identifier(piece, at)
  const on = find(piece, at + 1, piece.tokens.length, 'on')
  const table = nameAt(piece, on + 1)
  if (name === undefined || table === undefined) return
  const what = { table: table.name, name: indexName(table.name, name), replace, maybe: at !== before + 1 }
  const meanings = createdIndex(piece, table.next, word(piece, before - 1), what)
  return { kind: 'create-index', meanings }
}

/** An index has its name in its table. */
function indexName(table: Name, name: string): Name {
  return { schema: table.name, name }
}

function createDatabase(piece: Piece, from: number, replace: boolean): Classified | undefined {
  const database = identifier(piece, skipIf(piece, from))
  if (database === undefined) return
  return replace
    ? { kind: 'create-database', meanings: [{ kind: 'drop-database', database }] }
    : other('create-database')
}

/** DROP of anything; undefined where it is not known. */
export function drop(piece: Piece): Classified | undefined {
  const temporary = word(piece, 1) === 'temporary'
  const at = skip(piece, 1, 'temporary', 'online', 'offline')
  const what = word(piece, at)
  const from = skipIf(piece, at + 1)
  if (what === 'table' || what === 'tables' || what === 'view' || what === 'sequence') {
    const { names } = namesAt(piece, from)
    if (names.length === 0) return
    const noun = what === 'tables' ? 'table' : what
    if (temporary) return other(`drop-${noun}`)
    return { kind: `drop-${noun}`, meanings: [{ kind: `drop-${noun}`, names, concurrently: false }] }
  }
  if (what === 'index') {
    const name = identifier(piece, from)
    const table = word(piece, from + 1) === 'on' ? nameAt(piece, from + 2) : undefined
    if (name === undefined || table === undefined) return
    const named = indexName(table.name, name)
    return { kind: 'drop-index', meanings: droppedIndex(piece, table.next, table.name, named) }
  }
  if (what === 'database' || what === 'schema') {
    const database = identifier(piece, from)
    return database === undefined
      ? undefined
      : { kind: 'drop-database', meanings: [{ kind: 'drop-database', database }] }
  }
  if (what === 'prepare') return
  return ['procedure', 'function', 'trigger', 'event', 'user', 'role'].includes(what)
    ? other(`drop-${what}`)
    : undefined
}

/** RENAME TABLE a TO b, c TO d */
export function rename(piece: Piece): Classified | undefined {
  if (word(piece, 1) === 'user') return other('rename-user')
  if (word(piece, 1) !== 'table' && word(piece, 1) !== 'tables') return
  const meanings: Meaning[] = []
  let at = skipIf(piece, 2)
  for (;;) {
    const from = nameAt(piece, at)
    let next = from?.next ?? at
    if (word(piece, next) === 'wait') next += 2
    if (word(piece, next) === 'nowait') next++
    const to = word(piece, next) === 'to' ? nameAt(piece, next + 1) : undefined
    if (from === undefined || to === undefined) return
    meanings.push({ kind: 'rename', from: from.name, to: to.name })
    if (to.next >= piece.tokens.length) return { kind: 'rename-table', meanings }
    if (symbol(piece, to.next) !== ',') return
    at = to.next + 1
  }
}
