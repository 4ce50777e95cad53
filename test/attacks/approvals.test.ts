import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Person } from '../stage/person.ts'
import { seen } from '../stage/seen.ts'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

// Each of these ends with a merge that an attacker got through, and nothing of it may run. GitHub itself would stop
// some of them: its rules are out of the way here, so that it is ours that are tried.
let it_: Stage
let eye: ReturnType<typeof seen>
beforeAll(async () => {
  // Every merge here is held, and each sweep would look at all of them again.
  it_ = await stage({ sweepSeconds: 600 })
  it_.github.protect(it_.repo.fullName, 'main', { requirePullRequest: false, blockForcePush: false })
  eye = seen(it_)
  it_.server.start()
  await serverReady(it_)
  it_.agent.start()
})
afterAll(async () => it_?.stop())

const where = { owner: 'acme', repo: 'shop' }
let made = 100
const path = (name: string) => `db/migrate/${++made}_${name}.sql`
const table = (name: string, more = '') => `create table ${name} (id bigint primary key${more});\n`
const one = (name: string) => ({ [path(name)]: table(name) })

/** Merges, and sees that the merge is held for this reason, that no agent was given it and no database knows of it. */
async function heldAfterMerge(pr: number, reason: RegExp, by: Person = it_.people.ann): Promise<string> {
  const sha = await by.merge(pr)
  await stays(pr, sha, reason)
  return sha
}

async function stays(pr: number, sha: string, reason: RegExp) {
  await eye.execution(sha, /^held/)
  expect(await eye.comment(pr, /nothing has run/)).toMatch(reason)
  await eye.quiet()
  expect(eye.requests(pr).map((request) => request.state)).toEqual(['held'])
  await eye.nothingRan(pr)
}

it('1: approve, then push', async () => {
  const { ann, bob } = it_.people
  const file = path('pushed')
  const { pr } = await eye.propose(ann, 'pushed', { [file]: table('pushed') })
  await bob.approve(pr)
  await eye.gate(pr, /^Ready to merge/)
  await ann.push('pushed', { [file]: table('pushed', ', n int') })
  await heldAfterMerge(pr, /the SQL changed after this review/)
})

it('2: push between the click and the merge', async () => {
  const { ann, bob } = it_.people
  const file = path('raced')
  const { pr, head } = await eye.propose(ann, 'raced', { [file]: table('raced') })
  await bob.approve(pr)
  await eye.gate(pr, /^Ready to merge/)
  const merging = { ...where, pull_number: pr, sha: head }
  await ann.push('raced', { [file]: 'create table raced_in (id bigint primary key);\n' })
  await expect(bob.octokit.rest.pulls.merge(merging)).rejects.toMatchObject({ status: 409 })
  // Nobody has told the server of the push when the merge comes.
  await heldAfterMerge(pr, /the SQL changed after this review/, bob)
})

it('3: a review of an old commit, given through the API', async () => {
  const { ann, bob } = it_.people
  const file = path('old')
  const { pr, head } = await eye.propose(ann, 'old', { [file]: table('old') })
  await ann.push('old', { [file]: table('old', ', n int') })
  await bob.approveAt(pr, head)
  await eye.gate(pr, /^Waiting for 1 approval/)
  await heldAfterMerge(pr, /the SQL changed after this review/)
})

it('4: an approval, and changes requested later', async () => {
  const { ann, bob } = it_.people
  const { pr } = await eye.propose(ann, 'doubts', one('doubts'))
  await bob.approve(pr)
  await bob.requestChanges(pr)
  await eye.gate(pr, /^bob requested changes$/)
  await heldAfterMerge(pr, /bob requested changes/)
})

it('5: a merge that makes other bytes than those that were reviewed', async () => {
  const { ann, bob, cat } = it_.people
  const file = path('woven')
  const lines = ['a', 'b', 'c', 'd', 'e'].map((name) => table(`woven_${name}`))
  const first = await eye.propose(ann, 'woven', { [file]: lines.join('\n\n\n\n') })
  const sha = await heldAfterMerge(first.pr, /Needs 1 approval/)
  const edited = (nth: number) =>
    lines.map((line, i) => (i === nth ? line.replace(')', ', n int)') : line)).join('\n\n\n\n')
  const mine = await eye.propose(ann, 'woven-top', { [file]: edited(0) })
  const theirs = await eye.propose(cat, 'woven-end', { [file]: edited(4) })
  await bob.approve(mine.pr)
  await eye.gate(mine.pr, /^Ready to merge/)
  await cat.merge(theirs.pr)
  await ann.merge(mine.pr)
  expect(await eye.comment(mine.pr, /nothing has run/)).toMatch(/the SQL changed after this review/)
  await eye.quiet()
  for (const { pr } of [first, mine, theirs]) {
    await eye.nothingRan(pr)
    expect(eye.requests(pr)).toMatchObject([{ state: 'held' }])
  }
  expect(sha).toMatch(/^[0-9a-f]{40}$/)
})

it("6: the author's second account", async () => {
  const { ann, eve } = it_.people
  const { pr } = await eye.propose(ann, 'second', one('second'))
  await eve.approve(pr)
  await heldAfterMerge(pr, /`eve`.*not a member now/, eve)
})

it('7: a bot approves', async () => {
  const { pr } = await eye.propose(it_.people.ann, 'robot', one('robot'))
  const robot = await appOf('approver', { pull_requests: 'write' })
  await robot.rest.pulls.createReview({ ...where, pull_number: pr, event: 'APPROVE' })
  await heldAfterMerge(pr, /`approver\[bot\]`.*bots never count/)
})

it('8: somebody else posts a check of our name', async () => {
  const { pr, head } = await eye.propose(it_.people.ann, 'forged', one('forged'))
  const ours = await eye.gate(pr, /^Waiting for 1 approval/)
  const forger = await appOf('forger', { checks: 'write' })
  const conclusion = 'success'
  const { data } = await forger.rest.checks.create({
    ...where,
    name: 'dbward/gate',
    head_sha: head,
    conclusion,
  })
  const runs = (await it_.people.ann.checks(head)).filter(({ name }) => name === 'dbward/gate')
  expect(runs.map(({ id }) => id).sort()).toEqual([ours.id, data.id].sort())
  const sha = await it_.people.ann.merge(pr)
  await eye.execution(sha, /^held/)
  await eye.quiet()
  await eye.nothingRan(pr)
  const own = (await it_.people.ann.checks(head)).find(({ id }) => id === ours.id)
  expect(own?.conclusion).toBe('action_required')
})

it('9: a committer approves, and a co-author', async () => {
  const { ann, bob, cat } = it_.people
  const files = one('hands')
  await ann.push('hands', files, {
    message: `hands\n\nCo-authored-by: bob <${bob.id}+bob@users.noreply.github.com>`,
  })
  const pr = await ann.open('hands', 'Many hands')
  await cat.push('hands', { [path('hands_too')]: table('hands_too') })
  await bob.approve(pr)
  await cat.approve(pr)
  await eye.comment(pr, /`cat`.*wrote some of this SQL/)
  await heldAfterMerge(pr, /`bob`.*co-author of some of this SQL/)
})

it('10: the policy is changed in the same pull request', async () => {
  const { ann, eve } = it_.people
  const { data } = await ann.octokit.rest.repos.getContent({ ...where, path: '.dbward.yml' })
  const text = Buffer.from('content' in data ? data.content : '', 'base64').toString()
  const lax = text.replace(/steps:[\s\S]*?min: 1 }\]\n/, 'steps: []\n')
  expect(lax).not.toBe(text)
  const { pr } = await eye.propose(ann, 'own-rules', { '.dbward.yml': lax, ...one('own_rules') })
  await eve.approve(pr)
  await eye.gate(pr, /^Policy and SQL in one pull request$/)
  await heldAfterMerge(pr, /changes the policy and SQL at once/)
  await it_.github.commit(it_.repo.fullName, 'main', { files: { '.dbward.yml': text } })
})

it('13: another base after the approval, and back', async () => {
  const { ann, bob } = it_.people
  await it_.github.commit(it_.repo.fullName, 'side', { files: {} })
  const { pr } = await eye.propose(ann, 'wandering', one('wandering'))
  await bob.approve(pr)
  await eye.gate(pr, /^Ready to merge/)
  await ann.retarget(pr, 'side')
  await ann.retarget(pr, 'main')
  await heldAfterMerge(pr, /given before the base branch was changed/)
})

it('14: a force push after the approval', async () => {
  const { ann, bob } = it_.people
  const file = path('forced')
  const { pr } = await eye.propose(ann, 'forced', { [file]: table('forced') })
  await bob.approve(pr)
  await eye.gate(pr, /^Ready to merge/)
  await ann.push('forced', { [file]: table('forced', ', n int') }, { amend: true, force: true })
  await heldAfterMerge(pr, /the SQL changed after this review/)
})

async function appOf(slug: string, permissions: Record<string, 'write'>): Promise<Octokit> {
  const app = it_.github.app({ slug, owner: 'acme', permissions })
  const installationId = it_.github.install(app.id, 'acme', 'all').id
  const auth = { appId: app.id, privateKey: app.privateKey, installationId }
  return new Octokit({ baseUrl: it_.github.url, authStrategy: createAppAuth, auth })
}
