import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seen } from '../stage/seen.ts'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

let it_: Stage
let eye: ReturnType<typeof seen>
beforeAll(async () => {
  it_ = await stage({ sweepSeconds: 15 })
  eye = seen(it_)
  it_.server.start()
  await serverReady(it_)
  it_.agent.start()
})
afterAll(async () => it_?.stop())

const table = (version: number, name: string) => ({
  [`db/migrate/${version}_${name}.sql`]: `create table ${name} (id bigint primary key);\n`,
})
const isThere = async (name: string) =>
  (await it_.query(`select to_regclass('public.${name}') is not null as there`))[0]?.there

describe('a merge without approval', () => {
  it('is held and says so, and a later approval of the same bytes releases it', async () => {
    const { ann, bob } = it_.people
    const { pr, head } = await eye.propose(ann, 'early', table(101, 'early'))
    const gate = await eye.gate(pr, /^Waiting for 1 approval from acme\/dba$/)
    expect(gate.conclusion).toBe('action_required')
    const sha = await ann.merge(pr)

    const held = await eye.execution(sha, /^held: merged, and not allowed to run: Merged without/)
    expect(held.conclusion).toBe('action_required')
    expect(held.output.summary).toContain('Merged without approval. Needs 1 approval from acme/dba')
    const comment = await eye.comment(pr, /Merged, and nothing has run/)
    expect(comment).toContain('1 request is held')
    expect(comment).toContain('acme/dba approves by a GitHub review (not ann, the author)')
    expect((await eye.gate(pr, /^Waiting for 1 approval/)).conclusion).toBe('action_required')
    await eye.quiet()
    expect(eye.requests(pr)).toMatchObject([{ state: 'held', reason_code: 'MERGED_WITHOUT_APPROVAL' }])
    expect(moves(pr)).toEqual(['awaiting_approval', 'held'])
    await eye.nothingRan(pr)
    expect(await isThere('early')).toBe(false)

    await bob.approveAt(pr, head)
    expect((await eye.execution(sha, /^applied on app@production$/)).conclusion).toBe('success')
    expect(moves(pr).slice(2)).toEqual(['queued', 'applied'])
    expect(await isThere('early')).toBe(true)
    expect(await eye.comment(pr, /same bytes/)).not.toContain('nothing has run')
    expect((await eye.gate(pr, /^Merged and approved/)).conclusion).toBe('success')
  })

  it('is held where one byte changed after the approval, which does not come back', async () => {
    const { ann, bob, cat } = it_.people
    const { pr, head } = await eye.propose(ann, 'byte', table(102, 'byte'))
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge: runs on app@production$/)
    const [path = ''] = paths(102, 'byte')
    await ann.push('byte', { [path]: 'create table byte (id bigint primary key) ;\n' })
    await eye.gate(pr, /^Waiting for 1 approval/)
    const sha = await ann.merge(pr)
    await eye.execution(sha, /^held/)
    expect(await eye.comment(pr, /Merged, and nothing has run/)).toMatch(
      /`bob` \| `[0-9a-f]{7}` \| ⚪ no: the SQL changed after this review/,
    )
    await cat.approveAt(pr, head)
    expect(await eye.comment(pr, /`cat`/)).toMatch(/`cat` \| `[0-9a-f]{7}` \| ⚪ no: the SQL changed/)
    await eye.quiet()
    await eye.nothingRan(pr)
    await bob.approve(pr)
    await eye.execution(sha, /^applied/)
    const ran = await it_.query(`select approvers from dbward.ledger where pr = ${pr}`)
    expect(ran).toEqual([{ approvers: ['bob'] }])
  })
})

describe('an approval that does not count', () => {
  it('is shown with its reason, and does not let a merge run', async () => {
    const { ann, bob, cat, dan, eve } = it_.people
    const bot = await reviewBot()
    await cat.push('hands', table(103, 'hands'), { from: 'main' })
    await ann.push('hands', { 'notes.md': 'hands\n' })
    const pr = await ann.open('hands', 'Hands')
    await expect(ann.approve(pr)).rejects.toThrow(/your own pull request/)
    await cat.approve(pr)
    await dan.approve(pr)
    await eve.approve(pr)
    await bot.rest.pulls.createReview({ owner: 'acme', repo: 'shop', pull_number: pr, event: 'APPROVE' })
    const review = await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    await ann.dismiss(pr, review.id)
    await eye.gate(pr, /^Waiting for 1 approval/)
    const sha = await ann.merge(pr)

    await eye.execution(sha, /^held/)
    const comment = await eye.comment(pr, /Merged, and nothing has run/)
    const reasons = [...comment.matchAll(/^\| `([^`]+)` \| `[0-9a-f]{7}` \| ⚪ no: ([^|]+) \|/gm)]
    expect(Object.fromEntries(reasons.map(([, who, why]) => [who, why]))).toEqual({
      cat: 'wrote some of this SQL, or opened the pull request',
      dan: 'no write permission on this repository',
      eve: 'not a member now, or without that role',
      'approver[bot]': 'bots never count',
      bob: 'the review was dismissed',
    })
    await eye.quiet()
    await eye.nothingRan(pr)
    await bob.approve(pr)
    await eye.execution(sha, /^applied/)
  })

  it('waits for whoever asked for changes', async () => {
    const { ann, bob, cat } = it_.people
    const { pr } = await eye.propose(ann, 'changes', table(104, 'changes'))
    await bob.approve(pr)
    await cat.requestChanges(pr)
    const gate = await eye.gate(pr, /^cat requested changes$/)
    expect(gate.conclusion).toBe('action_required')
    // GitHub would not merge this by itself; somebody who may change the rules can.
    it_.github.protect(it_.repo.fullName, 'main', { requirePullRequest: false })
    const sha = await ann.merge(pr)
    it_.github.protect(it_.repo.fullName, 'main', { requirePullRequest: true })
    await eye.execution(sha, /^held: merged, and not allowed to run: cat requested/)
    expect(await eye.comment(pr, /nothing has run/)).toContain('cat requested changes.')
    await eye.quiet()
    expect(eye.requests(pr)).toMatchObject([{ state: 'held', reason_code: 'CHANGES_REQUESTED' }])
    await eye.nothingRan(pr)
    await cat.approve(pr)
    await eye.execution(sha, /^applied/)
  })
})

describe('the order of merges', () => {
  it('keeps the second waiting for a first one that is held', async () => {
    const { ann, bob } = it_.people
    const first = await eye.propose(ann, 'first', table(105, 'first'))
    const second = await eye.propose(ann, 'second', table(106, 'second'))
    await bob.approve(second.pr)
    await eye.gate(second.pr, /^Ready to merge/)
    const shas = [await ann.merge(first.pr), await ann.merge(second.pr)] as const
    await eye.execution(shas[0], /^held/)
    expect(
      (await eye.execution(shas[1], /^queued, behind 1 other: #\d+ goes first and is held/)).conclusion,
    ).toBe(null)
    await eye.quiet()
    await eye.nothingInDatabase(second.pr)
    expect(eye.requests(second.pr)).toMatchObject([{ state: 'queued', attempts: 0 }])
    await bob.approve(first.pr)
    await eye.execution(shas[1], /^applied/)
    expect((await eye.ledger()).slice(-2)).toEqual([...paths(105, 'first'), ...paths(106, 'second')])
  })

  it('lets a first one go before a later one that is held', async () => {
    const { ann, bob } = it_.people
    const fine = await eye.propose(ann, 'fine', table(109, 'fine'))
    const loose = await eye.propose(ann, 'loose', table(110, 'loose'))
    await bob.approve(fine.pr)
    await eye.gate(fine.pr, /^Ready to merge/)
    await it_.agent.stop()
    const shas = [await ann.merge(fine.pr), await ann.merge(loose.pr)] as const
    await eye.execution(shas[0], /^queued: Approved by bob/)
    await eye.execution(shas[1], /^held/)
    it_.agent.start()
    await eye.execution(shas[0], /^applied/)
    await eye.quiet()
    await eye.nothingRan(loose.pr)
    await bob.approve(loose.pr)
    await eye.execution(shas[1], /^applied/)
  })

  it('is that of the branch, whatever the server hears of first', async () => {
    const { ann, bob } = it_.people
    const later = await eye.propose(ann, 'later', table(112, 'later'))
    const sooner = await eye.propose(ann, 'sooner', table(111, 'sooner'))
    for (const { pr } of [later, sooner]) {
      await bob.approve(pr)
      await eye.gate(pr, /^Ready to merge/)
    }
    it_.github.webhooks.mode({ reorder: true, delayMs: 300 })
    const shas = [await ann.merge(sooner.pr), await ann.merge(later.pr)] as const
    await eye.execution(shas[1], /^applied/)
    it_.github.webhooks.mode({})
    expect((await eye.ledger()).slice(-2)).toEqual([...paths(111, 'sooner'), ...paths(112, 'later')])
  })
})

const paths = (version: number, name: string) => Object.keys(table(version, name))

function moves(pr: number): readonly string[] {
  return eye
    .entries(pr)
    .filter((one) => one.type === 'request.moved' || one.type === 'attempt.ended')
    .map((one) => one.outcome)
}

/** An App that may review, as tools do that approve what a machine proposed. */
async function reviewBot(): Promise<Octokit> {
  const app = it_.github.app({ slug: 'approver', owner: 'acme', permissions: { pull_requests: 'write' } })
  const installationId = it_.github.install(app.id, 'acme', 'all').id
  const auth = { appId: app.id, privateKey: app.privateKey, installationId }
  return new Octokit({ baseUrl: it_.github.url, authStrategy: createAppAuth, auth })
}
