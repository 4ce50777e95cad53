import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { syncAgents } from '../flow/sync-agents.ts'
import {
  enrolAgent,
  putRequests,
  sampleClock,
  sampleQuestion,
  sampleReceiptFor,
  sampleRequest,
  sampleServer,
  sampleToken,
  type TempStore,
  tempStore,
} from '../samples.ts'
import { agent } from '../store/agents.ts'
import { auditHead, exportAudit } from '../store/audit.ts'
import { closeStore, openStore } from '../store/open.ts'
import { request as readRequest } from '../store/requests.ts'

let temp: TempStore
let server: FastifyInstance
const clock = sampleClock()
beforeEach(async () => {
  temp = tempStore()
  server = sampleServer(temp.store, clock.now, async () => {})
  enrolAgent(temp.store, clock.now(), 'one')
  enrolAgent(temp.store, clock.now(), 'two', ['log@production'])
  putRequests(temp.store, clock.now(), [await sampleRequest()])
})
afterEach(async () => {
  await server.close()
  if (temp.store.db.open) return temp.drop()
  temp = { ...temp, store: openStore(temp.path) }
  closeStore(temp.store)
})

function post(path: string, body: object, token: string | null = sampleToken('one')) {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` }
  return server.inject({ method: 'POST', url: `/agent/v1${path}`, headers, payload: body })
}

test('the way of one execution through the door', async () => {
  const claimed = await post('/claim', sampleQuestion())
  expect(claimed.statusCode).toBe(200)
  const order = claimed.json()
  expect((await post(`/attempts/${order.attempt}/started`, { jti: order.attempt })).json()).toEqual({
    proceed: true,
    why: null,
  })
  expect((await post(`/attempts/${order.attempt}/heartbeat`, { jti: order.attempt })).json()).toMatchObject({
    proceed: true,
  })
  const receipt = await sampleReceiptFor(order, 'one')
  const answer = await post('/receipts', { receipt })
  expect([answer.statusCode, answer.json()]).toEqual([200, { accepted: true, state: 'applied' }])
  expect((await post('/claim', sampleQuestion())).statusCode).toBe(204)
  expect(agent(temp.store, 'one')?.seen_at).toBe(clock.now().toISOString())
})

test('an agent gets nothing of a database that is not its own', async () => {
  expect((await post('/claim', sampleQuestion(), sampleToken('two'))).statusCode).toBe(204)
  const order = (await post('/claim', sampleQuestion())).json()
  const path = `/attempts/${order.attempt}`
  const two = sampleToken('two')
  expect((await post(`${path}/started`, { jti: order.attempt }, two)).json()).toMatchObject({
    proceed: false,
  })
  const refusal = { jti: order.attempt, code: 'GAP', message: 'x' }
  expect((await post(`${path}/refused`, refusal, two)).statusCode).toBe(409)
  expect((await post('/receipts', { receipt: await sampleReceiptFor(order, 'one') }, two)).statusCode).toBe(
    409,
  )
  const probe = { attempt: order.attempt, jti: order.attempt, found: 'not_applied' }
  expect((await post('/probed', probe, two)).statusCode).toBe(409)
  expect(readRequest(temp.store, '4711#7:app@production')?.state).toBe('leased')
})

test.each([
  ['none', null],
  ['that of nobody', sampleToken('nobody')],
  ['another secret', `dba_one_${'A'.repeat(43)}`],
  ['that of another agent under this id', sampleToken('two').replace('dba_two', 'dba_one')],
  ['one that is too short', sampleToken('one').slice(0, -1)],
  ['one that is too long', `${sampleToken('one')}A`],
  ['only zeros, as an unknown agent is compared with', `dba_nobody_${'0'.repeat(43)}`],
])('a token that is %s is refused', async (_, token) => {
  const before = auditHead(temp.store)
  const answer = await post('/claim', sampleQuestion(), token)
  expect([answer.statusCode, answer.json().code]).toEqual([401, 'AGENT'])
  expect(auditHead(temp.store)).toEqual(before)
})

test('a revoked agent is nobody, at every address', async () => {
  syncAgents(temp.store, clock.now(), [])
  const paths = [
    '/claim',
    '/attempts/x/started',
    '/attempts/x/heartbeat',
    '/attempts/x/refused',
    '/receipts',
    '/probed',
  ]
  for (const path of paths) expect([path, (await post(path, {})).statusCode]).toEqual([path, 401])
  expect([...exportAudit(temp.store)].filter((line) => line.includes('agent.revoked'))).toHaveLength(2)
})

test('where the store cannot say who asks, nobody is let in and nothing else happens', async () => {
  const before = auditHead(temp.store)
  temp.store.db.exec('alter table agent rename to hidden')
  const answer = await post('/claim', sampleQuestion())
  expect([answer.statusCode, answer.json().code]).toEqual([503, 'UNAVAILABLE'])
  expect((await post('/receipts', {}, sampleToken('nobody'))).statusCode).toBe(503)
  temp.store.db.exec('alter table hidden rename to agent')
  expect(auditHead(temp.store)).toEqual(before)
  expect(readRequest(temp.store, '4711#7:app@production')).toMatchObject({ state: 'queued', version: 1 })
  closeStore(temp.store)
  expect((await post('/claim', sampleQuestion())).statusCode).toBe(503)
})

test('bodies that are not what they should be', async () => {
  const question = sampleQuestion()
  const bad: readonly (readonly [string, object])[] = [
    ['/claim', {}],
    ['/claim', { ...question, nonce: 'x' }],
    ['/claim', { ...question, more: 1 }],
    ['/claim', { ...question, audit_seq: 'x' }],
    ['/receipts', { receipt: 'x' }],
    ['/attempts/x/refused', { jti: question.nonce, code: 'GAP', message: '' }],
    ['/attempts/x/started', {}],
    ['/probed', { attempt: 'x', jti: 'y', found: 'applied' }],
  ]
  for (const [path, body] of bad) {
    const answer = await post(path, body)
    expect([path, answer.statusCode, answer.json().code]).toEqual([path, 400, 'BAD_REQUEST'])
  }
  const large = { ...question, nonce: 'x'.repeat(300_000) }
  expect((await post('/claim', large)).statusCode).toBe(413)
  const headers = { authorization: `Bearer ${sampleToken('one')}`, 'content-type': 'application/json' }
  const raw = (payload: string) => server.inject({ method: 'POST', url: '/agent/v1/claim', headers, payload })
  expect((await raw('{')).statusCode).toBe(400)
  expect((await raw('')).statusCode).toBe(400)
  expect((await raw('{"__proto__":{"admin":true}}')).statusCode).toBe(400)
})

test('who is in the configuration is let in, and each change of it is on record', () => {
  const { store } = temp
  const types = () =>
    [...exportAudit(store)].map((line) => JSON.parse(line).entry.type).filter((one) => one !== 'test.made')
  const three = { id: 'three', token_sha256: 'a'.repeat(64), actions: null, databases: ['app@staging'] }
  syncAgents(store, clock.now(), [three])
  expect(types()).toEqual(['agent.registered', 'agent.revoked', 'agent.revoked'])
  syncAgents(store, clock.now(), [three])
  expect(types()).toHaveLength(3)
  syncAgents(store, clock.now(), [{ ...three, databases: ['app@staging', 'log@staging'] }])
  syncAgents(store, clock.now(), [])
  syncAgents(store, clock.now(), [three])
  expect(types().slice(3)).toEqual(['agent.changed', 'agent.revoked', 'agent.registered'])
})
