import { sha256 } from '@dbward/protocol/plan'
import { statusAnswer } from '@dbward/protocol/status'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statusOf } from '../flow/status.ts'
import {
  enrolAgent,
  putRequests,
  sampleClock,
  sampleRequest,
  sampleServer,
  sampleToken,
  tempStore,
} from '../samples.ts'
import { agentSeen } from '../store/doorbell.ts'

const token = `dbo_ops_${'a'.repeat(43)}`
const temp = tempStore()
const clock = sampleClock()
const server = sampleServer(temp.store, clock.now, async () => {}, {
  status: {
    operators: [{ id: 'ops', token_sha256: sha256(token) }],
    status: (question) => statusOf(temp.store, question, clock.now()),
  },
})

const ask = (query = '', authorization = `Bearer ${token}`) =>
  server.inject({ url: `/status/v1${query}`, headers: { authorization } })
const answerOf = async (query = '') => statusAnswer((await ask(query)).json(), 'status')

beforeAll(async () => {
  enrolAgent(temp.store, clock.now(), 'one')
  enrolAgent(temp.store, clock.now(), 'two', ['app@staging'])
  const first = await sampleRequest({
    pr: 7,
    state: 'held',
    reason: 'merged without approval',
    queue_position: 1,
  })
  const second = await sampleRequest({ pr: 8, state: 'queued', queue_position: 2 })
  const done = await sampleRequest({ pr: 9, state: 'applied', queue_position: 3 })
  putRequests(temp.store, clock.now(), [first, second, done])
})
afterAll(async () => {
  await server.close()
  temp.drop()
})

describe('how things stand', () => {
  test('says who waits for whom, and why; what has ended only where it is asked for', async () => {
    const { requests, queues, more } = await answerOf()
    expect(requests.map(({ pr, state, queue_ahead }) => [pr, state, queue_ahead]).sort()).toEqual([
      [7, 'held', 0],
      [8, 'queued', 1],
    ])
    const held = requests.find((one) => one.pr === 7)
    expect(requests.find((one) => one.pr === 8)?.waits_for).toEqual({
      id: held?.id,
      state: 'held',
      reason: 'merged without approval',
    })
    expect({ queues: queues.map((one) => one.requests.length), more }).toEqual({ queues: [2], more: 0 })
    expect((await answerOf('?pr=9')).requests).toMatchObject([{ pr: 9, state: 'applied', ended: true }])
    const id = encodeURIComponent(held?.id ?? '')
    expect((await answerOf(`?request=${id}`)).requests.map((one) => one.pr)).toEqual([7])
    expect((await answerOf('?pr=99')).requests).toEqual([])
  })

  test('says which agents are online', async () => {
    agentSeen(temp.store, 'one', clock.now())
    agentSeen(temp.store, 'two', new Date(clock.now().getTime() - 120_001))
    expect((await answerOf()).agents.map(({ id, online }) => [id, online])).toEqual([
      ['one', true],
      ['two', false],
    ])
  })

  test('has no SQL in it, and no file', async () => {
    const { body } = await ask()
    expect(body).not.toMatch(/create table|\.sql|sha256/i)
  })
})

describe('the door', () => {
  test.each([
    ['nobody', ''],
    ['a stranger', `Bearer dbo_ops_${'b'.repeat(43)}`],
    ['another operator', `Bearer dbo_other_${'a'.repeat(43)}`],
    ['an agent', `Bearer ${sampleToken('one')}`],
    ['a token in another form', token],
    ['the hash of the token', `Bearer ${sha256(token)}`],
  ])('is shut to %s', async (_, authorization) => {
    const { statusCode, body } = await ask('', authorization)
    expect(statusCode).toBe(401)
    expect(body).not.toContain('"requests"')
  })

  test.each(['?pr=0', '?pr=x', '?pr=1&pr=2', '?request=', '?request=%0a', '?all=1', '?pr=9007199254740993'])(
    'refuses %s',
    async (query) => expect((await ask(query)).statusCode).toBe(400),
  )

  test('an operator gets in nowhere else, and changes nothing here', async () => {
    const headers = { authorization: `Bearer ${token}` }
    const claim = await server.inject({ method: 'POST', url: '/agent/v1/claim', headers, payload: {} })
    expect(claim.statusCode).toBe(401)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      expect((await server.inject({ method, url: '/status/v1', headers })).statusCode).toBe(404)
    }
  })
})
