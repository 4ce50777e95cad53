import { statusOf } from '@dbward/app/flow/status'
import { enrolAgent, sampleClock, sampleServer, tempStore } from '@dbward/app/samples'
import { agentSeen } from '@dbward/app/store/doorbell'
import { askedPermissions } from '@dbward/protocol/app-permissions'
import { sha256 } from '@dbward/protocol/plan'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inProcess } from '../../cli/testing.ts'
import { type GitHub, startGitHub } from '../github/emulator.ts'

const token = `dbo_ops_${'a'.repeat(43)}`
const temp = tempStore()
const clock = sampleClock()
const server = sampleServer(temp.store, clock.now, async () => {}, {
  status: {
    operators: [{ id: 'ops', token_sha256: sha256(token) }],
    status: (question) => statusOf(temp.store, question, clock.now()),
  },
})
let github: GitHub
let env: Readonly<Record<string, string>>
let tokens: { readonly ann: string; readonly bob: string }
let appId = 0

beforeAll(async () => {
  github = await startGitHub()
  tokens = { ann: github.user('ann').token, bob: github.user('bob').token }
  github.org('acme')
  github.orgMember('acme', 'ann', 'admin')
  github.orgMember('acme', 'bob')
  await github.repo('acme', 'shop', { files: { 'README.md': 'shop\n' } })
  github.collaborator('acme/shop', 'bob', 'write')
  const events = ['pull_request', 'merge_group']
  appId = github.app({ slug: 'dbward', owner: 'acme', permissions: { ...askedPermissions }, events }).id
  github.install(appId, 'acme')
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  enrolAgent(temp.store, clock.now(), 'agent-1')
  agentSeen(temp.store, 'agent-1', clock.now())
  env = { GITHUB_API_URL: github.url, DBWARD_SERVER_URL: url, DBWARD_STATUS_TOKEN: token }
})
afterAll(async () => {
  await server.close()
  temp.drop()
  await github.close()
})

type Lines = readonly {
  readonly name: string
  readonly result: string
  readonly message: string
  readonly fix: string
}[]

async function doctor(who: 'ann' | 'bob', more: Readonly<Record<string, string>> = {}) {
  const args = ['doctor', '--repo', 'acme/shop', '--json']
  const { code, out, err } = await inProcess(args, { env: { ...env, GITHUB_TOKEN: tokens[who], ...more } })
  const { lines } = JSON.parse(out === '' ? '{"lines":[]}' : out) as { readonly lines: Lines }
  return {
    code,
    err,
    lines,
    problems: lines.filter((one) => one.result === 'problem').map((one) => one.message),
  }
}

function protect(over: Parameters<GitHub['protect']>[2] = {}) {
  const requiredChecks = [{ context: 'dbward/gate', integration_id: appId }]
  github.protect('acme/shop', 'main', { requirePullRequest: true, requiredChecks, ...over })
}

describe('dbward doctor', () => {
  test('finds everything in order, and exits with 0', async () => {
    for (const classic of [false, true]) {
      protect({ classic, mergeQueue: !classic })
      const { code, err, lines } = await doctor('ann')
      expect({ code, err, wrong: lines.filter((one) => one.result !== 'ok') }).toEqual({
        code: 0,
        err: '',
        wrong: [],
      })
      expect(lines.map((one) => one.name)).toEqual([
        ...['required check', 'direct pushes', 'force pushes', 'bypass', 'actions'],
        ...['merge methods', 'merge queue', 'stale reviews', 'permissions', 'agents'],
      ])
    }
  })

  test.each<[string, Parameters<GitHub['protect']>[2], RegExp]>([
    ['no required check', { requiredChecks: [] }, /dbward\/gate is not required on main/],
    ['a check from anybody', { requiredChecks: [{ context: 'dbward/gate' }] }, /may come from anybody/],
    [
      'a check from another App',
      { requiredChecks: [{ context: 'dbward/gate', integration_id: 7 }] },
      /bound to App 7, and dbward is App \d+/,
    ],
    ['direct pushes', { requirePullRequest: false }, /may push to main without a pull request/],
    ['force pushes', { blockForcePush: false }, /may be written anew/],
    ['somebody who may bypass a ruleset', { bypass: ['bob'] }, /User \d+ may bypass ruleset \d+/],
    ['administrators who may', { bypass: ['ann'], classic: true }, /administrators may bypass/],
    ['force pushes by the old protection', { blockForcePush: false, classic: true }, /may be written anew/],
  ])('exits with 1 for %s, and says where to mend it', async (_, rules, said) => {
    protect(rules)
    const { code, lines, problems } = await doctor('ann')
    expect(code).toBe(1)
    expect(problems).toEqual([expect.stringMatching(said)])
    expect(lines.find((one) => one.result === 'problem')?.fix).toMatch(/Settings > /)
  })

  test('exits with 1 where Actions may approve, and where an agent is silent', async () => {
    protect()
    github.actionsMayApprove('acme/shop', true)
    enrolAgent(temp.store, clock.now(), 'agent-2')
    const { code, problems } = await doctor('ann')
    github.actionsMayApprove('acme/shop', false)
    expect(code).toBe(1)
    expect(problems).toEqual([
      expect.stringMatching(/workflows may approve/),
      'agent-2 (app@production) was never heard of',
    ])
    agentSeen(temp.store, 'agent-2', clock.now())
  })

  test('what a token may not see is not checked, and exits with 2', async () => {
    for (const classic of [false, true]) {
      protect({ classic })
      const { code, lines } = await doctor('bob', { DBWARD_SERVER_URL: '', DBWARD_STATUS_TOKEN: '' })
      expect(code).toBe(2)
      const unseen = lines.filter((one) => one.result === 'not checked')
      const hidden = classic ? ['direct pushes', 'force pushes'] : []
      expect(unseen.map((one) => one.name)).toEqual([
        ...['required check', ...hidden, 'bypass'],
        ...(classic ? [] : ['bypass']),
        ...['actions', 'stale reviews', 'permissions', 'agents'],
      ])
      expect(unseen.every((one) => /^(run it with the token of an|set DBWARD)/.test(one.fix))).toBe(true)
    }
  })

  test('says it to people, too', async () => {
    protect({ requirePullRequest: false })
    const args = ['doctor', '--repo', 'acme/shop', '--app', 'other']
    const { code, out } = await inProcess(args, { env: { ...env, GITHUB_TOKEN: tokens.ann } })
    expect(code).toBe(1)
    expect(out).toMatch(/^acme\/shop, branch main\n/)
    expect(out).toContain('  PROBLEM      permissions: the App is not installed on this organization\n')
    expect(out).toContain('               -> require a pull request before merging: Settings > Rules')
  })

  test.each([
    ['without a token', { GITHUB_TOKEN: '' }],
    ['with a wrong one', { GITHUB_TOKEN: 'nobody' }],
    ['where the server does not answer', { DBWARD_SERVER_URL: 'http://127.0.0.1:1' }],
  ])('exits with 78 %s', async (_, more) => expect((await doctor('ann', more)).code).toBe(78))
})
