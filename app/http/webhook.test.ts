import { createHmac, generateKeyPairSync } from 'node:crypto'
import { PassThrough } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { Probot } from 'probot'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listen } from '../flow/receive.ts'
import {
  putRequests,
  sampleAudit,
  sampleChange,
  sampleClock,
  sampleRequest,
  sampleServer,
  type TempStore,
  tempStore,
} from '../samples.ts'
import { commit } from '../store/commit.ts'
import { doneDirty, knowsDelivery, takeDirty } from '../store/doorbell.ts'

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
})
const repository = { id: 4711, full_name: 'acme/shop' }
const pullEvent = {
  action: 'opened',
  repository,
  pull_request: { number: 7 },
  installation: { id: 5 },
}

let temp: TempStore
let server: FastifyInstance
let asked: string[]
const clock = sampleClock()

beforeEach(async () => {
  temp = tempStore()
  asked = []
  const probot = new Probot({
    appId: 12,
    privateKey,
    log: pino({ level: 'silent' }),
    request: {
      fetch: (url: string) => {
        asked.push(url)
        throw new Error('no network here')
      },
    },
  })
  await probot.load(listen({ store: temp.store, now: clock.now, appId: 12 }), {
    cwd: '/',
    addHandler: () => undefined,
  })
  server = sampleServer(temp.store, clock.now, (event) =>
    probot.receive(event as Parameters<Probot['receive']>[0]),
  )
})
afterEach(async () => {
  await server.close()
  temp.drop()
})

function sign(body: string, secret = 'the secret in force'): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

type Sent = {
  readonly guid?: string
  readonly name?: string
  readonly headers?: Record<string, string | undefined>
}

async function send(payload: unknown, { guid = 'guid-1', name = 'pull_request', headers = {} }: Sent = {}) {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload)
  const sent = {
    'content-type': 'application/json',
    'x-github-delivery': guid,
    'x-github-event': name,
    'x-hub-signature-256': sign(body),
    ...headers,
  }
  const known = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined))
  return server.inject({ method: 'POST', url: '/webhooks/github', headers: known, payload: body })
}

const dirty = () => takeDirty(temp.store, clock.now(), 99).map((row) => row.pr)

test('a signed event is stored with what it makes dirty, through probot and without asking GitHub anything', async () => {
  expect((await send(pullEvent)).statusCode).toBe(202)
  expect(takeDirty(temp.store, clock.now(), 9)).toMatchObject([
    { repo_id: 4711, repo: 'acme/shop', pr: 7, mark: 1 },
  ])
  expect(knowsDelivery(temp.store, 'guid-1')).toBe(true)
  expect(asked).toEqual([])
})

test('the same delivery again is accepted and nothing happens', async () => {
  await send(pullEvent)
  for (const row of takeDirty(temp.store, clock.now(), 9)) doneDirty(temp.store, row)
  expect((await send(pullEvent)).statusCode).toBe(202)
  expect(dirty()).toEqual([])
  await send(pullEvent, { guid: 'guid-2' })
  expect(dirty()).toEqual([7])
})

test('the secret before the rotation still fits', async () => {
  const body = JSON.stringify(pullEvent)
  const headers = { 'x-hub-signature-256': sign(body, 'the secret before it') }
  expect((await send(pullEvent, { headers })).statusCode).toBe(202)
})

test.each([
  ['no signature', { 'x-hub-signature-256': undefined }],
  ['a signature of another secret', { 'x-hub-signature-256': sign(JSON.stringify(pullEvent), 'another') }],
  ['a signature of other bytes', { 'x-hub-signature-256': sign(`${JSON.stringify(pullEvent)} `) }],
  ['a signature by SHA-1', { 'x-hub-signature-256': 'sha1=abc' }],
  ['an empty signature', { 'x-hub-signature-256': '' }],
])('%s is refused, and nothing of the body is stored', async (_, headers) => {
  const answer = await send(pullEvent, { headers })
  expect([answer.statusCode, answer.json().code]).toEqual([401, 'SIGNATURE'])
  expect(knowsDelivery(temp.store, 'guid-1')).toBe(false)
  expect(dirty()).toEqual([])
})

test('nothing of a body with a wrong signature is logged', async () => {
  const lines: string[] = []
  const out = new PassThrough().on('data', (line) => lines.push(String(line)))
  const log = pino({ level: 'debug' }, out)
  await server.close()
  server = sampleServer(temp.store, clock.now, async () => {}, { log })
  const answer = await send('{"secret":"not for the log"}', { headers: { 'x-hub-signature-256': sign('x') } })
  expect(answer.statusCode).toBe(401)
  expect(lines.join('')).toContain('a request was refused')
  expect(lines.join('')).not.toContain('not for the log')
})

test('an empty body, one that is not JSON and one that is no object are refused', async () => {
  expect((await send('')).statusCode).toBe(401)
  expect((await send('{')).statusCode).toBe(400)
  expect((await send('[]')).statusCode).toBe(400)
  expect((await send('null')).statusCode).toBe(400)
  expect((await send('"text"')).statusCode).toBe(400)
})

test('missing headers are refused', async () => {
  expect((await send(pullEvent, { headers: { 'x-github-delivery': undefined } })).statusCode).toBe(400)
  expect((await send(pullEvent, { headers: { 'x-github-event': undefined } })).statusCode).toBe(400)
  expect((await send(pullEvent, { headers: { 'x-github-delivery': 'a b' } })).statusCode).toBe(400)
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  expect((await send(pullEvent, { headers: form })).statusCode).toBe(415)
})

test('a body over 25 MiB is refused before its signature is computed', async () => {
  const over = await send(`"${'x'.repeat(25 * 1024 * 1024)}"`)
  expect([over.statusCode, over.json().code]).toEqual([413, 'TOO_LARGE'])
})

test('a signed event without what it must have is refused and can be delivered again', async () => {
  const broken = await send({ action: 'opened', repository })
  expect([broken.statusCode, broken.json().code]).toEqual([422, 'PAYLOAD'])
  expect((await send(pullEvent)).statusCode).toBe(202)
})

test('where the store fails GitHub is told, and the same delivery works later', async () => {
  temp.store.db.exec('alter table delivery rename to hidden')
  expect((await send(pullEvent)).statusCode).toBe(503)
  temp.store.db.exec('alter table hidden rename to delivery')
  temp.store.db.exec('alter table dirty rename to hidden')
  expect((await send(pullEvent)).statusCode).toBe(503)
  temp.store.db.exec('alter table hidden rename to dirty')
  expect(knowsDelivery(temp.store, 'guid-1')).toBe(false)
  expect((await send(pullEvent)).statusCode).toBe(202)
  expect(dirty()).toEqual([7])
})

test('which pull requests an event makes dirty', async () => {
  putRequests(temp.store, clock.now(), [await sampleRequest()])
  const open = { ...sampleChange, state: 'open', merge_sha: null, merged_at: null } as const
  const changes = [
    { ...open, pr: 20, head_ref: 'feature', head: '1'.repeat(40) },
    { ...open, pr: 21, base_ref: 'release', head: '2'.repeat(40) },
    { ...open, pr: 22, repo_id: 99, head: '1'.repeat(40) },
  ]
  commit(temp.store, clock.now(), { audit: [sampleAudit], changes })
  const run = (head: string, ...numbers: number[]) => ({
    head_sha: head.repeat(40),
    pull_requests: numbers.map((number) => ({ number })),
  })
  const comment = { performed_via_github_app: null }
  const issue = { number: 8, pull_request: { url: 'x' } }
  const group = (head_ref: string) => ({ action: 'checks_requested', merge_group: { head_ref } })
  const events: readonly (readonly [string, object, readonly number[]])[] = [
    ['pull_request_review', { action: 'submitted', pull_request: { number: 9 } }, [9]],
    ['push', { ref: 'refs/heads/main' }, [20]],
    ['push', { ref: 'refs/heads/feature' }, [20]],
    ['push', { ref: 'refs/heads/release' }, [21]],
    ['push', { ref: 'refs/tags/main' }, []],
    ['check_run', { action: 'rerequested', check_run: run('1') }, [20]],
    ['check_run', { action: 'rerequested', check_run: run('b', 7) }, [7]],
    ['check_run', { action: 'created', check_run: run('1', 20) }, []],
    ['check_suite', { action: 'rerequested', check_suite: run('2', 21, 30) }, [21, 30]],
    ['issue_comment', { action: 'created', issue, comment }, [8]],
    ['issue_comment', { action: 'created', issue: { number: 8 }, comment }, []],
    ['issue_comment', { action: 'edited', issue, comment: { performed_via_github_app: { id: 12 } } }, []],
    ['merge_group', group('refs/heads/gh-readonly-queue/main/pr-7-0123abcd'), [-1]],
    ['installation', { action: 'created', repositories: [{ id: 4711, full_name: 'acme/shop' }] }, [0]],
    ['installation', { action: 'deleted', repositories: [{ id: 4711, full_name: 'acme/shop' }] }, [0]],
    ['installation_repositories', { action: 'added', repositories_added: [repository] }, [0]],
    ['star', { action: 'created' }, []],
    ['ping', { zen: 'x' }, []],
  ]
  for (const [i, [name, payload, expected]] of events.entries()) {
    const answer = await send({ repository, installation: { id: 5 }, ...payload }, { guid: `g-${i}`, name })
    expect([name, answer.statusCode]).toEqual([name, 202])
    expect([name, payload, dirty().sort()]).toEqual([name, payload, expected])
    for (const row of takeDirty(temp.store, clock.now(), 99)) doneDirty(temp.store, row)
  }
  expect(asked).toEqual([])
})
