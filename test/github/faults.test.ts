import { createPrivateKey } from 'node:crypto'
import type { Octokit } from '@octokit/rest'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Exchange, type GitHub, startGitHub } from './emulator.ts'
import { as, asApp, receiver, statusOf } from './testing.ts'

const at = { owner: 'acme', repo: 'shop' }

let github: GitHub
let hooks: Awaited<ReturnType<typeof receiver>>
let alice: Octokit
let bot: Octokit
let app: { readonly id: number; readonly privateKey: string }
let installationId: number
let exchanges: Exchange[]

beforeEach(async () => {
  exchanges = []
  github = await startGitHub({ onExchange: (exchange) => exchanges.push(exchange) })
  hooks = await receiver()
  alice = as(github, github.user('alice').token)
  github.org('acme')
  github.orgMember('acme', 'alice', 'admin')
  await github.repo('acme', 'shop', { files: { 'a.sql': '1', 'b.sql': '2', 'c.sql': '3', 'd.sql': '4' } })
  app = github.app({
    slug: 'gate',
    owner: 'acme',
    permissions: { contents: 'read', issues: 'write' },
    events: ['issue_comment', 'push'],
    webhookUrl: hooks.url,
  })
  installationId = github.install(app.id, 'acme').id
  bot = asApp(github, app, installationId)
  await github.webhooks.flush()
  hooks.received.length = 0
})

afterEach(async () => {
  await github.close()
  await hooks.close()
})

const comment = async (body: string) =>
  (await alice.issues.createComment({ ...at, issue_number: 1, body })).data.id
const openIssue = () => alice.issues.create({ ...at, title: 'x' })
const bodies = () => hooks.received.map(({ body }) => JSON.parse(body).comment?.body)

describe('an answer', () => {
  test('can fail with a status and headers, as often as asked, for one path and one actor', async () => {
    const headers = { 'retry-after': '7', 'x-ratelimit-remaining': '0' }
    github.faults.add({
      when: { path: /\/git\/ref/, actor: 'alice', times: 1 },
      effect: { status: 403, headers },
    })
    const ref = { ...at, ref: 'heads/main' }
    expect(await statusOf(bot.git.getRef(ref))).toBe(200)
    const failed = await alice.git.getRef(ref).catch((error: unknown) => error)
    expect(failed).toMatchObject({ status: 403, response: { headers } })
    expect(await statusOf(alice.git.getRef(ref))).toBe(200)
  })

  test('can be slow, until the fault is removed', async () => {
    const fault = github.faults.add({ when: { method: 'GET' }, effect: { latencyMs: 400 } })
    const took = async () => {
      const start = performance.now()
      await alice.repos.get(at)
      return performance.now() - start
    }
    expect(await took()).toBeGreaterThan(390)
    fault.remove()
    expect(await took()).toBeLessThan(390)
  })

  test('can be lost before the request has an effect, or after', async () => {
    await openIssue()
    github.faults.add({ when: { method: 'POST', times: 1 }, effect: { drop: true } })
    await expect(comment('never')).rejects.toThrow()
    github.faults.add({ when: { method: 'POST', times: 1 }, effect: { drop: 'after' } })
    await expect(comment('written')).rejects.toThrow()
    const { data } = await alice.issues.listComments({ ...at, issue_number: 1 })
    expect(data.map(({ body }) => body)).toEqual(['written'])
  })

  test('can be stale: what it was before its latest change', async () => {
    const ref = { ...at, ref: 'heads/main' }
    const old = (await bot.git.getRef(ref)).data.object.sha
    const changed = await github.commit('acme/shop', 'main', { files: { 'e.sql': '5' } })
    expect((await bot.git.getRef(ref)).data.object.sha).toBe(changed)
    const fault = github.faults.add({ when: { path: /\/git\/ref/ }, effect: { stale: true } })
    expect((await bot.git.getRef(ref)).data.object.sha).toBe(old)
    fault.remove()
    expect((await bot.git.getRef(ref)).data.object.sha).toBe(changed)
  })

  test('can be a tree that is cut and says so', async () => {
    github.faults.add({ when: { path: /\/git\/trees/ }, effect: { truncateTree: true } })
    const { data } = await bot.git.getTree({ ...at, tree_sha: 'main', recursive: '1' })
    expect(data.truncated).toBe(true)
    expect(data.tree.map(({ path }) => path)).toEqual(['a.sql', 'b.sql'])
  })

  test('is normal again once the faults are cleared', async () => {
    github.faults.add({ when: {}, effect: { status: 500, body: { message: 'broken' } } })
    expect(await statusOf(alice.repos.get(at))).toBe(500)
    github.faults.clear()
    expect(await statusOf(alice.repos.get(at))).toBe(200)
  })
})

test('requests are counted, and refused where none is left until the hour is over', async () => {
  let now = new Date('2026-01-01T00:00:00Z')
  const small = await startGitHub({ rateLimit: 3, now: () => now })
  const client = as(small, small.user('alice').token)
  const { headers } = await client.users.getAuthenticated()
  expect([headers['x-ratelimit-limit'], headers['x-ratelimit-remaining']]).toEqual(['3', '2'])
  await client.users.getAuthenticated()
  await client.users.getAuthenticated()
  const refused = await client.users.getAuthenticated().catch((error: unknown) => error)
  expect(refused).toMatchObject({ status: 403, response: { headers: { 'x-ratelimit-remaining': '0' } } })
  now = new Date('2026-01-01T01:00:00Z')
  expect(await statusOf(client.users.getAuthenticated())).toBe(200)
  await small.close()
})

describe('tokens', () => {
  test('that are revoked, and those of an App that was uninstalled, are unknown', async () => {
    const { data: first } = await asApp(github, app).apps.createInstallationAccessToken({
      installation_id: installationId,
    })
    expect(await statusOf(as(github, first.token).repos.get(at))).toBe(200)
    github.revokeTokens(installationId)
    expect(await statusOf(as(github, first.token).repos.get(at))).toBe(401)
    github.uninstall(installationId)
    const again = asApp(github, app).apps.createInstallationAccessToken({ installation_id: installationId })
    expect(await statusOf(again)).toBe(404)
    await github.webhooks.flush()
    const { action, event } = github.webhooks.deliveries.at(-1) ?? {}
    expect([event, action]).toEqual(['installation', 'deleted'])
  })

  test('die after an hour', async () => {
    let now = new Date('2026-01-01T00:00:00Z')
    const clocked = await startGitHub({ now: () => now })
    clocked.org('acme')
    await clocked.repo('acme', 'shop', { private: true })
    const made = clocked.app({ slug: 'gate', owner: 'acme', permissions: { contents: 'read' } })
    const { id } = clocked.install(made.id, 'acme')
    const seconds = now.getTime() / 1000
    const jwt = await new SignJWT({ iss: made.clientId, iat: seconds, exp: seconds + 600 })
      .setProtectedHeader({ alg: 'RS256' })
      .sign(createPrivateKey(made.privateKey))
    const { data } = await as(clocked, jwt).apps.createInstallationAccessToken({ installation_id: id })
    expect(data.expires_at).toBe('2026-01-01T01:00:00Z')
    now = new Date('2026-01-01T00:59:59Z')
    expect(await statusOf(as(clocked, data.token).repos.get(at))).toBe(200)
    now = new Date('2026-01-01T01:00:00Z')
    expect(await statusOf(as(clocked, data.token).repos.get(at))).toBe(401)
    await clocked.close()
  })
})

describe('webhooks', () => {
  beforeEach(async () => {
    await openIssue()
    await github.webhooks.flush()
    hooks.received.length = 0
  })

  test('can be lost, and stand as failed in the list from which they are sent again', async () => {
    github.webhooks.mode({ drop: true })
    await comment('lost')
    await github.webhooks.flush()
    expect(bodies()).toEqual([])
    github.webhooks.mode({})
    const client = asApp(github, app)
    const { data } = await client.apps.listWebhookDeliveries({ per_page: 1 })
    expect(data[0]).toMatchObject({ event: 'issue_comment', status: 'failed to connect to host' })
    await client.apps.redeliverWebhookDelivery({ delivery_id: data[0]?.id ?? 0 })
    await github.webhooks.flush()
    expect(bodies()).toEqual(['lost'])
    expect(hooks.received[0]?.headers['x-github-delivery']).toBe(data[0]?.guid)
  })

  test('can come twice, with one GUID', async () => {
    github.webhooks.mode({ double: true })
    await comment('twice')
    await github.webhooks.flush()
    expect(bodies()).toEqual(['twice', 'twice'])
    expect(new Set(hooks.received.map(({ headers }) => headers['x-github-delivery'])).size).toBe(1)
  })

  test('can come in another order', async () => {
    github.webhooks.mode({ reorder: true, delayMs: 1000 })
    for (const body of ['one', 'two', 'three']) await comment(body)
    await github.webhooks.flush()
    expect(bodies()).toEqual(['three', 'two', 'one'])
  })

  test('can come late, and only some of them', async () => {
    github.webhooks.mode({ drop: true, only: /^issue_comment\.edited$/ })
    const id = await comment('kept')
    await alice.issues.updateComment({ ...at, comment_id: id, body: 'lost' })
    await github.webhooks.flush()
    expect(bodies()).toEqual(['kept'])
    github.webhooks.mode({ delayMs: 1000 })
    await comment('late')
    expect(bodies()).toEqual(['kept'])
    await github.webhooks.flush()
    expect(bodies()).toEqual(['kept', 'late'])
  })

  test('that are refused are recorded with the answer', async () => {
    const refusing = await receiver(500)
    const other = github.app({
      slug: 'other',
      owner: 'acme',
      permissions: { issues: 'read' },
      events: ['issue_comment'],
      webhookUrl: refusing.url,
    })
    github.install(other.id, 'acme')
    await comment('refused')
    await github.webhooks.flush()
    const mine = github.webhooks.deliveries.filter((one) => one.app.id === other.id)
    expect(mine.map(({ statusCode, status }) => [statusCode, status])).toEqual([
      [500, 'Invalid HTTP Response: 500'],
      [500, 'Invalid HTTP Response: 500'],
    ])
    await refusing.close()
  })
})

test('every exchange is recorded with its operation, its actor and both bodies', async () => {
  await openIssue()
  await bot.issues.createComment({ ...at, issue_number: 1, body: 'hi' })
  expect(exchanges.at(-1)).toMatchObject({
    method: 'POST',
    path: '/repos/acme/shop/issues/1/comments',
    requestBody: { body: 'hi' },
    status: 201,
    responseBody: { body: 'hi' },
    actor: 'gate[bot]',
    operation: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  })
  await statusOf(alice.request('GET /nowhere'))
  expect(exchanges.at(-1)).toMatchObject({ path: '/nowhere', status: 404, operation: null })
})
