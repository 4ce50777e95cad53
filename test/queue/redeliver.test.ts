import { createServer } from 'node:http'
import { settings } from '@dbward/app/config'
import { receive } from '@dbward/app/flow/receive'
import { redeliver } from '@dbward/app/flow/redeliver'
import { exportAudit } from '@dbward/app/store/audit'
import { takeDirty } from '@dbward/app/store/doorbell'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Setting, setting } from '../stage/setting.ts'
import { serverByHand } from './server.ts'

let it_: Setting
let server: ReturnType<typeof serverByHand>
let up = true
/** A door that is shut at times, in the place of the server's own. */
const door = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part) => parts.push(part))
  request.on('end', () => {
    if (up) {
      const [id, name] = [request.headers['x-github-delivery'], request.headers['x-github-event']]
      const payload = JSON.parse(Buffer.concat(parts).toString('utf8'))
      const told = { id: String(id), name: String(name), payload }
      receive({ store: server.store, now: () => new Date(), appId: it_.serverApp.id }, told)
    }
    response.writeHead(up ? 202 : 503).end()
  })
})
beforeAll(async () => {
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  const address = door.address()
  if (typeof address !== 'object' || address === null) throw new Error('expected a port')
  it_ = await setting({ webhookUrl: `http://127.0.0.1:${address.port}/`, webhookSecret: 'a secret' })
  server = serverByHand(it_)
  await it_.github.webhooks.flush()
})
afterAll(async () => {
  await server?.close()
  door.close()
})

const deps = (now = () => new Date()) => ({
  store: server.store,
  now,
  deliveries: server.github.deliveries,
  attempt: server.github.attempt,
})
const asked = () =>
  [...exportAudit(server.store)].filter((line) => line.includes('"delivery.asked_again"')).length
const dirty = () => takeDirty(server.store, new Date('2100-01-01'), 99).map((one) => one.pr)

describe('a delivery that was lost', () => {
  it('is asked for again, and what it told of is looked at', async () => {
    up = false
    await it_.people.ann.push('lost', { 'db/migrate/1_lost.sql': 'create table lost (id int);\n' })
    const pr = await it_.people.ann.open('lost', 'Lost')
    await it_.github.webhooks.flush()
    expect(dirty()).not.toContain(pr)
    up = true
    expect(await redeliver(deps())).toBeGreaterThan(0)
    await it_.github.webhooks.flush()
    expect(dirty()).toContain(pr)
    const before = asked()
    expect(await redeliver(deps())).toBe(0)
    expect(asked()).toBe(before)
  })

  it('is asked for four times at the most, each noted in the audit log, and not after three days', async () => {
    up = false
    const pr = await it_.people.ann.open('lost', 'Again', 'lost').catch(() => null)
    expect(pr).toBeNull()
    await it_.people.bob.approve(1)
    await it_.github.webhooks.flush()
    const later = () => new Date(Date.now() + 4 * 86_400_000)
    expect(await redeliver(deps(later))).toBe(0)
    const before = asked()
    const tries: number[] = []
    for (let round = 0; round < 6; round++) {
      tries.push(await redeliver(deps()))
      await it_.github.webhooks.flush()
    }
    expect(tries).toEqual([1, 1, 1, 1, 0, 0])
    expect(asked() - before).toBe(4)
  })
})

it('a sweep is every five minutes where nothing else is configured', () => {
  expect(settings.sweep_seconds.fallback).toBe(300)
})

describe('what no webhook tells of and GitHub does not send again', () => {
  const state = (pr: number) => {
    const row = server.store.db.prepare('select state from request where pr = ?').get(pr)
    return (row as { state: string } | undefined)?.state
  }
  const later = async () => {
    await it_.github.webhooks.flush()
    await server.sweep()
    await server.work()
  }

  it('is found by the next sweep, which is five minutes away at most: a pull request, an approval of it, a push to it and its merge', async () => {
    up = false
    const { ann, bob } = it_.people
    await ann.push('swept', { 'db/migrate/2_swept.sql': 'create table swept (id int);\n' })
    const pr = await ann.open('swept', 'Swept')
    await later()
    expect(state(pr)).toBe('awaiting_approval')
    await bob.approve(pr)
    await later()
    expect(state(pr)).toBe('approved')
    await ann.push('swept', { 'db/migrate/2_swept.sql': 'create table swept (id bigint primary key);\n' })
    await later()
    expect(state(pr)).toBe('awaiting_approval')
    await bob.approve(pr)
    await ann.merge(pr)
    await later()
    expect(state(pr)).toBe('queued')
  })
})
