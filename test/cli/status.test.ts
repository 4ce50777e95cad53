import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { statusOf } from '@dbward/app/flow/status'
import {
  enrolAgent,
  putRequests,
  sampleChange,
  sampleClock,
  sampleRequest,
  sampleServer,
  tempStore,
} from '@dbward/app/samples'
import { commit } from '@dbward/app/store/commit'
import { agentSeen } from '@dbward/app/store/doorbell'
import { request } from '@dbward/app/store/requests'
import { sha256 } from '@dbward/protocol/plan'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inProcess } from '../../cli/testing.ts'

const token = `dbo_ops_${'a'.repeat(43)}`
const temp = tempStore()
const clock = sampleClock()
const server = sampleServer(temp.store, clock.now, async () => {}, {
  status: {
    operators: [{ id: 'ops', token_sha256: sha256(token) }],
    status: (question) => statusOf(temp.store, question, clock.now()),
  },
})
const id = (pr: number) => `${sampleChange.repo_id}#${pr}:app@production`
let url = ''

beforeAll(async () => {
  url = await server.listen({ host: '127.0.0.1', port: 0 })
  enrolAgent(temp.store, clock.now(), 'agent-1')
  agentSeen(temp.store, 'agent-1', clock.now())
  enrolAgent(temp.store, clock.now(), 'agent-2')
  const first = { pr: 7, state: 'held', reason: 'merged without approval\u001b[31m', queue_position: 1 }
  putRequests(temp.store, clock.now(), [
    await sampleRequest(first),
    await sampleRequest({ pr: 8, state: 'queued', queue_position: 2 }),
    await sampleRequest({ pr: 9, state: 'applied', queue_position: 3 }),
  ])
})
afterAll(async () => {
  await server.close()
  temp.drop()
})

type More = { readonly env?: Readonly<Record<string, string>>; readonly sleep?: () => Promise<void> }
const status = (args: readonly string[], { env = {}, ...more }: More = {}) =>
  inProcess(['status', ...args], {
    env: { DBWARD_SERVER_URL: url, DBWARD_STATUS_TOKEN: token, ...env },
    ...more,
  })

describe('dbward status', () => {
  test('says who waits for whom and why, and which agents are online; 1 as something is held', async () => {
    const { code, out, err } = await status([])
    expect({ code, err }).toEqual({ code: 1, err: '' })
    const lines = out.split('\n').map((line) => line.trim())
    expect(lines).toContain(`${id(7)}  held: merged without approval\ufffd[31m`)
    expect(lines).toContain(`waits for ${id(7)} (held: merged without approval\ufffd[31m), 1 ahead`)
    expect(lines).toContain(`app@production of ${sampleChange.repo}: ${id(7)}, then ${id(8)}`)
    expect(lines).toContain('agent-1 (app@production): online')
    expect(lines).toContain('agent-2 (app@production): never heard of')
    expect(out).not.toContain('\u001b')
  })

  test('exits with 2 for what waits and with 0 for what is done', async () => {
    expect((await status(['--pr', '8'])).code).toBe(2)
    const { code, out } = await status(['--request', id(9), '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ requests: [{ pr: 9, state: 'applied', ended: true }] })
  })

  test('watches on a terminal until what was asked for has ended', async () => {
    const { code, out } = await status(['--pr', '8', '--watch'], {
      sleep: async () => {
        const row = request(temp.store, id(8))
        if (row === null) throw new Error('expected the request')
        const audit = { type: 't', actor: { kind: 'server', id: 't' }, subject: {}, outcome: 'ok', data: {} }
        commit(temp.store, clock.now(), { audit: [audit], requests: [{ ...row, state: 'applied' }] })
      },
    })
    expect(code).toBe(0)
    expect(out.split('\u001b[H\u001b[J').slice(1)).toHaveLength(2)
    expect((await status(['--watch'])).code).toBe(78)
  })

  test.each([
    ['without a token', [], { DBWARD_STATUS_TOKEN: '' }, 'DBWARD_STATUS_TOKEN must hold'],
    [
      'with a wrong one',
      [],
      { DBWARD_STATUS_TOKEN: `dbo_ops_${'b'.repeat(43)}` },
      'does not know this token',
    ],
    ['over http', [], { DBWARD_SERVER_URL: 'http://dbward.example' }, 'expected https'],
    ['where nobody answers', [], { DBWARD_SERVER_URL: 'http://127.0.0.1:1' }, 'got none'],
    ['for what is not there', ['--pr', '99'], {}, 'knows no request of pull request 99'],
    ['with neither', [], { DBWARD_SERVER_URL: '', DBWARD_STATUS_TOKEN: '' }, 'are missing'],
  ])('exits with 78 %s', async (_, args, env, said) => {
    const { code, out, err } = await status(args, { env })
    expect({ code, out }).toEqual({ code: 78, out: '' })
    expect(err).toContain(said)
    expect(err).not.toMatch(/a{43}|b{43}/)
  })

  test('takes the token nowhere else, and nothing else for an answer', async () => {
    const heard: (string | undefined)[] = []
    const other = createServer((request, response) => {
      heard.push(request.headers.authorization)
      response.writeHead(302, { location: `${url}/status/v1` }).end()
    })
    const odd = createServer((_, response) => response.end('{"v":"dbward.status.v1"}'))
    for (const one of [other, odd]) {
      await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
      const { port } = one.address() as AddressInfo
      expect((await status(['--server', `http://127.0.0.1:${port}`])).code).toBe(78)
      one.close()
    }
    expect(heard).toEqual([`Bearer ${token}`])
  })
})
