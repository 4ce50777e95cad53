import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FitSchema, fitSchema } from '../../agent/schema-fit.ts'
import { seePostgres } from '../../agent/schema-postgres.ts'
import { type Postgres, startPostgres } from '../postgres/private.ts'

const hostile = ['a"b', 'line\nbreak', '| **x** `y` <!-- @acme/dba', "it's", 'é'.repeat(31), 'x'.repeat(63)]
const canary = 'canary-7f3a'

let postgres: Postgres
let database: string
let seen: FitSchema
beforeAll(async () => {
  postgres = await startPostgres()
  database = await postgres.createDatabase('shop')
  await postgres.query(database, made)
  for (const name of hostile)
    await postgres.query(database, `create table ${quote(name)} (${quote(name)} int)`)
  seen = await look()
})
afterAll(async () => postgres?.stop())

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
const look = async () =>
  fitSchema(await seePostgres(postgres.url(undefined, database), new AbortController().signal))
const table = (name: string, schema = 'public') =>
  seen.tables.find((one) => one.schema === schema && one.name === name)

const made = `
create schema sales;
create schema dbward;
create table dbward.ledger (id int);
create type mood as enum ('${canary}', 'other');
create domain short as text check (value <> '${canary}') default '${canary}!';
create table users (
  id bigint primary key,
  email varchar(200) not null default '${canary}!' check (email <> '${canary}'),
  state mood default '${canary}',
  bio short,
  shown text generated always as (email || '${canary}') stored,
  gone int
);
alter table users drop column gone;
comment on table users is '${canary}';
comment on column users.email is '${canary}';
create unique index users_email on users (email, (lower(email || '${canary}'))) include (id) where email <> '${canary}';
insert into users (id, email) select g, g::text from generate_series(1, 1234) g;
create table sales.orders (
  id bigint primary key,
  user_id bigint references users on delete cascade,
  a int, b int, unique (b, a)
);
create table sales.lines (
  order_id bigint references sales.orders (id) on delete set null,
  a int, b int, foreign key (b, a) references sales.orders (b, a)
);
create view seen as select email, email = '${canary}' from users where email <> '${canary}';
create materialized view counted as select count(*) from users where email <> '${canary}';
create table events (at int not null, kind text, user_id bigint references users) partition by range (at);
create table events_1 partition of events for values from (0) to (1000);
create table events_2 partition of events for values from (1000) to (5000) partition by list (kind);
create table events_2_a partition of events_2 for values in ('${canary}');
create table events_2_b partition of events_2 default;
insert into events select g, '${canary}', null from generate_series(0, 1299) g;
create temporary table mine (id int);
analyze users, events_1, events_2_a, events_2_b;
`

describe('a PostgreSQL database', () => {
  it('is seen with its version, its path and its schemas, and without what belongs to the server or to dbward', () => {
    expect(seen).toMatchObject({ engine: 'postgres', names: 'exact', path: ['public'], truncated: false })
    expect(seen.server_version).toMatch(/^1[4-9]\.\d+$/)
    expect([...new Set(seen.tables.map((one) => one.schema))].sort()).toEqual(['public', 'sales'])
    expect(table('mine')).toBeUndefined()
  })

  it('has tables with columns, keys and indexes', () => {
    expect(table('users')).toMatchObject({
      kind: 'table',
      of: null,
      rows: 1200,
      columns: [
        { name: 'id', type: 'bigint', nullable: false },
        { name: 'email', type: 'character varying(200)', nullable: false },
        { name: 'state', type: 'public.mood', nullable: true },
        { name: 'bio', type: 'public.short', nullable: true },
        { name: 'shown', type: 'text', nullable: true },
      ],
      primary_key: ['id'],
      indexes: [
        { name: 'users_email', columns: ['email', '(expression)'], unique: true, valid: true },
        { name: 'users_pkey', columns: ['id'], unique: true, valid: true },
      ],
    })
    expect(table('users')?.bytes).toBeGreaterThan(100_000)
    expect(table('orders', 'sales')?.foreign_keys).toEqual([
      {
        name: 'orders_user_id_fkey',
        columns: ['user_id'],
        to_schema: 'public',
        to_table: 'users',
        to_columns: ['id'],
        on_delete: 'cascade',
      },
    ])
    expect(table('lines', 'sales')?.foreign_keys).toMatchObject([
      {
        columns: ['b', 'a'],
        to_schema: 'sales',
        to_table: 'orders',
        to_columns: ['b', 'a'],
        on_delete: 'no action',
      },
      { columns: ['order_id'], on_delete: 'set null' },
    ])
    expect([table('seen')?.kind, table('counted')?.kind]).toEqual(['view', 'matview'])
  })

  it('has partitions summed up in their parents, and each foreign key once', () => {
    const parts = ['events', 'events_1', 'events_2', 'events_2_a', 'events_2_b'].map((name) => {
      const { kind, of, rows } = table(name) ?? {}
      return [name, kind, of?.name ?? null, rows]
    })
    expect(parts).toEqual([
      ['events', 'partitioned', null, 1300],
      ['events_1', 'partition', 'events', 1000],
      ['events_2', 'partitioned', 'events', 300],
      ['events_2_a', 'partition', 'events_2', 300],
      // Empty and analyzed: PostgreSQL cannot tell that from never analyzed, and its few bytes count for none.
      ['events_2_b', 'partition', 'events_2', expect.toSatisfy((rows) => rows === 0 || rows === null)],
    ])
    expect(table('events')?.bytes).toBeGreaterThan(table('events_1')?.bytes ?? Number.POSITIVE_INFINITY)
    const toUsers = seen.tables.flatMap((one) => one.foreign_keys.filter((key) => key.to_table === 'users'))
    expect(toUsers.map((key) => key.name)).toEqual(['events_user_id_fkey', 'orders_user_id_fkey'])
  })

  it('has any name as it is', () => {
    for (const name of hostile) expect(table(name)?.columns[0]?.name, name).toBe(name)
  })

  it('tells no value, default, comment, condition, label or body', () => {
    expect(JSON.stringify(seen)).not.toContain(canary)
    expect(JSON.stringify(seen)).toContain('users_email')
  })

  it('looks the same until something of weight changes', async () => {
    expect(await look()).toEqual(seen)
    await postgres.query(database, 'insert into users (id, email) values (-1, -1)')
    await postgres.query(database, 'analyze users')
    expect(await look()).toEqual(seen)
  })

  it('keeps nobody waiting, and is seen by its catalogue while a table is locked', async () => {
    const done = postgres.query(
      database,
      'begin; lock table users in access exclusive mode; select pg_sleep(3); commit',
    )
    await postgres.query(database, 'select pg_sleep(0.5)')
    const before = performance.now()
    const locked = await look()
    expect(performance.now() - before).toBeLessThan(2_500)
    const users = locked.tables.find((one) => one.name === 'users')
    expect([users?.rows, users?.columns.length]).toEqual([1200, 5])
    expect(users?.bytes).toBeGreaterThan(50_000)
    await done
  })

  it('is left alone at once where somebody else needs it', async () => {
    await expect(
      seePostgres(postgres.url(undefined, database), AbortSignal.abort(new Error('an execution begins'))),
    ).rejects.toThrow('an execution begins')
  })
})
