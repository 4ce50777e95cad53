import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { executeMysql } from '@dbward/agent/mysql/execute'
import { probeMysql } from '@dbward/agent/mysql/probe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Mysql, startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import type { Job } from './child.ts'
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
  workFor,
} from './kit.ts'

let server: Mysql
let all: Parties
beforeAll(async () => {
  if (withoutMysql) return
  server = await startMariadb()
  all = await parties('kill')
})
afterAll(() => server?.stop())

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

describe.skipIf(withoutMysql)('an agent that is killed in transactions at', () => {
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
        statements: ['do sleep(0.02)', count(String(i)), 'do sleep(0.02)'],
      }
      fence += 1
      const child = start(at, [file], null, fence)
      await sleep(150 + ((i * 37) % 220))
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      fence += 1
      const done = await successor(at, [file], fence)
      expect(['applied', 'already_applied']).toContain(done.outcome)
    }
    const counted = await effects(server, at)
    expect(counted.map(Number).sort((x, y) => x - y)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
  })

  it('a statement: its orphan goes on, and the next one stays out until it has ended', async () => {
    const at = await target(server)
    const file = { path: 'db/1_a.sql', statements: [count('a'), 'do sleep(2)', count('a2')] }
    const child = start(at, [file], null)
    await running(at, 'sleep')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect((await successor(at, [file])).outcome).toBe('applied')
    expect(await effects(server, at)).toEqual(['a', 'a2'])
  })
})

const mixed: readonly SourceFile[] = [
  {
    path: 'db/1_m.sql',
    tx: 'none',
    statements: [
      'create table t (id int primary key)',
      count('a'),
      'alter table t add column x int',
      'insert into t values (1, 1)',
      'create index t_x on t (x)',
    ],
  },
]

/** The same for a file whose statements run one by one. */
const singly = [
  ['agent.started', 1],
  ...[1, 2, 3, 4, 5].flatMap((nth) =>
    ['agent.intent', 'agent.statement-done', 'agent.before-progress', 'agent.progress'].map(
      (step) => [step, nth] as const,
    ),
  ),
  ['agent.before-commit', 1],
  ['agent.after-commit', 1],
  ['agent.read-back', 1],
] as const

describe.skipIf(withoutMysql)('an agent that is killed between statements that stay at', () => {
  for (const [step, nth] of singly) {
    it(`${step} ${nth}: the next one goes on, and each statement is done once`, async () => {
      const at = await target(server)
      await killed(start(at, mixed, { step, nth }))
      expect(['not_applied', 'partial', 'applied']).toContain(await probe(at, mixed))
      const done = await successor(at, mixed)
      expect(['applied', 'already_applied']).toContain(done.outcome)
      expect(await effects(server, at)).toEqual(['a'])
      expect(await columns(server, at, 't')).toEqual(['id', 'x'])
      expect(await server.query(at.name, 'select * from t')).toEqual([{ id: 1, x: 1 }])
      expect(await ledgerPaths(server, at)).toEqual(['db/1_m.sql'])
    })
  }

  for (const [step, end] of [
    ['agent.intent', 'before'],
    ['agent.statement-done', 'after'],
    ['agent.before-progress', 'after'],
  ] as const) {
    it(`${step}, ${end} a statement that the catalogue does not tell: unknown, and nothing runs`, async () => {
      const at = await target(server)
      const file: readonly SourceFile[] = [
        { path: 'db/1_v.sql', tx: 'none', statements: ['create view v as select 1 as one', count('a')] },
      ]
      await killed(start(at, file, { step, nth: 1 }))
      expect(await probe(at, file)).toBe('unknown')
      expect(await successor(at, file)).toMatchObject({
        outcome: 'unknown',
        error: { class: 'effect', i: null },
      })
      expect(await effects(server, at)).toEqual([])
      expect((await columns(server, at, 'v')).length).toBe(end === 'before' ? 0 : 1)
    })
  }

  it('the statement: its orphan goes on, the next one stays out, and then finds what it did', async () => {
    const at = await target(server)
    await server.query(at.name, 'create table big (id int primary key auto_increment, x varchar(200))')
    await server.query(at.name, "insert into big (x) select 'a' from information_schema.columns limit 150")
    // Each row takes some 40 ms to be checked.
    const slow =
      'alter table big add column y int, add constraint c check (length(sha2(repeat(x, 10000000), 256)) > 0), algorithm = copy'
    const file: readonly SourceFile[] = [
      { path: 'db/1_i.sql', tx: 'none', statements: [slow, count('after')] },
    ]
    const child = start(at, file, null)
    await running(at, 'alter table big')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await probe(at, file, 300)).toBe('running')
    await expect(successor(at, file, 2, 300)).rejects.toMatchObject({ code: 'LOCKED_OUT' })
    expect(await columns(server, at, 'big')).toEqual(['id', 'x'])
    expect(await successor(at, file)).toMatchObject({ outcome: 'applied', statements: [{ i: 1 }] })
    expect(await columns(server, at, 'big')).toEqual(['id', 'x', 'y'])
    expect(await effects(server, at)).toEqual(['after'])
  })

  it('any moment: twenty times the same, and nothing is done twice', async () => {
    const at = await target(server)
    await server.query(at.name, 'create table grown (id int primary key)')
    let fence = 0
    for (let i = 1; i <= 20; i++) {
      const file: SourceFile = {
        path: `db/${i}_x.sql`,
        tx: 'none',
        statements: [count(String(i)), `alter table grown add column c${i} int`, count(`${i}00`)],
      }
      fence += 1
      const child = start(at, [file], null, fence)
      await sleep(150 + ((i * 37) % 220))
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      fence += 1
      const done = await successor(at, [file], fence)
      expect(['applied', 'already_applied']).toContain(done.outcome)
    }
    const numbers = Array.from({ length: 20 }, (_, i) => i + 1)
    const counted = (await effects(server, at)).map(Number).sort((x, y) => x - y)
    expect(counted).toEqual([...numbers, ...numbers.map((i) => i * 100)].sort((x, y) => x - y))
    expect(await columns(server, at, 'grown')).toEqual(['id', ...numbers.map((i) => `c${i}`)])
  })
})

function start(at: Target, what: readonly SourceFile[], kill: Job['kill'], fence = 1): ChildProcess {
  const { url, progressUrl, name: db } = at
  const job: Job = {
    url,
    progressUrl,
    db,
    seed: 'kill',
    engine: server.engine,
    fence,
    lockMs: 2_000,
    files: what,
    kill,
  }
  const script = new URL('./child.ts', import.meta.url).pathname
  return spawn(process.execPath, [script, JSON.stringify(job)], { stdio: ['ignore', 'ignore', 'inherit'] })
}

async function killed(child: ChildProcess): Promise<void> {
  const [, signal] = await once(child, 'exit')
  expect(signal).toBe('SIGKILL')
}

function workOf(at: Target, what: readonly SourceFile[], fence: number, lockMs = 20_000) {
  return workFor(all, what, { engine: server.engine, db: at.name, fence, limits: { lock_ms: lockMs } })
}

/** The next agent starts at once, as it would when a lease has run out. */
async function successor(at: Target, what: readonly SourceFile[], fence = 2, lockMs = 20_000) {
  return executeMysql(at, await workOf(at, what, fence, lockMs))
}

async function probe(at: Target, what: readonly SourceFile[], waitMs = 2_000) {
  const { plan, files: bytes, verifyRow } = await workOf(at, what, 1)
  return probeMysql(at, { db: at.name, env: 'production', plan, files: bytes, verifyRow, waitMs })
}

async function running(at: Target, text: string): Promise<void> {
  const sql = 'select id from information_schema.processlist where user = ? and info like ?'
  while ((await server.query(at.name, sql, [at.role, `%${text}%`])).length === 0) await sleep(20)
}
