import pg from 'pg'
import type { Postgres } from '../../postgres/postgres.ts'
import { difference, type State, same } from '../difference.ts'
import { stateOf } from './state.ts'

/** What every trick finds: two tables of numbers, a parent and its child, one in parts, and a ledger like the agent's. */
const always = `
create table x (a int, b int); insert into x values (1, 1), (2, 2);
create table y (a int, b int); insert into y values (1, 1), (2, 2);
create table parent (id int primary key); insert into parent values (1), (2);
create table child (id int references parent); insert into child values (1);
create schema dbward; create table dbward.ledger (id int); insert into dbward.ledger values (1);`

/** Somebody whom rights can be given to; a role is there for all databases of a server. */
const somebody = 'mallory'

export type World = {
  /** What `sql` changes in a database of its own: as one text, as psql would send it, or statement by statement. */
  run(sql: string | readonly string[], around: Around): Promise<string>
  close(): Promise<void>
}

export type Around = {
  readonly given?: string
  readonly shows?: string
  readonly tx: 'auto' | 'none'
}

export async function openWorld(server: Postgres): Promise<World> {
  const admin = await connect(server.adminUrl, quick)
  await admin.query(`create role ${somebody}`)
  const template = await server.createDatabase('bypass')
  await server.query(template, always)
  let made = 0
  let place = await freshPlace()
  const first = await stateOf(place.look)

  /** To copy the template takes long, so what a trick has left is cleared away where that is possible. */
  async function ready(): Promise<State> {
    const cleared = await clear(place.look)
    if (cleared !== undefined && same(first, cleared)) return cleared
    await leave()
    await tidy(admin, tidySql)
    place = await freshPlace()
    return stateOf(place.look)
  }

  async function clear(look: pg.Client): Promise<State | undefined> {
    try {
      // What was prepared keeps its locks.
      await tidy(look, prepared)
      await look.query(again)
      await tidy(look, tidySql)
      return await stateOf(look)
    } catch {
      return
    }
  }

  async function freshPlace() {
    const name = `${template}_${made++}`
    await admin.query(`create database ${name} template ${template}`)
    return { name, url: server.url(undefined, name), look: await connect(server.url(undefined, name), quick) }
  }

  async function leave(): Promise<void> {
    await place.look.end().catch(() => undefined)
    await admin.query(`drop database if exists ${place.name} with (force)`)
  }

  return {
    async run(sql, { given, shows, tx }) {
      let before = await ready()
      if (given !== undefined) {
        await place.look.query(given)
        before = await stateOf(place.look)
      }
      const [was, is] = await session(place.url, shows, (client) =>
        typeof sql === 'string' ? client.query(sql) : oneByOne(client, sql, tx),
      )
      const changed = difference(before, await stateOf(place.look))
      if (was === is) return changed
      return changed === 'nothing' ? `shows ${is}` : `${changed}, shows ${is}`
    },
    async close() {
      await clear(place.look)
      await leave()
      await admin.query(`drop database ${template} with (force)`)
      await admin.query(`drop role ${somebody}`)
      await admin.end()
    },
  }
}

// What clears away has not to outlive the server.
const quick = '-c synchronous_commit=off'

async function connect(connectionString: string, options?: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, ...(options === undefined ? {} : { options }) })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** What `shows` is before and after; a statement that fails ends the work, as it ends a migration. */
async function session(
  url: string,
  shows: string | undefined,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<readonly [string, string]> {
  const client = await connect(url)
  const value = async (): Promise<string> => {
    if (shows === undefined) return ''
    const { rows } = await client.query(`select (${shows})::text as value`)
    return String(rows[0]?.value)
  }
  try {
    // As the agent does before anything else.
    await client.query("set lock_timeout = '5s'")
    const was = await value()
    await work(client).catch(() => undefined)
    // A text that has failed may leave a transaction that takes nothing more.
    await client.query('rollback')
    return [was, await value()]
  } finally {
    await client.end()
  }
}

/** As the agent does: each alone by the extended protocol, which takes no second statement. */
async function oneByOne(client: pg.Client, texts: readonly string[], tx: Around['tx']): Promise<void> {
  if (tx === 'auto') await client.query('begin')
  for (const text of texts) await client.query({ text, queryMode: 'extended' } as pg.QueryConfig)
  if (tx === 'auto') await client.query('commit')
}

/** A trick may leave more than what is in its database. */
async function tidy(look: pg.Client, what: string): Promise<void> {
  const { rows } = await look.query(what)
  for (const { sql } of rows as { sql: string }[]) await look.query(sql)
}

const prepared =
  "select format('rollback prepared %L', gid) as sql from pg_prepared_xacts where database = current_database()"

const tidySql = `
select 'drop owned by ${somebody}' as sql
union all select format('revoke %I from %I', roleid::regrole::name, member::regrole::name) from pg_auth_members
  where member >= 16384
union all select format('drop role %I', rolname) from pg_roles where oid >= 16384 and rolname <> '${somebody}'
union all select format('alter subscription %I ' || how, subname) from pg_subscription,
  unnest(array['disable', 'set (slot_name = none)']) how
union all select format('drop subscription %I', subname) from pg_subscription
union all select 'alter system reset all' where exists (
  select from pg_file_settings where sourcefile like '%postgresql.auto.conf')
union all select format('select pg_drop_replication_slot(%L)', slot_name) from pg_replication_slots
union all select format('alter role %s reset all', coalesce(nullif(setrole, 0)::regrole::text, 'all'))
  from pg_db_role_setting where setdatabase = 0
union all select 'alter role ${somebody} nosuperuser nocreaterole nologin nobypassrls password null'
  from pg_authid where rolname = '${somebody}' and (rolsuper or rolcreaterole or rolcanlogin or rolbypassrls or rolpassword is not null)`

/** Back to what there always is; the look of it tells whether that was enough. */
const again = `
reset all; reset role;
do $$ declare name text; begin
  for name in select nspname from pg_namespace where nspname not like 'pg\\_%' and nspname <> 'information_schema' loop
    execute format('drop schema %I cascade', name);
  end loop;
end $$;
create schema public authorization pg_database_owner; grant usage on schema public to public; ${always}`
