import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FitSchema, fitSchema } from '../../agent/schema-fit.ts'
import { seeMysql } from '../../agent/schema-mysql.ts'
import { type Mysql, queryOnce } from '../mysql/mysql.ts'
import { startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import { databaseFront } from './front.ts'

const hostile = [
  'a`b',
  'a"b',
  'line\nbreak',
  '| **x** <!-- @acme/dba',
  "it's",
  'é'.repeat(64),
  'x'.repeat(64),
]
const canary = 'canary-7f3a'

let server: Mysql
let database: string
let other: string
let seen: FitSchema

const quote = (name: string) => `\`${name.replaceAll('`', '``')}\``
const look = async (url = server.url(undefined, database)) =>
  fitSchema(await seeMysql(url, server.engine, new AbortController().signal))
const table = (name: string, schema = database) =>
  seen.tables.find((one) => one.schema === schema && one.name === name)

describe.skipIf(withoutMysql)('a MySQL or MariaDB server', () => {
  beforeAll(async () => {
    server = await startMariadb()
    database = await server.createDatabase('shop')
    other = await server.createDatabase('sales')
    for (const sql of made()) await server.query(database, sql)
    for (const name of hostile)
      await server.query(database, `create table ${quote(name)} (${quote(name)} int)`)
    seen = await look()
  })
  afterAll(async () => server?.stop())

  const made = () => [
    'create database if not exists dbward',
    'create table dbward.ledger (id int)',
    `create table users (
      id bigint unsigned primary key,
      email varchar(200) not null default '${canary}' comment '${canary}' check (email <> '${canary}'),
      state enum('${canary}', 'it''s, fine', 'back\\\\slash', '"') default '${canary}',
      tags set('${canary}', 'b'),
      price decimal(10,2),
      shown varchar(250) generated always as (concat(email, '${canary}')) stored,
      unique key users_email (email, id)
    ) engine innodb comment '${canary}'`,
    `insert into users (id, email) with recursive g (n) as (select 1 union all select n + 1 from g where n < 900)
      select n, concat('mail', n) from g`,
    `create table ${other}.orders (
      id bigint unsigned primary key, user_id bigint unsigned, a int, b int, unique (b, a),
      constraint to_users foreign key (user_id) references ${database}.users (id) on delete cascade
    ) engine innodb`,
    `create table ${other}.order_lines (a int, b int,
      constraint to_orders foreign key (b, a) references ${other}.orders (b, a)) engine innodb`,
    `create view seen as select email, email = '${canary}', '${canary}' from users where email <> '${canary}'`,
    `create table events (at int not null, kind varchar(20)) engine innodb
      partition by list columns (kind) (partition a values in ('${canary}'), partition b values in ('b'))`,
    `insert into events with recursive g (n) as (select 1 union all select n + 1 from g where n < 700)
      select n, if(n % 2 = 0, '${canary}', 'b') from g`,
    'analyze table users, events',
  ]

  it('is seen with its version, its path and its databases, and without what belongs to it or to dbward', () => {
    expect(seen).toMatchObject({ engine: server.engine, path: [database], truncated: false })
    expect(server.version.startsWith(seen.server_version)).toBe(true)
    const schemas = new Set(seen.tables.map((one) => one.schema))
    expect([...schemas].filter((one) => one === database || one === other)).toHaveLength(2)
    expect([...schemas].filter((one) => /^(mysql|sys|dbward|.*_schema)$/.test(one))).toEqual([])
  })

  it('has tables with columns, keys and indexes', () => {
    const users = table('users')
    expect(users).toMatchObject({
      kind: 'table',
      of: null,
      columns: [
        { name: 'id', nullable: false },
        { name: 'email', type: 'varchar(200)', nullable: false },
        { name: 'state', type: 'enum(4)', nullable: true },
        { name: 'tags', type: 'set(2)', nullable: true },
        { name: 'price', type: 'decimal(10,2)', nullable: true },
        { name: 'shown', type: 'varchar(250)', nullable: true },
      ],
      primary_key: ['id'],
      indexes: [
        { name: 'PRIMARY', columns: ['id'], unique: true, valid: true },
        { name: 'users_email', columns: ['email', 'id'], unique: true, valid: true },
      ],
    })
    expect(users?.columns[0]?.type).toMatch(/^bigint(\(20\))? unsigned$/)
    expect(users?.rows).toBeGreaterThan(400)
    expect(users?.bytes).toBeGreaterThan(10_000)
    expect(table('orders', other)?.foreign_keys).toEqual([
      {
        name: 'to_users',
        columns: ['user_id'],
        to_schema: database,
        to_table: 'users',
        to_columns: ['id'],
        on_delete: 'cascade',
      },
    ])
    expect(table('order_lines', other)?.foreign_keys).toMatchObject([
      { columns: ['b', 'a'], to_schema: other, to_table: 'orders', to_columns: ['b', 'a'] },
    ])
    expect(table('seen')).toMatchObject({ kind: 'view', columns: [], rows: null, bytes: null })
  })

  it('has partitioned tables with the rows of all partitions', () => {
    expect(table('events')?.kind).toBe('partitioned')
    expect(table('events')?.rows).toBeGreaterThan(300)
  })

  it('has any name as it is', () => {
    for (const name of hostile) expect(table(name)?.columns[0]?.name, name).toBe(name)
  })

  it('tells no value, default, comment, condition, label, bound or body', () => {
    expect(JSON.stringify(seen)).not.toContain(canary)
    expect(JSON.stringify(seen)).not.toContain('fine')
    expect(JSON.stringify(seen)).toContain('users_email')
  })

  it('looks the same until something of weight changes', async () => expect(await look()).toEqual(seen))

  it('is seen as far as the account may see it', async () => {
    const account = `${database.slice(0, 20)}_reader`
    await server.query(database, `create user ${account}@'127.0.0.1' identified by '${server.password}'`)
    await server.query(database, `grant select on ${database}.users to ${account}@'127.0.0.1'`)
    const little = await look(server.url(account, database))
    expect(little.tables.map((one) => one.name)).toEqual(['users'])
  })

  it('takes no option of the driver out of the address', async () => {
    const url = `${server.url(undefined, database)}?multipleStatements=true&flags=LOCAL_FILES`
    await expect(look(url)).rejects.toThrow('the option multipleStatements')
  })

  it('keeps nobody waiting while a table is locked', async () => {
    const done = queryOnce(
      server.url(undefined, database),
      'lock tables users write; do sleep(3); unlock tables',
      [],
      { multipleStatements: true },
    )
    const held = `select 1 from information_schema.processlist where info = 'do sleep(3)'`
    while ((await server.query(database, held)).length === 0);
    const before = performance.now()
    const locked = await look()
    expect(performance.now() - before).toBeLessThan(10_000)
    expect(locked.tables.length).toBe(seen.tables.length)
    await done
  })

  it('is left alone in the middle of a question', async () => {
    const front = await databaseFront(server.port)
    front.stallAt('information_schema.statistics')
    const stop = new AbortController()
    const address = new URL(server.url(undefined, database))
    address.port = String(front.port)
    const looking = seeMysql(address.href, server.engine, stop.signal)
    looking.catch(() => undefined)
    while (!front.stalled()) await sleep(10)
    stop.abort(new Error('an execution begins'))
    await expect(looking).rejects.toThrow('an execution begins')
    while (front.open() > 0) await sleep(10)
    await front.close()
  })

  it('is left alone at once where somebody else needs it', async () => {
    const stopped = AbortSignal.abort(new Error('an execution begins'))
    await expect(seeMysql(server.url(undefined, database), server.engine, stopped)).rejects.toThrow(
      'an execution begins',
    )
  })
})
