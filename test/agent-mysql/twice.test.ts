import { executeMysql } from '@dbward/agent/mysql/execute'
import { probeMysql } from '@dbward/agent/mysql/probe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Mysql, startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import { type Parties, parties, type SourceFile, type Target, target, workFor } from './kit.ts'
import { lossyWay } from './way.ts'

let server: Mysql
let all: Parties
beforeAll(async () => {
  if (withoutMysql) return
  server = await startMariadb()
  all = await parties('twice')
})
afterAll(() => server?.stop())

/** The server does what was sent, and its answer is lost. */
async function lost(at: Target, file: SourceFile, word: string) {
  const way = await lossyWay(at.url, word, true)
  const done = await executeMysql({ ...at, url: way.url }, await workOf(at, [file], 1))
  expect(way.cuts()).toBe(1)
  way.close()
  return done
}

function workOf(at: Target, files: readonly SourceFile[], fence: number) {
  return workFor(all, files, { engine: server.engine, db: at.name, fence, limits: { lock_ms: 10_000 } })
}

async function run(at: Target, file: SourceFile, fence: number) {
  return executeMysql(at, await workOf(at, [file], fence))
}

async function probe(at: Target, file: SourceFile) {
  const { plan, files: bytes, verifyRow } = await workOf(at, [file], 1)
  return probeMysql(at, { db: at.name, env: 'production', plan, files: bytes, verifyRow, waitMs: 2_000 })
}

describe.skipIf(withoutMysql)('a statement after which all looks as before is not run twice', () => {
  async function tables(): Promise<Target> {
    const at = await target(server)
    for (const name of ['t', 'n']) {
      await server.query(at.name, `create table ${name} (what varchar(9), c int, d int) engine = InnoDB`)
      await server.query(at.name, `insert into ${name} values ('${name}', 1, 2)`)
    }
    return at
  }
  const swap = 'rename table t to x, n to t, x to n'
  const hidden: Readonly<Record<string, string>> = {
    [swap]: 'rename table t',
    'alter table t drop column d, add column d int': 'drop column',
    'alter table t change c d int, change d c int after what': 'change c',
    'alter table t force': 'table t force',
    'truncate table t': 'truncate',
  }
  for (const [sql, word] of Object.entries(hidden)) {
    it(`${sql}: unknown, and nothing runs`, async () => {
      const at = await tables()
      const file: SourceFile = { path: 'db/1_a.sql', tx: 'none', statements: [sql] }
      expect(await lost(at, file, word)).toMatchObject({ outcome: 'unknown', error: { i: 0 } })
      const after = await server.query(at.name, 'select * from t')
      expect(await probe(at, file)).toBe('unknown')
      expect(await run(at, file, 2)).toMatchObject({ outcome: 'unknown', error: { class: 'effect' } })
      expect(await server.query(at.name, 'select * from t')).toEqual(after)
    })
  }

  it('and one that the server refused is known not to have been done', async () => {
    const at = await tables()
    await server.query(at.name, 'insert into t values (null, 1, 2)')
    await server.query(at.name, 'alter table t add index t_c (c)')
    const refused = [
      'alter table t drop index t_c, add unique index t_c (c)',
      'alter table t engine = nothing',
    ]
    for (const [i, sql] of refused.entries()) {
      const file: SourceFile = { path: `db/${i}_a.sql`, tx: 'none', statements: [sql] }
      expect(await run(at, file, i + 1)).toMatchObject({ outcome: 'failed_clean', error: { class: 'sql' } })
      expect(await probe(at, file)).toBe('not_applied')
    }
  })

  it('nor one that waited for a lock in vain', async () => {
    const at = await tables()
    const { default: mysql } = await import('mysql2/promise')
    const holder = await mysql.createConnection(server.url(undefined, at.name))
    await holder.query('start transaction')
    await holder.query('select * from t')
    const file: SourceFile = { path: 'db/1_a.sql', tx: 'none', statements: [swap] }
    const wants = { engine: server.engine, db: at.name, fence: 1, lockRetries: 1, limits: { lock_ms: 1_000 } }
    const done = await executeMysql(at, await workFor(all, [file], wants))
    await holder.end()
    expect(done).toMatchObject({ outcome: 'failed_clean', error: { class: 'lock_timeout' } })
    expect(await run(at, file, 2)).toMatchObject({ outcome: 'applied' })
    expect(await server.query(at.name, 'select what from t')).toEqual([{ what: 'n' }])
  })
})

describe.skipIf(withoutMysql)('a change that no rollback undoes is not made twice', () => {
  const another = 'create table mi (i int) engine = MyISAM'
  const files: Readonly<Record<string, readonly string[]>> = {
    'of a table that the file has made': [another, 'insert into mi values (1)'],
    'of a table whose engine the file has changed': [
      'create table mi (i int) engine = InnoDB',
      'alter table mi engine = MyISAM',
      'insert into mi values (1)',
    ],
    'through a trigger that the file has made': [
      another,
      "insert into effects values ('first')",
      'create trigger tg after insert on effects for each row insert into mi values (1)',
      "insert into effects values ('second')",
    ],
  }
  for (const [name, statements] of Object.entries(files)) {
    it(name, async () => {
      const at = await target(server)
      const file: SourceFile = { path: 'db/1_a.sql', tx: 'none', statements }
      const word = statements.at(-1)?.slice(-20) ?? ''
      expect(await lost(at, file, word)).toMatchObject({ outcome: 'unknown' })
      expect(await run(at, file, 2)).toMatchObject({ outcome: 'unknown', error: { class: 'effect' } })
      expect(await server.query(at.name, 'select i from mi')).toEqual([{ i: 1 }])
    })
  }

  for (const set of ['set session sort_buffer_size = 100000 + f()', 'set @a = f()']) {
    it(`by a function in: ${set}`, async () => {
      const at = await target(server)
      await server.query(
        at.name,
        "create function f() returns int modifies sql data begin insert into effects values ('f'); return 1; end",
      )
      const file: SourceFile = {
        path: 'db/1_a.sql',
        tx: 'none',
        statements: [set, 'create table effects (i int)'],
      }
      expect(await run(at, file, 1)).toMatchObject({ outcome: 'partial' })
      expect(await run(at, file, 2)).toMatchObject({ outcome: 'unknown', error: { class: 'effect' } })
      expect(await server.query(at.name, 'select * from effects')).toEqual([{ what: 'f' }])
    })
  }

  it('where the SQL would have its rows in the ledger lose their text', async () => {
    const at = await target(server)
    const statements = [
      "set collation_connection = 'latin1_swedish_ci'",
      "insert into effects values ('a')",
      'create table z (i int)',
    ]
    const file: SourceFile = { path: 'db/1_\u0434.sql', tx: 'none', statements }
    for (const fence of [1, 2]) {
      expect(await run(at, file, fence)).toMatchObject({ outcome: 'unknown', error: { class: 'escaped' } })
      expect(await server.query(at.name, 'select * from effects')).toEqual([])
    }
  })

  const kept: Readonly<Record<string, string>> = {
    'with a name that is not letters': 'create table cafe\u0301 (i int) engine = MyISAM',
    'that keeps its history': 'create table v (i int) engine = Aria with system versioning',
  }
  for (const [name, sql] of Object.entries(kept)) {
    it.skipIf(sql.includes('Aria') && process.env.DBWARD_TEST_MYSQL_URL !== undefined)(
      `in a transaction, of a table ${name}`,
      async () => {
        const at = await target(server)
        await server.query(at.name, sql)
        const table = sql.split(' ')[2] ?? ''
        const file = { path: 'db/1_a.sql', statements: [`insert into ${table} values (1)`] }
        expect(await run(at, file, 1)).toMatchObject({ outcome: 'failed_clean', error: { class: 'effect' } })
        expect(await server.query(at.name, `select i from ${table}`)).toEqual([])
      },
    )
  }
})

describe.skipIf(withoutMysql)('a file does not go on without what its session knew', () => {
  const wants: Readonly<Record<string, readonly string[]>> = {
    'the number that an INSERT got': [
      'insert into a (v) values (9)',
      'insert into b values (last_insert_id())',
    ],
    'the number that LOAD DATA or the like got': [
      'create table c (id int auto_increment primary key) select 1 as v',
      'insert into b values (@@identity)',
    ],
    'the tables that a procedure made': ['call p()', 'insert into b select i from made'],
  }
  for (const [name, statements] of Object.entries(wants)) {
    it(name, async () => {
      const at = await target(server)
      await server.query(at.name, 'create table a (id int auto_increment primary key, v int)')
      await server.query(at.name, 'create table b (a_id bigint not null)')
      await server.query(at.name, 'create procedure p() create temporary table made as select 1 as i')
      const file: SourceFile = { path: 'db/1_a.sql', tx: 'none', statements }
      const way = await lossyWay(at.url, statements.at(-1) ?? '', false)
      await executeMysql({ ...at, url: way.url }, await workOf(at, [file], 1))
      expect(way.cuts()).toBe(1)
      way.close()
      expect(await run(at, file, 2)).toMatchObject({ outcome: 'unknown', error: { class: 'effect' } })
      expect(await server.query(at.name, 'select * from b')).toEqual([])
    })
  }

  it('and does where what it asks for is still to come', async () => {
    const at = await target(server)
    await server.query(at.name, 'create table b (a_id bigint not null)')
    const file: SourceFile = {
      path: 'db/1_a.sql',
      tx: 'none',
      statements: [
        'create table a (id int auto_increment primary key, v int)',
        'insert into a (v) values (9)',
        'insert into b values (last_insert_id())',
      ],
    }
    const way = await lossyWay(at.url, 'insert into a', false)
    await executeMysql({ ...at, url: way.url }, await workOf(at, [file], 1))
    way.close()
    expect(await run(at, file, 2)).toMatchObject({ outcome: 'applied' })
    expect(await server.query(at.name, 'select * from b')).toEqual([{ a_id: 1 }])
  })
})
