import { type Envelope, seal } from '@dbward/protocol/dsse'
import type { JsonObject } from '@dbward/protocol/json'
import { outcomeOf, sampleNow, sampleSchema, sampleSigner } from '@dbward/protocol/samples'
import { signSchema } from '@dbward/protocol/schema'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  enrolAgent,
  putRequests,
  sampleClock,
  sampleRequest,
  sampleServer,
  sampleToken,
  settleDeps,
  type TempStore,
  tempStore,
} from '../samples.ts'
import { exportAudit } from '../store/audit.ts'
import { doneDirty, takeDirty } from '../store/doorbell.ts'
import type { AgentRow } from '../store/rows.ts'
import { newestSchema, schemaVersions } from '../store/schemas.ts'
import { takeSchema } from './take-schema.ts'

let temp: TempStore
let clock: ReturnType<typeof sampleClock>
let one: AgentRow
let two: AgentRow
let server: FastifyInstance
beforeEach(() => {
  clock = sampleClock()
  temp = tempStore()
  one = enrolAgent(temp.store, clock.now(), 'one')
  two = enrolAgent(temp.store, clock.now(), 'two', ['log@production'])
  server = sampleServer(temp.store, clock.now, async () => {})
})
afterEach(async () => {
  await server.close()
  temp.drop()
})

const signers = { one: sampleSigner('agent', 1), two: sampleSigner('agent', 2) }
const [users] = sampleSchema.tables
type Changes = Partial<Parameters<typeof signSchema>[0]>
const sign = (changes: Changes = {}, by: 'one' | 'two' = 'one') =>
  signSchema({ ...sampleSchema, agent: by, taken: clock.now().getTime(), ...changes }, signers[by])
const tell = (envelope: Envelope, agent = one) =>
  takeSchema(settleDeps(temp.store, clock.now), agent, envelope)
const versions = () => schemaVersions(temp.store, 'app', 'production')
const entries = () =>
  [...exportAudit(temp.store)]
    .map((line) => JSON.parse(line).entry)
    .filter((entry) => entry.type === 'schema.kept')
const rowsAre = (rows: number) => ({ tables: [{ ...users, rows }] })
const post = (payload: object, token: string | null = sampleToken('one')) =>
  server.inject({
    method: 'POST',
    url: '/agent/v1/schema',
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    payload,
  })

test('a new content is a new version with its entry, and the same again only moves its age', async () => {
  expect(tell(await sign())).toBe('kept')
  expect(newestSchema(temp.store, 'app', 'production')?.schema.tables).toEqual(sampleSchema.tables)
  const first = clock.now().toISOString()
  clock.pass(9)
  expect(tell(await sign())).toBe('same')
  expect(versions()).toMatchObject([{ n: 1, taken: first }])
  clock.pass(60)
  expect(tell(await sign())).toBe('same')
  expect(versions()).toMatchObject([{ n: 1, agent: 'one', taken: clock.now().toISOString() }])
  clock.pass(60)
  expect(tell(await sign(rowsAre(7)))).toBe('kept')
  expect(versions().map((row) => row.n)).toEqual([2, 1])
  expect(entries()).toMatchObject([
    {
      actor: { kind: 'agent', id: 'one' },
      subject: { db: 'app', env: 'production' },
      data: { n: 1, tables: 2 },
    },
    { data: { n: 2, tables: 1, truncated: false, content_sha256: versions()[0]?.content_sha256 } },
  ])
  // What it says of the database is in no entry: the log is kept for ever, and goes to auditors.
  expect(JSON.stringify(entries())).not.toContain('users')
})

test('the last 20 versions are kept, and no more than that come in an hour', async () => {
  for (let n = 1; n <= 20; n++) {
    expect(tell(await sign(rowsAre(n)))).toBe('kept')
    clock.pass(60)
  }
  expect(tell(await sign(rowsAre(99)))).toBe('too_soon')
  expect((await post({ schema: await sign(rowsAre(99)) })).json()).toMatchObject({ code: 'TOO_SOON' })
  expect(entries()).toHaveLength(20)
  // The age of the last one may still move.
  expect(tell(await sign(rowsAre(20)))).toBe('same')
  clock.pass(41 * 60)
  expect(tell(await sign(rowsAre(99)))).toBe('kept')
  expect(versions().map((row) => row.n)).toEqual(Array.from({ length: 20 }, (_, i) => 21 - i))
})

test('changes that wait are looked at again where nothing was known before, or only what is old', async () => {
  const waiting = await sampleRequest({ state: 'awaiting_approval', authorization: null, authz_sha256: null })
  putRequests(temp.store, clock.now(), [waiting, await sampleRequest({ pr: 8, state: 'applied' })])
  const dirty = () => {
    const rows = takeDirty(temp.store, clock.now(), 9)
    for (const row of rows) doneDirty(temp.store, row)
    return rows.map((row) => row.pr)
  }
  dirty()
  tell(await sign())
  expect(dirty()).toEqual([7])
  clock.pass(600)
  tell(await sign(rowsAre(1)))
  expect(dirty()).toEqual([])
  clock.pass(25 * 3_600)
  tell(await sign(rowsAre(2)))
  expect(dirty()).toEqual([7])
})

test.each<[string, () => Promise<Envelope>, string]>([
  ['by another key', () => signSchema({ ...sampleSchema, agent: 'one' }, signers.two), 'SCHEMA_INVALID'],
  [
    'with another payload under its signature',
    async () => {
      const payload = Buffer.from((await sign()).payload, 'base64')
        .toString()
        .replace('users', 'nobody')
      return { ...(await sign()), payload: Buffer.from(payload).toString('base64') }
    },
    'SCHEMA_INVALID',
  ],
  ['by another agent', () => sign({}, 'two'), 'SCHEMA_INVALID'],
  ['for another server', () => sign({ aud: 'dbward-2' }), 'SCHEMA_INVALID'],
  ['of a database that is not the agent’s', () => sign({ db: 'log' }), 'NOT_ALLOWED_HERE'],
  ['of an environment that is not the agent’s', () => sign({ env: 'staging' }), 'NOT_ALLOWED_HERE'],
  ['from the future', () => sign({ taken: sampleNow * 1_000 + 30_001 }), 'SCHEMA_INVALID'],
  [
    'that is as old as the one that is kept',
    () => sign({ taken: sampleNow * 1_000 - 5_000 }),
    'SCHEMA_INVALID',
  ],
  ['that is older', () => sign({ ...rowsAre(9), taken: sampleNow * 1_000 - 5_001 }), 'SCHEMA_INVALID'],
  [
    'of another type',
    async () => seal('receipt.v1', { kid: signers.one.kid } as JsonObject, signers.one),
    'SCHEMA_INVALID',
  ],
])('a statement %s is refused, and nothing is stored', async (_, make, code) => {
  tell(await sign({ taken: sampleNow * 1_000 - 5_000 }))
  const before = [versions(), entries()]
  const envelope = await make()
  expect(await outcomeOf(() => tell(envelope))).toBe(code)
  const answer = await post({ schema: envelope })
  expect([answer.statusCode, answer.json().code]).toEqual([code === 'NOT_ALLOWED_HERE' ? 403 : 409, code])
  expect([versions(), entries()]).toEqual(before)
  expect(schemaVersions(temp.store, 'log', 'production')).toEqual([])
  expect(await outcomeOf(() => tell(envelope, two))).not.toBe('accepted')
})

test('the door takes it from agents only, in its shape and size', async () => {
  const schema = await sign()
  expect((await post({ schema }, null)).statusCode).toBe(401)
  expect((await post({ schema: 'x' })).statusCode).toBe(400)
  expect((await post({ schema, more: 1 })).statusCode).toBe(400)
  const large = { ...schema, payload: 'A'.repeat(5 * 1024 * 1024) }
  expect((await post({ schema: large })).statusCode).toBe(413)
  expect((await post({ schema: large }, null)).statusCode).toBe(401)
  expect((await post({ schema: { ...schema, payload: 'A'.repeat(4.5 * 1024 * 1024) } })).json().code).toBe(
    'SCHEMA_INVALID',
  )
  expect(versions()).toEqual([])
  expect((await post({ schema })).statusCode).toBe(204)
  expect(versions()).toHaveLength(1)
})
