import { openAuthorization } from '@dbward/protocol/authorization'
import { envelopeDigest } from '@dbward/protocol/dsse'
import { extend } from '@dbward/protocol/log'
import type { ClaimQuestion, ExecuteOrder } from '@dbward/protocol/messages'
import { sampleBundle, sampleNow } from '@dbward/protocol/samples'
import { verifyToken } from '@dbward/protocol/token'
import type { Freeze, Window } from '@dbward/protocol/window'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  claimDeps,
  claimWork,
  enrolAgent,
  putRequests,
  sampleAudit,
  sampleClock,
  sampleQuestion,
  sampleRequest,
  type TempStore,
  tempStore,
} from '../samples.ts'
import { auditAt, auditHead } from '../store/audit.ts'
import { commit } from '../store/commit.ts'
import { takeDirty } from '../store/doorbell.ts'
import { request as readRequest } from '../store/requests.ts'
import type { AgentRow } from '../store/rows.ts'
import { type ClaimDeps, claim } from './claim.ts'

let temp: TempStore
let deps: ClaimDeps
let one: AgentRow
let clock: ReturnType<typeof sampleClock>
beforeEach(() => {
  clock = sampleClock()
  temp = tempStore()
  deps = claimDeps(temp.store, clock.now)
  one = enrolAgent(temp.store, clock.now(), 'one')
})
afterEach(() => temp.drop())

const ask = (agent: AgentRow, changes: Partial<ClaimQuestion> = {}) =>
  claim(deps, agent, sampleQuestion(changes))
const state = (id: string) => readRequest(temp.store, id)?.state

function execution(order: Awaited<ReturnType<typeof claim>>): ExecuteOrder {
  if (order?.kind !== 'execute') throw new Error(`expected something to run, got ${order?.kind ?? 'nothing'}`)
  return order
}

test('an agent gets a token that it can verify, with the authorization and the way of the audit log', async () => {
  const request = await sampleRequest()
  putRequests(temp.store, clock.now(), [request])
  const seen = auditAt(temp.store, 1)
  if (seen === null) throw new Error('expected an entry')
  const question = sampleQuestion({ audit_seq: 1 })
  const order = execution(await claim(deps, one, question))
  const bundle = await sampleBundle()
  const { claims } = verifyToken(order.token, {
    bundle,
    now: sampleNow,
    sinceClaimMs: 5,
    agentId: 'one',
    run: null,
    nonce: question.nonce,
  })
  expect(claims).toMatchObject({
    sub: request.id,
    att: 1,
    fence: 1,
    plan_sha256: request.plan_sha256,
    n_stmts: 1,
  })
  expect(claims.exp - claims.iat).toBe(300)
  expect(claims.authz_sha256).toBe(envelopeDigest(order.authorization))
  const { authorization } = openAuthorization(order.authorization, { bundle, now: sampleNow })
  expect(claims.approvals_sha256).toBe(authorization.approvals_sha256)
  expect(extend(seen, order.audit.digests)).toEqual(claims.audit)
  expect(auditAt(temp.store, claims.audit.seq)).toEqual(claims.audit)
  expect(state(request.id)).toBe('leased')
  expect(takeDirty(temp.store, clock.now(), 5)).toMatchObject([{ repo_id: 4711, pr: 7 }])
})

test('the same claim gets the same answer, by the same agent only', async () => {
  putRequests(temp.store, clock.now(), [await sampleRequest()])
  const two = enrolAgent(temp.store, clock.now(), 'two')
  const question = sampleQuestion()
  const order = await claim(deps, one, question)
  const head = auditHead(temp.store)
  expect(await claim(deps, one, question)).toEqual(order)
  expect(auditHead(temp.store)).toEqual(head)
  await expect(claim(deps, two, question)).rejects.toMatchObject({ code: 'TOKEN_NONCE' })
  await expect(claim(deps, one, { ...question, nonce: sampleQuestion().nonce })).rejects.toMatchObject({
    code: 'TOKEN_NONCE',
  })
})

test('two agents at once get one order', async () => {
  putRequests(temp.store, clock.now(), [await sampleRequest()])
  const two = enrolAgent(temp.store, clock.now(), 'two')
  const orders = await Promise.all([ask(one), ask(two), ask(one), ask(two)])
  expect(orders.filter((order) => order !== null)).toHaveLength(1)
  expect(readRequest(temp.store, '4711#7:app@production')).toMatchObject({ attempts: 1, fence: 1 })
})

test('first in, first out, in the order of the base branch', async () => {
  putRequests(temp.store, clock.now(), [
    await sampleRequest({ pr: 9 }),
    await sampleRequest({ pr: 8 }),
    await sampleRequest({ pr: 5, state: 'applied' }),
  ])
  expect((await claimWork(deps, one)).attempt).toBeTruthy()
  expect(state('4711#8:app@production')).toBe('leased')
  expect(await ask(one)).toBeNull()
  expect(state('4711#9:app@production')).toBe('queued')
})

test.each(['held', 'failed_clean', 'partial', 'unknown', 'running', 'leased', 'cancelling'])(
  'a predecessor that is %s keeps the queue waiting',
  async (blocking) => {
    putRequests(temp.store, clock.now(), [
      await sampleRequest({ pr: 8, state: blocking, authorization: null }),
      await sampleRequest({ pr: 9 }),
    ])
    expect(await ask(one)).toBeNull()
  },
)

test('what is in somebody’s hands keeps the queue waiting wherever it stands', async () => {
  putRequests(temp.store, clock.now(), [
    await sampleRequest({ pr: 8 }),
    await sampleRequest({ pr: 9, state: 'running' }),
  ])
  expect(await ask(one)).toBeNull()
})

test('a held change of another repository, database or environment is in nobody’s way', async () => {
  putRequests(temp.store, clock.now(), [
    await sampleRequest({ pr: 1, repo_id: 1, repo: 'acme/other', state: 'held' }),
    await sampleRequest({ pr: 2, db: 'log', state: 'held' }),
    await sampleRequest({ pr: 3, env: 'staging', state: 'held' }),
    await sampleRequest({ pr: 7 }),
  ])
  expect(await ask(one)).toMatchObject({ kind: 'execute' })
})

test('production waits until the same plan is applied on the environment before', async () => {
  const before = { environments_before: ['staging'] }
  const staging = await sampleRequest({ env: 'staging' })
  putRequests(temp.store, clock.now(), [staging, await sampleRequest(before)])
  expect(await ask(one)).toBeNull()
  const stored = readRequest(temp.store, staging.id)
  if (stored === null) throw new Error('expected the request')
  const apply = (row: typeof stored) =>
    commit(temp.store, clock.now(), { audit: [sampleAudit], requests: [row] })
  apply({ ...stored, state: 'applied', plan_sha256: 'e'.repeat(64) })
  expect(await ask(one)).toBeNull()
  apply({ ...stored, state: 'already_applied', version: 2 })
  expect(await ask(one)).toMatchObject({ kind: 'execute' })
})

test('nothing is handed out outside of the hours of the policy', async () => {
  const at = clock.now().getTime()
  const minutes = Math.floor(at / 60_000)
  const frozen = { from: minutes - 60, to: minutes + 60, zone: 'UTC' }
  const hours = (windows: readonly Window[], freezes: readonly Freeze[]) => ({ hours: { windows, freezes } })
  const put = async (pr: number, given: object) =>
    putRequests(temp.store, clock.now(), [await sampleRequest({ pr, queue_position: pr, ...given })])
  await put(7, hours([], [frozen]))
  expect(await ask(one)).toBeNull()
  const stored = readRequest(temp.store, (await sampleRequest({ pr: 7 })).id)
  if (stored === null) throw new Error('expected the request')
  const today = new Date(at).getUTCDay()
  const window = (day: number) => ({ days: [day], from: 0, to: 24 * 60, zone: 'UTC' })
  const change = (row: typeof stored) =>
    commit(temp.store, clock.now(), { audit: [sampleAudit], requests: [row] })
  change({ ...stored, ...hours([window((today + 3) % 7)], []) })
  expect(await ask(one)).toBeNull()
  change({ ...stored, version: 2, ...hours([window(today)], []) })
  expect(await ask(one)).toMatchObject({ kind: 'execute' })
})

test('only the databases of an agent, and where it says so only those of a repository', async () => {
  putRequests(temp.store, clock.now(), [await sampleRequest()])
  const serving = (id: string, database: string) => enrolAgent(temp.store, clock.now(), id, [database])
  expect(await ask(serving('a', 'app@staging'))).toBeNull()
  expect(await ask(serving('b', 'log@production'))).toBeNull()
  expect(await ask(serving('c', 'acme/other:app@production'))).toBeNull()
  expect(await ask(serving('d', 'Acme/Shop:app@production'))).toMatchObject({ kind: 'execute' })
})

test('nobody gets it before its time', async () => {
  const not_before = new Date(clock.now().getTime() + 5_000).toISOString()
  putRequests(temp.store, clock.now(), [await sampleRequest({ not_before })])
  expect(await ask(one)).toBeNull()
  clock.pass(5)
  expect(await ask(one)).toMatchObject({ kind: 'execute' })
})

test('without an authorization there is no token, and others do not wait for it', async () => {
  putRequests(temp.store, clock.now(), [
    await sampleRequest({ pr: 1, authorization: null }),
    await sampleRequest({ pr: 2, repo_id: 2, repo: 'acme/two' }),
  ])
  await claimWork(deps, one)
  expect(state('4711#1:app@production')).toBe('ready')
  expect(state('2#2:app@production')).toBe('leased')
})

test('a lease that ran out is a question to one agent at a time, and never free to run again', async () => {
  putRequests(temp.store, clock.now(), [await sampleRequest(), await sampleRequest({ pr: 8 })])
  const two = enrolAgent(temp.store, clock.now(), 'two')
  const order = await claimWork(deps, one)
  clock.pass(59)
  expect(await ask(two)).toBeNull()
  clock.pass(2)
  const question = sampleQuestion()
  const probe = await claim(deps, two, question)
  const request = readRequest(temp.store, '4711#7:app@production')
  expect(probe).toMatchObject({ kind: 'probe', attempt: order.attempt, jti: order.attempt, fence: 1 })
  expect(probe).toMatchObject({ plan: request?.plan, token_sha256: envelopeDigest(order.token) })
  expect(request?.state).toBe('unknown')
  expect(await claim(deps, two, question)).toEqual(probe)
  expect(await ask(one)).toBeNull()
  clock.pass(61)
  expect(await ask(one)).toMatchObject({ kind: 'probe', attempt: order.attempt })
})

test('an agent that has seen more of the audit log than there is gets nothing', async () => {
  putRequests(temp.store, clock.now(), [await sampleRequest()])
  await expect(ask(one, { audit_seq: 1_000 })).rejects.toMatchObject({ code: 'AUDIT_FORK' })
  expect(state('4711#7:app@production')).toBe('queued')
})

test('the fence rises with every token for a database and environment, whichever repository it is for', async () => {
  putRequests(temp.store, clock.now(), [
    await sampleRequest({ pr: 1 }),
    await sampleRequest({ pr: 2, repo_id: 2, repo: 'acme/two' }),
  ])
  await claimWork(deps, one)
  await claimWork(deps, one)
  const fences = ['4711#1:app@production', '2#2:app@production'].map(
    (id) => readRequest(temp.store, id)?.fence,
  )
  expect(fences.sort()).toEqual([1, 2])
})
