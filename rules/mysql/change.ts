import type { Meaning, Name } from '../statement.ts'
import { type Classified, other } from './create-drop.ts'
import { byCommas, find, identifier, nameAt, namesAt, type Piece, skip, symbol, word } from './piece.ts'
import { type TableRef, tableRefs } from './table-refs.ts'
import { rowsOf } from './where.ts'

const modifiers = ['low_priority', 'high_priority', 'delayed', 'quick', 'ignore']

/** INSERT and REPLACE; undefined where the table is not found. */
export function insert(piece: Piece, verb: 'insert' | 'replace'): Classified | undefined {
  const table = nameAt(piece, skip(piece, 1, ...modifiers, 'into'))?.name
  const replaces = verb === 'replace' ? ({ replaces: true } as const) : {}
  return table && { kind: verb, meanings: [{ kind: 'insert', table, ...replaces, ...queryOf(piece) }] }
}

const lessThanAll = [
  'where',
  'limit',
  'group',
  'having',
  'union',
  'join',
  'straight_join',
  'natural',
  'except',
  'intersect',
]

/** Whether the rows of an INSERT come from a table, and which one that is read whole. */
function queryOf(piece: Piece): { readonly queried?: true; readonly copies?: Name } {
  const count = piece.tokens.length
  const select = find(piece, 1, count, 'select')
  const from = find(piece, select, count, 'from')
  const table = nameAt(piece, from + 1)
  if (from === count) return {}
  const end = find(piece, from, count, 'on', 'order', 'returning')
  const whole = table !== undefined && find(piece, from, count, ...lessThanAll) === count
  const alone = whole && byCommas(piece, from, end).length === 1 && !/^count$/.test(word(piece, select + 1))
  return { queried: true, ...(alone ? { copies: table.name } : {}) }
}

// No server joins more. https://dev.mysql.com/doc/refman/8.4/en/joins-limits.html
const maxTables = 61

/** UPDATE of one or several tables: those that its SET names. */
export function update(piece: Piece): Classified | undefined {
  const from = skip(piece, 1, ...modifiers)
  const count = piece.tokens.length
  const set = find(piece, from, count, 'set')
  const refs = tableRefs(piece, from, set).slice(0, maxTables)
  if (set === count || refs.length === 0) return
  const end = find(piece, set, count, 'where', 'order', 'limit', 'returning')
  const changed = new Map<TableRef, string[]>()
  for (const [start] of byCommas(piece, set + 1, end)) {
    for (const one of meant(refs, qualifier(piece, start))) {
      const sets = changed.get(one) ?? []
      sets.push(columnAt(piece, start))
      changed.set(one, sets)
    }
  }
  return {
    kind: 'update',
    meanings: [...changed].map(([ref, sets]) => {
      return { kind: 'update', table: ref.table, sets, ...rowsOf(piece, ref, { from, to: set, refs }) }
    }),
  }
}

/** `column` of column = ..., a.column = ..., a.b.column = ... */
function columnAt(piece: Piece, start: number): string {
  let at = start
  while (symbol(piece, at + 1) === '.') at += 2
  return identifier(piece, at) ?? ''
}

/** `a` of a.column, `b` of a.b.column. */
function qualifier(piece: Piece, at: number): string | undefined {
  const found = nameAt(piece, at)?.name
  if (found?.schema === undefined) return
  return symbol(piece, at + 3) === '.' ? found.name : found.schema
}

/** The tables that a name in a multi-table statement means; all of them where it does not say. */
function meant(refs: readonly TableRef[], name: string | undefined): readonly TableRef[] {
  const lower = name?.toLowerCase()
  const found = refs.filter(({ alias }) => alias.toLowerCase() === lower)
  return found.length > 0 ? found : refs
}

/** DELETE FROM a, DELETE a, b FROM refs, DELETE FROM a, b USING refs. */
export function remove(piece: Piece): Classified | undefined {
  const count = piece.tokens.length
  let at = skip(piece, 1, ...modifiers, 'history')
  const listed = word(piece, at) !== 'from'
  if (!listed) at++
  const targets = withoutStars(piece, at)
  if (targets.length === 0) return
  const end = find(piece, at, count, 'where', 'order', 'limit', 'returning')
  const split = find(piece, at, end, listed ? 'from' : 'using')
  if (listed && split === end) return
  // DELETE FROM x [AS a] of one table has no list of joined ones.
  const from = split === end ? at : split + 1
  const refs = tableRefs(piece, from, end).slice(0, maxTables)
  // Tables that are only tied to each other, with no WHERE: nothing says which of their rows are meant.
  const unsaid = targets.length > 1 && refs.length <= targets.length && word(piece, end) !== 'where'
  const found = targets.slice(0, maxTables).flatMap((target): readonly TableRef[] => {
    const named = refs.filter(({ alias }) => alias.toLowerCase() === target.name.toLowerCase())
    const meant = split === end ? refs.slice(0, 1) : named
    return meant.length > 0 ? meant : [{ table: target, alias: target.name }]
  })
  const meanings = [...new Set(found)].slice(0, maxTables).map(
    (ref): Meaning => ({
      kind: 'delete',
      table: ref.table,
      ...(unsaid ? { where: 'empty' } : rowsOf(piece, ref, { from, to: end, refs })),
    }),
  )
  return { kind: 'delete', meanings }
}

// a, b.* , c.d.*
function withoutStars(piece: Piece, from: number): readonly Name[] {
  const names: Name[] = []
  for (let at = from; ; at++) {
    const found = nameAt(piece, at)
    if (found === undefined) return names
    names.push(found.name)
    at = symbol(piece, found.next) === '.' ? found.next + 2 : found.next
    if (symbol(piece, at) !== ',') return names
  }
}

export function truncate(piece: Piece): Classified | undefined {
  const table = nameAt(piece, skip(piece, 1, 'table'))?.name
  return table && { kind: 'truncate', meanings: [{ kind: 'truncate', tables: [table] }] }
}

/** LOAD of a file that the server has; one of the client's is none that a migration has. */
export function load(piece: Piece): Classified | undefined {
  const count = piece.tokens.length
  if (word(piece, 1) === 'index') return other('load-index')
  const into = find(piece, 1, count, 'into')
  const local = find(piece, 1, into, 'local') < into
  const { names } = namesAt(piece, skip(piece, into + 1, 'table'))
  const [table] = names
  if (local || table === undefined) return
  const replaces = word(piece, into - 1) === 'replace' ? ({ replaces: true } as const) : {}
  return { kind: `load-${word(piece, 1)}`, meanings: [{ kind: 'insert', table, ...replaces }] }
}
