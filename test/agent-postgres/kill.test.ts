import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { executePostgres, type Outcome } from '@dbward/agent/execute'
import { probePostgres } from '@dbward/agent/probe'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Postgres, startPostgres } from '../postgres/private.ts'
import type { Job } from './child.ts'
import {
  count,
  effects,
  ledgerPaths,
  type Parties,
  parties,
  type SourceFile,
  type Target,
  target,
  workFor,
} from './kit.ts'

let server: Postgres
let all: Parties
beforeAll(async () => {
  server = await startPostgres()
  all = await parties('kill')
})
afterAll(() => server.stop())

const files: readonly SourceFile[] = [
  { path: 'db/1_a.sql', statements: [count('a'), count('a2')] },
  { path: 'db/2_b.sql', statements: [count('b')] },
]

/** Every step of an execution, in order: each is where an agent dies once. */
const steps = [
  ['agent.connected', 1],
  ['agent.locked', 1],
  ['agent.attempt-recorded', 1],
  ['agent.ledger-open', 1],
  ['agent.started', 1],
  ['agent.statement-done', 1],
  ['agent.statement-done', 2],
  ['agent.before-commit', 1],
  ['agent.after-commit', 1],
  ['agent.ledger-open', 2],
  ['agent.statement-done', 3],
  ['agent.before-commit', 2],
  ['agent.after-commit', 2],
  ['agent.read-back', 1],
] as const

describe('an agent that is killed at', () => {
  for (const [step, nth] of steps) {
    it(`${step} ${nth}: the next one ends with each file applied exactly once`, async () => {
      const at = await target(server)
      await killed(start(at, files, { step, nth }))
      const between = await probe(at, files)
      const there = (await effects(server, at)).length
      expect(between).toBe({ 0: 'not_applied', 2: 'partial', 3: 'applied' }[there])
      const done = await successor(at, files)
      expect(done.outcome).toBe(there === 3 ? 'already_applied' : 'applied')
      expect(await effects(server, at)).toEqual(['a', 'a2', 'b'])
      expect(await ledgerPaths(server, at)).toEqual(['db/1_a.sql', 'db/2_b.sql'])
    })
  }

  it('any moment: thirty times the same, and no effect is lost or doubled', async () => {
    const at = await target(server)
    let fence = 0
    for (let i = 1; i <= 30; i++) {
      const file = {
        path: `db/${i}_x.sql`,
        statements: ['select pg_sleep(0.02)', count(String(i)), 'select pg_sleep(0.02)'],
      }
      fence += 1
      const child = start(at, [file], null, fence)
      await sleep(120 + ((i * 37) % 180))
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      fence += 1
      const done = await successor(at, [file], fence)
      expect(['applied', 'already_applied']).toContain(done.outcome)
    }
    const counted = await effects(server, at)
    expect(counted.map(Number).sort((x, y) => x - y)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
  })

  it('a statement: the server ends it, and the next one waits for that', async () => {
    const at = await target(server)
    const file = { path: 'db/1_a.sql', statements: [count('a'), 'select pg_sleep(2)', count('a2')] }
    const child = start(at, [file], null)
    await running(at, 'pg_sleep')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect((await successor(at, [file])).outcome).toBe('applied')
    expect(await effects(server, at)).toEqual(['a', 'a2'])
  })
})

describe('an agent that is killed outside a transaction at', () => {
  const index = [
    {
      path: 'db/1_i.sql',
      tx: 'none' as const,
      statements: ['create index concurrently e_what on effects (what)'],
    },
  ]
  for (const step of [
    'agent.started',
    'agent.intent',
    'agent.statement-done',
    'agent.before-commit',
    'agent.after-commit',
  ]) {
    it(`${step}: the next one ends with one valid index`, async () => {
      const at = await owned()
      await killed(start(at, index, { step, nth: 1 }))
      const done = await successor(at, index)
      expect(['applied', 'already_applied']).toContain(done.outcome)
      const built = await server.query(
        at.name,
        "select indisvalid from pg_index where indrelid = 'effects'::regclass",
      )
      expect(built).toEqual([{ indisvalid: true }])
      expect(await ledgerPaths(server, at)).toEqual(['db/1_i.sql'])
    })
  }

  it('the statement: its orphan goes on, the next one stays out, and then finds the index', async () => {
    const at = await owned()
    const blocker = new pg.Client({ connectionString: at.admin })
    await blocker.connect()
    await blocker.query(`begin; ${count('held')}`)
    const child = start(at, index, null)
    await running(at, 'create index')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await probe(at, index)).toBe('running')
    await expect(successor(at, index, 2, 300)).rejects.toMatchObject({ code: 'LOCKED_OUT' })
    await blocker.query('commit')
    await blocker.end()
    expect((await successor(at, index)).outcome).toBe('already_applied')
  })

  async function owned(): Promise<Target> {
    const at = await target(server)
    await server.query(at.name, `alter table effects owner to ${at.role}`)
    return at
  }
})

function start(at: Target, what: readonly SourceFile[], kill: Job['kill'], fence = 1): ChildProcess {
  const job: Job = { url: at.url, seed: 'kill', fence, files: what, kill }
  const script = new URL('./child.ts', import.meta.url).pathname
  return spawn(process.execPath, [script, JSON.stringify(job)], { stdio: ['ignore', 'ignore', 'inherit'] })
}

async function killed(child: ChildProcess): Promise<void> {
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
}

/** The next agent starts at once, as it would when a lease has run out. */
async function successor(
  at: Target,
  what: readonly SourceFile[],
  fence = 2,
  lockMs = 20_000,
): Promise<Outcome> {
  return executePostgres(at.url, await workFor(all, what, { fence, limits: { lock_ms: lockMs } }))
}

async function probe(at: Target, what: readonly SourceFile[]) {
  const { plan, files: bytes, verifyRow } = await workFor(all, what, { fence: 1 })
  return probePostgres(at.url, { db: 'app', env: 'production', plan, files: bytes, verifyRow, waitMs: 500 })
}

async function running(at: Target, text: string): Promise<void> {
  const sql = `select from pg_stat_activity where usename = '${at.role}' and state = 'active' and query like '%${text}%'
    and (wait_event_type in ('Lock', 'Timeout'))`
  while ((await server.query(at.name, sql)).length === 0) await sleep(20)
}
