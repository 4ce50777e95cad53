import { createHash } from 'node:crypto'
import { executeMysql } from '@dbward/agent/mysql/execute'
import { readMysqlLedger } from '@dbward/agent/mysql/ledger-read'
import { rowVerifier } from '@dbward/agent/trust'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queryOnce } from '../mysql/mysql.ts'
import { type Mysql, startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import {
  count,
  effects,
  type Parties,
  parties,
  planOf,
  type SourceFile,
  type Target,
  target,
  tokenFor,
  type WorkWants,
  workFor,
} from './kit.ts'

const notOurs = withoutMysql || process.env.DBWARD_TEST_MYSQL_URL !== undefined

let server: Mysql
let all: Parties
beforeAll(async () => {
  if (withoutMysql) return
  server = await startMariadb()
  all = await parties('refusals')
})
afterAll(() => server?.stop())

const a: SourceFile = { path: 'db/1_a.sql', statements: [count('a')] }
const b: SourceFile = { path: 'db/2_b.sql', statements: [count('b')] }
const nobody = { url: 'mysql://a:b@127.0.0.1:1/none', progressUrl: 'mysql://a:b@127.0.0.1:1/none' }

describe.skipIf(withoutMysql)('a token', () => {
  it('is spent once, whether its run went well or not', async () => {
    const at = await target(server)
    const work = await workOf(at, [a], { fence: 1 })
    expect((await executeMysql(at, work)).outcome).toBe('applied')
    await expect(executeMysql(at, work)).rejects.toMatchObject({ code: 'TOKEN_REPLAYED' })

    const failing = await workOf(
      at,
      [{ path: 'db/2_b.sql', statements: ['insert into nowhere values (1)'] }],
      { fence: 2 },
    )
    expect((await executeMysql(at, failing)).outcome).toBe('failed_clean')
    await expect(executeMysql(at, failing)).rejects.toMatchObject({ code: 'TOKEN_REPLAYED' })
    expect(await effects(server, at)).toEqual(['a'])
  })

  it('of a fence that is not above the last one is refused, in its own environment only', async () => {
    const at = await target(server)
    await executeMysql(at, await workOf(at, [a], { fence: 5 }))
    for (const fence of [5, 4, 1]) {
      const stale = executeMysql(at, await workOf(at, [b], { fence }))
      await expect(stale).rejects.toMatchObject({ code: 'FENCE_STALE' })
    }
    expect(await effects(server, at)).toEqual(['a'])
    const other = await workOf(at, [b], { fence: 1, env: 'staging' })
    expect((await executeMysql(at, other)).outcome).toBe('applied')
  })

  it('for another plan, or bytes that are not the plan’s, never reaches the database', async () => {
    const { plan } = planOf([b])
    const token = await tokenFor(all, plan, { fence: 1 })
    const otherPlan = await workFor(all, [a], { fence: 1, token })
    await expect(executeMysql(nobody, otherPlan)).rejects.toMatchObject({ code: 'PLAN_DIGEST' })

    const work = await workFor(all, [a], { fence: 1 })
    const bytes = Uint8Array.from(work.files.get(a.path) ?? [])
    bytes[20] = (bytes[20] ?? 0) ^ 1
    for (const files of [new Map([[a.path, bytes]]), new Map()]) {
      await expect(executeMysql(nobody, { ...work, files })).rejects.toMatchObject({ code: 'SQL_DIGEST' })
    }
  })

  it('for another engine is refused', async () => {
    const postgres = await workFor(all, [a], { fence: 1, engine: 'postgres' })
    await expect(executeMysql(nobody, postgres)).rejects.toMatchObject({ code: 'WRONG_DATABASE' })
    const at = await target(server)
    const engine = server.engine === 'mysql' ? 'mariadb' : 'mysql'
    const other = executeMysql(at, await workOf(at, [a], { fence: 1, engine }))
    await expect(other).rejects.toMatchObject({
      code: 'WRONG_DATABASE',
      message: expect.stringContaining(engine),
    })
    expect(await effects(server, at)).toEqual([])
  })

  it('does not get several statements through that the plan takes for one', async () => {
    const at = await target(server)
    for (const tx of ['auto', 'none'] as const) {
      const file = { path: 'db/1_a.sql', tx, statements: [`${count('x')}; ${count('smuggled')}`] }
      const done = await executeMysql(at, await workOf(at, [file], { fence: tx === 'auto' ? 1 : 2 }))
      expect(done).toMatchObject({ outcome: 'failed_clean', error: { sqlstate: '42000' } })
    }
    expect(await effects(server, at)).toEqual([])
  })
})

describe.skipIf(withoutMysql)('a file that was applied', () => {
  it('is immutable', async () => {
    const at = await target(server)
    await executeMysql(at, await workOf(at, [a], { fence: 1 }))
    const edited = await workOf(at, [{ ...a, statements: [count('A')] }, b], { fence: 2 })
    await expect(executeMysql(at, edited)).rejects.toMatchObject({ code: 'IMMUTABLE' })
    expect(await effects(server, at)).toEqual(['a'])
    // A refusal spends nothing: the same fence still works.
    expect((await executeMysql(at, await workOf(at, [b], { fence: 2 }))).outcome).toBe('applied')
  })

  it('keeps its version for itself', async () => {
    const at = await target(server)
    await executeMysql(at, await workOf(at, [a], { fence: 1 }))
    const twin = await workOf(at, [{ ...b, path: 'db/01_other.sql' }], { fence: 2 })
    await expect(executeMysql(at, twin)).rejects.toMatchObject({ code: 'ORDER' })
  })

  it('does not count for another database of the same server, nor for one of the same name in another policy', async () => {
    const at = await target(server)
    const other = await target(server)
    await executeMysql(at, await workOf(at, [a], { fence: 1, db: 'app' }))
    expect((await executeMysql(other, await workOf(other, [a], { fence: 1, db: 'app' }))).outcome).toBe(
      'applied',
    )
    expect(await effects(server, other)).toEqual(['a'])
  })
})

describe.skipIf(withoutMysql)('a row', () => {
  it('by a key that the bundle does not list does not count', async () => {
    const at = await target(server)
    await executeMysql(at, await workOf(at, [a], { fence: 1 }))
    const others = await parties('others')
    const scope = { db: at.name, env: 'production' }
    const ledger = await readMysqlLedger(at, scope, rowVerifier(others.bundle))
    expect(ledger).toEqual({ rows: [], forged: [{ path: 'db/1_a.sql', version: '1' }] })
  })

  for (const tx of ['auto', 'none'] as const) {
    for (const [path, version] of [
      ['nowhere.sql', '7'],
      ['nowhere.sql', '7 '],
      ['db/7_a.sql ', null],
    ]) {
      it(`by nobody, of ${JSON.stringify({ path, version })}, is refused before anything runs: ${tx}`, async () => {
        const at = await target(server)
        const forge = `insert into dbward.ledger (schema_name, db, env, path, version, sha256, kind, jti, fence, plan_sha256,
            merge_sha, pr, approvers, audit_seq, audit_hash, connection, agent, kid, sig)
          values (?, ?, 'production', ?, ?, '', 'applied', 'x', 1, '', '', 1, '', 1, '', 1, 'a', 'k', 's')`
        await queryOnce(at.url, forge, [at.name, at.name, path, version])
        const file = { path: 'db/7_a.sql', tx, statements: [count('a')] }
        const refused = executeMysql(at, await workOf(at, [file], { fence: 1, db: at.name }))
        await expect(refused).rejects.toMatchObject({ code: 'LEDGER_FORGED' })
        expect(await effects(server, at)).toEqual([])
        const other = await workOf(at, [{ ...file, path: 'db/8_b.sql' }], { fence: 1, db: at.name })
        expect((await executeMysql(at, other)).outcome).toBe('applied')
      })
    }
  }

  it('that was changed by an administrator does not count', async () => {
    const at = await target(server)
    await executeMysql(at, await workOf(at, [a], { fence: 1 }))
    const other = createHash('sha256').update('other').digest('hex')
    await server.query('dbward', 'update ledger set sha256 = ? where schema_name = ?', [other, at.name])
    const again = executeMysql(at, await workOf(at, [a], { fence: 2 }))
    await expect(again).rejects.toMatchObject({ code: 'LEDGER_FORGED' })
  })
})

describe.skipIf(withoutMysql)('a database', () => {
  it('whose accounts do not see the ledger is refused', async () => {
    const at = await target(server)
    await server.query(at.name, `revoke insert on dbward.step from '${at.progress}'@'%'`)
    const refused = executeMysql(at, await workOf(at, [a], { fence: 1 }))
    await expect(refused).rejects.toMatchObject({ code: 'LEDGER_MISSING' })
  })

  it('with one account for both is refused', async () => {
    const at = await target(server)
    const one = { url: at.url, progressUrl: at.url }
    const refused = executeMysql(one, await workOf(at, [a], { fence: 1 }))
    await expect(refused).rejects.toMatchObject({
      code: expect.stringMatching(/TRIPWIRE_WEAK|LEDGER_MISSING/),
    })
    expect(await effects(server, at)).toEqual([])
  })

  it.skipIf(notOurs)('that is read-only is refused', async () => {
    const at = await target(server)
    await server.query(at.name, 'set global read_only = 1')
    const refused = executeMysql(at, await workOf(at, [a], { fence: 1 }))
    await expect(refused).rejects.toMatchObject({
      code: 'WRONG_DATABASE',
      message: expect.stringContaining('read-only'),
    })
    await server.query(at.name, 'set global read_only = 0')
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
    const first = executeMysql(at, await workOf(at, [a], { fence: 1, onStarted }))
    await running
    const second = executeMysql(at, await workOf(at, [b], { fence: 2, limits: { lock_ms: 300 } }))
    await expect(second).rejects.toMatchObject({ code: 'LOCKED_OUT' })
    release()
    expect((await first).outcome).toBe('applied')
    expect(await effects(server, at)).toEqual(['a'])
  })
})

describe.skipIf(notOurs)('a progress account on another server', () => {
  it('is refused', async () => {
    const other = await startMariadb()
    try {
      const [at, there] = [await target(server), await target(other)]
      const refused = executeMysql(
        { url: at.url, progressUrl: there.progressUrl },
        await workOf(at, [a], { fence: 1 }),
      )
      await expect(refused).rejects.toMatchObject({ code: 'WRONG_DATABASE' })
      expect(await effects(server, at)).toEqual([])
    } finally {
      await other.stop()
    }
  })
})

function workOf(at: Target, files: readonly SourceFile[], wants: WorkWants) {
  return workFor(all, files, { engine: server.engine, db: at.name, ...wants })
}
