import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import { executePostgres, type Outcome } from '@dbward/agent/execute'
import { probePostgres } from '@dbward/agent/probe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Postgres, startPostgres } from '../postgres/private.ts'
import {
  count,
  effects,
  type Parties,
  parties,
  type SourceFile,
  type Target,
  target,
  workFor,
} from './kit.ts'
import { lossyWay } from './lossy.ts'

let server: Postgres
let all: Parties
beforeAll(async () => {
  server = await startPostgres()
  all = await parties('faults')
})
afterAll(() => server.stop())

const files = [
  { path: 'db/1_a.sql', statements: [count('a')] },
  { path: 'db/2_b.sql', statements: [count('b'), 'select pg_sleep(0.2)', count('b')] },
]

describe('a database that is not there', () => {
  const cases: Readonly<Record<string, (at: Target) => string>> = {
    'refuses connections': () => 'postgres://a:CANARY@127.0.0.1:1/x',
    'refuses the password': (at) => at.url.replace(server.password, 'CANARY'),
    'does not have the name': (at) => at.url.replace(/[^/]+$/, 'nothing'),
  }
  for (const [name, way] of Object.entries(cases)) {
    it(name, async () => {
      const at = await target(server)
      const done = await executePostgres(way(at), await workFor(all, files, { fence: 1 }))
      expect(done).toMatchObject({ outcome: 'failed_clean', error: { class: 'connection' }, serverId: null })
      expect(JSON.stringify(done)).not.toContain('CANARY')
    })
  }

  it('cannot be probed', async () => {
    const { plan, files: bytes, verifyRow } = await workFor(all, files, { fence: 1 })
    const probe = { db: 'app', env: 'production', plan, files: bytes, verifyRow, waitMs: 100 }
    expect(await probePostgres('postgres://127.0.0.1:1/x', probe)).toBe('unknown')
  })
})

describe.skipIf(process.env.DBWARD_TEST_PG_URL !== undefined)('a database that crashes', () => {
  it('in a statement and comes back: the file is undone, the one before stays', async () => {
    const at = await target(server)
    const done = await crashAt(at, 'agent.statement-done', 2)
    expect(done).toMatchObject({ outcome: 'partial', files: ['db/1_a.sql'], error: { class: 'connection' } })
    expect(await effects(server, at)).toEqual(['a'])
    const next = await executePostgres(at.url, await workFor(all, files, { fence: 2 }))
    expect(next).toMatchObject({ outcome: 'applied', files: ['db/2_b.sql'] })
    expect(await effects(server, at)).toEqual(['a', 'b', 'b'])
  })

  it('before our commit', async () => {
    const at = await target(server)
    expect(await crashAt(at, 'agent.before-commit', 1)).toMatchObject({ outcome: 'failed_clean', files: [] })
    expect(await effects(server, at)).toEqual([])
  })

  it('after the last commit: applied, for so the ledger says', async () => {
    const at = await target(server)
    expect(await crashAt(at, 'agent.after-commit', 2)).toMatchObject({ outcome: 'applied', error: null })
    expect(await effects(server, at)).toEqual(['a', 'b', 'b'])
  })

  it('and stays away: unknown', async () => {
    const at = await target(server)
    const work = await workFor(all, files, { fence: 1 })
    const stop = onStep('agent.before-commit', 2, () => void server.crash())
    const done = await executePostgres(at.url, work)
    stop()
    expect(done).toMatchObject({ outcome: 'unknown', files: [], error: { class: 'connection' } })
    await server.start()
    const { plan, files: bytes, verifyRow } = work
    const probe = { db: 'app', env: 'production', plan, files: bytes, verifyRow, waitMs: 2_000 }
    expect(await probePostgres(at.url, probe)).toBe('partial')
  }, 60_000)
})

describe('a connection that is lost', () => {
  it('with the answer to our commit: applied, for so the ledger says', async () => {
    const { done, at } = await through('commit\0', true)
    expect(done).toMatchObject({ outcome: 'applied', files: ['db/9_z.sql'], error: null })
    expect(await effects(server, at)).toEqual(['z'])
  })

  it('with our commit: nothing was applied', async () => {
    const { done, at } = await through('commit\0', false)
    expect(done).toMatchObject({ outcome: 'failed_clean', files: [], error: { class: 'connection' } })
    expect(await effects(server, at)).toEqual([])
  })

  it('in a statement: the server’s orphan is waited for and nothing was applied', async () => {
    const { done, at } = await through('pg_sleep', true, ['select pg_sleep(1)'])
    expect(done).toMatchObject({ outcome: 'failed_clean', error: { class: 'connection' } })
    expect(await effects(server, at)).toEqual([])
  })

  it('because somebody ended the session', async () => {
    const at = await target(server)
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${at.role}'`
    const stop = onStep('agent.statement-done', 1, () => void server.query(at.name, kill))
    const slow = [{ path: 'db/1_a.sql', statements: [count('a'), 'select pg_sleep(5)'] }]
    const done = await executePostgres(at.url, await workFor(all, slow, { fence: 1 }))
    stop()
    expect(done).toMatchObject({ outcome: 'failed_clean', error: { class: 'connection', i: 1 } })
    expect(await effects(server, at)).toEqual([])
  })
})

async function through(word: string, deliver: boolean, more: readonly string[] = []) {
  const at = await target(server)
  const way = await lossyWay(at.url, word, deliver)
  const file = { path: 'db/9_z.sql', statements: [count('z'), ...more] }
  const done = await executePostgres(way.url, await workFor(all, [file], { fence: 1 }))
  expect(way.cuts()).toBe(1)
  way.close()
  return { done, at }
}

async function crashAt(
  at: Target,
  step: string,
  nth: number,
  what: readonly SourceFile[] = files,
): Promise<Outcome> {
  const stop = onStep(step, nth, () => {
    void server
      .crash()
      .then(() => sleep(300))
      .then(() => server.start())
  })
  const done = await executePostgres(at.url, await workFor(all, what, { fence: 1 }))
  stop()
  return done
}

function onStep(step: string, nth: number, act: () => void): () => void {
  let seen = 0
  const listen = (message: unknown) => {
    if ((message as { step: string }).step !== step) return
    seen += 1
    if (seen === nth) act()
  }
  subscribe('dbward:step', listen)
  return () => unsubscribe('dbward:step', listen)
}
