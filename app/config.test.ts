import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError } from '@dbward/protocol/errors'
import { generateKey, type KeyRole } from '@dbward/protocol/keys'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readConfig } from './config.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'dbward-config-'))
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  put('app.pem', privateKey)
  put('webhook', 'a secret of some length\n')
  for (const role of ['authz', 'exec', 'checkpoint'] as const) put(`${role}.key`, key(role, 1).privateFile)
  put('agent.pub', key('agent', 2).publicFile)
})
afterEach(() => rmSync(dir, { recursive: true }))

const key = (role: KeyRole, seed: number) => generateKey(role, (n) => new Uint8Array(n).fill(seed))

function put(name: string, text: string): void {
  writeFileSync(join(dir, name), text, { mode: 0o600 })
}

const good = () => `
server:
  id: dbward-1
  listen: { host: 0.0.0.0, port: 8080 }
  public_url: https://dbward.example.com/
store: { path: ${dir}/state.db }
github:
  app_id: 12
  private_key: ${dir}/app.pem
  webhook_secret: ${dir}/webhook
keys:
  authz: ${dir}/authz.key
  exec: ${dir}/exec.key
  checkpoint: ${dir}/checkpoint.key
agents:
  - id: prod-eu-1
    token_sha256: ${'a'.repeat(64)}
    databases: ["app@production", "acme/shop:log@staging"]
    public_key: ${dir}/agent.pub
`

/** The same configuration after something has happened to its files. */
function after(act: () => void): string {
  act()
  return good()
}

function read(text: string, env: Record<string, string> = {}) {
  put('dbward.yml', text)
  return readConfig(join(dir, 'dbward.yml'), env)
}

function problems(text: string, env: Record<string, string> = {}): readonly string[] {
  try {
    read(text, env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map((one) => one.replaceAll(dir, 'DIR'))
    throw error
  }
  return []
}

test('a whole configuration, its files read', () => {
  const config = read(good())
  expect(config).toMatchObject({
    'server.id': 'dbward-1',
    'server.listen.port': 8080,
    'server.public_url': 'https://dbward.example.com',
    'github.api_url': 'https://api.github.com',
    'github.webhook_secret': 'a secret of some length',
    'github.webhook_secret_previous': null,
    lease_seconds: 60,
    sweep_seconds: 300,
    'log.level': 'info',
  })
  expect(config['keys.exec'].kid).toBe(key('exec', 1).publicKey.kid)
  expect(config.agents).toMatchObject([{ id: 'prod-eu-1', publicKey: { role: 'agent' } }])
})

const operator = `{ id: ops, token_sha256: ${'a'.repeat(64)} }`

test('nobody may ask how things stand who is not named', () => {
  expect(read(good()).operators).toEqual([])
  expect(read(`${good()}\noperators: [${operator}]\n`).operators).toMatchObject([{ id: 'ops' }])
})

const job = `
    actions:
      repository: acme/shop
      repository_id: 4711
      repository_owner_id: "500"
      refs: [refs/heads/main]
      events: [push]
      job_workflow_ref: acme/shop/.github/workflows/migrate.yml@refs/heads/main
      environment: production
`
const asJob = (change: (text: string) => string = (text) => text) =>
  `${good()
    .replace(/\n {4}token_sha256: .*/, change(job).trimEnd())
    .replace(/databases: .*/, 'databases: ["app@production"]')}\nactions: { audience: "dbward:example" }\n`

test('an agent may be a job of GitHub Actions', () => {
  const config = read(asJob())
  expect(config['actions.issuer']).toBe('https://token.actions.githubusercontent.com')
  expect(config.agents).toMatchObject([
    {
      token_sha256: null,
      actions: {
        repository_id: '4711',
        repository_owner_id: '500',
        job_workflow_sha: null,
        environment: 'production',
        runner_environment: null,
      },
    },
  ])
})

test('an agent is either of both, and not both', () => {
  const either = /prod-eu-1: expected either token_sha256 or actions, got both or none/
  const both = `\n    token_sha256: ${'a'.repeat(64)}${job.trimEnd()}`
  for (const said of ['', both]) {
    const text = `${good().replace(/\n {4}token_sha256: .*/, said)}\nactions: { audience: "dbward:example" }\n`
    expect(problems(text)).toEqual([expect.stringMatching(either)])
  }
})

test('a job of Actions has one database', () => {
  const two = asJob().replace('databases: ["app@production"]', 'databases: [app@staging, app@production]')
  expect(problems(two)).toEqual([
    expect.stringMatching(/prod-eu-1: expected one database for a job of Actions, got 2/),
  ])
})

test.each<[string, string, string, RegExp]>([
  ['no audience', '', '', /^actions.audience is missing/],
  [
    'a pattern for a branch',
    'refs/heads/main]',
    'refs/heads/*]',
    /refs\[0\]: expected the whole ref of one branch/,
  ],
  [
    'a branch without its ref',
    'refs/heads/main]',
    'main]',
    /refs\[0\]: expected the whole ref of one branch/,
  ],
  ['no branch', '[refs/heads/main]', '[]', /refs: expected at least one/],
  ['pull requests', '[push]', '[pull_request]', /events\[0\]: expected one of push, workflow_dispatch/],
  ['no event', '[push]', '[]', /events: expected at least one/],
  ['a workflow without its ref', '.yml@refs/heads/main', '.yml', /job_workflow_ref: expected OWNER\/REPO/],
  ['a workflow of any branch', '.yml@refs/heads/main', '.yml@*', /job_workflow_ref: expected OWNER\/REPO/],
  ['a name for an id', '4711', 'acme', /repository_id: expected a numeric id/],
  ['a subject', 'environment:', 'sub:', /expected no unknown member, got "sub"/],
])('a job is refused with %s', (_, from, to, problem) => {
  const text =
    from === '' ? asJob().replace(/actions: \{ audience.*/, '') : asJob((one) => one.replace(from, to))
  expect(problems(text)).toEqual([expect.stringMatching(problem)])
})

test('the environment comes first, and holds the secret itself', () => {
  const env = { DBWARD_GITHUB_WEBHOOK_SECRET: 'another secret of some length', DBWARD_SERVER_PORT: '0' }
  const config = read(good(), env)
  expect(config['github.webhook_secret']).toBe('another secret of some length')
  expect(config['server.listen.port']).toBe(0)
})

test('everything that is wrong is said at once', () => {
  const found = problems('server: { id: "a b" }\nextra: 1\nlease_seconds: 1\n')
  expect(found).toContain('DIR/dbward.yml: unknown setting extra')
  expect(found.some((one) => one.startsWith('server.id: expected a plain name'))).toBe(true)
  expect(found.some((one) => one.startsWith('lease_seconds: expected a whole number from 2'))).toBe(true)
  expect(found.some((one) => one.startsWith('keys.authz is missing'))).toBe(true)
  expect(found.some((one) => one.startsWith('github.private_key is missing'))).toBe(true)
})

test.each([
  [
    'a secret in the file',
    () => good().replace(`${dir}/webhook`, 'hunter2hunter2hunter2'),
    /^github.webhook_secret: expected the path of a file; the secret itself must not stand here/,
  ],
  ['a secret that is short', () => after(() => put('webhook', 'short')), /at least 16 characters, got fewer/],
  [
    'no key',
    () => good().replace('exec.key', 'none.key'),
    /^keys.exec: DIR\/none.key: expected the private key for exec, got no file; make one with dbward keys generate/,
  ],
  [
    'a key of another role',
    () => good().replace('exec.key', 'authz.key'),
    /expected a key for exec, got one for authz/,
  ],
  [
    'a key that others can read',
    () => after(() => chmodSync(join(dir, 'exec.key'), 0o640)),
    /expected mode 0600, got 0640; run chmod 600/,
  ],
  [
    'an App key that others can read',
    () => after(() => chmodSync(join(dir, 'app.pem'), 0o644)),
    /^github.private_key: DIR\/app.pem: expected mode 0600/,
  ],
  ['no PEM', () => after(() => put('app.pem', 'x')), /expected a private key in PEM/],
  [
    'an agent without a key',
    () => good().replace('agent.pub', 'none.pub'),
    /^agents: prod-eu-1: DIR\/none.pub/,
  ],
  ['an agent with a private key', () => good().replace('agent.pub', 'exec.key'), /^agents: prod-eu-1: /],
  ['an agent twice', () => good() + good().slice(good().indexOf('  - id')), /every id once, got one twice/],
  [
    'an operator twice',
    () => `${good()}\noperators: [${operator}, ${operator}]\n`,
    /^operators: expected every id once, got one twice/,
  ],
  [
    "an operator's token itself",
    () => `${good()}\noperators: [{ id: ops, token_sha256: dbo_ops_${'a'.repeat(43)} }]\n`,
    /^operators\[0\]\.token_sha256: expected 64 hex digits/,
  ],
  ['a database without environment', () => good().replace('app@production', 'app'), /database@environment/],
  [
    'plain http',
    () => good().replace('https://dbward', 'http://dbward'),
    /^server.public_url: expected an https/,
  ],
])('%s is refused', (_, text, message) => {
  const found = problems(text())
  expect(found).toHaveLength(1)
  expect(found[0]).toMatch(message)
  expect(found[0]).not.toContain('hunter2')
})

test('the address of a database is refused wherever it stands, and not repeated', () => {
  const text = `${good()}# postgres://ada:secret@db/app\n`
  const found = problems(text, { DBWARD_STORE: 'mysql://ada:secret@db/app' })
  expect(found).toHaveLength(2)
  expect(found[0]).toMatch(
    /^DIR\/dbward.yml:20: looks like a database's address; the server must never hold one/,
  )
  expect(found[1]).toMatch(/^DBWARD_STORE: looks like a database's address/)
  expect(found.join()).not.toContain('secret@')
})
