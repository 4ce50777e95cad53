import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMetrics } from '../metrics.ts'
import {
  putRequests,
  sampleClock,
  sampleRequest,
  sampleServer,
  type TempStore,
  tempStore,
} from '../samples.ts'
import { closeStore } from '../store/open.ts'
import type { HealthDeps } from './health.ts'

let temp: TempStore
let server: FastifyInstance
const clock = sampleClock()
beforeEach(() => {
  temp = tempStore()
  server = sampleServer(temp.store, clock.now, async () => {})
})
afterEach(async () => {
  await server.close()
  if (temp.store.db.open) temp.drop()
})

function healthy(changes: Partial<HealthDeps>): HealthDeps {
  const { store } = temp
  const metrics = createMetrics(store, clock.now)
  const seen = { githubSeen: clock.now, githubQuietMs: 60_000, stopping: () => false }
  return { store, now: clock.now, metrics, ...seen, ...changes }
}

async function ready(changes: Partial<HealthDeps>) {
  const own = sampleServer(temp.store, clock.now, async () => {}, { health: healthy(changes) })
  const answer = await own.inject({ url: '/ready' })
  await own.close()
  return [answer.statusCode, answer.json().reasons ?? []]
}

test('these are all doors, and none of them approves', async () => {
  await server.ready()
  expect(server.printRoutes({ commonPrefix: false }).trim().split('\n')).toEqual([
    '├── /health (GET)',
    '├── /ready (GET)',
    '├── /metrics (GET)',
    '├── /webhooks/github (POST)',
    '├── /agent/v1/claim (POST)',
    '├── /agent/v1/attempts/:attempt/started (POST)',
    '├── /agent/v1/attempts/:attempt/heartbeat (POST)',
    '├── /agent/v1/attempts/:attempt/refused (POST)',
    '├── /agent/v1/receipts (POST)',
    '├── /agent/v1/probed (POST)',
    '├── /agent/v1/queue (POST)',
    '├── /agent/v1/schema (POST)',
    '├── /actions/v1/session (POST)',
    '└── /status/v1 (GET)',
  ])
})

test.each(['/approve', '/agent/v1/approve', '/agent/v1/attempts/x/approve', '/', '/webhooks/github'])(
  'there is nothing at GET %s',
  async (url) => {
    const answer = await server.inject({ url })
    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toEqual({ code: 'NOT_FOUND', message: 'there is nothing at this address' })
    expect(answer.headers['x-powered-by']).toBeUndefined()
  },
)

test('ready says what is missing', async () => {
  expect((await server.inject({ url: '/health' })).json()).toEqual({ status: 'ok' })
  expect(await ready({})).toEqual([200, []])
  expect(await ready({ githubSeen: () => null })).toEqual([503, ['GitHub has not answered yet']])
  const old = new Date(clock.now().getTime() - 60_001)
  expect(await ready({ githubSeen: () => old })).toEqual([
    503,
    [`GitHub has not answered since ${old.toISOString()}`],
  ])
  expect(await ready({ stopping: () => true })).toEqual([503, ['the server is stopping']])
  closeStore(temp.store)
  expect(await ready({})).toEqual([503, ['the store cannot be written']])
})

test('the numbers of the store and of what happened', async () => {
  const { store } = temp
  const at = clock.now()
  putRequests(store, at, [await sampleRequest(), await sampleRequest({ pr: 8, state: 'held' })])
  const metrics = createMetrics(store, () => new Date(at.getTime() + 30_000))
  metrics.claimed('execute')
  metrics.refused('GAP')
  metrics.refused('MADE_UP')
  metrics.delivered('push')
  const { text } = await metrics.read()
  const lines = text.split('\n').filter((line) => line.startsWith('dbward_'))
  expect(lines).toEqual([
    'dbward_requests{state="held"} 1',
    'dbward_requests{state="queued"} 1',
    'dbward_queue_age_seconds 30',
    'dbward_dirty 0',
    'dbward_surfaces_pending 0',
    'dbward_deliveries_kept 0',
    'dbward_audit_seq 1',
    'dbward_claims_total{kind="execute"} 1',
    'dbward_refusals_total{code="GAP"} 1',
    'dbward_refusals_total{code="OTHER"} 1',
    'dbward_deliveries_total{event="push"} 1',
  ])
  expect((await server.inject({ url: '/metrics' })).headers['content-type']).toContain('text/plain')
})
