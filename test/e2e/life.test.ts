import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seen } from '../stage/seen.ts'
import { examplePolicy } from '../stage/setting.ts'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

const policy = `version: 1
databases:
  app:
    engine: postgres
    server_version: "18"
    migrations: db/migrate/*.sql
    environments: [production]
  crm:
    engine: postgres
    migrations: db/crm/*.sql
    environments: [staging, production]
workflows:
  - database: app
    environment: production
    steps:
      - approvers: [{ team: acme/dba, min: 1 }]
  - { database: crm, environment: staging, steps: [] }
  - database: crm
    environment: production
    steps:
      - approvers: [{ team: acme/dba, min: 1 }]
execution:
  - { lock_timeout: 1s, statement_timeout: 30s }
`

let it_: Stage
let eye: ReturnType<typeof seen>
beforeAll(async () => {
  it_ = await stage({ policy, alsoTargets: ['crm@staging', 'crm@production'], sweepSeconds: 15 })
  await it_.github.commit(it_.repo.fullName, 'release', {
    files: { '.dbward.yml': examplePolicy.replace(/steps:[\s\S]*?min: 1 }\]\n/, 'steps: []\n') },
  })
  eye = seen(it_)
  it_.server.start()
  await serverReady(it_)
  it_.agent.start()
})
afterAll(async () => it_?.stop())

const table = (version: number, name: string) => ({
  [`db/migrate/${version}_${name}.sql`]: `create table ${name} (id bigint primary key);\n`,
})
const isThere = async (name: string, target?: string) =>
  (await it_.query(`select to_regclass('public.${name}') is not null as there`, target))[0]?.there

describe('an approval', () => {
  it('survives a force push of the same bytes, and not one of others, whether the old commit can be read or not', async () => {
    const { ann, bob } = it_.people
    const { pr, head } = await eye.propose(ann, 'forced', table(1, 'forced'))
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    await ann.push('forced', {}, { amend: true, force: true, message: 'the same, said better' })
    await eye.gate(pr, /^Ready to merge/)
    const other = { 'db/migrate/1_forced.sql': 'create table forced (id bigint primary key, n int);\n' }
    const now = await ann.push('forced', other, { amend: true, force: true })
    await eye.gate(pr, /^Waiting for 1 approval/)
    await eye.comment(pr, /`bob`.*the SQL changed after this review/)
    it_.github.vanishCommit(it_.repo.fullName, head)
    await ann.push('forced', { 'notes.md': 'look again\n' })
    expect(await eye.comment(pr, /can no longer be read/)).toContain(
      'the reviewed commit can no longer be read',
    )
    await eye.nothingRan(pr)
    await bob.approveAt(pr, now)
    await eye.gate(pr, /^Ready to merge/)
    await eye.execution(await ann.merge(pr), /^applied/)
  })

  it('from before the pull request went to another branch and back does not count', async () => {
    const { ann, bob } = it_.people
    const { pr } = await eye.propose(ann, 'wanders', table(2, 'wanders'))
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    await ann.retarget(pr, 'release')
    await eye.gate(pr, /^Ready to merge/)
    await ann.retarget(pr, 'main')
    expect((await eye.gate(pr, /^Waiting for 1 approval/)).conclusion).toBe('action_required')
    await eye.comment(pr, /`bob`.*given before the base branch was changed/)
    const sha = await ann.merge(pr)
    await eye.execution(sha, /^held/)
    await eye.quiet()
    await eye.nothingRan(pr)
    // GitHub's times are whole seconds, and what may be of the same second as the change of base may be from before it.
    await sleep(1_100)
    await bob.approve(pr)
    await eye.execution(sha, /^applied/)
  })

  it('stays where the pull request is closed and opened again, and nothing runs meanwhile', async () => {
    const { ann, bob } = it_.people
    const { pr } = await eye.propose(ann, 'again', table(3, 'again'))
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    await ann.close(pr)
    await eye.gate(pr, /^Closed without a merge: nothing runs$/)
    expect(eye.requests(pr)).toMatchObject([{ state: 'closed' }])
    await eye.nothingRan(pr)
    await ann.close(pr, 'open')
    await eye.gate(pr, /^Ready to merge/)
    await eye.execution(await ann.merge(pr), /^applied/)
    expect(await isThere('again')).toBe(true)
  })
})

describe('a merge', () => {
  it.each([
    ['squash', 4],
    ['rebase', 5],
  ] as const)('by %s runs what was approved, once', async (method, version) => {
    const { ann, bob } = it_.people
    const { pr } = await eye.propose(ann, method, table(version, `by_${method}`))
    await ann.push(method, { 'notes.md': `${method}\n` })
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    const sha = await ann.merge(pr, method)
    expect((await eye.execution(sha, /^applied/)).conclusion).toBe('success')
    const rows = await it_.query(`select merge_sha, approvers from dbward.ledger where pr = ${pr}`)
    expect(rows).toEqual([{ merge_sha: sha, approvers: ['bob'] }])
  })

  it('of several files runs them in order, an index that is built concurrently among them', async () => {
    const { ann, bob } = it_.people
    const { pr } = await eye.propose(ann, 'several', {
      'db/migrate/6_rows.sql':
        'create table rows_here (id bigint primary key, n int);\ninsert into rows_here values (1, 2);\n',
      'db/migrate/7_index.sql': 'create index concurrently rows_here_n on rows_here (n);\n',
      'db/migrate/8_more.sql': 'insert into rows_here select id + 1, n + 1 from rows_here where id = 1;\n',
    })
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    await eye.execution(await ann.merge(pr), /^applied/)
    expect((await eye.ledger()).slice(-3)).toEqual([
      'db/migrate/6_rows.sql',
      'db/migrate/7_index.sql',
      'db/migrate/8_more.sql',
    ])
    const valid = "select indisvalid as valid from pg_index where indexrelid = 'rows_here_n'::regclass"
    expect(await it_.query(valid)).toEqual([{ valid: true }])
    expect(await it_.query('select n from rows_here order by n')).toEqual([{ n: 2 }, { n: 3 }])
  })

  it('that was reverted before an agent came does not run', async () => {
    const { ann, bob } = it_.people
    await it_.agent.stop()
    const { pr } = await eye.propose(ann, 'regret', table(9, 'regret'))
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    const sha = await ann.merge(pr)
    await eye.execution(sha, /^queued/)
    const back = await eye.propose(ann, 'revert', { 'db/migrate/9_regret.sql': null })
    await bob.approve(back.pr)
    await eye.gate(back.pr, /^Ready to merge/)
    await ann.merge(back.pr)
    expect((await eye.execution(sha, /^superseded/)).conclusion).toBe('cancelled')
    it_.agent.start()
    const after = await eye.propose(ann, 'after', table(10, 'after_revert'))
    await bob.approve(after.pr)
    await eye.gate(after.pr, /^Ready to merge/)
    await eye.execution(await ann.merge(after.pr), /^applied/)
    await eye.nothingInDatabase(pr)
    expect(eye.requests(pr)).toMatchObject([{ state: 'superseded', attempts: 0 }])
    expect(await isThere('regret')).toBe(false)
  })
})

it('two pull requests with one head share its gate, and the worse answer stands', async () => {
  const { ann, bob } = it_.people
  const strict = await eye.propose(ann, 'shared', table(11, 'shared'))
  await eye.gate(strict.pr, /^Waiting for 1 approval from acme\/dba$/)
  const lax = await ann.open('shared', 'Into a branch without approvals', 'release')
  expect(await ann.head(lax)).toBe(strict.head)
  await eye.comment(lax, /merging approves it/)
  await eye.quiet()
  const gate = await eye.gate(
    lax,
    new RegExp(`^PR ${strict.pr}: Waiting for 1 approval|^Waiting for 1 approval`),
  )
  expect(gate.conclusion).toBe('action_required')
  await bob.approve(strict.pr)
  expect((await eye.gate(strict.pr, /^Ready to merge/)).conclusion).toBe('success')
  await ann.close(lax)
  await eye.execution(await ann.merge(strict.pr), /^applied/)
  expect(await eye.ledger()).toContain('db/migrate/11_shared.sql')
})

describe('environments', () => {
  const crm = (version: number, sql: string) => ({ [`db/crm/${version}_crm.sql`]: sql })

  it('go one after another: production waits while staging is at it', async () => {
    const { ann, bob } = it_.people
    const first = await eye.propose(ann, 'crm-1', crm(1, 'create table people (id bigint primary key);\n'))
    await bob.approve(first.pr)
    await eye.gate(first.pr, /^Ready to merge: runs on crm@staging, crm@production$/)
    await eye.execution(await ann.merge(first.pr), /^applied/, 'crm@production')

    const [{ name } = { name: '' }] = await it_.query('select current_database() as name', 'crm@staging')
    const lock = new pg.Client({
      connectionString: (await it_.servers.postgres()).url(undefined, String(name)),
    })
    await lock.connect()
    try {
      await lock.query('begin')
      await lock.query('lock table people in access exclusive mode')
      const { pr } = await eye.propose(ann, 'crm-2', crm(2, 'alter table people add column name text;\n'))
      await bob.approve(pr)
      await eye.gate(pr, /^Ready to merge/)
      const sha = await ann.merge(pr)
      await it_.until('staging to be tried', async () =>
        eye.requests(pr).some((one) => one.env === 'staging' && one.attempts > 0),
      )
      expect(eye.requests(pr)).toMatchObject([
        { env: 'production', state: 'queued', attempts: 0 },
        { env: 'staging' },
      ])
      await lock.query('rollback')
      await eye.execution(sha, /^applied/, 'crm@production')
      await eye.execution(sha, /^applied/, 'crm@staging')
    } finally {
      await lock.end()
    }
  })

  it('stop where the first one fails, and go on with a pull request that mends the file', async () => {
    const { ann, bob } = it_.people
    await it_.query('insert into people values (1, null)', 'crm@staging')
    const strict = 'alter table people add constraint named check (name is not null);\n'
    const { pr } = await eye.propose(ann, 'crm-3', crm(3, strict))
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    const sha = await ann.merge(pr)
    expect((await eye.execution(sha, /^failed, rolled back/, 'crm@staging')).conclusion).toBe('failure')
    await eye.quiet()
    expect(eye.requests(pr)).toMatchObject([
      { env: 'production', state: 'queued', attempts: 0 },
      { env: 'staging', state: 'failed_clean' },
    ])

    const mended = `update people set name = 'nobody' where name is null;\n${strict}`
    const mend = await eye.propose(ann, 'crm-3-mended', crm(3, mended))
    await bob.approve(mend.pr)
    await eye.gate(mend.pr, /^Ready to merge/)
    const merged = await ann.merge(mend.pr)
    await eye.execution(merged, /^applied/, 'crm@staging')
    await eye.execution(merged, /^applied/, 'crm@production')
    expect(eye.requests(pr).map((one) => one.state)).toEqual(['superseded', 'superseded'])
    expect(await eye.ledger('crm@production')).toEqual([
      'db/crm/1_crm.sql',
      'db/crm/2_crm.sql',
      'db/crm/3_crm.sql',
    ])
  })
})
