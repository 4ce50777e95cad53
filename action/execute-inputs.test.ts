import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signBundle } from '@dbward/protocol/bundle'
import { ConfigError } from '@dbward/protocol/errors'
import { generateKey } from '@dbward/protocol/keys'
import { sampleBundleContent, sampleSeed, sampleSigner } from '@dbward/protocol/samples'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readInputs } from './execute-inputs.ts'
import type { ActionWorld } from './world.ts'

const agentKey = generateKey('agent', () => sampleSeed('agent'))
const rootKey = (nth = 0) => generateKey('root', () => sampleSeed('root', nth)).publicFile
const pem =
  '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA1111\nAAAAB3NzaC1yc2E2222\n-----END RSA PRIVATE KEY-----'
const bundle = JSON.stringify(await signBundle(sampleBundleContent(), [sampleSigner('root')]))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dbward-inputs-'))
  mkdirSync(join(folder, 'work'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const good = {
  'server-url': 'https://dbward.example.com',
  audience: 'dbward:example',
  'agent-id': 'ci-1',
  'agent-key': agentKey.privateFile,
  'trust-bundle': bundle,
  'trust-roots': rootKey(),
  database: 'app',
  environment: 'production',
  engine: 'postgres',
  'database-url': 'postgres://migrator:p%40ss%2Fw0rd@db.example.com/shop',
  'github-token': 'ghs_0123456789',
}
const goodEnv = {
  GITHUB_REPOSITORY: 'acme/shop',
  GITHUB_REPOSITORY_ID: '4711',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_SHA: 'b'.repeat(40),
  GITHUB_RUN_ID: '9001',
  GITHUB_RUN_ATTEMPT: '1',
}

function read(inputs: Readonly<Record<string, string>> = {}, env: Readonly<Record<string, string>> = {}) {
  const masked: string[] = []
  const given: Readonly<Record<string, string>> = { ...good, ...inputs }
  const nothing = () => undefined
  const world: ActionWorld = {
    env: { ...goodEnv, RUNNER_TEMP: folder, ...env },
    workspace: join(folder, 'work'),
    event: null,
    input: (name) => given[name]?.trim() ?? '',
    setOutput: nothing,
    summary: nothing,
    mask: (secret) => void masked.push(secret),
    say: nothing,
    warn: nothing,
    fail: nothing,
    idToken: () => Promise.reject(new Error('nobody asks here')),
    fetch: () => Promise.reject(new Error('nobody asks here')),
    now: () => 0,
    monotonic: () => 0,
    signal: new AbortController().signal,
  }
  try {
    return { masked, problems: [], inputs: readInputs(world) }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { masked, problems: error.problems, inputs: null }
  }
}

test('what a job needs, and the runner about the job', () => {
  const { inputs } = read()
  expect(inputs).toMatchObject({
    target: { repository: 'acme/shop', repository_id: 4711, branches: ['main'], min_approvals: 0 },
    github: { by: 'token', apiUrl: 'https://api.github.com' },
    waitMs: 30 * 60_000,
    job: { sha: 'b'.repeat(40), runId: '9001', runAttempt: '1' },
  })
  expect(read({ 'verifier-app-id': '12', 'verifier-private-key': pem }).inputs?.github).toMatchObject({
    by: 'app',
    appId: 12,
  })
})

test('every secret is masked, and every part of it that could show alone', () => {
  const { masked } = read({ 'verifier-app-id': '12', 'verifier-private-key': pem })
  const seed = JSON.parse(agentKey.privateFile).private
  const parts = ['p%40ss%2Fw0rd', 'p@ss/w0rd', good['database-url'], seed, 'ghs_0123456789']
  for (const part of [...parts, 'MIIEowIBAAKCAQEA1111', 'AAAAB3NzaC1yc2E2222']) expect(masked).toContain(part)
  expect(masked.filter((one) => one.length < 4)).toEqual([])
})

describe('what is wrong is said', () => {
  test.each(Object.keys(good))('where %s is missing', (name) => {
    expect(read({ [name]: '' }).problems).toEqual([expect.stringContaining(`${name} is missing`)])
  })

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['a server without TLS', { 'server-url': 'http://dbward.example.com' }, /^server-url: expected an https/],
    ['another engine', { engine: 'oracle' }, /^engine: expected one of postgres, mysql, mariadb/],
    [
      'the address of another engine',
      { engine: 'mysql' },
      /^database-url: expected the address of a database/,
    ],
    ['an address that is none', { 'database-url': 'db.example.com' }, /^database-url: expected the address/],
    ['a branch that is not the run’s', { branches: 'release' }, /^branches: this run is on main/],
    ['half an App', { 'verifier-app-id': '12' }, /expected both or none/],
    ['no time to wait', { 'wait-minutes': '0' }, /^wait-minutes: expected a whole number from 1 to 350/],
    ['a floor that is none', { 'min-approvals': '-1' }, /^min-approvals: expected a whole number/],
    [
      'several roots without a threshold',
      { 'trust-roots': `${rootKey()}\n${rootKey(1)}` },
      /^trust-threshold is missing/,
    ],
    [
      'more than there are roots',
      { 'trust-threshold': '2' },
      /^trust-threshold: expected at most the number/,
    ],
    ['a version that is none', { 'trust-min-version': '1.5' }, /^trust-min-version: expected a whole number/],
    [
      'one root twice',
      { 'trust-roots': rootKey() + rootKey(), 'trust-threshold': '2' },
      /^trust-threshold: expected at most/,
    ],
    [
      'a key of another role',
      { 'agent-key': generateKey('exec', () => sampleSeed('exec')).privateFile },
      /^agent-key: expected a key for agent/,
    ],
    [
      'a root that is no root',
      { 'trust-roots': agentKey.publicFile },
      /^trust-roots\[0\]: expected a key for root/,
    ],
    ['roots from the checkout', { 'trust-roots': 'keys/root.json' }, /relative path/],
  ])('%s', (_, inputs, problem) => {
    expect(read(inputs).problems).toContainEqual(expect.stringMatching(problem))
  })

  test('a run that is on no branch', () => {
    expect(read({}, { GITHUB_REF: 'refs/pull/7/merge' }).problems).toEqual([
      expect.stringContaining('expected GITHUB_REF to be refs/heads/'),
    ])
  })

  test('and not the value of a secret that is in the wrong place', () => {
    const seed = JSON.parse(agentKey.privateFile).private
    const wrong = Object.keys(good).flatMap((name) => [
      ...read({ [name]: agentKey.privateFile }).problems,
      ...read({ [name]: pem }).problems,
      ...read({ [name]: good['database-url'] }).problems,
      ...read({ 'verifier-app-id': pem, 'verifier-private-key': good['database-url'] }).problems,
    ])
    expect(wrong.length).toBeGreaterThan(20)
    for (const secret of [seed, seed.slice(0, 10), 'MIIEow', 'p%40ss', 'w0rd']) {
      expect(wrong.filter((one) => one.includes(secret))).toEqual([])
    }
  })
})

describe('root keys in files', () => {
  test('count from outside of the checkout', () => {
    writeFileSync(join(folder, 'root.json'), rootKey())
    expect(read({ 'trust-roots': join(folder, 'root.json') }).problems).toEqual([])
  })

  test('do not count from the checkout, whatever way leads there', () => {
    const inside = join(folder, 'work', 'root.json')
    writeFileSync(inside, rootKey())
    symlinkSync(inside, join(folder, 'linked.json'))
    symlinkSync(join(folder, 'work'), join(folder, 'there'))
    for (const path of [
      inside,
      join(folder, 'linked.json'),
      join(folder, 'there/root.json'),
      `${folder}/x/../work/root.json`,
    ]) {
      mkdirSync(join(folder, 'x'), { recursive: true })
      expect(read({ 'trust-roots': path }).problems).toEqual([
        expect.stringContaining('outside of the checkout'),
      ])
    }
  })

  test('but the bundle does, as it is signed', () => {
    writeFileSync(join(folder, 'work', 'trust.json'), bundle)
    expect(read({ 'trust-bundle': 'trust.json' }).inputs?.trust.bundle).toBe(bundle)
  })
})
