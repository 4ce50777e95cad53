import { afterAll, beforeAll, expect, it } from 'vitest'
import { seen } from '../stage/seen.ts'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

let it_: Stage
let eye: ReturnType<typeof seen>
beforeAll(async () => {
  // Merges are held here, and each sweep looks at all of them again.
  it_ = await stage({ sweepSeconds: 15 })
  open()
  eye = seen(it_)
  it_.server.start()
  await serverReady(it_)
  it_.agent.start()
})
afterAll(async () => it_?.stop())

/** The rules of GitHub are out of the way, so that it is ours that are tried. */
const open = () =>
  it_.github.protect(it_.repo.fullName, 'main', { requirePullRequest: false, blockForcePush: false })
const where = { owner: 'acme', repo: 'shop' }
let made = 0
const one = (name: string) => ({
  [`db/migrate/${++made}_${name}.sql`]: `create table ${name} (id bigint primary key);\n`,
})

async function heldAndNothing(pr: number, sha: string) {
  await eye.execution(sha, /^held/)
  await eye.quiet()
  await eye.nothingRan(pr)
  expect(eye.requests(pr).map(({ state }) => state)).toEqual(['held'])
}

/** Undone by whom no rule binds, so that the next attack finds the branch as it was. */
const undo = (files: object) =>
  it_.github.commit(it_.repo.fullName, 'main', {
    files: Object.fromEntries(Object.keys(files).map((path) => [path, null])),
  })

it('24: a push to the protected branch, which no pull request brought', async () => {
  const files = one('pushed')
  await it_.github.commit(it_.repo.fullName, 'main', { files, author: 'ann' })
  await eye.quiet()
  expect(await it_.query("select to_regclass('public.pushed') as it")).toEqual([{ it: null }])
  expect(await eye.ledger()).toEqual([])
  expect(eye.kept('select id from request where plan like ?', '%pushed%')).toEqual([])
  await undo(files)
})

it('27: the approver leaves the team between the merge and the agent', async () => {
  const { ann, cat } = it_.people
  await it_.agent.stop()
  const files = one('left_later')
  const { pr } = await eye.propose(ann, 'left-later', files)
  await cat.approve(pr)
  await eye.gate(pr, /^Ready to merge/)
  const sha = await ann.merge(pr)
  await eye.execution(sha, /^queued/)
  it_.github.teamRemove('acme', 'dba', 'cat')
  it_.agent.start()
  await it_.until('the agent to have refused it', async () =>
    eye.requests(pr).some(({ reason_code }) => reason_code === 'NOT_APPROVED'),
  )
  await eye.nothingInDatabase(pr)
  it_.github.teamAdd('acme', 'dba', 'cat')
  await undo(files)
})

it('27: the approver leaves the team between the approval and the merge', async () => {
  const { ann, cat } = it_.people
  const files = one('leaver')
  const { pr } = await eye.propose(ann, 'leaver', files)
  await cat.approve(pr)
  await eye.gate(pr, /^Ready to merge/)
  it_.github.teamRemove('acme', 'dba', 'cat')
  await heldAndNothing(pr, await ann.merge(pr))
  it_.github.teamAdd('acme', 'dba', 'cat')
  await undo(files)
})

it('24: an administrator merges past the gate', async () => {
  const { ann, bob } = it_.people
  it_.github.protect(it_.repo.fullName, 'main', { requiredApprovals: 2, bypass: ['bob'] })
  const files = one('bypassed')
  const { pr } = await eye.propose(ann, 'bypassed', files)
  await eye.gate(pr, /^Waiting for 1 approval/)
  await expect(ann.merge(pr)).rejects.toMatchObject({ status: 405 })
  await heldAndNothing(pr, await bob.merge(pr))
  open()
  await undo(files)
})

it('14: the protected branch is pushed back after the merge', async () => {
  const { ann, bob } = it_.people
  await it_.agent.stop()
  const { data } = await ann.octokit.rest.repos.getBranch({ ...where, branch: 'main' })
  const { pr } = await eye.propose(ann, 'unwound', one('unwound'))
  await bob.approve(pr)
  await eye.gate(pr, /^Ready to merge/)
  const sha = await ann.merge(pr)
  await eye.execution(sha, /^queued/)
  await ann.octokit.rest.git.updateRef({ ...where, ref: 'heads/main', sha: data.commit.sha, force: true })
  it_.agent.start()
  await it_.until('the request to be held', async () =>
    eye.requests(pr).some(({ state }) => state === 'held'),
  )
  await eye.quiet()
  await eye.nothingInDatabase(pr)
})

it('23: commands of people who may not, edited ones, and one to approve', async () => {
  const { ann, dan, eve } = it_.people
  const { pr } = await eye.propose(ann, 'commanded', one('commanded'))
  await eye.gate(pr, /^Waiting for 1 approval/)
  const at = { ...where, issue_number: pr }
  for (const body of [
    '/dbward approve',
    '/dbward retry',
    '/dbward break-glass app production 0'.padEnd(80, '0'),
  ]) {
    await dan.octokit.rest.issues.createComment({ ...at, body })
  }
  const harmless = await eve.octokit.rest.issues.createComment({ ...at, body: 'looks good' })
  await eve.octokit.rest.issues.updateComment({
    ...where,
    comment_id: harmless.data.id,
    body: '/dbward retry',
  })
  await heldAndNothing(pr, await ann.merge(pr))
})

it('25: a merge queue takes one that nobody approved along with one that is approved', async () => {
  const { ann, bob } = it_.people
  const fine = await eye.propose(ann, 'in-front', one('in_front'))
  const loose = await eye.propose(ann, 'behind', one('behind'))
  await bob.approve(fine.pr)
  await eye.gate(fine.pr, /^Ready to merge/)
  await eye.gate(loose.pr, /^Waiting for 1 approval/)
  const group = await it_.github.mergeGroup(it_.repo.fullName, 'main', [loose.pr, fine.pr])
  const answer = await it_.until('the gate of the group', async () => {
    const run = await eye.check(group.head, 'dbward/gate')
    return run?.status === 'completed' && run
  })
  expect(answer.conclusion).toBe('failure')
  expect(answer.output.summary).toContain(`${loose.pr}: Needs 1 approval from acme/dba.`)
  // A queue that lets groups through whose last one is fine.
  await it_.github.mergeGroupLands(it_.repo.fullName, group)
  await it_.until('the merge to be held', async () => eye.requests(loose.pr)[0]?.state === 'held')
  await eye.quiet()
  await eye.nothingRan(loose.pr)
})

it('28: a stranger looks for a page that sets the App up', async () => {
  const paths = ['/', '/probot', '/probot/setup', '/setup', '/setup?code=abc', '/manifest', '/api/setup']
  for (const path of paths) {
    for (const method of ['GET', 'POST']) {
      const answer = await fetch(`${it_.server.url}${path}`, { method, redirect: 'manual' })
      expect([path, method, answer.status]).toEqual([path, method, 404])
    }
  }
})

it('26: the repository is renamed, and another one takes its name', async () => {
  const { ann, bob } = it_.people
  const { pr } = await eye.propose(ann, 'recycled', one('recycled'))
  await bob.approve(pr)
  await eye.gate(pr, /^Ready to merge/)
  await it_.agent.stop()
  await ann.merge(pr)
  it_.github.rename(it_.repo.fullName, 'shop-then')
  const other = await it_.github.repo('acme', 'shop', { private: true, files: { 'README.md': '# other\n' } })
  expect(other.id).not.toBe(it_.repo.id)
  it_.agent.start()
  const told = 'select count(*) as n from dirty where attempts > 0'
  await it_.until(
    'the server to have looked in vain',
    async () => (eye.kept<{ n: number }>(told)[0]?.n ?? 0) > 0,
  )
  await eye.nothingInDatabase(pr)
  expect(await it_.query("select to_regclass('public.recycled') as it")).toEqual([{ it: null }])
})
