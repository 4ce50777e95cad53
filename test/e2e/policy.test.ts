import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seen } from '../stage/seen.ts'
import { examplePolicy } from '../stage/setting.ts'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

let it_: Stage
let eye: ReturnType<typeof seen>
/** Each branch is a base with a policy of its own, and the agent would take a merge into any of them. */
const bases = ['unread', 'unknown', 'bare', 'both', 'gap', 'old', 'auto', 'floor'] as const
beforeAll(async () => {
  it_ = await stage({
    branches: ['main', ...bases],
    floor: 'acme/shop',
    files: { 'dbward-floor.yml': 'version: 1\nfloors: [{ database: crm, min_approvals: 1 }]\n' },
  })
  eye = seen(it_)
  it_.server.start()
  await serverReady(it_)
  it_.agent.start()
})
afterAll(async () => it_?.stop())

/** A base branch whose policy is this text; null for none. */
async function base(name: (typeof bases)[number], policy: string | null) {
  await it_.github.commit(it_.repo.fullName, name, { files: { '.dbward.yml': policy } })
  it_.github.protect(it_.repo.fullName, name, { requirePullRequest: true })
}
const table = (version: number, name: string) => ({
  [`db/migrate/${version}_${name}.sql`]: `create table ${name} (id bigint primary key);\n`,
})

describe('a policy on the base branch that cannot be used', () => {
  it.each([
    [
      'unread',
      'version: 1\ndatabases: {app: [\n',
      /^Policy broken: \.dbward\.yml line 3$/,
      /line 3, column 1: Flow sequence/,
    ],
    [
      'unknown',
      `${examplePolicy}surprise: true\n`,
      /^Policy broken: \.dbward\.yml line 15$/,
      /line 15, column 1: unknown key surprise in the policy/,
    ],
  ] as const)('says where, and nothing runs: %s', async (name, text, title, place) => {
    const { ann, bob } = it_.people
    await base(name, text)
    const { pr } = await eye.propose(ann, `sql-${name}`, table(1, name), { base: name })
    const gate = await eye.gate(pr, title)
    expect(gate.conclusion).toBe('failure')
    expect(gate.output.summary).toMatch(place)
    expect(gate.output.summary).toContain('nothing may run')
    expect((await eye.review(pr, title)).conclusion).toBe('failure')
    await bob.approve(pr)
    await ann.merge(pr)
    await nothingComesOf(pr)
  })
})

it('a policy that only the head has governs nothing, and nothing runs', async () => {
  const { ann, bob } = it_.people
  await base('bare', null)
  const lax = examplePolicy.replace(/steps:[\s\S]*?min: 1 }\]\n/, 'steps: []\n')
  const { pr } = await eye.propose(
    ann,
    'own-rules',
    { '.dbward.yml': lax, ...table(2, 'bare') },
    { base: 'bare' },
  )
  expect((await eye.gate(pr, /^No \.dbward\.yml on bare$/)).output.summary).toContain('runs nothing from it')
  await bob.approve(pr)
  await ann.merge(pr)
  await nothingComesOf(pr)
  expect(await eye.sticky(pr)).toBe(null)
})

describe('a pull request that changes the policy', () => {
  it('needs an approval by the old policy, also where the new one would need none', async () => {
    const { ann, bob } = it_.people
    await base('old', examplePolicy)
    const lax = examplePolicy.replace(/steps:[\s\S]*?min: 1 }\]\n/, 'steps: []\n')
    const { pr } = await eye.propose(ann, 'laxer', { '.dbward.yml': lax }, { base: 'old' })
    const gate = await eye.gate(pr, /^Waiting for 1 approval from acme\/dba$/)
    expect(gate.conclusion).toBe('action_required')
    await bob.approve(pr)
    expect((await eye.gate(pr, /^Ready to merge: changes the policy$/)).conclusion).toBe('success')
    expect(await eye.comment(pr, /`bob`/)).toContain('the policy')
    expect(eye.requests(pr)).toEqual([])
  })

  it('and SQL at once is refused, and stays refused when it is merged', async () => {
    const { ann, bob } = it_.people
    await base('both', examplePolicy)
    const policy = examplePolicy.replace('lock_timeout: 2s', 'lock_timeout: 3s')
    const files = { '.dbward.yml': policy, ...table(3, 'both_at_once') }
    const { pr } = await eye.propose(ann, 'both-at-once', files, { base: 'both' })
    const gate = await eye.gate(pr, /^Policy and SQL in one pull request$/)
    expect(gate.conclusion).toBe('failure')
    expect(gate.output.summary).toContain('one pull request for the policy, one for the SQL')
    await bob.approve(pr)
    const sha = await ann.merge(pr)
    const held = await eye.execution(sha, /^held/)
    expect(held.conclusion).toBe('action_required')
    await eye.comment(pr, /Merged, and nothing has run/)
    await nothingComesOf(pr)
    expect(eye.requests(pr)).toMatchObject([{ state: 'held', reason_code: 'POLICY_AND_SQL' }])
  })
})

it('refuses what no workflow of the policy matches, approved or not', async () => {
  const { ann, bob } = it_.people
  await base(
    'gap',
    examplePolicy
      .replace(
        /(workflows:\n {2}- )database: app\n {4}environment: production/,
        '$1database: other\n    environment: production',
      )
      .replace(
        'workflows:',
        '  other:\n    engine: postgres\n    migrations: db/other/*.sql\n    environments: [production]\nworkflows:',
      ),
  )
  const { pr } = await eye.propose(ann, 'no-workflow', table(4, 'no_workflow'), { base: 'gap' })
  const gate = await eye.gate(pr, /^No workflow covers app@production$/)
  expect(gate.conclusion).toBe('failure')
  expect(gate.output.summary).toContain('Add one to .dbward.yml on the base branch')
  await bob.approve(pr)
  const sha = await ann.merge(pr)
  await eye.execution(sha, /^held/)
  await nothingComesOf(pr)
  expect(eye.requests(pr)).toMatchObject([{ state: 'held', reason_code: 'NO_WORKFLOW' }])
})

it('approves without people where the policy says so, and server and agent find the same risk', async () => {
  const { ann } = it_.people
  const auto = examplePolicy.replace('    steps:', '    auto_approve: { risk: low }\n    steps:')
  await base('auto', auto)
  const fresh = await eye.propose(ann, 'fresh', table(5, 'fresh'), { base: 'auto' })
  expect((await eye.gate(fresh.pr, /^Ready to merge/)).output.summary).toContain('approves it without people')
  await eye.execution(await ann.merge(fresh.pr), /^applied/)
  expect(eye.requests(fresh.pr)).toMatchObject([{ state: 'applied' }])
  const sql = { 'db/migrate/6_more.sql': 'alter table fresh add column more text;\n' }
  const old = await eye.propose(ann, 'old-table', sql, { base: 'auto' })
  const waits = await eye.gate(old.pr, /^Waiting for 1 approval from acme\/dba$/)
  expect(waits.output.summary).toContain('risk by the files alone is unknown')
})

it('asks for what the organisation’s floor asks for, where the policy would ask nobody', async () => {
  const { ann, eve } = it_.people
  const lax = examplePolicy
    .replace('  app:', '  crm:')
    .replace(/workflows:[\s\S]*?execution:/, 'workflows:\n  - {}\nexecution:')
  await base('floor', lax)
  const { pr } = await eye.propose(ann, 'floored', table(7, 'floored'), { base: 'floor' })
  await eye.gate(pr, /^Waiting for 1 approval from somebody with the role write$/)
  await eve.approve(pr)
  expect((await eye.gate(pr, /^Ready to merge/)).conclusion).toBe('success')
})

/** The server has seen the merge and looked again at its leisure, and nobody was given anything to run. */
async function nothingComesOf(pr: number) {
  await it_.until(`#${pr} to be known as merged`, async () =>
    eye
      .kept<{ state: string }>('select state from change where pr = ?', pr)
      .some((one) => one.state === 'merged'),
  )
  await eye.quiet()
  await eye.nothingRan(pr)
  const tables = await it_.query(
    "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
  )
  expect(tables).toEqual([])
}
