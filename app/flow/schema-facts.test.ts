import { sampleSchema, sampleSigner } from '@dbward/protocol/samples'
import { signSchema } from '@dbward/protocol/schema'
import { review } from '@dbward/rules/review'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { enrolAgent, sampleClock, settleDeps, type TempStore, tempStore } from '../samples.ts'
import type { AgentRow } from '../store/rows.ts'
import type { JudgedChange } from './judge.ts'
import { schemaFacts } from './schema-facts.ts'
import { takeSchema } from './take-schema.ts'

let temp: TempStore
let clock: ReturnType<typeof sampleClock>
let one: AgentRow
beforeEach(() => {
  clock = sampleClock()
  temp = tempStore()
  one = enrolAgent(temp.store, clock.now(), 'one')
})
afterEach(() => temp.drop())

async function tell(changes: Partial<Parameters<typeof signSchema>[0]> = {}) {
  const schema = { ...sampleSchema, agent: 'one', taken: clock.now().getTime(), ...changes }
  takeSchema(settleDeps(temp.store, clock.now), one, await signSchema(schema, sampleSigner('agent', 1)))
}

async function facts(sql: string | null, env = 'production') {
  return factsOf(sql === null ? null : { 'a.sql': sql }, env)
}

async function factsOf(files: Readonly<Record<string, string>> | null, env = 'production') {
  const given = Object.entries(files ?? {}).map(([path, text]) => ({ path, bytes: Buffer.from(text) }))
  const reviews = await review(given, { engine: 'postgres' })
  const reviewed =
    files === null ? { made: false, why: 'no answer' } : { made: true, blocking: 0, allowed: 0, risk: 'low' }
  const judged = { database: { name: 'app' }, environment: 'production', reviews, review: reviewed }
  const change = { requests: [judged], policyDecision: null, problems: [] } as unknown as JudgedChange
  return schemaFacts(temp.store, { db: 'app', env, engine: 'postgres' }, change, null, clock.now())
}
const lock = 'alter table users add x int'

test('what the newest snapshot of the database and environment says', async () => {
  expect(await facts(lock)).toMatchObject({ risk: { level: 'unknown', tables: [] }, schema: null })
  await tell({ tables: [] })
  clock.pass(60)
  await tell()
  const users = { schema: 'public', name: 'users', rows: 1_200_000, bytes: 340_000_000, referencedBy: 1 }
  expect(await facts(lock)).toEqual({
    risk: {
      level: 'medium',
      factors: [
        {
          level: 'medium',
          message: 'public.users is locked for a moment: it is large (about 1,200,000 rows)',
        },
      ],
      moreFactors: 0,
      tables: [users],
      moreTables: 0,
    },
    schema: { agent: 'one', taken: clock.now().toISOString(), old: false, truncated: false },
  })
  expect(await facts(lock, 'staging')).toMatchObject({ risk: { level: 'unknown' }, schema: null })
})

test('a day later it is old, and says of nothing that it is small', async () => {
  const [users] = sampleSchema.tables
  await tell({ tables: [{ ...users, rows: 10, bytes: 8_000 }] })
  clock.pass(86_400)
  expect(await facts(lock)).toMatchObject({ risk: { level: 'low' }, schema: { old: false } })
  clock.pass(1)
  expect(await facts(lock)).toMatchObject({ risk: { level: 'unknown' }, schema: { old: true } })
})

test('one of another engine is of another database', async () => {
  await tell({ engine: 'mysql' })
  expect(await facts(lock)).toMatchObject({ risk: { level: 'unknown' }, schema: null })
})

test('what was not reviewed, or is not in the change any more, has no known risk', async () => {
  await tell()
  const unknown = { level: 'unknown', factors: [{ message: 'the SQL was not reviewed' }] }
  expect((await facts(null)).risk).toMatchObject(unknown)
  const left = { db: 'app', env: 'production', engine: 'postgres' } as const
  const nothing = { requests: [], policyDecision: null, problems: [] }
  expect(schemaFacts(temp.store, left, nothing, null, clock.now()).risk).toMatchObject(unknown)
})

test('people are shown the heaviest twenty, and how many more there are', async () => {
  const [users] = sampleSchema.tables
  const tables = Array.from({ length: 30 }, (_, i) => ({ ...users, name: `t${i}`, rows: i }))
  await tell({ tables })
  const drops = tables.map(({ name }) => `drop table ${name}`).join(';')
  const { risk } = await facts(`${drops}; alter table unseen add x int`)
  expect([risk.factors.length, risk.moreFactors, risk.tables.length, risk.moreTables]).toEqual([
    20, 12, 20, 10,
  ])
  expect(risk.factors.every((one) => one.level === 'high')).toBe(true)
  expect(risk.tables[0]?.name).toBe('t29')
})

test('files count in the order in which they run', async () => {
  await tell()
  const files = { '10_make.sql': 'create table users (id int)', '9_drop.sql': 'drop table users' }
  const { risk } = await factsOf(files)
  expect(risk.factors.map((one) => one.message)).toContain(
    'public.users is dropped, with about 1,200,000 rows',
  )
})
