import { openSession, type Row, type Session } from './mysql/session.ts'
import type { SeenSchema, SeenTable } from './schema-fit.ts'

/**
 * What the databases of a MySQL or MariaDB server look like, as far as this account may see them, out of
 * information_schema and nothing else, on a connection of its own that only reads. Of what people have written only
 * names are asked for: no default, comment, condition, partition bound or body ever comes here, and an enum only counts
 * its labels.
 */
export async function seeMysql(
  url: string,
  engine: 'mysql' | 'mariadb',
  stop: AbortSignal,
): Promise<SeenSchema> {
  const session = await openSession(url, 'dbward schema', 5_000)
  const cut = () => session.destroy()
  stop.addEventListener('abort', cut, { once: true })
  try {
    stop.throwIfAborted()
    if (session.engine !== engine) throw new OtherEngine(engine, session.engine)
    return await see(session)
  } finally {
    stop.removeEventListener('abort', cut)
    await session.close()
  }
}

/** A snapshot of another server than the configuration means would be taken for one of this database. */
export class OtherEngine extends Error {
  override readonly name = 'OtherEngine'

  constructor(expected: string, got: string) {
    super(`expected a server of ${expected}, got one of ${got}`)
  }
}

const mostTables = 20_000
const mostParts = 200_000

async function see({ query, engine, version }: Session): Promise<SeenSchema> {
  await query('set session transaction read only')
  await query('set session lock_wait_timeout = 1')
  await query(
    engine === 'mariadb' ? 'set session max_statement_time = 5' : 'set session max_execution_time = 5000',
  )
  const [self] = await query('select database() as path, @@lower_case_table_names as folded')
  const tables = await query(tablesSql)
  const columns = await query(columnsSql)
  const indexes = await query(indexesSql)
  const keys = await query(foreignKeysSql)
  const of = (rows: readonly Row[]) => Map.groupBy(rows, placeOf)
  const [columnsOf, indexesOf, keysOf] = [of(columns), of(indexes), of(keys)]
  return {
    engine,
    server_version: /^\d+(\.\d+){0,2}/.exec(version)?.[0] ?? '0',
    names: Number(self?.folded) === 0 ? 'exact' : 'folded',
    path: self?.path === null ? [] : [String(self?.path)],
    tables: tables.slice(0, mostTables).map((one) => {
      const place = placeOf(one)
      return tableOf(one, columnsOf.get(place) ?? [], indexesOf.get(place) ?? [], keysOf.get(place) ?? [])
    }),
    cut: tables.length > mostTables || [columns, indexes, keys].some((all) => all.length > mostParts),
  }
}

const ours = `('mysql', 'information_schema', 'performance_schema', 'sys', 'dbward')`

const tablesSql = `
select t.table_schema as \`schema\`, t.table_name as name, t.table_type as kind, t.table_rows as row_count,
  t.data_length + t.index_length as bytes, t.create_options like '%partitioned%' as partitioned
from information_schema.tables t
where t.table_schema not in ${ours} and t.table_type <> 'SEQUENCE'
order by t.table_schema, t.table_name
limit ${mostTables + 1}
`

const columnsSql = `
select c.table_schema as \`schema\`, c.table_name as place, c.column_name as name, c.data_type as data_type,
  c.column_type as type, c.is_nullable = 'YES' as nullable
from information_schema.columns c
where c.table_schema not in ${ours}
order by c.table_schema, c.table_name, c.ordinal_position
limit ${mostParts + 1}
`

const indexesSql = `
select s.table_schema as \`schema\`, s.table_name as place, s.index_name as name, s.non_unique as non_unique,
  s.column_name as column_name
from information_schema.statistics s
where s.table_schema not in ${ours}
order by s.table_schema, s.table_name, s.index_name, s.seq_in_index
limit ${mostParts + 1}
`

const foreignKeysSql = `
select k.table_schema as \`schema\`, k.table_name as place, k.constraint_name as name, k.column_name as column_name,
  k.referenced_table_schema as to_schema, k.referenced_table_name as to_table,
  k.referenced_column_name as to_column, r.delete_rule as on_delete
from information_schema.key_column_usage k
join information_schema.referential_constraints r on r.constraint_schema = k.constraint_schema
  and r.constraint_name = k.constraint_name and r.table_name = k.table_name
where k.table_schema not in ${ours} and k.referenced_table_name is not null
order by k.table_schema, k.table_name, k.constraint_name, k.ordinal_position
limit ${mostParts + 1}
`

function placeOf(row: Row): string {
  return `${String(row.schema)}\0${String(row.place ?? row.name)}`
}

function tableOf(
  row: Row,
  columns: readonly Row[],
  indexes: readonly Row[],
  keys: readonly Row[],
): SeenTable {
  const view = row.kind === 'VIEW' || row.kind === 'SYSTEM VIEW'
  const named = [...Map.groupBy(indexes, (one) => String(one.name))]
  const primary = named.find(([name]) => name === 'PRIMARY')?.[1] ?? []
  return {
    schema: String(row.schema),
    name: String(row.name),
    kind: view ? 'view' : Number(row.partitioned) === 1 ? 'partitioned' : 'table',
    of: null,
    rows: view || row.row_count === null ? null : Number(row.row_count),
    bytes: view || row.bytes === null ? null : Number(row.bytes),
    // MySQL names a column of a view after the expression that makes it, with the literals in it.
    columns: (view ? [] : columns).map((one) => ({
      name: String(one.name),
      type: typeOf(one),
      nullable: Number(one.nullable) === 1,
    })),
    primary_key: primary.map(columnName),
    indexes: named.map(([name, parts]) => ({
      name,
      columns: parts.map(columnName),
      unique: Number(parts[0]?.non_unique) === 0,
      valid: true,
    })),
    foreign_keys: [...Map.groupBy(keys, (one) => String(one.name))].map(([name, parts]) => ({
      name,
      columns: parts.map(columnName),
      to_schema: String(parts[0]?.to_schema),
      to_table: String(parts[0]?.to_table),
      to_columns: parts.map((one) => String(one.to_column)),
      on_delete: actionOf(parts[0]?.on_delete),
    })),
  }
}

/** MySQL has indexes over expressions, which have no name to show and may hold literals. */
function columnName({ column_name }: Row): string {
  return column_name === null || column_name === undefined ? '(expression)' : String(column_name)
}

/** The labels of an enum are literals, so that only their number is told; of other types only plain words pass. */
export function typeOf(row: Row): string {
  const [base, whole] = [String(row.data_type).toLowerCase(), String(row.type).toLowerCase()]
  if (base === 'enum' || base === 'set') return `${base}(${whole.match(/'(?:[^']|'')*'/g)?.length ?? 0})`
  return /^[a-z][a-z0-9 _]*(\([0-9, ]+\))?[a-z0-9 ]*$/.test(whole) ? whole : base
}

function actionOf(rule: unknown): SeenTable['foreign_keys'][number]['on_delete'] {
  const rules = {
    RESTRICT: 'restrict',
    CASCADE: 'cascade',
    'SET NULL': 'set null',
    'SET DEFAULT': 'set default',
  } as const
  return Object.hasOwn(rules, String(rule)) ? rules[String(rule) as keyof typeof rules] : 'no action'
}
