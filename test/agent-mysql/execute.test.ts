import { executeMysql } from '@dbward/agent/mysql/execute'
import { readMysqlLedger } from '@dbward/agent/mysql/ledger-read'
import { probeMysql } from '@dbward/agent/mysql/probe'
import { rowVerifier } from '@dbward/agent/trust'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Mysql, startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import {
  columns,
  count,
  effects,
  ledgerPaths,
  type Parties,
  parties,
  type SourceFile,
  type Target,
  target,
  type WorkWants,
  workFor,
} from './kit.ts'

let server: Mysql
let all: Parties
beforeAll(async () => {
  if (withoutMysql) return
  server = await startMariadb()
  all = await parties('execute')
})
afterAll(() => server?.stop())

describe.skipIf(withoutMysql)('a plan in transactions', () => {
  it('is applied, one transaction a file, and the ledger says what was done', async () => {
    const at = await target(server)
    await server.query(at.name, 'create table t (id int primary key, ü varchar(9)) character set utf8mb4')
    const files = [
      {
        path: 'db/0002_second.sql',
        statements: ["insert into t values (1, 'ü?'), (2, '\\''), (3, ':x')", count('second')],
      },
      { path: 'db/0001_first.sql', statements: ['set @x = 1', count('first')] },
    ]
    let started = 0
    const onStarted = async () => {
      started += 1
    }
    const work = await workOf(at, files, { fence: 3, onStarted })
    const done = await executeMysql(at, work)
    expect(done).toMatchObject({
      outcome: 'applied',
      error: null,
      files: ['db/0001_first.sql', 'db/0002_second.sql'],
    })
    expect(done.serverId).toMatch(new RegExp(`^${server.engine}:.+/${at.name}$`))
    expect(started).toBe(1)
    expect(done.statements.map(({ file, i, command, rows }) => [file, i, command, rows])).toEqual([
      ['db/0001_first.sql', 0, 'SET', 0],
      ['db/0001_first.sql', 1, 'INSERT', 1],
      ['db/0002_second.sql', 0, 'INSERT', 3],
      ['db/0002_second.sql', 1, 'INSERT', 1],
    ])
    expect(await effects(server, at)).toEqual(['first', 'second'])
    expect(await server.query(at.name, 'select ü from t order by id')).toEqual([
      { ü: 'ü?' },
      { ü: "'" },
      { ü: ':x' },
    ])

    const { claims } = work.token
    const ledger = await readMysqlLedger(at, claims, rowVerifier(all.bundle))
    expect(ledger.forged).toEqual([])
    expect(ledger.rows[0]).toMatchObject({
      path: 'db/0001_first.sql',
      schema: at.name,
      version: '1',
      sha256: work.plan.files[0]?.sha256,
      kind: 'applied',
      jti: claims.jti,
      fence: 3,
      merge_sha: claims.merge_sha,
      pr: 7,
      approvers: ['alice', 'bob'],
      agent: 'agent-1',
      audit_seq: 12,
    })
    const history = await server.query(
      'dbward',
      'select finished_at >= started_at as after from history where schema_name = ?',
      [at.name],
    )
    expect(history.map((row) => Number(row.after))).toEqual([1, 1])
    expect(await probe(at, files)).toBe('applied')
  })

  it('that is there already is not run again, and a later file of the same plan is', async () => {
    const at = await target(server)
    const first = { path: 'db/1_a.sql', statements: [count('a')] }
    const second = { path: 'db/2_b.sql', statements: [count('b')] }
    await run(at, [first], { fence: 1 })
    const again = await run(at, [first], { fence: 2 })
    expect(again).toMatchObject({ outcome: 'already_applied', statements: [], error: null })
    const both = await run(at, [first, second], { fence: 3 })
    expect(both).toMatchObject({ outcome: 'applied', files: ['db/2_b.sql'] })
    expect(await effects(server, at)).toEqual(['a', 'b'])
  })

  it('whose statement fails leaves nothing of its file, and stops', async () => {
    const at = await target(server)
    const failing = {
      path: 'db/1_a.sql',
      statements: [count('a'), "insert into nowhere values ('secret')", count('b')],
    }
    const files = [failing, { path: 'db/2_c.sql', statements: [count('c')] }]
    const done = await run(at, files, { fence: 1 })
    expect(done).toMatchObject({
      outcome: 'failed_clean',
      statements: [],
      files: [],
      error: { class: 'sql', sqlstate: '42S02', file: 'db/1_a.sql', i: 1 },
    })
    expect(await effects(server, at)).toEqual([])
    expect(await ledgerPaths(server, at)).toEqual([])
    expect(await probe(at, files)).toBe('not_applied')
  })

  it('that fails in its second file is partial, and its first file stays', async () => {
    const at = await target(server)
    const files = [
      { path: 'db/1_a.sql', statements: [count('a')] },
      { path: 'db/2_b.sql', statements: [count('b'), 'insert into nowhere values (1)'] },
    ]
    const done = await run(at, files, { fence: 1 })
    expect(done).toMatchObject({ outcome: 'partial', files: ['db/1_a.sql'], error: { sqlstate: '42S02' } })
    expect(done.statements.map((one) => one.file)).toEqual(['db/1_a.sql'])
    expect(await effects(server, at)).toEqual(['a'])
    expect(await probe(at, files)).toBe('partial')
  })

  it('leaves nothing of its session for the next file', async () => {
    const at = await target(server)
    const files = [
      {
        path: 'db/1_a.sql',
        statements: [
          "set @x = 'left', sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
          "set time_zone = '+05:00'",
          'set names utf8mb4 collate utf8mb4_bin',
          count('a'),
        ],
      },
      {
        path: 'db/2_b.sql',
        statements: [
          "insert into effects values (ifnull(@x, 'nothing')), (@@time_zone), (@@sql_mode like 'STRICT%' or @@sql_mode like '%,STRICT%')",
        ],
      },
    ]
    expect(await run(at, files, { fence: 1 })).toMatchObject({ outcome: 'applied', error: null })
    expect(await effects(server, at)).toEqual(['+00:00', '1', 'a', 'nothing'])
  })

  it('with a file of comments only is applied', async () => {
    const at = await target(server)
    for (const tx of ['auto', 'none'] as const) {
      const path = `db/${tx === 'auto' ? 1 : 2}_a.sql`
      const done = await run(at, [{ path, tx, statements: [] }], { fence: tx === 'auto' ? 1 : 2 })
      expect(done).toMatchObject({ outcome: 'applied', files: [path] })
    }
  })

  it('keeps the values of rows out of its error', async () => {
    const at = await target(server)
    await server.query(at.name, 'create table k (email varchar(50) primary key)')
    const file = { path: 'db/1_a.sql', statements: ["insert into k values ('a@b.c'), ('a@b.c')"] }
    const done = await run(at, [file], { fence: 1 })
    expect(done.error).toMatchObject({ sqlstate: '23000', message: 'a unique key is violated (error 1062)' })
    expect(JSON.stringify(done)).not.toContain('a@b.c')
  })

  it('does not begin where the start cannot be told', async () => {
    const at = await target(server)
    const onStarted = () => Promise.reject(new Error('the server is away'))
    for (const tx of ['auto', 'none'] as const) {
      const file = { path: 'db/1_a.sql', tx, statements: [count('a')] }
      const done = await run(at, [file], { fence: tx === 'auto' ? 1 : 2, onStarted })
      expect(done).toMatchObject({ outcome: 'failed_clean', error: { class: 'not_started' } })
      expect(await effects(server, at)).toEqual([])
    }
  })

  it('drops the rows of a large result and counts them', async () => {
    const at = await target(server)
    const digits =
      '(select 0 d union select 1 union select 2 union select 3 union select 4 union select 5 union select 6 union select 7 union select 8 union select 9)'
    const many = [1, 2, 3, 4, 5].map((i) => `${digits} d${i}`).join(', ')
    const done = await run(
      at,
      [{ path: 'db/1_a.sql', statements: [`select repeat('x', 100) from ${many}`] }],
      {
        fence: 1,
      },
    )
    expect(done.statements).toMatchObject([{ command: 'SELECT', rows: 100_000 }])
  })

  it('does not touch a table whose changes no rollback undoes', async () => {
    const at = await target(server)
    await server.query(at.name, 'create table old (id int) engine = MyISAM')
    await server.query(at.name, 'create view seen as select * from old')
    for (const [i, sql] of ['insert into `old` values (1)', 'insert into seen values (1)'].entries()) {
      const done = await run(at, [{ path: 'db/1_a.sql', statements: [count('a'), sql] }], { fence: i + 1 })
      expect(done).toMatchObject({ outcome: 'failed_clean', error: { class: 'effect' } })
    }
    expect(await effects(server, at)).toEqual([])
    expect(await server.query(at.name, 'select * from old')).toEqual([])
  })

  it('says that something stayed where a rollback could not undo it', async () => {
    const at = await target(server)
    await server.query(at.name, 'create table old (id int) engine = MyISAM')
    await server.query(
      at.name,
      'create function hidden() returns int modifies sql data begin insert into old values (1); return 1; end',
    )
    const file = { path: 'db/1_a.sql', statements: ['do hidden()', 'insert into nowhere values (1)'] }
    const done = await run(at, [file], { fence: 1 })
    expect(done).toMatchObject({ outcome: 'partial', files: [], error: { sqlstate: '42S02' } })
    expect(done.error?.message).toContain('not transactional')
  })
})

describe.skipIf(withoutMysql)('a plan statement by statement', () => {
  const mixed: SourceFile = {
    path: 'db/1_a.sql',
    tx: 'none',
    statements: [
      'set foreign_key_checks = 0',
      'create table t (id int primary key)',
      'insert into t values (1)',
      'alter table t add column x int not null default 7, add index t_x (x)',
      "insert into effects select concat('x', x) from t",
      'create view v as select id from t',
    ],
  }

  it('is applied, with a row before and after each statement', async () => {
    const at = await target(server)
    const done = await run(at, [mixed], { fence: 1 })
    expect(done).toMatchObject({ outcome: 'applied', error: null, files: ['db/1_a.sql'] })
    expect(done.statements.map(({ i, command, rows }) => [i, command, rows])).toEqual([
      [0, 'SET', 0],
      [1, 'CREATE', 0],
      [2, 'INSERT', 1],
      [3, 'ALTER', 0],
      [4, 'INSERT', 1],
      [5, 'CREATE', 0],
    ])
    expect(await effects(server, at)).toEqual(['x7'])
    expect(await phases(at)).toEqual([
      '1 done',
      '1 running',
      '2 done',
      '2 open',
      '2 running',
      '3 done',
      '3 running',
      '4 done',
      '4 open',
      '4 running',
      '5 done',
      '5 running',
    ])
    expect(await probe(at, [mixed])).toBe('applied')
    expect(await run(at, [mixed], { fence: 2 })).toMatchObject({ outcome: 'already_applied' })
  })

  it('that fails stops there, and the next attempt goes on with what was not done', async () => {
    const at = await target(server)
    const file: SourceFile = {
      path: 'db/1_a.sql',
      tx: 'none',
      statements: [count('a'), 'create table t (id int)', 'alter table nowhere add column x int', count('b')],
    }
    const done = await run(at, [file], { fence: 1 })
    expect(done).toMatchObject({
      outcome: 'partial',
      files: [],
      error: { class: 'sql', sqlstate: '42S02', file: 'db/1_a.sql', i: 2 },
    })
    expect(done.statements.map((one) => one.i)).toEqual([0, 1])
    expect(await probe(at, [file])).toBe('partial')
    // Nothing more was done, and what was done before is still a part.
    expect(await run(at, [file], { fence: 2 })).toMatchObject({ outcome: 'partial', statements: [] })

    const mended = {
      ...file,
      statements: [...file.statements.slice(0, 2), 'alter table t add column x int', count('b')],
    }
    const next = await run(at, [mended], { fence: 3 })
    expect(next).toMatchObject({ outcome: 'applied', files: ['db/1_a.sql'] })
    expect(next.statements.map((one) => one.i)).toEqual([2, 3])
    expect(await effects(server, at)).toEqual(['a', 'b'])
    expect(await columns(server, at, 't')).toEqual(['id', 'x'])
  })

  it('of which the done part was changed is refused', async () => {
    const at = await target(server)
    const failing = 'alter table nowhere add column x int'
    const file: SourceFile = { path: 'db/1_a.sql', tx: 'none', statements: [count('a'), failing] }
    await run(at, [file], { fence: 1 })
    for (const statements of [[count('A'), failing], [failing], [`${count('a')} `, failing]]) {
      const changed = executeMysql(at, await workOf(at, [{ ...file, statements }], { fence: 2 }))
      await expect(changed).rejects.toMatchObject({ code: 'IMMUTABLE' })
    }
    const whole = executeMysql(
      at,
      await workOf(at, [{ ...file, tx: 'auto', statements: [count('a')] }], { fence: 2 }),
    )
    await expect(whole).rejects.toMatchObject({ code: 'IMMUTABLE' })
    expect(await effects(server, at)).toEqual(['a'])
  })

  it('runs SET again where it goes on, and does not go on where a variable is lost', async () => {
    const at = await target(server)
    const set = "set time_zone = '+05:00'"
    const file = (first: string, last: string): SourceFile => ({
      path: 'db/1_a.sql',
      tx: 'none',
      statements: [first, count('a'), last],
    })
    await run(at, [file(set, 'drop table nowhere')], { fence: 1 })
    const last = 'insert into effects values (@@time_zone)'
    expect(await run(at, [file(set, last)], { fence: 2 })).toMatchObject({ outcome: 'applied' })
    expect(await effects(server, at)).toEqual(['+05:00', 'a'])

    const other = await target(server)
    await run(other, [file("set @x = 'x'", 'drop table nowhere')], { fence: 1 })
    const done = await run(other, [file("set @x = 'x'", 'insert into effects values (@x)')], { fence: 2 })
    expect(done).toMatchObject({ outcome: 'unknown', error: { class: 'effect' } })
    expect(await effects(server, other)).toEqual(['a'])
  })

  it('of which one statement did only a part says so', async () => {
    const at = await target(server)
    await server.query(at.name, 'create table t (id int)')
    const file: SourceFile = { path: 'db/1_a.sql', tx: 'none', statements: ['drop table t, nowhere'] }
    const done = await run(at, [file], { fence: 1 })
    const gone = (await columns(server, at, 't')).length === 0
    expect(done.outcome).toBe(gone ? 'unknown' : 'failed_clean')
    expect(done.error?.sqlstate).toBe('42S02')
  })

  it('with a procedure that fails is unknown, for it may have committed', async () => {
    const at = await target(server)
    await server.query(
      at.name,
      "create procedure p() begin insert into effects values ('p'); commit; insert into nowhere values (1); end",
    )
    const file: SourceFile = { path: 'db/1_a.sql', tx: 'none', statements: ['call p()'] }
    expect(await run(at, [file], { fence: 1 })).toMatchObject({
      outcome: 'unknown',
      error: { sqlstate: '42S02' },
    })
    expect(await probe(at, [file])).toBe('unknown')
    expect(await run(at, [file], { fence: 2 })).toMatchObject({
      outcome: 'unknown',
      error: { class: 'effect' },
    })
    expect(await effects(server, at)).toEqual(['p'])
  })
})

async function phases(at: Target): Promise<readonly string[]> {
  const rows = await server.query(
    'dbward',
    "select concat(i, ' ', phase) as what from step where schema_name = ? order by i, phase",
    [at.name],
  )
  return rows.map((row) => String(row.what))
}

function workOf(at: Target, files: readonly SourceFile[], wants: WorkWants) {
  return workFor(all, files, { engine: server.engine, db: at.name, ...wants })
}

async function run(at: Target, files: readonly SourceFile[], wants: WorkWants) {
  return executeMysql(at, await workOf(at, files, wants))
}

async function probe(at: Target, files: readonly SourceFile[]) {
  const { plan, files: bytes, verifyRow } = await workOf(at, files, { fence: 1 })
  return probeMysql(at, { db: at.name, env: 'production', plan, files: bytes, verifyRow, waitMs: 1_000 })
}
