import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Outcome } from '@dbward/agent/execute'
import { executeMysql } from '@dbward/agent/mysql/execute'
import { probeMysql } from '@dbward/agent/mysql/probe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Mysql, startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import {
  columns,
  count,
  effects,
  type Parties,
  parties,
  type SourceFile,
  type Target,
  target,
  workFor,
} from './kit.ts'
import { lossyWay } from './way.ts'

let server: Mysql
let all: Parties
beforeAll(async () => {
  if (withoutMysql) return
  server = await startMariadb()
  all = await parties('faults')
})
afterAll(() => server?.stop())

const files: readonly SourceFile[] = [
  { path: 'db/1_a.sql', statements: [count('a')] },
  { path: 'db/2_b.sql', statements: [count('b'), 'do sleep(0.2)', count('b')] },
]

describe.skipIf(withoutMysql)('a database that is not there', () => {
  const cases: Readonly<Record<string, (at: Target) => Partial<Target>>> = {
    'refuses connections': () => ({ url: 'mysql://a:CANARY@127.0.0.1:1/x' }),
    'refuses the password': (at) => ({ url: at.url.replace(server.password, 'CANARY') }),
    // It has no certificate, and nothing is said to it in the clear.
    'does not encrypt where that is asked for': (at) => ({
      url: `${at.url.replace('127.0.0.1', 'localhost')}?ssl-mode=VERIFY_IDENTITY`,
    }),
    'does not have the name': (at) => ({ url: at.url.replace(/[^/]+$/, 'nothing') }),
    'refuses the password of the progress account': (at) => ({
      progressUrl: at.progressUrl.replace(server.password, 'CANARY'),
    }),
  }
  for (const [name, way] of Object.entries(cases)) {
    it(name, async () => {
      const at = await target(server)
      const done = await executeMysql({ ...at, ...way(at) }, await workOf(at, files, 1))
      expect(done).toMatchObject({ outcome: 'failed_clean', error: { class: 'connection' } })
      expect(JSON.stringify(done)).not.toContain('CANARY')
    })
  }

  it('cannot be probed', async () => {
    const at = await target(server)
    expect(await probe({ ...at, url: 'mysql://a:b@127.0.0.1:1/x' }, files)).toBe('unknown')
  })
})

const notOurs = withoutMysql || process.env.DBWARD_TEST_MYSQL_URL !== undefined

describe.skipIf(notOurs)('a database that crashes', () => {
  it('in a statement and comes back: the file is undone, the one before stays', async () => {
    const at = await target(server)
    const done = await crashAt(at, 'agent.statement-done', 2)
    expect(done).toMatchObject({ outcome: 'partial', files: ['db/1_a.sql'], error: { class: 'connection' } })
    expect(await effects(server, at)).toEqual(['a'])
    const next = await executeMysql(at, await workOf(at, files, 2))
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
    const stop = onStep('agent.before-commit', 2, () => void server.crash())
    const done = await executeMysql(at, await workOf(at, files, 1))
    stop()
    expect(done).toMatchObject({ outcome: 'unknown', files: [], error: { class: 'connection' } })
    await server.start()
    expect(await probe(at, files)).toBe('partial')
  }, 120_000)

  const alter: readonly SourceFile[] = [
    {
      path: 'db/1_m.sql',
      tx: 'none',
      statements: [
        count('a'),
        'alter table big add column y int, add index big_x (x), algorithm = copy',
        count('b'),
      ],
    },
  ]
  for (const ms of [0, 40, 100, 180, 260, 400]) {
    it(`${ms} ms after an ALTER TABLE has begun: it is there or not, and the next attempt does each once`, async () => {
      const at = await target(server)
      await server.query(at.name, 'create table big (id int primary key auto_increment, x varchar(300))')
      await server.query(
        at.name,
        "insert into big (x) select repeat('x', 250) from information_schema.columns a, (select 1 from information_schema.columns limit 5) b",
      )
      const done = await crashAt(at, 'agent.intent', 2, alter, ms)
      expect(['partial', 'applied']).toContain(done.outcome)
      const between = await columns(server, at, 'big')
      const next = await executeMysql(at, await workOf(at, alter, 2))
      expect(next.outcome).toBe(done.outcome === 'applied' ? 'already_applied' : 'applied')
      const again = next.statements.some((one) => one.i === 1)
      expect(again).toBe(!between.includes('y') && done.outcome === 'partial')
      expect(await columns(server, at, 'big')).toEqual(['id', 'x', 'y'])
      expect(await effects(server, at)).toEqual(['a', 'b'])
    }, 120_000)
  }
})

describe.skipIf(withoutMysql)('a connection that is lost', () => {
  it('with the answer to our commit: applied, for so the ledger says', async () => {
    const { done, at } = await through('\x03commit', true)
    expect(done).toMatchObject({ outcome: 'applied', files: ['db/9_z.sql'], error: null })
    expect(await effects(server, at)).toEqual(['z'])
  })

  it('with our commit: nothing was applied', async () => {
    const { done, at } = await through('\x03commit', false)
    expect(done).toMatchObject({ outcome: 'failed_clean', files: [], error: { class: 'connection' } })
    expect(await effects(server, at)).toEqual([])
  })

  it('in a statement: the server’s orphan is waited for and nothing was applied', async () => {
    const { done, at } = await through('sleep', true, { statements: [count('z'), 'do sleep(1)'] })
    expect(done).toMatchObject({ outcome: 'failed_clean', error: { class: 'connection' } })
    expect(await effects(server, at)).toEqual([])
  })

  for (const deliver of [true, false]) {
    it(`with ${deliver ? 'the answer to ' : ''}the last statement of a file of single ones, an ALTER TABLE`, async () => {
      const { done, at } = await through('effects add', deliver, {
        tx: 'none',
        statements: [count('z'), 'alter table effects add column x int'],
      })
      expect(done.outcome).toBe(deliver ? 'applied' : 'partial')
      expect(await columns(server, at, 'effects')).toEqual(deliver ? ['what', 'x'] : ['what'])
      expect(await effects(server, at)).toEqual(['z'])
    })

    it(`with ${deliver ? 'the answer to ' : ''}a statement that the catalogue does not tell: unknown`, async () => {
      const { done, at } = await through('view v', deliver, {
        tx: 'none',
        statements: ['create view v as select 1 as one'],
      })
      expect(done.outcome).toBe('unknown')
      expect(await columns(server, at, 'v')).toEqual(deliver ? ['one'] : [])
    })

    it(`with ${deliver ? 'the answer to ' : ''}the commit of a single INSERT`, async () => {
      const { done, at } = await through('\x03commit', deliver, { tx: 'none', statements: [count('z')] })
      expect(done.outcome).toBe(deliver ? 'applied' : 'failed_clean')
      expect(await effects(server, at)).toEqual(deliver ? ['z'] : [])
    })
  }

  it('of the progress account, with the row that says that a statement was done: the next attempt finds it', async () => {
    const at = await target(server)
    const file: SourceFile = {
      path: 'db/9_z.sql',
      tx: 'none',
      statements: ['alter table effects add column x int'],
    }
    const way = await lossyWay(at.progressUrl, '\x04done', false)
    const done = await executeMysql({ url: at.url, progressUrl: way.url }, await workOf(at, [file], 1))
    way.close()
    expect(way.cuts()).toBe(1)
    expect(done).toMatchObject({ outcome: 'unknown', error: { class: 'connection', i: 0 } })
    expect(await probe(at, [file])).toBe('applied')
    expect(await executeMysql(at, await workOf(at, [file], 2))).toMatchObject({ outcome: 'already_applied' })
    expect(await columns(server, at, 'effects')).toEqual(['what', 'x'])
  })

  it('because somebody ended the session', async () => {
    const at = await target(server)
    const stop = onStep('agent.statement-done', 1, () => void endSessions(at))
    const slow = [{ path: 'db/1_a.sql', statements: [count('a'), 'do sleep(5)'] }]
    const done = await executeMysql(at, await workOf(at, slow, 1))
    stop()
    expect(done).toMatchObject({ outcome: 'failed_clean', error: { class: 'connection' } })
    expect(await effects(server, at)).toEqual([])
  })
})

async function endSessions(at: Target): Promise<void> {
  const sql = 'select id as id from information_schema.processlist where user = ?'
  for (const row of await server.query(at.name, sql, [at.role]))
    await server.query(at.name, `kill ${Number(row.id)}`)
}

async function through(
  word: string,
  deliver: boolean,
  what: Omit<SourceFile, 'path'> = { statements: [count('z')] },
) {
  const at = await target(server)
  const way = await lossyWay(at.url, word, deliver)
  const work = await workOf(at, [{ path: 'db/9_z.sql', ...what }], 1)
  const done = await executeMysql({ url: way.url, progressUrl: at.progressUrl }, work)
  expect(way.cuts()).toBe(1)
  way.close()
  return { done, at }
}

async function crashAt(
  at: Target,
  step: string,
  nth: number,
  what: readonly SourceFile[] = files,
  afterMs = 0,
): Promise<Outcome> {
  let crashed: Promise<void> | null = null
  const stop = onStep(step, nth, () => {
    const down = afterMs === 0 ? server.crash() : sleep(afterMs).then(() => server.crash())
    crashed = down.then(() => sleep(300)).then(() => server.start())
  })
  const done = await executeMysql(at, await workOf(at, what, 1))
  stop()
  expect(crashed).not.toBeNull()
  await crashed
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

function workOf(at: Target, what: readonly SourceFile[], fence: number) {
  return workFor(all, what, { engine: server.engine, db: at.name, fence, limits: { lock_ms: 10_000 } })
}

async function probe(at: Target, what: readonly SourceFile[]) {
  const { plan, files: bytes, verifyRow } = await workOf(at, what, 1)
  return probeMysql(at, { db: at.name, env: 'production', plan, files: bytes, verifyRow, waitMs: 2_000 })
}
