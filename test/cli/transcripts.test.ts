import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { statusOf } from '@dbward/app/flow/status'
import {
  enrolAgent,
  putRequests,
  sampleClock,
  sampleRequest,
  sampleServer,
  tempStore,
} from '@dbward/app/samples'
import { agentSeen } from '@dbward/app/store/doorbell'
import { askedPermissions } from '@dbward/protocol/app-permissions'
import { sha256 } from '@dbward/protocol/plan'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { folder, inProcess } from '../../cli/testing.ts'
import { type GitHub, startGitHub } from '../github/emulator.ts'
import { as } from '../github/testing.ts'

const policy = (min: number) => `version: 1
databases:
  app:
    engine: postgres
    migrations: db/migrate/*.sql
    environments: [production]
workflows:
  - { database: app, environment: production, steps: [ { approvers: [ { team: acme/dba, min: ${min} } ] } ] }
`
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

beforeAll(async () => {
  github = await startGitHub()
  const [ann, bob, cas] = ['ann', 'bob', 'cas'].map((login) => github.user(login).token)
  github.org('acme')
  github.orgMember('acme', 'ann', 'admin')
  github.team('acme', 'dba')
  await github.repo('acme', 'shop', { files: { '.dbward.yml': policy(2) } })
  for (const login of ['bob', 'cas']) {
    github.orgMember('acme', login)
    github.teamAdd('acme', 'dba', login)
    github.collaborator('acme/shop', login, 'write')
  }
  const permissions = { ...askedPermissions, pull_requests: 'write' as const }
  const app = github.app({ slug: 'dbward', owner: 'acme', permissions })
  github.install(app.id, 'acme')
  const requiredChecks = [{ context: 'dbward/gate', integration_id: app.id }]
  github.protect('acme/shop', 'main', { requirePullRequest: true, requiredChecks, bypass: ['cas'] })
  github.actionsMayApprove('acme/shop', true)
  const files = { 'db/migrate/20260101000001_users.sql': 'create table users (id bigint primary key);\n' }
  await github.commit('acme/shop', 'users', { files, author: 'ann' })
  const at = { owner: 'acme', repo: 'shop' }
  const { data } = await as(github, ann ?? '').pulls.create({
    ...at,
    title: 'Add users',
    head: 'users',
    base: 'main',
  })
  await as(github, bob ?? '').pulls.createReview({ ...at, pull_number: data.number, event: 'APPROVE' })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  enrolAgent(temp.store, clock.now(), 'agent-1')
  enrolAgent(temp.store, clock.now(), 'agent-2', ['app@staging'])
  agentSeen(temp.store, 'agent-1', clock.now())
  putRequests(temp.store, clock.now(), [
    await sampleRequest({ pr: 7, state: 'held', reason: 'merged without approval', queue_position: 1 }),
    await sampleRequest({ pr: 8, state: 'queued', queue_position: 2 }),
  ])
  const tokens = { GITHUB_TOKEN: ann ?? '', DBWARD_STATUS_TOKEN: token }
  env = { GITHUB_API_URL: github.url, DBWARD_SERVER_URL: url, ...tokens }
  expect(cas).toBeDefined()
})
afterAll(async () => {
  await server.close()
  temp.drop()
  await github.close()
})

test('docs/operators.md shows what each command prints', async () => {
  const cwd = folder()
  mkdirSync(cwd, { recursive: true })
  const names = { good: join(cwd, 'good.yml'), bad: join(cwd, 'bad.yml'), facts: join(cwd, 'facts.json') }
  writeFileSync(names.good, policy(1))
  writeFileSync(names.bad, policy(1).replace('steps', 'stepz'))
  const one = ['--repo', 'acme/shop', '--pr', '1']
  const commands: readonly (readonly string[])[] = [
    ['policy', 'check', names.good],
    ['policy', 'check', names.bad],
    ['policy', 'explain', ...one, '--record', names.facts],
    ['policy', 'simulate', names.good, '--recorded', names.facts],
    ['status'],
    ['doctor', '--repo', 'acme/shop'],
  ]
  const parts: string[] = []
  for (const args of commands) {
    const { code, out, err } = await inProcess(args, { env })
    const line = ['dbward', ...args].join(' ')
    parts.push(`\`\`\`text\n${settled(`$ ${line}\n${err}${out}`, cwd)}\`\`\`\n\nExit code ${code}.\n`)
  }
  const head = `# What operators see

Made by \`test/cli/transcripts.test.ts\`, against an emulated GitHub and a server; [cli.md](cli.md) explains the commands.
`
  await expect([head, ...parts].join('\n')).toMatchFileSnapshot('../../docs/operators.md')
})

/** Without what is another at every run: folders, commits, and ids that GitHub gives. */
function settled(text: string, cwd: string): string {
  return text
    .replaceAll(`${cwd}/`, '')
    .replace(/\b[0-9a-f]{7}\b/g, '5182b0c')
    .replace(/\b(App|ruleset|User) \d+/g, '$1 1234')
    .replace(/as of \S+/, 'as of 2026-01-31T14:03:20.000Z')
}
