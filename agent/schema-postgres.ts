import type { SeenSchema, SeenTable } from './schema-fit.ts'
import { openSession, ownPath, type Query, type Row, type Session } from './session.ts'

/**
 * What a PostgreSQL database looks like, out of its catalogue and nothing else, on a connection of its own that only
 * reads. Each question stands alone, so that none is the old snapshot that a concurrent index build waits for. Of what
 * people have written only names are asked for: no default, comment, condition or body ever comes here.
 */
export async function seePostgres(url: string, stop: AbortSignal): Promise<SeenSchema> {
  const session = await openSession(url, 'dbward schema', 5_000)
  const cut = () => session.destroy()
  stop.addEventListener('abort', cut, { once: true })
  try {
    stop.throwIfAborted()
    return await see(session)
  } finally {
    stop.removeEventListener('abort', cut)
    await session.close()
  }
}

const mostRelations = 20_000
const mostParts = 200_000

async function see({ query, version, searchPath }: Session): Promise<SeenSchema> {
  await query('set default_transaction_read_only = on')
  await query("set statement_timeout = '5s'")
  await query("set lock_timeout = '100ms'")
  const path = await pathOf(query, searchPath)
  const relations = await relationsIn(query)
  const ids = [relations.map((one) => one.oid)]
  const columns = await query(columnsSql, ids)
  const indexes = await query(indexesSql, ids)
  const keys = await query(foreignKeysSql, ids)
  const parts = [columns, indexes, keys].map((rows) => Map.groupBy(rows, (row) => row.oid))
  return {
    engine: 'postgres',
    server_version: `${Math.floor(version / 10_000)}.${version % 10_000}`,
    names: 'exact',
    path,
    tables: relations.slice(0, mostRelations).map((one) => {
      const [own = [], ofIndexes = [], ofKeys = []] = parts.map((all) => all.get(one.oid))
      return tableOf(one, own, ofIndexes, ofKeys)
    }),
    cut: relations.length > mostRelations || [columns, indexes, keys].some((all) => all.length > mostParts),
  }
}

/** Where the role finds a name without a schema; its own setting is in force for this one question. */
async function pathOf(query: Query, configured: string): Promise<readonly string[]> {
  await query("select pg_catalog.set_config('search_path', $1, false)", [configured])
  const [row] = await query('select pg_catalog.current_schemas(false)::pg_catalog.text[] as path')
  await query(ownPath)
  return ((row?.path ?? []) as readonly string[]).filter((one) => !isSystem(one))
}

function isSystem(schema: string): boolean {
  return schema.startsWith('pg_') || schema === 'information_schema' || schema === 'dbward'
}

/**
 * The exact size needs a weak lock on each table for a moment. Where one cannot be had within 100 ms, as a migration is
 * at work on the table, the catalogue's own estimate has to do: nobody waits for us.
 */
async function relationsIn(query: Query): Promise<readonly Row[]> {
  try {
    return await query(relationsSql(sizeOnDisk))
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== lockNotAvailable) throw error
    return query(relationsSql(sizeInCatalogue))
  }
}

const lockNotAvailable = '55P03'
const sizeOnDisk = 'pg_catalog.pg_total_relation_size(c.oid)'
const sizeInCatalogue = `(
    select sum(x.relpages)::float8 * pg_catalog.current_setting('block_size')::float8 from pg_catalog.pg_class x
    where c.reltuples >= 0 and (x.oid in (c.oid, c.reltoastrelid)
      or x.oid in (select i.indexrelid from pg_catalog.pg_index i where i.indrelid = c.oid)))`

const relationsSql = (size: string) => `
select c.oid, n.nspname as schema, c.relname as name, c.relkind as kind, c.relispartition as partition,
  pn.nspname as of_schema, p.relname as of_name,
  case when c.reltuples >= 0 and c.relkind in ('r', 'm') then c.reltuples::float8 end as rows,
  case when c.relkind in ('r', 'm') then ${size} end as bytes
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_inherits h on h.inhrelid = c.oid and c.relispartition
left join pg_catalog.pg_class p on p.oid = h.inhparent
left join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f')
  and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'dbward')
order by c.relispartition, n.nspname, c.relname
limit ${mostRelations + 1}
`

const columnsSql = `
select a.attrelid as oid, a.attname as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as type,
  not a.attnotnull as nullable
from pg_catalog.pg_attribute a
where a.attrelid = any ($1::pg_catalog.oid[]) and a.attnum > 0 and not a.attisdropped
order by a.attrelid, a.attnum
limit ${mostParts + 1}
`

/** An expression has no name to show, and may hold literals. */
const indexesSql = `
select i.indrelid as oid, c.relname as name, i.indisunique as "unique", i.indisprimary as "primary",
  i.indisvalid and i.indisready as valid,
  array(
    select coalesce(a.attname::pg_catalog.text, '(expression)')
    from unnest(i.indkey::pg_catalog.int2[]) with ordinality k (attnum, nth)
    left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where k.nth <= i.indnkeyatts order by k.nth) as columns
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
where i.indrelid = any ($1::pg_catalog.oid[])
order by i.indrelid, c.relname
limit ${mostParts + 1}
`

/** Without those that PostgreSQL itself makes for each partition out of one that people have made. */
const foreignKeysSql = `
select f.conrelid as oid, f.conname as name, f.confdeltype as on_delete, n.nspname as to_schema, c.relname as to_table,
  array(
    select a.attname::pg_catalog.text from unnest(f.conkey) with ordinality k (attnum, nth)
    join pg_catalog.pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum order by k.nth) as columns,
  array(
    select a.attname::pg_catalog.text from unnest(f.confkey) with ordinality k (attnum, nth)
    join pg_catalog.pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.attnum order by k.nth) as to_columns
from pg_catalog.pg_constraint f
join pg_catalog.pg_class c on c.oid = f.confrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where f.contype = 'f' and f.conparentid = 0 and f.conrelid = any ($1::pg_catalog.oid[])
order by f.conrelid, f.conname
limit ${mostParts + 1}
`

function tableOf(
  row: Row,
  columns: readonly Row[],
  indexes: readonly Row[],
  keys: readonly Row[],
): SeenTable {
  const primary = indexes.find((one) => one.primary === true)
  return {
    schema: String(row.schema),
    name: String(row.name),
    kind: kindOf(row),
    of: row.of_name === null ? null : { schema: String(row.of_schema), name: String(row.of_name) },
    rows: row.rows === null ? null : Number(row.rows),
    bytes: row.bytes === null ? null : Number(row.bytes),
    columns: columns.map((one) => ({
      name: String(one.name),
      type: String(one.type),
      nullable: one.nullable === true,
    })),
    primary_key: primary === undefined ? [] : (primary.columns as readonly string[]),
    indexes: indexes.map((one) => ({
      name: String(one.name),
      columns: one.columns as readonly string[],
      unique: one.unique === true,
      valid: one.valid === true,
    })),
    foreign_keys: keys.map((one) => ({
      name: String(one.name),
      columns: one.columns as readonly string[],
      to_schema: String(one.to_schema),
      to_table: String(one.to_table),
      to_columns: one.to_columns as readonly string[],
      on_delete: actions[String(one.on_delete)] ?? 'no action',
    })),
  }
}

function kindOf({ kind, partition }: Row): SeenTable['kind'] {
  if (kind === 'p') return 'partitioned'
  if (kind === 'v') return 'view'
  if (kind === 'm') return 'matview'
  if (kind === 'f') return 'foreign'
  return partition === true ? 'partition' : 'table'
}

const actions: Readonly<Record<string, SeenTable['foreign_keys'][number]['on_delete']>> = {
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
}
