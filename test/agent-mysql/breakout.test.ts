import { executeMysql } from '@dbward/agent/mysql/execute'
import { writeStep } from '@dbward/agent/mysql/ledger-write'
import { lockFor } from '@dbward/agent/mysql/lock'
import { probeMysql } from '@dbward/agent/mysql/probe'
import { openSession } from '@dbward/agent/mysql/session'
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queryOnce } from '../mysql/mysql.ts'
import { type Mysql, startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import {
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
import { lossyWay, openWay, rewritingWay } from './way.ts'

let server: Mysql
let all: Parties
beforeAll(async () => {
  if (withoutMysql) return
  server = await startMariadb()
  all = await parties('breakout')
})
afterAll(() => server?.stop())

/** What no file that is one transaction may hold, and what is found before anything is sent. */
const refused: readonly string[] = [
  'commit',
  'commit and chain',
  'rollback',
  'rollback and chain',
  'begin',
  'start transaction',
  "xa start 'x'",
  "xa commit 'x'",
  'lock tables effects write',
  'unlock tables',
  'create table t (i int)',
  'alter table effects add column x int',
  'drop table effects',
  'truncate effects',
  'create temporary table t (i int)',
  'call p()',
  'begin not atomic commit; end',
  "prepare s from 'commit'",
  'execute s',
  "execute immediate 'commit'",
  'set statement max_statement_time = 1 for commit',
  'set statement max_statement_time = 1 for call p()',
  "set password = password('x')",
  'set autocommit = 0, autocommit = 1',
  'set @@session.autocommit = 1',
  'set session completion_type = chain',
  'set global max_connections = 10',
  'set default role none',
  '/*! commit */',
  '/*M! commit */',
  '/*!999999 insert into effects values (1) */ commit',
  'insert into effects values (1) /*! , (2) */',
  'flush tables',
  'analyze table effects',
  "load data local infile '/etc/hostname' into table effects",
  'grant select on effects to somebody',
  'handler effects open',
]

describe.skipIf(withoutMysql)('a file that is one transaction', () => {
  for (const sql of refused) {
    it(`is refused with: ${sql}`, async () => {
      const nowhere = { url: 'mysql://a:b@127.0.0.1:1/x', progressUrl: 'mysql://a:b@127.0.0.1:1/x' }
      const file = { path: 'db/1_a.sql', statements: [count('before'), sql, count('after')] }
      const run = executeMysql(nowhere, await workFor(all, [file], { fence: 1 }))
      await expect(run).rejects.toMatchObject({ code: 'PLAN_DIGEST' })
    })
  }
})

/** What a server takes from a statement that the above lets pass, and what an execution says of it. */
const escapes: Readonly<Record<string, readonly [readonly string[], string]>> = {
  'the lock released': [['select release_all_locks()'], 'released the lock'],
  'the lock released by its name': [['do release_lock(LOCK)'], 'released the lock'],
  'quotes that mean something else': [["set sql_mode = 'ANSI_QUOTES'"], 'ANSI_QUOTES'],
  'backslashes that mean something else': [["set sql_mode = 'NO_BACKSLASH_ESCAPES'"], 'NO_BACKSLASH_ESCAPES'],
  'another character set': [['set names gbk'], 'character set'],
  'a character set without all characters': [['set names utf8'], 'character set'],
  'another character set of text': [["set collation_connection = 'latin1_swedish_ci'"], 'character set'],
  'another character set of answers': [['set character_set_results = latin1'], 'character set'],
  'a limit on what is read': [['set sql_select_limit = 10'], 'sql_select_limit'],
}

describe.skipIf(withoutMysql)('nothing stays of a file that tries', () => {
  for (const [name, [statements, why]] of Object.entries(escapes)) {
    it(name, async () => {
      const at = await target(server)
      const lock = `'${lockFor(at.name, 'production')}'`
      const mine = statements.map((sql) => sql.replace('LOCK', lock))
      const file = { path: 'db/1_a.sql', statements: [count('before'), ...mine, count('after')] }
      const done = await run(at, [file], { fence: 1 })
      expect(done).toMatchObject({
        outcome: 'unknown',
        files: [],
        statements: [],
        error: { class: 'escaped' },
      })
      expect(done.error?.message).toContain(why)
      expect(await effects(server, at)).toEqual([])
      expect(await ledgerPaths(server, at)).toEqual([])
      expect(await probe(at, [file])).toBe('not_applied')
    })
  }
})

describe.skipIf(withoutMysql)('a transaction that its own SQL or somebody else committed a part of', () => {
  const harmless = 'set @something = 1, @something_else = 2, @more = 3'
  const file = { path: 'db/1_a.sql', statements: [count('before'), harmless, count('after')] }

  /** What the server does in place of a harmless statement, what is there then, and what we say. */
  const instead: Readonly<Record<string, readonly [readonly string[], string]>> = {
    commit: [['before'], 'committed the transaction'],
    'commit and chain': [['before'], 'committed the transaction'],
    'set autocommit = 0, autocommit = 1': [['before'], 'committed the transaction'],
    'create table t (i int)': [['before'], 'committed the transaction'],
    'set autocommit = 0': [[], 'turned autocommit off'],
    rollback: [[], 'rolled back the transaction'],
    'rollback and chain': [[], 'rolled back the transaction'],
    'start transaction': [['before'], 'committed the transaction'],
  }
  for (const [sql, [there, why]] of Object.entries(instead)) {
    it(`is seen at once, and never taken for applied or undone: ${sql}`, async () => {
      const at = await target(server)
      const way = await rewritingWay(at.url, harmless, sql)
      const work = await workOf(at, [file], { fence: 1 })
      const done = await executeMysql({ ...at, url: way.url }, work)
      way.close()
      expect(way.rewrites()).toBe(1)
      expect(done).toMatchObject({ outcome: 'unknown', files: [], error: { class: 'escaped', i: 1 } })
      expect(done.error?.message).toContain(why)
      expect(await effects(server, at)).toEqual(there)
      expect(await ledgerPaths(server, at)).toEqual([])
      expect(await probe(at, [file])).toBe(there.length > 0 ? 'unknown' : 'not_applied')
      const next = await run(at, [file], { fence: 2 })
      expect(next.outcome).toBe(there.length > 0 ? 'unknown' : 'applied')
      expect(await effects(server, at)).toEqual(there.length > 0 ? there : ['after', 'before'])
    })
  }

  it('is not taken for undone where the answer to the statement that committed is lost', async () => {
    const at = await target(server)
    const rewriting = await rewritingWay(at.url, harmless, 'commit')
    const way = await lossyWay(rewriting.url, harmless, true)
    const done = await executeMysql({ ...at, url: way.url }, await workOf(at, [file], { fence: 1 }))
    expect([way.cuts(), rewriting.rewrites()]).toEqual([1, 1])
    way.close()
    rewriting.close()
    expect(done).toMatchObject({ outcome: 'unknown', files: [], error: { class: 'connection' } })
    expect(await effects(server, at)).toEqual(['before'])
    expect(await probe(at, [file])).toBe('unknown')
  })

  /** As an agent with a fault, or a server that the review and the agent read wrongly, would leave it. */
  async function torn(at: Target, file: SourceFile): Promise<void> {
    const work = await workOf(at, [file], { fence: 1 })
    const session = await openSession(at.url, 'test')
    const { jti, fence } = work.token.claims
    const [planned] = work.plan.files
    await session.query('start transaction')
    await writeStep(
      session.query,
      {
        schema: at.name,
        db: at.name,
        env: 'production',
        path: file.path,
        i: -1,
        phase: 'open',
        jti,
        fence,
        sha256: planned?.sha256 ?? '',
        statement_sha256: planned?.sha256 ?? '',
        server: session.server,
        connection: session.id,
        before: '',
        agent: work.agent.id,
      },
      work.agent,
      'migrator',
    )
    await session.run(count('before'))
    await session.query('commit')
    await session.close()
  }

  it('is unknown to a probe and to the next attempt, which runs nothing', async () => {
    const at = await target(server)
    const file = { path: 'db/1_a.sql', statements: [count('before'), count('after')] }
    await torn(at, file)
    expect(await probe(at, [file])).toBe('unknown')
    expect(await run(at, [file], { fence: 2 })).toMatchObject({
      outcome: 'unknown',
      error: { class: 'effect' },
    })
    expect(await effects(server, at)).toEqual(['before'])
  })
})

describe.skipIf(withoutMysql)('a file whose statements stay', () => {
  for (const sql of [
    'begin',
    'commit',
    'rollback',
    'savepoint s',
    "xa start 'x'",
    'lock tables effects write',
  ]) {
    it(`is refused with: ${sql}`, async () => {
      const nowhere = { url: 'mysql://a:b@127.0.0.1:1/x', progressUrl: 'mysql://a:b@127.0.0.1:1/x' }
      const file = { path: 'db/1_a.sql', tx: 'none' as const, statements: [sql] }
      const run = executeMysql(nowhere, await workFor(all, [file], { fence: 1 }))
      await expect(run).rejects.toMatchObject({ code: 'PLAN_DIGEST' })
    })
  }

  const harmless = 'set @something = 1, @something_else = 2, @more = 3'
  const stopping: Readonly<Record<string, readonly [string, string]>> = {
    'opens a transaction': ['create or replace view v as select 1 as a_name_long', 'start transaction'],
    'turns autocommit off': [harmless, 'set autocommit = 0'],
    'releases the lock': [harmless, 'do release_all_locks()'],
  }
  for (const [name, [sql, instead]] of Object.entries(stopping)) {
    it(`and that ${name} is stopped there`, async () => {
      const at = await target(server)
      const way = await rewritingWay(at.url, sql, instead)
      const file = {
        path: 'db/1_a.sql',
        tx: 'none' as const,
        statements: [count('before'), sql, count('after')],
      }
      const done = await executeMysql({ ...at, url: way.url }, await workOf(at, [file], { fence: 1 }))
      expect(way.rewrites()).toBe(1)
      way.close()
      expect(done).toMatchObject({
        outcome: 'unknown',
        files: [],
        statements: [{ i: 0 }],
        error: { class: 'escaped' },
      })
      expect(await effects(server, at)).toEqual(['before'])
    })
  }
})

describe.skipIf(withoutMysql)('the ledger', () => {
  const forgeries: Readonly<Record<string, string>> = {
    update: 'update dbward.ledger set fence = 0',
    delete: 'delete from dbward.step',
    attempt: "insert into dbward.attempt (jti) values ('x')",
    'update through the default database': 'update ledger set fence = 0',
  }
  for (const [name, sql] of Object.entries(forgeries)) {
    it(`cannot be changed by a migration: ${name}`, async () => {
      const at = await target(server)
      const file = { path: 'db/1_a.sql', statements: ['use dbward', sql] }
      const done = await run(at, [file], { fence: 1 })
      expect(done).toMatchObject({ outcome: 'failed_clean', error: { sqlstate: '42000' } })
    })
  }
  for (const sql of [
    'drop table dbward.step',
    'truncate dbward.ledger',
    'drop database dbward',
    'create trigger dbward.x before insert on dbward.step for each row set new.kid = 1',
    'alter table dbward.step add column x int',
  ]) {
    it(`cannot be changed by a migration: ${sql}`, async () => {
      const at = await target(server)
      const file = { path: 'db/1_a.sql', tx: 'none' as const, statements: [sql] }
      expect(await run(at, [file], { fence: 1 })).toMatchObject({
        outcome: 'failed_clean',
        error: { sqlstate: '42000' },
      })
    })
  }

  it('does not count a row that a migration brings along, and refuses its file', async () => {
    const at = await target(server)
    const forge = `insert into dbward.ledger (schema_name, db, env, path, version, sha256, kind, jti, fence, plan_sha256,
        merge_sha, pr, approvers, audit_seq, audit_hash, connection, agent, kid, sig)
      values (database(), database(), 'production', 'db/2_b.sql', '2', repeat('a', 64), 'applied', 'x', 1, repeat('a', 64),
        'm', 1, '[]', 1, repeat('a', 64), connection_id(), 'agent-1', '${all.agent.kid}', 'x')`
    const done = await run(at, [{ path: 'db/1_a.sql', statements: [forge, count('a')] }], { fence: 1 })
    expect(done).toMatchObject({ outcome: 'applied', files: ['db/1_a.sql'] })
    const next = workOf(at, [{ path: 'db/2_b.sql', statements: [count('b')] }], { fence: 2 })
    await expect(executeMysql(at, await next)).rejects.toMatchObject({ code: 'LEDGER_FORGED' })
    expect(await effects(server, at)).toEqual(['a'])
  })

  /** The agent's session ends just before it would commit; the migrator writes what it had signed by then again. */
  async function copied(at: Target, file: SourceFile, table: 'ledger' | 'step', phase: string) {
    const spy = await mysql.createConnection({ uri: at.admin, supportBigNumbers: true })
    await spy.query('set session transaction isolation level read uncommitted')
    let pending: readonly Readonly<Record<string, unknown>>[] = []
    const harvest = async () => {
      const sql = `select * from dbward.${table} where schema_name = ?`
      pending = ((await spy.query(sql, [at.name])) as [typeof pending, unknown])[0]
      const sessions = 'select id from information_schema.processlist where user = ?'
      for (const { id } of await server.query('mysql', sessions, [at.role])) await spy.query(`kill ${id}`)
    }
    let harvested: Promise<void> | null = null
    const way = await openWay(at.url, (chunk) => {
      if (harvested !== null || chunk.subarray(5).toString() !== 'commit') return chunk
      harvested = harvest()
      return null
    })
    const done = await executeMysql({ ...at, url: way.url }, await workOf(at, [file], { fence: 1 }))
    await harvested
    way.close()
    await spy.end()
    const { writer, written_at, finished_at, ...row } =
      pending.find((one) => one.phase === phase) ?? pending[0] ?? {}
    const names = Object.keys(row).map((name) => `\`${name}\``)
    const values = Object.values(row).map((value) => value as string)
    const copy = `insert into dbward.${table} (${names}) values (${names.map(() => '?')})`
    await queryOnce(at.url, copy, values)
    return done
  }

  it('does not count a copy of a signed row whose transaction was undone', async () => {
    const at = await target(server)
    const file = { path: 'db/1_a.sql', statements: [count('a')] }
    expect(await copied(at, file, 'ledger', '')).toMatchObject({ outcome: 'failed_clean' })
    expect(await ledgerPaths(server, at)).toEqual(['db/1_a.sql'])
    expect(await probe(at, [file])).toBe('unknown')
    await expect(run(at, [file], { fence: 2 })).rejects.toMatchObject({ code: 'LEDGER_FORGED' })
    expect(await effects(server, at)).toEqual([])
  })

  it('does not count a copy of a signed step whose transaction was undone', async () => {
    const at = await target(server)
    const file: SourceFile = { path: 'db/1_a.sql', tx: 'none', statements: [count('a')] }
    expect(await copied(at, file, 'step', 'done')).toMatchObject({ outcome: 'failed_clean' })
    expect(await probe(at, [file])).toBe('not_applied')
    expect(await run(at, [file], { fence: 2 })).toMatchObject({ outcome: 'applied' })
    expect(await effects(server, at)).toEqual(['a'])
  })

  it('says itself over which connection a row was written', async () => {
    const at = await target(server)
    for (const table of ['ledger', 'step']) {
      const sql = `insert into dbward.${table} (jti, writer) values ('x', 1)`
      await expect(queryOnce(at.url, sql, [])).rejects.toMatchObject({ errno: 1143 })
    }
    await expect(queryOnce(at.url, 'set session pseudo_thread_id = 1', [])).rejects.toMatchObject({
      errno: 1227,
    })
  })

  it('does not count a copy of a signed step for another statement', async () => {
    const at = await target(server)
    const failing: SourceFile = {
      path: 'db/1_a.sql',
      tx: 'none',
      statements: [count('a'), 'drop table nowhere', count('b')],
    }
    await run(at, [failing], { fence: 1 })
    // The migrator cannot read what it would have to copy: an administrator helps.
    const columns =
      'schema_name, db, env, path, phase, jti, fence, sha256, statement_sha256, server, connection, `before`, agent, kid, sig'
    const copy = `insert into dbward.step (i, ${columns}) select 1, ${columns} from dbward.step where i = 0 and phase = 'done' and schema_name = ?`
    await server.query('mysql', copy, [at.name])
    expect(await run(at, [failing], { fence: 3 })).toMatchObject({ outcome: 'partial', error: { i: 1 } })
    expect(await effects(server, at)).toEqual(['a'])
  })
})

describe.skipIf(withoutMysql)('what is no breakout', () => {
  it('a savepoint that is rolled back to', async () => {
    const at = await target(server)
    const statements = [
      count('a'),
      'savepoint s',
      count('b'),
      'rollback to s',
      count('c'),
      'release savepoint s',
    ]
    const done = await run(at, [{ path: 'db/1_a.sql', statements }], { fence: 1 })
    expect(done).toMatchObject({ outcome: 'applied', error: null })
    expect(await effects(server, at)).toEqual(['a', 'c'])
  })
})

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
