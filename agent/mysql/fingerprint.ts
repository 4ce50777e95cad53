import type { Clause, Ddl, TableName } from './ddl.ts'
import type { Query, Row } from './session.ts'

/** What is there of a table, item by item; null where it is not there. */
export type Items = Readonly<Record<string, string>> | null
/** The tables that a statement names, in its order, and the database in which names without one were looked up. */
export type Fingerprint = { readonly schema: string; readonly tables: readonly Items[] }

/** `partial`: some of it is there, and a person must look. `unknown`: the catalogue does not say. */
export type Effect = 'applied' | 'not_applied' | 'partial' | 'unknown'

/** `schema` is the database in which names without one are looked up; left out, that of the session. */
export async function fingerprint(query: Query, ddl: Ddl, schema?: string): Promise<Fingerprint> {
  const [own] = await query('select database() as name, @@lower_case_table_names as folding')
  const home = schema ?? String(own?.name)
  const tables: Items[] = []
  for (const table of ddl.tables) tables.push(await items(query, table, home, Number(own?.folding) !== 0))
  return { schema: home, tables }
}

async function items(query: Query, table: TableName, home: string, folds: boolean): Promise<Items> {
  const at = [table.schema ?? home, table.name]
  // The catalogue compares names without case, the server may not.
  const ours = (rows: readonly Row[]) =>
    folds ? rows : rows.filter((row) => row.home === at[0] && row.name === at[1])
  const [options, columns, indexes, constraints] = [
    ours(await query(optionsSql, at)),
    ours(await query(columnsSql, at)),
    ours(await query(indexesSql, at)),
    ours(await query(constraintsSql, [...at, ...at])),
  ]
  const [self] = options
  if (self === undefined) return null
  const found: Record<string, string> = { options: String(self.value) }
  for (const row of columns) found[`column ${lower(row.item)}`] = String(row.value)
  found.order = columns.map((row) => lower(row.item)).join(',')
  for (const row of indexes) found[`index ${lower(row.item)}`] = String(row.value)
  for (const row of constraints) found[`constraint ${lower(row.item)}`] = String(row.value)
  return found
}

function lower(value: unknown): string {
  return String(value).toLowerCase()
}

const optionsSql = `
select t.table_schema as home, t.table_name as name,
  concat_ws('|', t.table_type, t.engine, t.table_collation, t.create_options, t.table_comment) as value
from information_schema.tables t where t.table_schema = ? and t.table_name = ?`

const columnsSql = `
select c.table_schema as home, c.table_name as name, c.column_name as item,
  concat_ws('|', c.column_type, c.is_nullable, ifnull(c.column_default, '-'), c.extra, ifnull(c.collation_name, '-'),
    c.column_comment, ifnull(c.generation_expression, '')) as value
from information_schema.columns c where c.table_schema = ? and c.table_name = ? order by c.ordinal_position`

const indexesSql = `
select s.table_schema as home, s.table_name as name, s.index_name as item,
  concat_ws('|', s.non_unique, s.index_type, s.index_comment,
    group_concat(concat(ifnull(s.column_name, '?'), ':', ifnull(s.sub_part, ''), ':', ifnull(s.collation, ''))
      order by s.seq_in_index)) as value
from information_schema.statistics s where s.table_schema = ? and s.table_name = ?
group by s.table_schema, s.table_name, s.index_name, s.non_unique, s.index_type, s.index_comment`

/** Keys are among the indexes already. */
const constraintsSql = `
select k.table_schema as home, k.table_name as name, k.constraint_name as item,
  concat_ws('|', k.constraint_type, (
    select concat_ws('|', r.unique_constraint_schema, r.referenced_table_name, r.update_rule, r.delete_rule)
    from information_schema.referential_constraints r
    where r.constraint_schema = ? and r.table_name = ? and r.constraint_name = k.constraint_name
  )) as value
from information_schema.table_constraints k
where k.table_schema = ? and k.table_name = ? and k.constraint_type in ('FOREIGN KEY', 'CHECK')`

/** Compares what is there with what was there when the statement was about to begin. */
export function effectOf(ddl: Ddl, before: Fingerprint, now: Fingerprint): Effect {
  const changed = now.tables.map((items, i) => !same(items, before.tables[i] ?? null))
  if (!changed.includes(true)) return wouldShow(ddl, before) ? 'not_applied' : 'unknown'
  if (ddl.verb === 'create') return before.tables[0] === null ? 'applied' : 'unknown'
  if (ddl.verb === 'drop') return now.tables.every((items) => items === null) ? 'applied' : 'partial'
  if (ddl.verb === 'rename') return renamed(ddl, before, now)
  return altered(ddl.clauses, before.tables[0] ?? null, now.tables[0] ?? null) ? 'applied' : 'unknown'
}

/** True where nothing of what can be seen has changed. */
export function unchanged(before: Fingerprint, now: Fingerprint): boolean {
  return now.tables.every((items, i) => same(items, before.tables[i] ?? null))
}

/**
 * False where the statement may leave all that can be seen as it was: two like tables that change names, a column that
 * is dropped and added again. Then what is unchanged may have been done.
 */
export function wouldShow(ddl: Ddl, before: Fingerprint): boolean {
  if (ddl.verb === 'rename') {
    // Whether the server tells `T` from `t` is not known here, so both have to show.
    const ways = [(name: string) => name, (name: string) => name.toLowerCase()]
    return ways.every((fold) => {
      const after = afterRename(ddl.tables, before, fold)
      return after.some((items, i) => !same(items, before.tables[i] ?? null))
    })
  }
  return ddl.verb !== 'alter' || (ddl.clauses !== null && !comesBack(ddl.clauses))
}

/** Whether a name that the clauses take away is one that they bring, or may be: the server chooses where none is said. */
function comesBack(clauses: readonly Clause[]): boolean {
  const taken = clauses.flatMap((one) => touched(one, 'drop'))
  const brought = clauses.flatMap((one) => touched(one, 'add'))
  return taken.some((a) =>
    brought.some((b) => alike(a.what, b.what) && (b.name === null || a.name === b.name)),
  )
}

type Touched = { readonly what: Exclude<Clause, { op: 'change' }>['what']; readonly name: string | null }

function touched(clause: Clause, op: 'add' | 'drop'): readonly Touched[] {
  if (clause.op !== 'change') {
    return clause.op === op
      ? [{ what: clause.what, name: clause.name === null ? null : bare(clause.name) }]
      : []
  }
  if (bare(clause.from) === bare(clause.to)) return []
  return [{ what: 'column', name: bare(op === 'add' ? clause.to : clause.from) }]
}

/** A constraint that is dropped or added by its name may be a key. */
function alike(a: Touched['what'], b: Touched['what']): boolean {
  return a === b || (a !== 'column' && b !== 'column')
}

/** Servers compare the names of columns and keys without case and accents. */
function bare(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

function renamed(ddl: Ddl, before: Fingerprint, now: Fingerprint): Effect {
  const expected = afterRename(ddl.tables, before, (name) => name)
  return expected.every((items, i) => same(items, now.tables[i] ?? null)) ? 'applied' : 'unknown'
}

/** What each name stands for in the end. Follows the pairs in their order, as `a to b, b to c` moves one table twice. */
function afterRename(
  tables: readonly TableName[],
  before: Fingerprint,
  fold: (name: string) => string,
): readonly Items[] {
  const keys = tables.map((table) => fold(`${table.schema ?? before.schema}.${table.name}`))
  const after = new Map<string, Items>()
  for (const [i, key] of keys.entries()) after.set(key, before.tables[i] ?? null)
  for (let i = 0; i < keys.length; i += 2) {
    const [from, to] = [keys[i] ?? '', keys[i + 1] ?? '']
    const moved = after.get(from) ?? null
    after.set(from, null)
    after.set(to, moved)
  }
  return keys.map((key) => after.get(key) ?? null)
}

/** Every clause shows, and nothing but the clauses. */
function altered(clauses: readonly Clause[] | null, before: Items, now: Items): boolean {
  if (clauses === null || before === null || now === null) return false
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])]
  const differing = new Set(names.filter((name) => before[name] !== now[name]))
  if (!clauses.every((clause) => shows(clause, before, now))) return false
  const columns = [...differing].some((item) => item.startsWith('column ') || item === 'order')
  if (clauses.every((clause) => clause.op === 'change') && !columns) return false
  const allowed = (item: string) => clauses.some((clause) => explains(clause, item, before))
  return [...differing].every(allowed)
}

function shows(
  clause: Clause,
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): boolean {
  if (clause.op === 'change') return `column ${clause.to.toLowerCase()}` in now
  if (clause.name === null) {
    return Object.keys(now).some((item) => item.startsWith(`${clause.what} `) && !(item in before))
  }
  const item = `${clause.what} ${clause.name.toLowerCase()}`
  if (clause.op === 'add') return item in now
  return !(item in now) && !(clause.what === 'constraint' && `index ${clause.name.toLowerCase()}` in now)
}

function explains(clause: Clause, item: string, before: Readonly<Record<string, string>>): boolean {
  const around = item === 'order' || item.startsWith('index ') || item.startsWith('constraint ')
  if (clause.op === 'change') {
    return (
      around || item === `column ${clause.from.toLowerCase()}` || item === `column ${clause.to.toLowerCase()}`
    )
  }
  if (clause.what === 'column' && (item === 'order' || (clause.more && around))) return true
  if (clause.what === 'constraint' && clause.more && item.startsWith('index ')) return true
  // A primary key makes its columns not null.
  if (clause.what === 'index' && clause.name?.toLowerCase() === 'primary' && item.startsWith('column '))
    return true
  if (clause.name === null) return item.startsWith(`${clause.what} `) && !(item in before)
  return item === `${clause.what} ${clause.name.toLowerCase()}`
}

function same(a: Items, b: Items): boolean {
  if (a === null || b === null) return a === b
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
