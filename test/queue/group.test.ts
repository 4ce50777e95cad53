import { exportAudit } from '@dbward/app/store/audit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { examplePolicy, type Setting, setting } from '../stage/setting.ts'
import { serverByHand } from './server.ts'

let it_: Setting
let server: ReturnType<typeof serverByHand>
beforeAll(async () => {
  it_ = await setting({ webhookUrl: 'http://127.0.0.1:9/', webhookSecret: 'nobody listens' })
  server = serverByHand(it_)
})
afterAll(async () => server?.close())

let version = 0
async function propose(
  name: string,
  approved: boolean,
  sql = `create table ${name} (id bigint primary key);\n`,
) {
  version += 1
  const path = `db/migrate/${version}_${name}.sql`
  await it_.people.ann.push(name, { [path]: sql })
  const pr = await it_.people.ann.open(name, `Add ${name}`)
  if (approved) await it_.people.bob.approve(pr)
  await look()
  return { pr, path }
}
const group = (...numbers: number[]) => it_.github.mergeGroup(it_.repo.fullName, 'main', numbers)
const dropped = (one: Awaited<ReturnType<typeof group>>) =>
  it_.github.mergeGroupDropped(it_.repo.fullName, one)
async function look() {
  await server.deliver()
  await server.work()
}
async function gate(sha: string) {
  const all = (await it_.people.ann.checks(sha)).filter((one) => one.name.startsWith('dbward/'))
  expect(all.map((one) => one.name).sort()).toEqual(['dbward/gate', 'dbward/review'])
  const found = all.find((one) => one.name === 'dbward/gate')
  return { conclusion: found?.conclusion, title: found?.output.title, summary: found?.output.summary ?? '' }
}

type Proposed = { readonly pr: number; readonly path: string }
let one: Proposed
let two: Proposed
let open_: Proposed

describe('the gate of a merge group', () => {
  it.each(['merge', 'squash'] as const)('of two allowed pull requests passes (%s)', async (method) => {
    one ??= await propose('one', true)
    two ??= await propose('two', true)
    const made = await it_.github.mergeGroup(it_.repo.fullName, 'main', [one.pr, two.pr], method)
    await look()
    expect(await gate(made.head)).toMatchObject({
      conclusion: 'success',
      title: `Merge group: 2 files of #${one.pr}, #${two.pr}, all allowed`,
    })
    const entries = [...exportAudit(server.store)].map((line) => JSON.parse(line).entry)
    const told = entries.filter((entry) => entry?.type === 'group.judged' && entry.subject.head === made.head)
    expect(told.map((entry) => [entry.outcome, entry.data.pulls])).toEqual([['allow', [one.pr, two.pr]]])
    await dropped(made)
  })

  it('fails with one that waits for approval, passes once it is approved, and fails when that is dismissed', async () => {
    open_ = await propose('open', false)
    const made = await group(one.pr, open_.pr)
    await look()
    const first = await gate(made.head)
    expect(first.conclusion).toBe('failure')
    expect(first.summary).toContain(`${open_.pr}: Needs 1 approval from acme/dba.`)
    const { id } = await it_.people.bob.approve(open_.pr)
    await look()
    expect((await gate(made.head)).conclusion).toBe('success')
    await it_.people.bob.dismiss(open_.pr, id)
    await look()
    expect((await gate(made.head)).conclusion).toBe('failure')
    await dropped(made)
  })

  it('fails with a commit in it that belongs to no pull request', async () => {
    const made = await group(one.pr)
    const branch = made.ref.replace('refs/heads/', '')
    const files = { 'db/migrate/900_smuggled.sql': 'create table smuggled (id int);\n' }
    const head = await it_.github.commit(it_.repo.fullName, branch, { files })
    await look()
    const answer = await gate(head)
    expect(answer.conclusion).toBe('failure')
    expect(answer.summary).toMatch(/smuggled\.sql belongs to no open pull request into main/)
    const checks = await it_.people.ann.checks(head)
    expect(checks.map((one) => one.details_url?.endsWith(`/acme/shop/commit/${head}`))).toEqual([true, true])
    await dropped({ ...made, head })
  })

  it('fails where a pull request of it was changed meanwhile, approved as that is', async () => {
    const made = await group(open_.pr)
    await it_.people.ann.push('open', { [open_.path]: 'create table open (id int);\n' })
    await it_.people.bob.approve(open_.pr)
    await look()
    const answer = await gate(made.head)
    expect(answer.conclusion).toBe('failure')
    expect(answer.summary).toMatch(/with other bytes than the group/)
    await dropped(made)
  })

  it('fails with two files of one version, which no pull request of it has alone', async () => {
    version = 0
    const twin = await propose('twin', true)
    const made = await group(one.pr, twin.pr)
    await look()
    const answer = await gate(made.head)
    expect(answer.conclusion).toBe('failure')
    expect(answer.summary).toContain('has the same version as')
    await dropped(made)
    await it_.people.ann.close(twin.pr)
  })

  it('fails with the policy and SQL in one group, which would be judged under different policies', async () => {
    await it_.people.ann.push('policy', { '.dbward.yml': `${examplePolicy}# looser\n` })
    const policy = await it_.people.ann.open('policy', 'Policy')
    await it_.people.bob.approve(policy)
    const [both, alone] = [await group(policy, one.pr), await group(policy)]
    await look()
    expect((await gate(both.head)).title).toMatch(/^Merge group: \.dbward\.yml and SQL are in one group/)
    expect(await gate(both.head)).toMatchObject({ conclusion: 'failure' })
    expect(await gate(alone.head)).toMatchObject({ conclusion: 'success' })
    await dropped(both)
    await dropped(alone)
    await it_.people.ann.close(policy)
  })

  it('fails with a finding that blocks, and the review of the group says so; passes without governed files', async () => {
    version = 10
    const blocked = await propose('blocked', true, 'drop table users;\n')
    await it_.people.ann.push('words', { 'notes.md': 'words\n' })
    const words = await it_.people.ann.open('words', 'Words')
    const [made, other] = [await group(blocked.pr), await group(words)]
    await look()
    expect((await gate(made.head)).conclusion).toBe('failure')
    const review = (await it_.people.ann.checks(made.head)).find((check) => check.name === 'dbward/review')
    expect([review?.conclusion, review?.output.title]).toEqual(['failure', '1 blocking finding'])
    expect(await gate(other.head)).toMatchObject({ conclusion: 'success', title: 'No governed SQL' })
    await dropped(made)
    await dropped(other)
    await it_.people.ann.close(blocked.pr)
    await it_.people.ann.close(words)
  })
})

describe('the look at merge groups', () => {
  it('finds one that no webhook told of, and a pull request in it that nobody looked at', async () => {
    version = 20
    await it_.people.ann.push('silent', { 'db/migrate/20_silent.sql': 'create table silent (id int);\n' })
    const pr = await it_.people.ann.open('silent', 'Silent')
    await it_.people.bob.approve(pr)
    const made = await group(pr)
    await server.lose()
    await server.sweep()
    await server.work()
    server.pass(10)
    await server.work()
    expect((await gate(made.head)).conclusion).toBe('success')
    await dropped(made)
    await it_.people.ann.close(pr)
  })

  it('gives no answer to a branch that only has the name of a group, at the head of a pull request', async () => {
    version = 30
    const masked = await propose('masked', false)
    const head = await it_.people.ann.head(masked.pr)
    await it_.github.commit(it_.repo.fullName, 'lax', { files: { '.dbward.yml': null } })
    const ref = `refs/heads/gh-readonly-queue/lax/pr-1-${'a'.repeat(40)}`
    await it_.people.ann.octokit.rest.git.createRef({ owner: 'acme', repo: 'shop', ref, sha: head })
    await server.sweep()
    await look()
    expect(await gate(head)).toMatchObject({ conclusion: 'action_required' })
    await it_.people.ann.close(masked.pr)
    await server.lose()
    await server.sweep()
    await it_.people.ann.close(masked.pr, 'open')
    await look()
    expect(await gate(head)).toMatchObject({ conclusion: 'action_required' })
    await it_.people.ann.close(masked.pr)
  })

  it('sees what a group brought as merged and approved, each at its own commit, and posts nothing twice', async () => {
    const made = await it_.github.mergeGroup(it_.repo.fullName, 'main', [one.pr, two.pr], 'squash')
    await look()
    expect((await gate(made.head)).conclusion).toBe('success')
    await it_.github.mergeGroupLands(it_.repo.fullName, made)
    await look()
    const rows = server.store.db
      .prepare('select pr, state, merge_sha from request where pr in (?, ?) order by queue_position')
      .all(one.pr, two.pr)
    const merged = made.entries.map(({ number, sha }) => ({ pr: number, state: 'queued', merge_sha: sha }))
    expect(rows).toEqual(merged)
    const before = [...exportAudit(server.store)].length
    await server.sweep()
    await look()
    expect([...exportAudit(server.store)].length).toBe(before)
  })
})
