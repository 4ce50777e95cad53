import { setTimeout as sleep } from 'node:timers/promises'
import { executePostgres } from '@dbward/agent/execute'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Postgres, startPostgres } from '../postgres/private.ts'
import { count, effects, ledgerPaths, type Parties, parties, type Target, target, workFor } from './kit.ts'

let server: Postgres
let all: Parties
beforeAll(async () => {
  server = await startPostgres()
  all = await parties('limits')
})
afterAll(() => server.stop())

describe('a statement', () => {
  it('past its limit is cancelled by the server', async () => {
    const at = await target(server)
    const file = { path: 'db/1_a.sql', statements: [count('a'), 'select pg_sleep(30)'] }
    const done = await timed(at, [file], { stmt_ms: 300 })
    expect(done.outcome).toMatchObject({
      outcome: 'failed_clean',
      error: { class: 'statement_timeout', sqlstate: '57014', i: 1 },
    })
    expect(done.ms).toBeLessThan(2_500)
    expect(await effects(server, at)).toEqual([])
  })

  it('that has turned the server’s timeout off is cancelled by us', async () => {
    const at = await target(server)
    const file = {
      path: 'db/1_a.sql',
      statements: [count('a'), 'set statement_timeout = 0', 'select pg_sleep(30)'],
    }
    const done = await timed(at, [file], { stmt_ms: 300 })
    expect(done.outcome).toMatchObject({
      outcome: 'failed_clean',
      error: { class: 'statement_timeout', i: 2 },
    })
    expect(done.ms).toBeLessThan(8_000)
    expect(await effects(server, at)).toEqual([])
    expect(await busy(at)).toBe(0)
  })

  it('that takes its cancellation for an error of its own does not get on', async () => {
    const at = await target(server)
    const stubborn = `do $$ begin
      loop
        begin perform pg_sleep(60); exception when query_canceled then null; end;
      end loop;
    end $$`
    const file = { path: 'db/1_a.sql', statements: [count('a'), stubborn] }
    const done = await timed(at, [file], { stmt_ms: 300 })
    expect(done.outcome.error?.class).toBe('statement_timeout')
    expect(['failed_clean', 'unknown']).toContain(done.outcome.outcome)
    expect(await effects(server, at)).toEqual([])
  })

  it('waits for a lock for no longer than its limit, again and again, and then gives up', async () => {
    const at = await target(server)
    await server.query(at.name, `create table t (id int); alter table t owner to ${at.role}`)
    const blocker = await lockTable(at)
    const file = {
      path: 'db/1_a.sql',
      statements: ["set lock_timeout = '100ms'", 'alter table t add column x int'],
    }
    const done = await timed(at, [file], { lock_ms: 5_000 })
    expect(done.outcome).toMatchObject({
      outcome: 'failed_clean',
      error: { class: 'lock_timeout', sqlstate: '55P03', i: 1 },
    })
    // Six tries of 100 ms, with 50, 100, 200, 400 and 800 ms between them.
    expect(done.ms).toBeGreaterThan(2_000)
    await blocker.end()
    expect(await ledgerPaths(server, at)).toEqual([])
  })

  it('gets its lock on a later try', async () => {
    const at = await target(server)
    await server.query(at.name, `create table t (id int); alter table t owner to ${at.role}`)
    const blocker = await lockTable(at)
    const file = { path: 'db/1_a.sql', statements: ['alter table t add column x int', count('a')] }
    const running = timed(at, [file], { lock_ms: 200 })
    await sleep(500)
    await blocker.end()
    expect((await running).outcome).toMatchObject({ outcome: 'applied', error: null })
    expect(await effects(server, at)).toEqual(['a'])
  })

  it('is not tried again for a lock when another has had an effect', async () => {
    const at = await target(server)
    await server.query(at.name, `create table t (id int); alter table t owner to ${at.role}`)
    const blocker = await lockTable(at)
    const file = { path: 'db/1_a.sql', statements: [count('a'), 'alter table t add column x int'] }
    const done = await timed(at, [file], { lock_ms: 200 })
    expect(done.outcome).toMatchObject({ outcome: 'failed_clean', error: { class: 'lock_timeout', i: 1 } })
    expect(done.ms).toBeLessThan(1_500)
    await blocker.end()
  })
})

describe('an execution', () => {
  it('past its limit ends between statements and within one', async () => {
    const at = await target(server)
    const statements = Array.from({ length: 20 }, () => 'select pg_sleep(0.2)')
    const done = await timed(at, [{ path: 'db/1_a.sql', statements: [count('a'), ...statements] }], {
      total_ms: 900,
    })
    expect(done.outcome).toMatchObject({ outcome: 'failed_clean', error: { class: 'total_timeout' } })
    expect(done.ms).toBeLessThan(2_500)
    expect(await effects(server, at)).toEqual([])
  })

  it('is cancelled by its signal, and says what had been done by then', async () => {
    const at = await target(server)
    const stop = new AbortController()
    const files = [
      { path: 'db/1_a.sql', statements: [count('a')] },
      { path: 'db/2_b.sql', statements: [count('b'), 'select pg_sleep(30)'] },
    ]
    const running = executePostgres(at.url, await workFor(all, files, { fence: 1, signal: stop.signal }))
    while ((await busy(at)) === 0) await sleep(20)
    stop.abort()
    expect(await running).toMatchObject({
      outcome: 'partial',
      files: ['db/1_a.sql'],
      error: { class: 'cancelled', file: 'db/2_b.sql', i: 1 },
    })
    expect(await effects(server, at)).toEqual(['a'])
    expect(await busy(at)).toBe(0)
  })

  it('that is cancelled before it begins does not begin', async () => {
    const at = await target(server)
    const work = await workFor(all, [{ path: 'db/1_a.sql', statements: [count('a')] }], {
      fence: 1,
      signal: AbortSignal.abort(),
    })
    expect(await executePostgres(at.url, work)).toMatchObject({
      outcome: 'failed_clean',
      error: { class: 'cancelled' },
    })
    expect(await effects(server, at)).toEqual([])
  })
})

async function timed(
  at: Target,
  files: Parameters<typeof workFor>[1],
  limits: { readonly stmt_ms?: number; readonly lock_ms?: number; readonly total_ms?: number },
) {
  const work = await workFor(all, files, { fence: 1, limits })
  const began = performance.now()
  const outcome = await executePostgres(at.url, work)
  return { outcome, ms: performance.now() - began }
}

/** A reader that does not go away, in front of whom ALTER TABLE has to wait. */
async function lockTable(at: Target): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: at.admin })
  await client.connect()
  await client.query('begin')
  await client.query('select * from t')
  return client
}

/** Statements of an execution that the server is running now. */
async function busy(at: Target): Promise<number> {
  const found = await server.query(
    at.name,
    `select from pg_stat_activity where datname = current_database() and usename = $1 and state = 'active'
       and query like '%pg_sleep%'`,
    [at.role],
  )
  return found.length
}
