import { randomBytes } from 'node:crypto'
import { executePostgres } from '@dbward/agent/execute'
import { readLedger } from '@dbward/agent/ledger/read'
import { rowVerifier } from '@dbward/agent/trust'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queryOnce } from '../postgres/postgres.ts'
import { type Postgres, startPostgres } from '../postgres/private.ts'
import {
  count,
  effects,
  ledgerPaths,
  type Parties,
  parties,
  planOf,
  type Target,
  target,
  tokenFor,
  workFor,
} from './kit.ts'

let server: Postgres
let all: Parties
beforeAll(async () => {
  server = await startPostgres()
  all = await parties('refusals')
})
afterAll(() => server.stop())

const a = { path: 'db/1_a.sql', statements: [count('a')] }
const b = { path: 'db/2_b.sql', statements: [count('b')] }

describe('a token', () => {
  it('is spent once, whether its run went well or not', async () => {
    const at = await target(server)
    const work = await workFor(all, [a], { fence: 1 })
    expect((await executePostgres(at.url, work)).outcome).toBe('applied')
    await expect(executePostgres(at.url, work)).rejects.toMatchObject({ code: 'TOKEN_REPLAYED' })

    const failing = await workFor(all, [{ path: 'db/2_b.sql', statements: ['select 1 / 0'] }], { fence: 2 })
    expect((await executePostgres(at.url, failing)).outcome).toBe('failed_clean')
    await expect(executePostgres(at.url, failing)).rejects.toMatchObject({ code: 'TOKEN_REPLAYED' })
    expect(await effects(server, at)).toEqual(['a'])
  })

  it('of a fence that is not above the last one is refused, in its own environment only', async () => {
    const at = await target(server)
    await executePostgres(at.url, await workFor(all, [a], { fence: 5 }))
    for (const fence of [5, 4, 1]) {
      const stale = executePostgres(at.url, await workFor(all, [b], { fence }))
      await expect(stale).rejects.toMatchObject({ code: 'FENCE_STALE' })
    }
    expect(await effects(server, at)).toEqual(['a'])
    const other = await workFor(all, [b], { fence: 1, env: 'staging' })
    expect((await executePostgres(at.url, other)).outcome).toBe('applied')
  })

  it('for another plan, or bytes that are not the plan’s, never reach the database', async () => {
    const nobody = 'postgres://nobody@127.0.0.1:1/none'
    const { plan } = planOf([b])
    const token = await tokenFor(all, plan, { fence: 1 })
    const otherPlan = await workFor(all, [a], { fence: 1, token })
    await expect(executePostgres(nobody, otherPlan)).rejects.toMatchObject({ code: 'PLAN_DIGEST' })

    const work = await workFor(all, [a], { fence: 1 })
    const bytes = Uint8Array.from(work.files.get(a.path) ?? [])
    bytes[20] = (bytes[20] ?? 0) ^ 1
    for (const files of [new Map([[a.path, bytes]]), new Map()]) {
      await expect(executePostgres(nobody, { ...work, files })).rejects.toMatchObject({ code: 'SQL_DIGEST' })
    }
  })

  it('for a statement with NUL, or that is not UTF-8, is refused', async () => {
    const nul = await workFor(all, [{ path: 'db/1_a.sql', statements: ['select 1\0; drop table effects'] }], {
      fence: 1,
    })
    await expect(executePostgres('postgres://127.0.0.1:1/none', nul)).rejects.toMatchObject({
      code: 'SQL_DIGEST',
    })
  })
})

describe('a file that was applied', () => {
  it('is immutable', async () => {
    const at = await target(server)
    await executePostgres(at.url, await workFor(all, [a], { fence: 1 }))
    const edited = await workFor(all, [{ ...a, statements: [count('A')] }, b], { fence: 2 })
    await expect(executePostgres(at.url, edited)).rejects.toMatchObject({ code: 'IMMUTABLE' })
    expect(await effects(server, at)).toEqual(['a'])
    // A refusal spends nothing: the same fence still works.
    expect((await executePostgres(at.url, await workFor(all, [b], { fence: 2 }))).outcome).toBe('applied')
  })

  it('keeps its version for itself', async () => {
    const at = await target(server)
    await executePostgres(at.url, await workFor(all, [a], { fence: 1 }))
    const twin = await workFor(all, [{ ...b, path: 'db/01_other.sql' }], { fence: 2 })
    await expect(executePostgres(at.url, twin)).rejects.toMatchObject({ code: 'ORDER' })
  })
})

describe('a forged row', () => {
  it('of the ledger does not count, and stops the file that it is about', async () => {
    const at = await target(server)
    await executePostgres(at.url, await workFor(all, [a], { fence: 1 }))
    await forgeLedgerRow(at, 'db/2_b.sql')
    const { rows, forged } = await readLedger(
      at.url,
      { db: 'app', env: 'production' },
      rowVerifier(all.bundle),
    )
    expect(rows.map((row) => row.path)).toEqual(['db/1_a.sql'])
    expect(forged).toEqual([{ path: 'db/2_b.sql', version: '2' }])
    const stopped = executePostgres(at.url, await workFor(all, [b], { fence: 2 }))
    await expect(stopped).rejects.toMatchObject({ code: 'LEDGER_FORGED' })
    const next = await workFor(all, [{ path: 'db/3_c.sql', statements: [count('c')] }], { fence: 2 })
    expect((await executePostgres(at.url, next)).outcome).toBe('applied')
  })

  for (const tx of ['auto', 'none'] as const) {
    it(`with another path stops the file whose version it claims, before anything runs: ${tx}`, async () => {
      const at = await target(server)
      await executePostgres(at.url, await workFor(all, [a], { fence: 1 }))
      await forgeLedgerRow(at, 'nowhere.sql')
      const statements = tx === 'auto' ? [count('b')] : ['create index concurrently late on effects (what)']
      const file = { path: 'db/2_b.sql', tx, statements }
      const stopped = executePostgres(at.url, await workFor(all, [file], { fence: 2 }))
      await expect(stopped).rejects.toMatchObject({ code: 'LEDGER_FORGED' })
      expect(await effects(server, at)).toEqual(['a'])
      expect(await server.query(at.name, "select 1 from pg_class where relname = 'late'")).toEqual([])
    })
  }

  it('that a migration brings along for a later one survives its commit and does not count', async () => {
    const at = await target(server)
    const nonce = randomBytes(32).toString('hex')
    const statements = [
      `insert into dbward.done (nonce) values ('\\x${nonce}')`,
      `insert into dbward.ledger (db, env, path, version, sha256, kind, jti, fence, plan_sha256, merge_sha, pr, approvers,
         audit_seq, audit_hash, agent, nonce_hash, kid, sig)
       select db, env, 'db/2_b.sql', '2', sha256, kind, jti, fence, plan_sha256, merge_sha, pr, approvers,
         audit_seq, audit_hash, agent, sha256('\\x${nonce}'), kid, sig from dbward.ledger`,
    ]
    const done = await executePostgres(
      at.url,
      await workFor(all, [{ path: 'db/1_a.sql', statements }], { fence: 1 }),
    )
    expect(done).toMatchObject({ outcome: 'applied', files: ['db/1_a.sql'] })
    expect(await ledgerPaths(server, at)).toEqual(['db/1_a.sql', 'db/2_b.sql'])
    const ledger = await readLedger(at.url, { db: 'app', env: 'production' }, rowVerifier(all.bundle))
    expect(ledger.forged).toEqual([{ path: 'db/2_b.sql', version: '2' }])
  })

  it('of an attempt does not raise the fence', async () => {
    const at = await target(server)
    await asMigrator(
      at,
      `insert into dbward.attempt (jti, db, env, fence, request, att, token_sha256, plan_sha256, audit_seq, audit_hash,
         agent, kid, sig) values ('forged', 'app', 'production', 1000, 'r', 1, 't', 'p', 1, 'h', 'agent-1', $1, '\\x00')`,
      [all.agent.kid],
    )
    expect((await executePostgres(at.url, await workFor(all, [a], { fence: 1 }))).outcome).toBe('applied')
    const taken = executePostgres(at.url, await workFor(all, [b], { fence: 1000 }))
    await expect(taken).rejects.toMatchObject({ code: 'FENCE_STALE' })
    expect(await effects(server, at)).toEqual(['a'])
  })

  it('copied from another environment by its signature does not count', async () => {
    const at = await target(server)
    await executePostgres(at.url, await workFor(all, [a], { fence: 1, env: 'staging' }))
    const nonce = randomBytes(32).toString('hex')
    await asMigrator(
      at,
      `with d as (insert into dbward.done (nonce) values ('\\x${nonce}'))
       insert into dbward.ledger (db, env, path, version, sha256, kind, jti, fence, plan_sha256, merge_sha, pr, approvers,
         audit_seq, audit_hash, agent, nonce_hash, kid, sig)
       select db, 'production', path, version, sha256, kind, jti, fence, plan_sha256, merge_sha, pr, approvers,
         audit_seq, audit_hash, agent, sha256('\\x${nonce}'), kid, sig from dbward.ledger`,
    )
    const ledger = await readLedger(at.url, { db: 'app', env: 'production' }, rowVerifier(all.bundle))
    expect(ledger).toEqual({ rows: [], forged: [{ path: 'db/1_a.sql', version: '1' }] })
  })

  it('by a key that the bundle does not list does not count', async () => {
    const at = await target(server)
    await executePostgres(at.url, await workFor(all, [a], { fence: 1 }))
    const others = await parties('others')
    const ledger = await readLedger(at.url, { db: 'app', env: 'production' }, rowVerifier(others.bundle))
    expect(ledger).toEqual({ rows: [], forged: [{ path: 'db/1_a.sql', version: '1' }] })
  })
})

describe('a database', () => {
  it('without a ledger is refused', async () => {
    const name = await server.createDatabase()
    const refused = executePostgres(server.url(undefined, name), await workFor(all, [a], { fence: 1 }))
    await expect(refused).rejects.toMatchObject({ code: 'LEDGER_MISSING' })
  })

  it('where another execution holds the lock is left alone', async () => {
    const at = await target(server)
    let release = () => {}
    const held = new Promise<void>((done) => {
      release = done
    })
    let begun = () => {}
    const running = new Promise<void>((done) => {
      begun = done
    })
    const onStarted = () => {
      begun()
      return held
    }
    const first = executePostgres(at.url, await workFor(all, [a], { fence: 1, onStarted }))
    await running
    const second = executePostgres(at.url, await workFor(all, [b], { fence: 2, limits: { lock_ms: 300 } }))
    await expect(second).rejects.toMatchObject({ code: 'LOCKED_OUT' })
    release()
    expect((await first).outcome).toBe('applied')
    expect(await effects(server, at)).toEqual(['a'])
  })
})

function asMigrator(at: Target, sql: string, values: readonly unknown[] = []) {
  return queryOnce(at.url, sql, values)
}

async function forgeLedgerRow(at: Target, path: string): Promise<void> {
  const nonce = randomBytes(32).toString('hex')
  await asMigrator(
    at,
    `with d as (insert into dbward.done (nonce) values ('\\x${nonce}'))
     insert into dbward.ledger (db, env, path, version, sha256, kind, jti, fence, plan_sha256, merge_sha, pr, approvers,
       audit_seq, audit_hash, agent, nonce_hash, kid, sig)
     select 'app', 'production', $1, '2', 'x', 'applied', jti, 1, 'p', 'm', 1, '{}', 1, 'h', 'agent-1',
       sha256('\\x${nonce}'), $2, '\\x00' from dbward.attempt`,
    [path, all.agent.kid],
  )
}
