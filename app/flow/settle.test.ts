import { openCheckpoint } from '@dbward/protocol/checkpoint'
import type { Envelope } from '@dbward/protocol/dsse'
import type { ExecuteOrder } from '@dbward/protocol/messages'
import { sampleSigner } from '@dbward/protocol/samples'
import { verifyChain } from '@dbward/protocol/verify-chain'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  claimDeps,
  claimWork,
  enrolAgent,
  putRequests,
  sampleAudit,
  sampleClock,
  sampleQuestion,
  sampleReceiptFor,
  sampleRequest,
  settleDeps,
  type TempStore,
  tempStore,
} from '../samples.ts'
import { attempt as readAttempt } from '../store/attempts.ts'
import { auditHead, exportAudit } from '../store/audit.ts'
import { commit } from '../store/commit.ts'
import { doneDirty, takeDirty } from '../store/doorbell.ts'
import { request as readRequest } from '../store/requests.ts'
import type { AgentRow } from '../store/rows.ts'
import { pendingSurfaces, surface } from '../store/surfaces.ts'
import { claim } from './claim.ts'
import { heartbeat, probed, refused, started } from './report.ts'
import { settle } from './settle.ts'

const id = '4711#7:app@production'
let temp: TempStore
let clock: ReturnType<typeof sampleClock>
let one: AgentRow
let two: AgentRow
let order: ExecuteOrder
beforeEach(async () => {
  clock = sampleClock()
  temp = tempStore()
  one = enrolAgent(temp.store, clock.now(), 'one')
  two = enrolAgent(temp.store, clock.now(), 'two')
  putRequests(temp.store, clock.now(), [await sampleRequest()])
  order = await claimWork(claimDeps(temp.store, clock.now), one)
  for (const row of takeDirty(temp.store, clock.now(), 9)) doneDirty(temp.store, row)
})
afterEach(() => temp.drop())

const reports = () => ({ store: temp.store, now: clock.now, leaseSeconds: 60 })
const ask = (agent: AgentRow) => claim(claimDeps(temp.store, clock.now), agent, sampleQuestion())
const tell = (agent: AgentRow, receipt: Envelope) => settle(settleDeps(temp.store, clock.now), agent, receipt)
const state = () => readRequest(temp.store, id)?.state
const dirty = () => takeDirty(temp.store, clock.now(), 9).map((row) => row.pr)
const begin = () => started(reports(), one, order.attempt, order.attempt)

test('an execution that ends: state, audit, a checkpoint over it and the result, in one transaction', async () => {
  expect(begin()).toEqual({ proceed: true, why: null })
  expect(state()).toBe('running')
  const answer = await tell(one, await sampleReceiptFor(order, 'one'))
  expect(answer).toEqual({ accepted: true, state: 'applied' })
  expect(readAttempt(temp.store, order.attempt)).toMatchObject({
    state: 'applied',
    ended_at: expect.any(String),
  })
  expect(surface(temp.store, `result:${order.attempt}`)).toMatchObject({ payload: { state: 'applied' } })
  expect(dirty()).toEqual([7])
  const checkpoint = sampleSigner('checkpoint').publicKey
  const lines = [...exportAudit(temp.store)]
  const last = JSON.parse(lines.at(-1) ?? '')
  expect(openCheckpoint(last.checkpoint, () => checkpoint)).toMatchObject(auditHead(temp.store))
  const verdict = await verifyChain(lines, { checkpointKeys: [checkpoint], anchors: [] })
  expect(verdict).toMatchObject({ code: 'ok', checkpoints: 1 })
})

test('the same receipt again changes nothing, and another one for an ended attempt is refused', async () => {
  const receipt = await sampleReceiptFor(order, 'one')
  await tell(one, receipt)
  const head = auditHead(temp.store)
  expect(await tell(one, receipt)).toEqual({ accepted: true, state: 'applied' })
  const other = await sampleReceiptFor(order, 'one', { outcome: 'failed_clean' })
  await expect(tell(one, other)).rejects.toMatchObject({ code: 'RECEIPT_INVALID' })
  expect(auditHead(temp.store)).toEqual(head)
  expect(state()).toBe('applied')
})

test('a receipt that comes twice at once is taken once', async () => {
  const receipt = await sampleReceiptFor(order, 'one')
  const answers = await Promise.all([tell(one, receipt), tell(one, receipt), tell(one, receipt)])
  expect(answers).toEqual(Array(3).fill({ accepted: true, state: 'applied' }))
  expect([...exportAudit(temp.store)].filter((line) => line.includes('"checkpoint"'))).toHaveLength(1)
})

test('other commits between the signature and the transaction do not break the checkpoint', async () => {
  const disturb = settleDeps(temp.store, clock.now, () => {
    if (auditHead(temp.store).seq < 12) commit(temp.store, clock.now(), { audit: [sampleAudit] })
    return []
  })
  await settle(disturb, one, await sampleReceiptFor(order, 'one'))
  const keys = [sampleSigner('checkpoint').publicKey]
  const verdict = await verifyChain(exportAudit(temp.store), { checkpointKeys: keys, anchors: [] })
  expect(verdict).toMatchObject({ code: 'ok', checkpoints: 1, head: { seq: 13 } })
})

test.each([
  ['another agent', { agent: 'two' }],
  ['another server', { aud: 'dbward-2' }],
  ['another plan', { plan_sha256: 'e'.repeat(64) }],
  ['another token', { token_sha256: 'e'.repeat(64) }],
  ['another fence', { fence: 2 }],
  ['another attempt', { att: 2 }],
  ['another environment', { env: 'staging' }],
  ['another request', { request: '4711#8:app@production' }],
  ['an attempt that never was', { jti: '01JZZZZZZZZZZZZZZZZZZZZZZZ' }],
])('a receipt of %s is refused', async (_, changes) => {
  const receipt = await sampleReceiptFor(order, 'one', changes)
  await expect(tell(one, receipt)).rejects.toMatchObject({ code: 'RECEIPT_INVALID' })
  expect(state()).toBe('leased')
})

test('a receipt signed by a key that is no agent’s, or brought by another agent, is refused', async () => {
  const receipt = await sampleReceiptFor(order, 'one')
  await expect(tell(two, receipt)).rejects.toMatchObject({ code: 'RECEIPT_INVALID' })
  const forged = await sampleReceiptFor(order, 'two')
  await expect(tell(two, forged)).rejects.toMatchObject({ code: 'RECEIPT_INVALID' })
  const flipped = { ...receipt, payload: receipt.payload.replace('e', 'f') }
  await expect(tell(one, flipped)).rejects.toMatchObject({ code: 'RECEIPT_INVALID' })
})

test('a failure is told with where it failed, and keeps the queue waiting', async () => {
  begin()
  const error = {
    class: 'constraint',
    sqlstate: '23505',
    file: 'db/migrate/7_users.sql',
    i: 0,
    position: null,
    message: 'a value is there already',
  }
  await tell(one, await sampleReceiptFor(order, 'one', { outcome: 'failed_clean', error }))
  expect(readRequest(temp.store, id)).toMatchObject({
    state: 'failed_clean',
    reason_code: 'constraint',
    reason: 'a value is there already (db/migrate/7_users.sql, statement 1)',
  })
  putRequests(temp.store, clock.now(), [await sampleRequest({ pr: 8 })])
  expect(await ask(one)).toBeNull()
})

test('a connection lost half-way is looked into, and what is proven to be undone goes on after a while', async () => {
  begin()
  const error = {
    ...{ class: 'connection', sqlstate: null, file: 'db/migrate/7_users.sql', i: 1, position: null },
    message: 'the connection was lost',
  }
  await tell(one, await sampleReceiptFor(order, 'one', { outcome: 'partial', error }))
  expect(state()).toBe('unknown')
  expect((await ask(one))?.kind).toBe('probe')
  const found = { attempt: order.attempt, jti: order.attempt, found: 'not_applied' } as const
  expect(probed(reports(), one, found)).toBe(true)
  const not_before = new Date(clock.now().getTime() + 2_000).toISOString()
  expect(readRequest(temp.store, id)).toMatchObject({ state: 'queued', not_before })
  expect(await ask(one)).toBeNull()
  clock.pass(2)
  expect((await ask(one))?.kind).toBe('execute')
})

test('a part that failed for another reason waits for a person', async () => {
  begin()
  const error = {
    ...{ class: 'constraint', sqlstate: '23505', file: 'db/migrate/7_users.sql', i: 1, position: null },
    message: 'a value is there already',
  }
  await tell(one, await sampleReceiptFor(order, 'one', { outcome: 'partial', error }))
  expect(state()).toBe('partial')
  expect(await ask(one)).toBeNull()
})

test('a late receipt from a request that nobody knew anything of is welcome', async () => {
  begin()
  clock.pass(61)
  expect(await ask(two)).toMatchObject({ kind: 'probe' })
  expect(state()).toBe('unknown')
  expect(await tell(one, await sampleReceiptFor(order, 'one'))).toEqual({ accepted: true, state: 'applied' })
})

test('a prober answers for an agent that went silent, and nobody else does', async () => {
  begin()
  clock.pass(61)
  await ask(one)
  await expect(tell(two, await sampleReceiptFor(order, 'two'))).rejects.toMatchObject({
    code: 'RECEIPT_INVALID',
  })
  clock.pass(61)
  await ask(two)
  expect(await tell(two, await sampleReceiptFor(order, 'two'))).toMatchObject({ state: 'applied' })
})

test('an agent that does not know leaves it to the ledger, and its word is replaced by the proof', async () => {
  begin()
  expect(await tell(one, await sampleReceiptFor(order, 'one', { outcome: 'unknown' }))).toMatchObject({
    state: 'unknown',
  })
  expect(pendingSurfaces(temp.store, clock.now())).toEqual([])
  expect(await ask(two)).toMatchObject({ kind: 'probe' })
  expect(await tell(two, await sampleReceiptFor(order, 'two'))).toMatchObject({ state: 'applied' })
})

test('a probe that proves that nothing ran puts it back into the queue, with a new attempt and a higher fence', async () => {
  begin()
  clock.pass(61)
  await ask(two)
  const found = { attempt: order.attempt, jti: order.attempt, found: 'not_applied' } as const
  expect(probed(reports(), one, found)).toBe(false)
  expect(probed(reports(), two, { ...found, found: 'running' })).toBe(true)
  expect(state()).toBe('unknown')
  expect(await ask(two)).toBeNull()
  expect(probed(reports(), two, found)).toBe(true)
  expect(state()).toBe('queued')
  expect(begin()).toMatchObject({ proceed: false })
  expect(heartbeat(reports(), one, order.attempt, order.attempt)).toMatchObject({ proceed: false })
  const again = await claimWork(claimDeps(temp.store, clock.now), two)
  expect(readRequest(temp.store, id)).toMatchObject({ state: 'leased', attempts: 2, fence: 2 })
  expect(await tell(one, await sampleReceiptFor(order, 'one'))).toEqual({ accepted: true, state: 'leased' })
  expect(readAttempt(temp.store, order.attempt)?.receipt_sha256).not.toBeNull()
  expect(await tell(two, await sampleReceiptFor(again, 'two', { outcome: 'already_applied' }))).toMatchObject(
    {
      state: 'already_applied',
    },
  )
})

test('a heartbeat keeps a lease; one that ran out before the start is lost, one at work goes on', async () => {
  clock.pass(50)
  expect(heartbeat(reports(), one, order.attempt, order.attempt).proceed).toBe(true)
  clock.pass(50)
  await ask(two)
  expect(state()).toBe('leased')
  clock.pass(61)
  await ask(two)
  expect(state()).toBe('unknown')
  expect(heartbeat(reports(), one, order.attempt, order.attempt).proceed).toBe(false)
  expect(begin()).toMatchObject({ proceed: false })
  expect(heartbeat(reports(), two, order.attempt, order.attempt).proceed).toBe(false)
})

test('an agent at work whose lease ran out is not stopped', async () => {
  begin()
  clock.pass(61)
  await ask(two)
  expect(state()).toBe('unknown')
  expect(heartbeat(reports(), one, order.attempt, order.attempt)).toEqual({ proceed: true, why: null })
})

test.each([
  ['GITHUB_UNAVAILABLE', 'queued', 2],
  ['LOCKED_OUT', 'queued', 2],
  ['NOT_APPROVED', 'held', 60],
  ['DATABASE_UNAVAILABLE', 'queued', 2],
  ['GAP', 'queued', 2],
  ['IMMUTABLE', 'held', 60],
  ['SOMETHING_NEW', 'held', 60],
])('a refusal %s leads to %s', async (code, to, seconds) => {
  const report = { jti: order.attempt, code, message: 'no' }
  expect(refused(reports(), two, order.attempt, report)).toBe(false)
  expect(refused(reports(), one, order.attempt, report)).toBe(true)
  const not_before = new Date(clock.now().getTime() + seconds * 1_000).toISOString()
  expect(readRequest(temp.store, id)).toMatchObject({ state: to, reason_code: code, not_before })
  expect(readAttempt(temp.store, order.attempt)).toMatchObject({ state: 'refused', code })
  expect(dirty()).toEqual([7])
  expect(refused(reports(), one, order.attempt, report)).toBe(false)
  clock.pass(seconds)
  expect((await ask(one))?.kind).toBe(to === 'queued' ? 'execute' : undefined)
})

test('a refusal after the start is not believed: something may have run', async () => {
  begin()
  expect(refused(reports(), one, order.attempt, { jti: order.attempt, code: 'STALE', message: '' })).toBe(
    false,
  )
  expect(state()).toBe('running')
})
