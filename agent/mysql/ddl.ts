import { reader, type Token, tokens } from './tokens.ts'

export type TableName = { readonly schema: string | null; readonly name: string }

/** One change of a table's definition, by the names that it adds, takes away or touches; `name` null is the server's choice. */
export type Clause =
  | {
      readonly op: 'add' | 'drop'
      readonly what: 'column' | 'index' | 'constraint'
      readonly name: string | null
      readonly more: boolean
    }
  | { readonly op: 'change'; readonly from: string; readonly to: string }

/** `clauses` null: the statement does something to the table that is not read here. */
export type Ddl =
  | { readonly verb: 'create'; readonly tables: readonly [TableName] }
  | { readonly verb: 'drop'; readonly tables: readonly TableName[] }
  | { readonly verb: 'rename'; readonly tables: readonly TableName[] }
  | {
      readonly verb: 'alter'
      readonly tables: readonly [TableName]
      readonly clauses: readonly Clause[] | null
    }

type Reader = ReturnType<typeof reader>

/**
 * Reads the statements on tables whose effect the catalogue shows, and null for anything else. It is asked only about a
 * statement that the server itself took or may have taken, so it need not know what is valid.
 */
export function readDdl(sql: string): Ddl | null {
  const list = tokens(sql)
  if (list.some((one) => one.kind === 'hidden')) return null
  const next = reader(list)
  if (next.take('create')) return create(next)
  if (next.take('drop')) return drop(next)
  if (next.take('rename', 'table') || next.take('rename', 'tables')) return rename(next)
  if (next.take('alter')) return alter(next)
  return null
}

function create(next: Reader): Ddl | null {
  if (next.take('table')) {
    next.take('if', 'not', 'exists')
    const table = tableName(next)
    // Filled from a query, it is there before its rows are.
    const filled = next
      .rest()
      .some((one) => one.kind === 'word' && ['select', 'like', 'values', 'with'].includes(one.text))
    return table === null || filled ? null : { verb: 'create', tables: [table] }
  }
  for (const word of ['unique', 'fulltext', 'spatial']) if (next.take(word)) break
  if (!next.take('index')) return null
  next.take('if', 'not', 'exists')
  const name = next.identifier()
  if (next.take('using')) next.identifier()
  if (name === null || !next.take('on')) return null
  const table = tableName(next)
  if (table === null) return null
  return { verb: 'alter', tables: [table], clauses: [{ op: 'add', what: 'index', name, more: false }] }
}

function drop(next: Reader): Ddl | null {
  if (next.take('table') || next.take('tables')) {
    next.take('if', 'exists')
    const tables: TableName[] = []
    do {
      const table = tableName(next)
      if (table === null) return null
      tables.push(table)
    } while (next.take(','))
    return { verb: 'drop', tables }
  }
  if (!next.take('index')) return null
  next.take('if', 'exists')
  const name = next.identifier()
  const table = name !== null && next.take('on') ? tableName(next) : null
  if (name === null || table === null) return null
  return { verb: 'alter', tables: [table], clauses: [{ op: 'drop', what: 'index', name, more: false }] }
}

/** Pairs of from and to, in the order in which they happen. */
function rename(next: Reader): Ddl | null {
  const tables: TableName[] = []
  do {
    const from = tableName(next)
    const to = from !== null && next.take('to') ? tableName(next) : null
    if (from === null || to === null) return null
    tables.push(from, to)
  } while (next.take(','))
  return next.over() ? { verb: 'rename', tables } : null
}

function alter(next: Reader): Ddl | null {
  for (const word of ['online', 'ignore']) next.take(word)
  if (!next.take('table')) return null
  next.take('if', 'exists')
  const table = tableName(next)
  if (table === null) return null
  const parts = split(next.rest())
  const only = reader(parts[0] ?? [])
  if (parts.length === 1 && (only.take('rename', 'to') || only.take('rename', 'as'))) {
    const to = tableName(only)
    return to === null ? null : { verb: 'rename', tables: [table, to] }
  }
  const clauses = parts.map((part) => clause(part))
  const known = clauses.filter((one) => one !== null).flat()
  return { verb: 'alter', tables: [table], clauses: clauses.includes(null) ? null : known }
}

/** By the commas that stand in no brackets. */
function split(list: readonly Token[]): readonly (readonly Token[])[] {
  const parts: Token[][] = [[]]
  let depth = 0
  for (const one of list) {
    if (one.kind === 'sign' && one.text === '(') depth += 1
    if (one.kind === 'sign' && one.text === ')') depth -= 1
    if (depth === 0 && one.kind === 'sign' && one.text === ',') parts.push([])
    else parts.at(-1)?.push(one)
  }
  return parts
}

/** How the change is made, and not what it changes. */
const manners = ['algorithm', 'lock']

function clause(part: readonly Token[]): readonly Clause[] | null {
  const next = reader(part)
  const first = part[0]
  if (first?.kind === 'word' && manners.includes(first.text)) return []
  if (next.take('add')) return added(next)
  if (next.take('drop')) return dropped(next)
  if (next.take('modify')) {
    next.take('column')
    next.take('if', 'exists')
    const name = next.identifier()
    return name === null ? null : [{ op: 'change', from: name, to: name }]
  }
  if (next.take('change')) {
    next.take('column')
    next.take('if', 'exists')
    const from = next.identifier()
    const to = next.identifier()
    return from === null || to === null ? null : [{ op: 'change', from, to }]
  }
  if (next.take('rename', 'column')) {
    const from = next.identifier()
    const to = from !== null && next.take('to') ? next.identifier() : null
    return from === null || to === null ? null : [{ op: 'change', from, to }]
  }
  if (next.take('alter', 'column') || next.take('alter')) {
    const name = next.identifier()
    const column = next.take('set') || next.take('drop')
    return name === null || !column ? null : [{ op: 'change', from: name, to: name }]
  }
  return null
}

function added(next: Reader): readonly Clause[] | null {
  if (next.take('partition') || next.take('period') || next.take('system')) return null
  let name: string | null = null
  const named = next.take('constraint')
  if (named && !/^(primary|unique|foreign|check)$/.test(word(next))) name = next.identifier()
  if (next.take('primary')) return [{ op: 'add', what: 'index', name: 'primary', more: false }]
  if (next.take('foreign')) return [{ op: 'add', what: 'constraint', name, more: true }]
  if (next.take('check')) return [{ op: 'add', what: 'constraint', name, more: false }]
  let index = false
  for (const one of ['unique', 'fulltext', 'spatial']) index = next.take(one) || index
  index = next.take('index') || next.take('key') || index
  if (index) {
    next.take('if', 'not', 'exists')
    const own = /^(\(|using)$/.test(word(next)) ? null : next.identifier()
    return [{ op: 'add', what: 'index', name: own ?? name, more: false }]
  }
  if (named) return null
  next.take('column')
  next.take('if', 'not', 'exists')
  if (word(next) === '(') return null
  const column = next.identifier()
  if (column === null) return null
  const more = next
    .rest()
    .some(
      (one) => one.kind === 'word' && ['unique', 'primary', 'key', 'references', 'check'].includes(one.text),
    )
  return [{ op: 'add', what: 'column', name: column, more }]
}

function dropped(next: Reader): readonly Clause[] | null {
  if (next.take('partition') || next.take('period') || next.take('system')) return null
  if (next.take('primary', 'key')) return [{ op: 'drop', what: 'index', name: 'primary', more: false }]
  const index = next.take('index') || next.take('key')
  const constraint = !index && (next.take('constraint') || next.take('foreign', 'key') || next.take('check'))
  if (!index && !constraint) next.take('column')
  next.take('if', 'exists')
  const name = next.identifier()
  if (name === null) return null
  // A constraint that is dropped by its name may be a unique key.
  const what = index ? 'index' : constraint ? 'constraint' : 'column'
  return [{ op: 'drop', what, name, more: what !== 'index' }]
}

function word(next: Reader): string {
  return next.rest()[0]?.text ?? ''
}

function tableName(next: Reader): TableName | null {
  const first = next.identifier()
  if (first === null) return null
  if (!next.take('.')) return { schema: null, name: first }
  const second = next.identifier()
  return second === null ? null : { schema: first, name: second }
}
