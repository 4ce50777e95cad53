import { createHmac, randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Fault } from '../github/emulator.ts'
import { seen } from '../stage/seen.ts'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

let it_: Stage
let eye: ReturnType<typeof seen>
beforeAll(async () => {
  it_ = await stage({ sweepSeconds: 2 })
  eye = seen(it_)
  it_.server.start()
  await serverReady(it_)
  it_.agent.start()
})
afterAll(async () => it_?.stop())
afterEach(() => {
  it_.github.faults.clear()
  it_.github.webhooks.mode({})
})

let version = 0
/** The whole main path, in whatever mood GitHub is; everything that is there once must be there once in the end. */
async function walk(name: string, between: () => Promise<void> = async () => undefined) {
  const { ann, bob } = it_.people
  version += 1
  const { pr, head } = await eye.propose(ann, name, table(version, name.replaceAll('-', '_')))
  await eye.gate(pr, /^Waiting for 1 approval/)
  await bob.approve(pr)
  await eye.gate(pr, /^Ready to merge/)
  await between()
  const sha = await ann.merge(pr)
  await eye.execution(sha, /^applied/)
  await once(pr, head)
}

async function once(pr: number, head: string) {
  const { ann } = it_.people
  await eye.quiet()
  const all = { owner: 'acme', repo: 'shop', ref: head, filter: 'all' } as const
  const runs = (await ann.octokit.rest.checks.listForRef(all)).data.check_runs.map((run) => run.name)
  expect(runs.sort()).toEqual(['dbward/gate', 'dbward/review'])
  const comments = (await ann.comments(pr)).map((one) => one.body?.split('\n')[0] ?? '')
  expect(comments.map((first) => /<!-- dbward:(\w+):/.exec(first)?.[1])).toEqual(['comment', 'result'])
  expect(await it_.query(`select path from dbward.ledger where pr = ${pr}`)).toHaveLength(1)
}

const table = (at: number, name: string) => ({
  [`db/migrate/${at}_${name}.sql`]: `create table t_${name} (id bigint primary key);\n`,
})

const server = 'dbward[bot]'
const agent = 'dbward-agent[bot]'
const moods: Readonly<Record<string, readonly Fault[]>> = {
  'fails the server and drops its connections': [
    { when: { actor: server, times: 3 }, effect: { status: 500 } },
    { when: { actor: server, times: 3 }, effect: { drop: true } },
  ],
  'denies the server, knows nothing of it, and has had enough of it': [
    { when: { actor: server, times: 1 }, effect: { status: 403 } },
    { when: { actor: server, times: 1 }, effect: { status: 404 } },
    { when: { actor: server, times: 1 }, effect: { status: 429, headers: { 'retry-after': '1' } } },
  ],
  'loses its answers to what the server posts': [
    { when: { actor: server, method: 'POST', path: /check-runs$/, times: 2 }, effect: { drop: 'after' } },
    { when: { actor: server, method: 'POST', path: /comments$/, times: 2 }, effect: { drop: 'after' } },
  ],
  'fails the agent and drops its connections': [
    { when: { actor: agent, times: 1 }, effect: { status: 500 } },
    { when: { actor: agent, times: 1 }, effect: { drop: true } },
  ],
}

describe('everything happens once, where GitHub', () => {
  it.each(Object.entries(moods))('%s', async (name, faults) => {
    const add = () => faults.forEach((one) => void it_.github.faults.add(one))
    add()
    await walk(name.replaceAll(/\W+/g, '-').slice(0, 30), async () => add())
  })

  it('doubles webhooks and tells them in another order', async () => {
    it_.github.webhooks.mode({ double: true, reorder: true })
    await walk('doubled')
  })

  it('never delivers a webhook', async () => {
    it_.github.webhooks.mode({ drop: true })
    await walk('dropped')
  })

  it('told of a merge while the server was dead', async () => {
    const { ann, bob } = it_.people
    version += 1
    const { pr, head } = await eye.propose(ann, 'dead', table(version, 'dead'))
    await eye.gate(pr, /^Waiting for 1 approval/)
    await it_.server.kill()
    await bob.approve(pr)
    const sha = await ann.merge(pr)
    await it_.github.webhooks.flush()
    it_.server.start()
    await serverReady(it_)
    await eye.execution(sha, /^applied/)
    await once(pr, head)
  })
})

describe('nothing runs', () => {
  it('of a merge that the server may not read, and it runs when it may again', async () => {
    const { ann, bob } = it_.people
    version += 1
    const { pr, head } = await eye.propose(ann, 'uninstalled', table(version, 'uninstalled'))
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    it_.github.uninstall(it_.installation)
    const sha = await ann.merge(pr)
    await it_.until('the server to notice', async () => /look failed/.test(it_.server.output()))
    await eye.nothingRan(pr)
    it_.github.install(it_.serverApp.id, 'acme', 'all')
    await eye.execution(sha, /^applied/)
    await once(pr, head)
  })

  it('that the agent cannot read for itself, and it runs when it can', async () => {
    const { ann, bob } = it_.people
    version += 1
    const { pr, head } = await eye.propose(ann, 'blind', table(version, 'blind'))
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    it_.github.uninstall(it_.agentInstallation)
    const sha = await ann.merge(pr)
    await it_.until('the agent to refuse', async () =>
      eye.entries(pr).some((one) => one.type === 'attempt.refused' && one.data.code === 'GITHUB_UNAVAILABLE'),
    )
    await eye.nothingInDatabase(pr)
    it_.github.install(it_.agentApp.id, 'acme', 'all')
    await eye.execution(sha, /^applied/)
    await once(pr, head)
  })
})

describe('the door for webhooks', () => {
  const knock = async (body: string, headers: Readonly<Record<string, string>>) => {
    const known = { 'content-type': 'application/json', 'x-github-event': 'pull_request' }
    const answer = await fetch(`${it_.server.url}/webhooks/github`, {
      method: 'POST',
      headers: { ...known, 'x-github-delivery': randomUUID(), ...headers },
      body,
    })
    return answer.status
  }
  /** Says that so many bytes will follow and waits for the answer; whoever sends them all may find the door shut. */
  const declared = (bytes: number) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': bytes }
      const sent = request(`${it_.server.url}/webhooks/github`, { method: 'POST', headers }, (answer) => {
        resolve(answer.statusCode)
        sent.destroy()
      })
      sent.on('error', reject)
      sent.flushHeaders()
    })
  const state = () => ({
    deliveries: eye.kept('select guid from delivery').length,
    entries: eye.kept('select seq from audit').length,
  })

  it('is closed to whoever does not know the secret, and to what is too large', async () => {
    await eye.quiet()
    const before = state()
    const body = JSON.stringify(it_.github.webhooks.deliveries.at(-1)?.payload)
    const forged = createHmac('sha256', 'a guess').update(body).digest('hex')
    expect(await knock(body, {})).toBe(401)
    expect(await knock(body, { 'x-hub-signature-256': `sha256=${forged}` })).toBe(401)
    expect(await knock(body, { 'x-hub-signature-256': 'sha1=0' })).toBe(401)
    expect(await declared(26 * 1024 * 1024)).toBe(413)
    expect(state()).toEqual(before)
  })

  it('takes a delivery again, and nothing comes of it', async () => {
    await eye.quiet()
    const known = it_.github.webhooks.deliveries.findLast((one) => one.event === 'pull_request')
    const before = state()
    const rings = eye.kept<{ mark: number }>('select mark from dirty').length
    expect(await knock(JSON.stringify(known?.payload), known?.requestHeaders ?? {})).toBe(202)
    await eye.quiet()
    expect(state()).toEqual(before)
    expect(rings).toBe(0)
  })
})
