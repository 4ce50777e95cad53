import { executePostgres } from '@dbward/agent/execute'
import { readLedger } from '@dbward/agent/ledger/read'
import { probePostgres } from '@dbward/agent/probe'
import { rowVerifier } from '@dbward/agent/trust'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Postgres, startPostgres } from '../postgres/private.ts'
import { count, effects, ledgerPaths, type Parties, parties, type Target, target, workFor } from './kit.ts'

let server: Postgres
let all: Parties
beforeAll(async () => {
  server = await startPostgres()
  all = await parties('execute')
})
afterAll(() => server.stop())

describe('a plan', () => {
  it('is applied, one transaction a file, and the ledger says what was done', async () => {
    const at = await target(server)
    const files = [
      { path: 'db/0002_second.sql', statements: ['insert into t values (1), (2), (3)', count('second')] },
      { path: 'db/0001_first.sql', statements: ['create table t (id int, ü text)', count('first')] },
    ]
    let started = 0
    const onStarted = async () => {
      started += 1
    }
    const work = await workFor(all, files, { fence: 3, onStarted })
    const done = await executePostgres(at.url, work)
    expect(done).toMatchObject({
      outcome: 'applied',
      error: null,
      files: ['db/0001_first.sql', 'db/0002_second.sql'],
    })
    expect(done.serverId).toMatch(/^postgres:\d+\/\d+$/)
    expect(started).toBe(1)
    expect(done.statements.map(({ file, i, command, rows }) => [file, i, command, rows])).toEqual([
      ['db/0001_first.sql', 0, 'CREATE', null],
      ['db/0001_first.sql', 1, 'INSERT', 1],
      ['db/0002_second.sql', 0, 'INSERT', 3],
      ['db/0002_second.sql', 1, 'INSERT', 1],
    ])
    expect(await effects(server, at)).toEqual(['first', 'second'])

    const { claims } = work.token
    const ledger = await readLedger(at.url, claims, rowVerifier(all.bundle))
    expect(ledger.forged).toEqual([])
    expect(ledger.rows[0]).toMatchObject({
      path: 'db/0001_first.sql',
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
    const [history] = await server.query(
      at.name,
      'select finished_at >= started_at as after from dbward.history',
    )
    expect(history).toEqual({ after: true })
    expect(await probe(at, work)).toBe('applied')
  })

  it('that is there already is not run again, and a later file of the same plan is', async () => {
    const at = await target(server)
    const first = { path: 'db/1_a.sql', statements: [count('a')] }
    const second = { path: 'db/2_b.sql', statements: [count('b')] }
    await executePostgres(at.url, await workFor(all, [first], { fence: 1 }))
    const again = await executePostgres(at.url, await workFor(all, [first], { fence: 2 }))
    expect(again).toMatchObject({ outcome: 'already_applied', statements: [], error: null })
    const both = await executePostgres(at.url, await workFor(all, [first, second], { fence: 3 }))
    expect(both).toMatchObject({ outcome: 'applied', files: ['db/2_b.sql'] })
    expect(await effects(server, at)).toEqual(['a', 'b'])
  })

  it('whose statement fails leaves nothing of its file, and stops', async () => {
    const at = await target(server)
    const failing = {
      path: 'db/1_a.sql',
      statements: [count('a'), "insert into nowhere values ('secret')", count('b')],
    }
    const later = { path: 'db/2_c.sql', statements: [count('c')] }
    const work = await workFor(all, [failing, later], { fence: 1 })
    const done = await executePostgres(at.url, work)
    expect(done).toMatchObject({
      outcome: 'failed_clean',
      statements: [],
      files: [],
      error: { class: 'sql', sqlstate: '42P01', file: 'db/1_a.sql', i: 1, position: 13 },
    })
    expect(await effects(server, at)).toEqual([])
    expect(await ledgerPaths(server, at)).toEqual([])
    expect(await probe(at, work)).toBe('not_applied')
  })

  it('that fails in its second file is partial, and its first file stays', async () => {
    const at = await target(server)
    const files = [
      { path: 'db/1_a.sql', statements: [count('a')] },
      { path: 'db/2_b.sql', statements: [count('b'), 'select 1 / 0'] },
    ]
    const work = await workFor(all, files, { fence: 1 })
    const done = await executePostgres(at.url, work)
    expect(done).toMatchObject({ outcome: 'partial', files: ['db/1_a.sql'], error: { sqlstate: '22012' } })
    expect(done.statements.map((one) => one.file)).toEqual(['db/1_a.sql'])
    expect(await effects(server, at)).toEqual(['a'])
    expect(await probe(at, work)).toBe('partial')
  })

  it('may set its role, its search path and its own shorter timeouts, and the next file begins afresh', async () => {
    const at = await target(server)
    await server.query(
      at.name,
      `create schema app; create role ${at.role}_app; grant ${at.role}_app to ${at.role}`,
    )
    await server.query(at.name, `grant all on schema app to ${at.role}_app`)
    const files = [
      {
        path: 'db/1_a.sql',
        statements: [
          `set role ${at.role}_app`,
          'set search_path = app, pg_catalog',
          "set lock_timeout = '1s'",
          'create table here (id int)',
        ],
      },
      {
        path: 'db/2_b.sql',
        statements: [
          "insert into effects values (current_user = session_user), (current_setting('search_path')), (current_setting('lock_timeout'))",
        ],
      },
    ]
    const done = await executePostgres(at.url, await workFor(all, files, { fence: 1 }))
    expect(done).toMatchObject({ outcome: 'applied', error: null })
    expect(await effects(server, at)).toEqual(['"$user", public', '2s', 'true'])
    const owner = "select tableowner from pg_tables where schemaname = 'app' and tablename = 'here'"
    expect(await server.query(at.name, owner)).toEqual([{ tableowner: `${at.role}_app` }])
  })

  it('with a file of comments only is applied', async () => {
    const at = await target(server)
    const done = await executePostgres(
      at.url,
      await workFor(all, [{ path: 'db/1_a.sql', statements: [] }], { fence: 1 }),
    )
    expect(done).toMatchObject({ outcome: 'applied', files: ['db/1_a.sql'] })
  })

  it('keeps the values of rows out of its error', async () => {
    const at = await target(server)
    const statements = [
      'create table k (email text primary key)',
      "insert into k values ('a@b.c'), ('a@b.c')",
    ]
    const done = await executePostgres(
      at.url,
      await workFor(all, [{ path: 'db/1_a.sql', statements }], { fence: 1 }),
    )
    expect(done.error?.message).toBe(
      'a unique constraint is violated, schema public, table k, constraint k_pkey',
    )
    expect(JSON.stringify(done)).not.toContain('a@b.c')
  })

  it('does not begin where the start cannot be told', async () => {
    const at = await target(server)
    const onStarted = () => Promise.reject(new Error('the server is away'))
    const work = await workFor(all, [{ path: 'db/1_a.sql', statements: [count('a')] }], {
      fence: 1,
      onStarted,
    })
    expect(await executePostgres(at.url, work)).toMatchObject({
      outcome: 'failed_clean',
      error: { class: 'not_started' },
    })
    expect(await effects(server, at)).toEqual([])
  })

  it('drops the rows of a large result and counts them', async () => {
    const at = await target(server)
    const statements = ['select g, repeat(md5(g::text), 10) from generate_series(1, 200000) g']
    const done = await executePostgres(
      at.url,
      await workFor(all, [{ path: 'db/1_a.sql', statements }], { fence: 1 }),
    )
    expect(done.statements).toMatchObject([{ command: 'SELECT', rows: 200_000 }])
  })
})

function probe(at: Target, work: Awaited<ReturnType<typeof workFor>>) {
  const { db, env } = work.token.claims
  const { plan, files, verifyRow } = work
  return probePostgres(at.url, { db, env, plan, files, verifyRow, waitMs: 1_000 })
}
