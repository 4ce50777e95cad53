import { setTimeout as sleep } from 'node:timers/promises'
import { executePostgres, type Outcome } from '@dbward/agent/execute'
import { type Found, probePostgres } from '@dbward/agent/probe'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Postgres, startPostgres } from '../postgres/private.ts'
import { ledgerPaths, type Parties, parties, type Target, target, workFor } from './kit.ts'

let server: Postgres
let all: Parties
beforeAll(async () => {
  server = await startPostgres()
  all = await parties('alone')
})
afterAll(() => server.stop())

const path = 'db/1_index.sql'
const create = 'create index concurrently t_id on t (id)'

describe('a statement outside a transaction', () => {
  it('is run, and the ledger has its intent and its end', async () => {
    const at = await table()
    const done = await run(at, create)
    expect(done).toMatchObject({ outcome: 'applied', error: null, files: [path] })
    expect(done.statements).toMatchObject([{ file: path, i: 0, command: 'CREATE' }])
    expect(await phases(at)).toEqual(['intent', 'done'])
    expect(await index(at)).toEqual([{ indisvalid: true }])
    expect(await found(at, create)).toBe('applied')
    expect((await run(at, create)).outcome).toBe('already_applied')
  })

  it('may be VACUUM, or drop and rebuild an index', async () => {
    const at = await table()
    const files = ['vacuum t', create, 'reindex index concurrently t_id', 'drop index concurrently t_id']
    for (const [i, sql] of files.entries()) {
      expect(await run(at, sql, `db/${i}_x.sql`), sql).toMatchObject({ outcome: 'applied', error: null })
    }
    expect(await index(at)).toEqual([])
  })

  it('that needs no transaction is refused inside one, with what to do', async () => {
    const at = await table()
    const work = await workFor(all, [{ path, statements: [create] }], { fence: 1 })
    const done = await executePostgres(at.url, work)
    expect(done).toMatchObject({ outcome: 'failed_clean', error: { sqlstate: '25001' } })
    expect(done.error?.message).toContain('transaction:false')
  })

  it('is one per file', async () => {
    const at = await table()
    const work = await workFor(all, [{ path, tx: 'none', statements: [create, 'select 1'] }], { fence: 1 })
    await expect(executePostgres(at.url, work)).rejects.toMatchObject({ code: 'PLAN_DIGEST' })
  })

  it('that the server refuses before it begins has failed cleanly, and can be tried again', async () => {
    const at = await table()
    const wrong = 'create index concurrently t_id on t (nothing)'
    expect(await run(at, wrong)).toMatchObject({ outcome: 'failed_clean', error: { sqlstate: '42703' } })
    expect(await phases(at)).toEqual(['intent', 'failed'])
    await server.query(at.name, 'alter table t add column nothing int')
    expect(await run(at, wrong)).toMatchObject({ outcome: 'applied' })
  })

  it('that leaves an invalid index behind is partial until somebody drops that', async () => {
    const at = await table()
    const unique = 'create unique index concurrently t_id on t (id)'
    await server.query(at.name, 'insert into t values (1), (1)')
    const done = await run(at, unique)
    expect(done).toMatchObject({ outcome: 'partial', error: { sqlstate: '23505' } })
    expect(done.error?.message).toContain('drop it concurrently, then retry')
    expect(await index(at)).toEqual([{ indisvalid: false }])
    expect(await found(at, unique)).toBe('partial')
    expect(await run(at, unique)).toMatchObject({ outcome: 'partial', error: { class: 'effect' } })
    await server.query(at.name, 'drop index t_id; delete from t')
    expect(await found(at, unique)).toBe('not_applied')
    expect(await run(at, unique)).toMatchObject({ outcome: 'applied' })
  })

  it('that opens a transaction has failed', async () => {
    const at = await table()
    expect(await run(at, 'begin')).toMatchObject({ outcome: 'failed_clean' })
    expect(await ledgerPaths(server, at)).toEqual([])
  })

  it('past its limit leaves what it leaves, and that is said', async () => {
    const at = await table()
    const blocker = await openTransaction(at)
    const done = await run(at, create, path, { stmt_ms: 400, lock_ms: 10_000 })
    await blocker.end()
    expect(done).toMatchObject({
      outcome: 'partial',
      error: { class: 'statement_timeout', sqlstate: '57014' },
    })
    expect(await index(at)).toEqual([{ indisvalid: false }])
  })

  it('whose session is killed is looked up by its effect', async () => {
    const at = await table()
    const blocker = await openTransaction(at)
    const running = run(at, create, path, { lock_ms: 10_000 })
    await waiting(at)
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity
      where usename = '${at.role}' and query like 'create index%'`
    await server.query(at.name, kill)
    const done = await running
    await blocker.end()
    expect(done).toMatchObject({ outcome: 'unknown', error: { class: 'connection' } })
    expect(await found(at, create)).toBe('partial')
  })
})

describe('an intent without an end', () => {
  it('whose index is there and valid is recorded and not run again', async () => {
    const at = await table()
    await intentOnly(at, create)
    expect(await found(at, create)).toBe('not_applied')
    await server.query(at.name, 'create index t_id on t (id)')
    expect(await found(at, create)).toBe('applied')
    expect(await run(at, create)).toMatchObject({ outcome: 'already_applied', files: [path], statements: [] })
    expect(await ledgerPaths(server, at)).toEqual([path])
  })

  it('of a statement whose effect cannot be read waits for a person', async () => {
    const at = await table()
    await intentOnly(at, 'vacuum t')
    expect(await found(at, 'vacuum t')).toBe('unknown')
    expect(await run(at, 'vacuum t')).toMatchObject({ outcome: 'unknown', error: { class: 'effect' } })
    expect(await ledgerPaths(server, at)).toEqual([])
  })

  it('of a statement that is still running says so', async () => {
    const at = await table()
    const blocker = await openTransaction(at)
    const running = run(at, create, path, { lock_ms: 10_000 })
    await waiting(at)
    expect(await found(at, create)).toBe('running')
    await blocker.end()
    expect((await running).outcome).toBe('applied')
    expect(await found(at, create)).toBe('applied')
  })
})

async function table(): Promise<Target> {
  const at = await target(server)
  await server.query(at.name, `create table t (id int); alter table t owner to ${at.role}`)
  return at
}

const fences = new Map<string, number>()

async function run(
  at: Target,
  sql: string,
  name = path,
  limits: Parameters<typeof workFor>[2]['limits'] = {},
): Promise<Outcome> {
  const fence = (fences.get(at.name) ?? 0) + 1
  fences.set(at.name, fence)
  return executePostgres(
    at.url,
    await workFor(all, [{ path: name, tx: 'none', statements: [sql] }], { fence, limits }),
  )
}

/** What is left when an agent dies between the intent and the statement: its signer is the last thing that it asks. */
async function intentOnly(at: Target, sql: string): Promise<void> {
  const blocker = new pg.Client({ connectionString: at.admin })
  await blocker.connect()
  await blocker.query('begin; lock table dbward.ledger in exclusive mode')
  const running = run(at, sql, path)
  for (;;) {
    const rows = await server.query(
      at.name,
      "select from pg_locks where relation = 'dbward.ledger'::regclass and not granted",
    )
    if (rows.length > 0) break
    await sleep(20)
  }
  await server.query(
    at.name,
    `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${at.role}'`,
  )
  await blocker.end()
  expect((await running).outcome).not.toBe('applied')
  await server.query(at.name, 'drop index if exists t_id')
}

async function found(at: Target, sql: string): Promise<Found> {
  const { plan, files, verifyRow } = await workFor(all, [{ path, tx: 'none', statements: [sql] }], {
    fence: 1,
  })
  return probePostgres(at.url, { db: 'app', env: 'production', plan, files, verifyRow, waitMs: 200 })
}

async function phases(at: Target): Promise<readonly unknown[]> {
  return (await server.query(at.name, 'select phase from dbward.step order by at')).map((row) => row.phase)
}

async function index(at: Target) {
  return server.query(at.name, "select indisvalid from pg_index where indexrelid = to_regclass('t_id')")
}

/** CREATE INDEX CONCURRENTLY waits for transactions that have written to the table. */
async function openTransaction(at: Target): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: at.admin })
  await client.connect()
  await client.query('begin; insert into t values (1)')
  return client
}

async function waiting(at: Target): Promise<void> {
  const sql = `select from pg_stat_activity where usename = '${at.role}' and query like 'create index%'
    and wait_event_type = 'Lock'`
  while ((await server.query(at.name, sql)).length === 0) await sleep(20)
}
