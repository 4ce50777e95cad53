import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folder, inProcess } from '../../cli/testing.ts'
import { type GitHub, startGitHub } from '../github/emulator.ts'
import { as } from '../github/testing.ts'

const policy = (approvers: string) => `version: 1
databases:
  app:
    engine: postgres
    migrations: db/migrate/*.sql
    environments: [production]
workflows: [ { database: app, environment: production, steps: [ { approvers: [ ${approvers} ] } ] } ]
`
const repo = 'acme/shop'
let github: GitHub
let tokens: Readonly<Record<'ann' | 'bob' | 'cas', string>>
let pr = 0

beforeAll(async () => {
  github = await startGitHub()
  tokens = { ann: github.user('ann').token, bob: github.user('bob').token, cas: github.user('cas').token }
  github.org('acme')
  github.orgMember('acme', 'ann', 'admin')
  for (const login of ['bob', 'cas']) github.orgMember('acme', login)
  github.team('acme', 'dba')
  for (const login of ['bob', 'cas']) github.teamAdd('acme', 'dba', login)
  github.team('acme', 'secret', [], { privacy: 'secret' })
  await github.repo('acme', 'shop', {
    files: { '.dbward.yml': policy('{ team: acme/dba, min: 2 }'), 'README.md': 'shop\n' },
  })
  for (const login of ['bob', 'cas']) github.collaborator(repo, login, 'write')
  pr = await pullOf('users', 'create table users (id bigint primary key);\n')
})
afterAll(() => github.close())

async function pullOf(branch: string, sql: string): Promise<number> {
  const version = String(20260101000000 + branch.length)
  const files = { [`db/migrate/${version}_${branch}.sql`]: sql }
  await github.commit(repo, branch, { files, author: 'ann' })
  const ann = as(github, tokens.ann)
  const { data } = await ann.pulls.create({
    owner: 'acme',
    repo: 'shop',
    title: branch,
    head: branch,
    base: 'main',
  })
  return data.number
}

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  inProcess(['policy', ...args], { env: { GITHUB_API_URL: github.url, GITHUB_TOKEN: tokens.ann, ...env } })

describe('policy explain', () => {
  test('says who could approve what, and exits with 2 while it waits', async () => {
    const { code, out, err } = await run(['explain', '--repo', repo, '--pr', String(pr)])
    expect({ code, err }).toEqual({ code: 2, err: '' })
    expect(out).toMatch(/^acme\/shop#1 "users", open, by \.dbward\.yml of main at [0-9a-f]{7}\n/)
    expect(out).toContain(
      '  app@production: waiting (WAITING_FOR_APPROVAL): Needs 2 approvals from acme/dba.\n',
    )
    expect(out).toContain('    step 1 (all): not met\n      0 of 2 from acme/dba\n')
    expect(out).toContain('    missing: 2 from acme/dba: bob, cas\n')
  })

  test('says who counts, who does not and why, and exits with 0 once it may run', async () => {
    await as(github, tokens.bob).pulls.createReview({
      owner: 'acme',
      repo: 'shop',
      pull_number: pr,
      event: 'APPROVE',
    })
    const one = await run(['explain', '--pr', String(pr)], { GITHUB_REPOSITORY: repo })
    expect(one.code).toBe(2)
    expect(one.out).toMatch(/counts: bob at [0-9a-f]{7}\n/)
    expect(one.out).toContain('    missing: 1 from acme/dba: cas\n')
    await as(github, tokens.cas).pulls.createReview({
      owner: 'acme',
      repo: 'shop',
      pull_number: pr,
      event: 'APPROVE',
    })
    const { code, out } = await run(['explain', '--repo', repo, '--pr', String(pr), '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      pr,
      simulated: false,
      requests: [
        { on: 'app@production', verdict: 'allow', counted: [{ login: 'bob' }, { login: 'cas' }], could: [] },
      ],
    })
  })

  test('exits with 1 for what is refused', async () => {
    const dropping = await pullOf('drop-it', 'drop table users;\n')
    const { code, out } = await run(['explain', '--repo', repo, '--pr', String(dropping)])
    expect(code).toBe(1)
    expect(out).toContain('  app@production: refused (FINDINGS_BLOCK): ')
  })

  test.each([
    ['without a token', ['--pr', '1'], { GITHUB_TOKEN: '' }, 'GITHUB_TOKEN is missing'],
    ['with a wrong one', ['--pr', '1'], { GITHUB_TOKEN: 'nobody' }, 'your token may not read GET /repos'],
    ['for what is not there', ['--pr', '999'], {}, 'GitHub knows no such thing'],
  ])('exits with 78 %s', async (_, args, env, said) => {
    const { code, out, err } = await run(['explain', '--repo', repo, ...args], env)
    expect({ code, out }).toEqual({ code: 78, out: '' })
    expect(err).toContain(said)
    expect(err).not.toContain('nobody')
  })
})

test('policy explain asks for code owners, each of whom may give a part', async () => {
  const owned = {
    '.github/CODEOWNERS': 'db/ @acme/dba @bob\ndb/migrate/*_b.sql @eve\n',
    '.dbward.yml': policy('{ codeowners: true }'),
  }
  github.user('eve')
  await github.repo('acme', 'owned', { files: owned })
  github.collaborator('acme/owned', 'eve', 'write')
  await github.commit('acme/owned', 'two', {
    files: {
      'db/migrate/1_a.sql': 'create table a (x int);\n',
      'db/migrate/2_b.sql': 'create table b (x int);\n',
    },
    author: 'ann',
  })
  const at = { owner: 'acme', repo: 'owned' }
  const { data } = await as(github, tokens.ann).pulls.create({ ...at, title: 't', head: 'two', base: 'main' })
  const { code, out } = await run(['explain', '--repo', 'acme/owned', '--pr', String(data.number)])
  expect(code).toBe(2)
  expect(out).toContain('    missing: 1 from the code owners: bob, eve, cas\n')
})

describe('policy simulate', () => {
  const file = (text: string) => {
    const path = join(folder(), 'policy.yml')
    writeFileSync(path, text)
    return path
  }

  test('says what another policy would decide of the same pull request', async () => {
    const stricter = file(policy('{ team: acme/dba, min: 3 }'))
    const { code, out } = await run(['simulate', stricter, '--repo', repo, '--pr', String(pr)])
    expect(code).toBe(2)
    expect(out).toContain('by the policy of the file given\n')
    expect(out).toContain('Needs 1 approval from acme/dba.')
  })

  test('decides nothing where the token may not see a team', async () => {
    const other = file(policy('{ team: acme/secret }'))
    const args = ['simulate', other, '--repo', repo, '--pr', String(pr)]
    const { code, out, err } = await run(args, { GITHUB_TOKEN: tokens.bob })
    expect({ code, out }).toEqual({ code: 78, out: '' })
    expect(err).toContain('your token may not read GET /orgs/{org}/teams/{team_slug}; give it')
    // An owner of the organization sees it, and that nobody is in it.
    expect((await run(args)).code).toBe(2)
  })

  test('and of one that was recorded, as of then and without asking GitHub', async () => {
    const record = join(folder(), 'facts.json')
    expect((await run(['explain', '--repo', repo, '--pr', String(pr), '--record', record])).code).toBe(0)
    expect(readFileSync(record, 'utf8')).not.toContain(tokens.ann)
    const offline = { GITHUB_API_URL: 'http://127.0.0.1:1', GITHUB_TOKEN: '' }
    const same = await run(
      ['simulate', file(policy('{ team: acme/dba, min: 1 }')), '--recorded', record],
      offline,
    )
    expect(same.code).toBe(0)
    const wider = await run(
      ['simulate', file(policy('{ team: acme/dba, min: 3 }')), '--recorded', record],
      offline,
    )
    expect(wider.code).toBe(2)
    const other = await run(
      ['simulate', file(policy('{ team: acme/oncall }')), '--recorded', record],
      offline,
    )
    expect(other.code).toBe(78)
    expect(other.err).toMatch(/the record of .* has no answer to .*oncall.*record the pull request again/)
  })

  test('exits with 78 for a policy with a problem, and for what is no record', async () => {
    const broken = await run(['simulate', file('version: 2\n'), '--repo', repo, '--pr', String(pr)])
    expect(broken).toMatchObject({ code: 78, out: '' })
    expect(broken.err).toMatch(/policy\.yml:1:\d+: /)
    const none = await run(['simulate', file(policy('{ role: admin }')), '--recorded', file('{}')])
    expect(none).toMatchObject({ code: 78, out: '' })
  })
})
