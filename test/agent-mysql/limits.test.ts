import { setTimeout as sleep } from 'node:timers/promises'
import { executeMysql } from '@dbward/agent/mysql/execute'
import mysql from 'mysql2/promise'
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
  all = await parties('limits')
})
afterAll(() => server?.stop())

/** Some 30 s of work that a KILL QUERY ends at once, with an answer that all is well. */
const busyWork = "select benchmark(400000000, md5('x'))"

describe.skipIf(withoutMysql)('a statement past its limit', () => {
  for (const sql of ['do sleep(60)', busyWork]) {
    it(`is ended, and nothing of its file stays: ${sql}`, async () => {
      const at = await target(server)
      const file = { path: 'db/1_a.sql', statements: [count('a'), sql] }
      const done = await timed(at, [file], { limits: { stmt_ms: 400 } })
      expect(done.outcome).toMatchObject({
        outcome: 'failed_clean',
        error: { class: 'statement_timeout', i: 1 },
      })
      expect(done.ms).toBeLessThan(20_000)
      expect(await effects(server, at)).toEqual([])
      expect(await busy(at)).toBe(0)
    })

    it(`is ended where statements stay, and is known not to have been done: ${sql}`, async () => {
      const at = await target(server)
      const file: SourceFile = { path: 'db/1_a.sql', tx: 'none', statements: [count('a'), sql, count('b')] }
      const done = await timed(at, [file], { limits: { stmt_ms: 400 } })
      expect(done.outcome).toMatchObject({
        outcome: 'partial',
        error: { class: 'statement_timeout', i: 1 },
        statements: [{ i: 0 }],
      })
      expect(await effects(server, at)).toEqual(['a'])
    })
  }

  it('that changes a table is ended, and the table is as it was', async () => {
    const at = await target(server)
    await server.query(at.name, 'create table big (id int primary key auto_increment, x varchar(9))')
    await server.query(at.name, "insert into big (x) select 'a' from information_schema.columns limit 300")
    const slow =
      'alter table big add column y int, add constraint c check (length(sha2(repeat(x, 10000000), 256)) > 0), algorithm = copy'
    const file: SourceFile = { path: 'db/1_a.sql', tx: 'none', statements: [slow] }
    const done = await timed(at, [file], { limits: { stmt_ms: 500 } })
    expect(done.outcome).toMatchObject({
      outcome: 'failed_clean',
      error: { class: 'statement_timeout', i: 0 },
    })
    expect(await columns(server, at, 'big')).toEqual(['id', 'x'])
    expect(await busy(at)).toBe(0)
  })

  it('that takes its end for an error of its own loses its connection', async () => {
    const at = await target(server)
    await server.query(
      at.name,
      `create procedure stubborn() begin
         declare continue handler for sqlexception begin end;
         declare continue handler for 1317 begin end;
         while true do do sleep(60); end while;
       end`,
    )
    const file: SourceFile = { path: 'db/1_a.sql', tx: 'none', statements: ['call stubborn()'] }
    const done = await timed(at, [file], { limits: { stmt_ms: 400 } })
    expect(done.outcome).toMatchObject({ outcome: 'unknown', error: { class: 'statement_timeout' } })
    expect(await busy(at)).toBe(0)
  })
})

describe.skipIf(withoutMysql)('a lock that is not free', () => {
  it('is waited for again and again, and then the file gives up', async () => {
    const at = await target(server)
    const blocker = await lockedRow(at)
    const file = { path: 'db/1_a.sql', statements: ["set @x = 'x'", "update effects set what = 'b'"] }
    const done = await timed(at, [file], { limits: { lock_ms: 1_000 }, lockRetries: 2 })
    expect(done.outcome).toMatchObject({
      outcome: 'failed_clean',
      error: { class: 'lock_timeout', sqlstate: 'HY000', i: 1 },
    })
    expect(done.ms).toBeGreaterThan(2_900)
    await blocker.end()
    expect(await ledgerPaths(server, at)).toEqual([])
  })

  for (const tx of ['auto', 'none'] as const) {
    it(`is got on a later try: ${tx}`, async () => {
      const at = await target(server)
      const blocker = await lockedRow(at)
      const statements = ["update effects set what = 'b'", count('c')]
      const running = timed(at, [{ path: 'db/1_a.sql', tx, statements }], { limits: { lock_ms: 1_000 } })
      await sleep(1_500)
      await blocker.end()
      expect((await running).outcome).toMatchObject({ outcome: 'applied', error: null })
      expect(await effects(server, at)).toEqual(['b', 'c'])
    })
  }

  it('of a table is got on a later try by ALTER TABLE', async () => {
    const at = await target(server)
    const blocker = await lockedRow(at)
    const statements = ['alter table effects add column x int']
    const running = timed(at, [{ path: 'db/1_a.sql', tx: 'none', statements }], {
      limits: { lock_ms: 1_000 },
    })
    await sleep(1_500)
    await blocker.end()
    expect((await running).outcome).toMatchObject({ outcome: 'applied', error: null })
    expect(await columns(server, at, 'effects')).toEqual(['what', 'x'])
  })

  for (const tx of ['auto', 'none'] as const) {
    it(`is not tried again when another statement has had an effect: ${tx}`, async () => {
      const at = await target(server)
      await server.query(at.name, 'create table held as select 1 as id')
      const blocker = await mysql.createConnection(at.admin)
      await blocker.query('start transaction')
      await blocker.query('select * from held for update')
      const file = { path: 'db/1_a.sql', tx, statements: [count('a'), 'update held set id = 2'] }
      const done = await timed(at, [file], { limits: { lock_ms: 1_000 } })
      expect(done.outcome).toMatchObject({
        outcome: tx === 'auto' ? 'failed_clean' : 'partial',
        error: { class: 'lock_timeout', i: 1 },
      })
      await blocker.end()
      expect(await effects(server, at)).toEqual(tx === 'auto' ? [] : ['a'])
    })
  }
})

describe.skipIf(withoutMysql)('an execution', () => {
  it('past its limit ends between statements and within one', async () => {
    const at = await target(server)
    const statements = [count('a'), ...Array.from({ length: 40 }, () => 'do sleep(0.2)')]
    const done = await timed(at, [{ path: 'db/1_a.sql', statements }], { limits: { total_ms: 1_500 } })
    expect(done.outcome).toMatchObject({ outcome: 'failed_clean', error: { class: 'total_timeout' } })
    expect(done.ms).toBeLessThan(8_000)
    expect(await effects(server, at)).toEqual([])
  })

  it('is cancelled by its signal, and says what had been done by then', async () => {
    const at = await target(server)
    const stop = new AbortController()
    const files: readonly SourceFile[] = [
      { path: 'db/1_a.sql', statements: [count('a')] },
      { path: 'db/2_b.sql', statements: [count('b'), 'do sleep(60)'] },
    ]
    const running = timed(at, files, { signal: stop.signal })
    while ((await busy(at, 'do sleep%')) === 0) await sleep(20)
    stop.abort()
    expect((await running).outcome).toMatchObject({
      outcome: 'partial',
      files: ['db/1_a.sql'],
      error: { class: 'cancelled', file: 'db/2_b.sql', i: 1 },
    })
    expect(await effects(server, at)).toEqual(['a'])
    expect(await busy(at)).toBe(0)
  })

  it('that is cancelled before it begins does not begin', async () => {
    const at = await target(server)
    for (const tx of ['auto', 'none'] as const) {
      const wants = { signal: AbortSignal.abort(), fence: tx === 'auto' ? 1 : 2 }
      const done = await timed(at, [{ path: 'db/1_a.sql', tx, statements: [count('a')] }], wants)
      expect(done.outcome).toMatchObject({ outcome: 'failed_clean', error: { class: 'cancelled' } })
    }
    expect(await effects(server, at)).toEqual([])
  })
})

async function timed(at: Target, files: readonly SourceFile[], wants: Partial<WorkWants>) {
  const work = await workFor(all, files, { engine: server.engine, db: at.name, fence: 1, ...wants })
  const began = performance.now()
  const outcome = await executeMysql(at, work)
  return { outcome, ms: performance.now() - began }
}

/** A transaction that does not go away, and has changed the only row of `effects`. */
async function lockedRow(at: Target): Promise<mysql.Connection> {
  await server.query(at.name, count('held'))
  const client = await mysql.createConnection(at.admin)
  await client.query('start transaction')
  await client.query("select * from effects where what = 'held' for update")
  return client
}

/** Statements of an execution that the server is running now. */
async function busy(at: Target, like = '%'): Promise<number> {
  const found = await server.query(
    at.name,
    "select id from information_schema.processlist where user = ? and info like ? and command <> 'Killed'",
    [at.role, like],
  )
  return found.length
}
