import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { startShop } from './shop-for-tests.ts'
import { as, asApp, failureOf, git, statusOf } from './testing.ts'

// An emulated GitHub is only worth its mistakes: each of these is one that another emulator makes
// and that turns a test green for the wrong reason.

const shop = await startShop()
const { github, scratch, alice, aliceToken, bob, bot, app, withPull, told } = shop

afterAll(shop.close)

describe('pull requests', () => {
  test('list the files that git says differ', async () => {
    const { pull } = await withPull()
    const { data: files } = await alice.pulls.listFiles(pull)
    expect(files.map(({ filename, status, additions }) => [filename, status, additions])).toEqual([
      ['m/1.sql', 'added', 1],
    ])
    expect(files[0]?.patch).toBe('@@ -0,0 +1 @@\n+create table a (x int);')
    expect((await alice.pulls.get(pull)).data.changed_files).toBe(1)
  })

  test('follow a git push to their branch and say so', async () => {
    const { pull, repo, head } = await withPull()
    const dir = join(scratch, `clone-${repo.id}`)
    await git(scratch, 'clone', '--quiet', repo.cloneUrl(aliceToken), dir)
    await git(dir, 'checkout', '--quiet', 'change')
    await writeFile(join(dir, 'm', '2.sql'), 'drop table a;\n')
    await git(dir, 'add', '.')
    await git(dir, 'commit', '--quiet', '-m', 'sneaky')
    await git(dir, 'push', '--quiet', 'origin', 'change')
    const pushed = await git(dir, 'rev-parse', 'HEAD')

    expect((await alice.pulls.get(pull)).data.head.sha).toBe(pushed)
    expect(await told(repo.id, 'pull_request', 'synchronize')).toMatchObject([
      { before: head, after: pushed },
    ])
  })

  test('merge three ways and lose nothing that landed on the base meanwhile', async () => {
    for (const merge_method of ['merge', 'squash', 'rebase'] as const) {
      const { pull, repo, at } = await withPull()
      const other = await github.commit(repo.fullName, 'main', { files: { 'other.txt': 'mine\n' } })
      const { data } = await alice.pulls.merge({ ...pull, merge_method })
      const { data: tree } = await alice.git.getTree({ ...at, tree_sha: data.sha, recursive: '1' })
      expect(tree.tree.map(({ path }) => path)).toEqual(['README.md', 'm', 'm/1.sql', 'other.txt'])
      const { data: commit } = await alice.git.getCommit({ ...at, commit_sha: data.sha })
      expect(commit.parents[0]?.sha).toBe(other)
      expect(commit.parents).toHaveLength(merge_method === 'merge' ? 2 : 1)
      expect((await alice.pulls.get(pull)).data).toMatchObject({ merged: true, merge_commit_sha: data.sha })
    }
  })

  test('are not merged where git finds a conflict', async () => {
    const { pull, repo } = await withPull()
    await github.commit(repo.fullName, 'main', { files: { 'm/1.sql': 'create table b (x int);\n' } })
    expect((await alice.pulls.get(pull)).data).toMatchObject({ mergeable: false, mergeable_state: 'dirty' })
    for (const merge_method of ['merge', 'squash', 'rebase'] as const) {
      expect(await statusOf(alice.pulls.merge({ ...pull, merge_method }))).toBe(405)
    }
  })

  test('tell of a new base, and take none that does not exist', async () => {
    const { pull, repo, at } = await withPull()
    await github.commit(repo.fullName, 'next', { files: { 'next.txt': '1\n' } })
    expect(await statusOf(alice.pulls.update({ ...pull, base: 'nowhere' }))).toBe(422)
    await alice.pulls.update({ ...pull, base: 'next' })
    const [payload] = await told(repo.id, 'pull_request', 'edited')
    expect(payload).toMatchObject({ changes: { base: { ref: { from: 'main' } } } })
    const { data: events } = await alice.issues.listEvents({ ...at, issue_number: pull.pull_number })
    expect(events.map(({ event }) => event)).toEqual(['base_ref_changed'])
  })

  test('cannot be opened from or to a branch that does not exist, and make none', async () => {
    const { at } = await withPull()
    const title = 'x'
    expect(await statusOf(alice.pulls.create({ ...at, title, head: 'change', base: 'nowhere' }))).toBe(422)
    expect(await statusOf(alice.pulls.create({ ...at, title, head: 'nowhere', base: 'main' }))).toBe(422)
    const { data: branches } = await alice.repos.listBranches(at)
    expect(branches.map(({ name }) => name)).toEqual(['change', 'main'])
  })

  test('list their own commits only', async () => {
    const { pull, head } = await withPull()
    const { data: commits } = await alice.pulls.listCommits(pull)
    expect(commits.map(({ sha }) => sha)).toEqual([head])
  })

  test('have a test merge as merge_commit_sha, and refs for both', async () => {
    const { pull, at, head, repo, number } = await withPull()
    const { data } = await alice.pulls.get(pull)
    const merge = await git(repo.dir, 'rev-parse', `refs/pull/${number}/merge`)
    expect(data.merge_commit_sha).toBe(merge)
    const { data: commit } = await alice.git.getCommit({ ...at, commit_sha: merge })
    expect(commit.parents.map(({ sha }) => sha)).toEqual([data.base.sha, head])
    const refs = await git(scratch, 'ls-remote', repo.cloneUrl(aliceToken), 'refs/pull/*')
    expect(refs).toContain(`${head}\trefs/pull/${number}/head`)
    const { data: ref } = await alice.git.getRef({ ...at, ref: `pull/${number}/head` })
    expect(ref.object.sha).toBe(head)
  })

  test('refuse a merge of another head with 409', async () => {
    const { pull } = await withPull()
    expect(await statusOf(alice.pulls.merge({ ...pull, sha: '1'.repeat(40) }))).toBe(409)
  })

  test('are issues too: they can be edited and closed as such', async () => {
    const { pull, at, repo } = await withPull()
    await alice.issues.update({ ...at, issue_number: pull.pull_number, title: 'Better', state: 'closed' })
    expect((await alice.pulls.get(pull)).data).toMatchObject({
      title: 'Better',
      state: 'closed',
      merged: false,
    })
    expect(await told(repo.id, 'pull_request', 'closed')).toHaveLength(1)
  })
})

describe('reviews', () => {
  test('by the author cannot approve', async () => {
    const { pull } = await withPull()
    expect(await statusOf(alice.pulls.createReview({ ...pull, event: 'APPROVE' }))).toBe(422)
    expect((await alice.pulls.listReviews(pull)).data).toEqual([])
  })

  test('answer 200 in upper case, and hooks tell of them in lower case', async () => {
    const { pull, repo, head } = await withPull()
    const answer = await bob.pulls.createReview({ ...pull, event: 'APPROVE' })
    expect(answer.status).toBe(200)
    expect(answer.data).toMatchObject({ state: 'APPROVED', commit_id: head })
    const [payload] = await told(repo.id, 'pull_request_review', 'submitted')
    expect(payload).toMatchObject({ review: { state: 'approved', commit_id: head } })
  })

  test('may name an older commit of the pull request, also after a force push, but no other', async () => {
    const { pull, repo, head, at } = await withPull()
    const { data: main } = await alice.git.getRef({ ...at, ref: 'heads/main' })
    const rewritten = await github.commit(repo.fullName, 'change', {
      files: { 'm/1.sql': 'drop table a;\n' },
      parents: [main.object.sha],
    })
    expect((await alice.pulls.get(pull)).data.head.sha).toBe(rewritten)
    const { data } = await bob.pulls.createReview({ ...pull, event: 'APPROVE', commit_id: head })
    expect(data.commit_id).toBe(head)
    const foreign = { ...pull, event: 'APPROVE' as const, commit_id: main.object.sha }
    expect(await statusOf(bob.pulls.createReview(foreign))).toBe(422)
    github.vanishCommit(repo.fullName, head)
    expect((await alice.pulls.listReviews(pull)).data[0]?.commit_id).toBeNull()
    expect(await statusOf(alice.git.getCommit({ ...at, commit_sha: head }))).toBe(404)
  })

  test('keep their body when they are dismissed', async () => {
    const { pull, at } = await withPull()
    const { data: review } = await bob.pulls.createReview({ ...pull, event: 'APPROVE', body: 'fine' })
    await alice.pulls.dismissReview({ ...pull, review_id: review.id, message: 'no longer' })
    const { data } = await alice.pulls.getReview({ ...pull, review_id: review.id })
    expect(data).toMatchObject({ state: 'DISMISSED', body: 'fine' })
    const { data: events } = await alice.issues.listEvents({ ...at, issue_number: pull.pull_number })
    expect(events[0]).toMatchObject({
      event: 'review_dismissed',
      dismissed_review: { review_id: review.id, state: 'approved', dismissal_message: 'no longer' },
    })
  })
})

describe('protected branches', () => {
  test('need the check by the App that is named, not by another one of the same name', async () => {
    const { pull, repo, at, head } = await withPull()
    const forger = github.app({ slug: `forger-${repo.id}`, owner: 'acme', permissions: { checks: 'write' } })
    const forged = asApp(github, forger, github.install(forger.id, 'acme').id)
    github.protect(repo.fullName, 'main', { requiredChecks: [{ context: 'gate', integration_id: app.id }] })
    const check = { ...at, name: 'gate', head_sha: head, conclusion: 'success' as const }

    expect(await statusOf(alice.pulls.merge(pull))).toBe(405)
    await forged.checks.create(check)
    expect(await failureOf(alice.pulls.merge(pull))).toMatchObject({
      status: 405,
      message: expect.stringContaining('Required status check "gate" is expected'),
    })
    expect((await alice.pulls.get(pull)).data.mergeable_state).toBe('blocked')
    await bot.checks.create(check)
    expect(await statusOf(alice.pulls.merge(pull))).toBe(200)
  })

  test('show their rules and refuse pushes by git and by REST', async () => {
    const { repo, at, head } = await withPull()
    github.protect(repo.fullName, 'main', { requiredApprovals: 1 })
    const { data: rules } = await bot.repos.getBranchRules({ ...at, branch: 'main' })
    expect(rules.map(({ type }) => type).sort()).toEqual(['deletion', 'non_fast_forward', 'pull_request'])
    const dir = join(scratch, `protected-${repo.id}`)
    await git(scratch, 'clone', '--quiet', repo.cloneUrl(aliceToken), dir)
    await git(dir, 'commit', '--quiet', '--allow-empty', '-m', 'straight')
    await expect(git(dir, 'push', 'origin', 'main')).rejects.toThrow(/through a pull request/)
    github.protect(repo.fullName, 'change')
    await expect(git(dir, 'push', 'origin', ':change')).rejects.toThrow(/Cannot delete/)
    await expect(git(dir, 'push', '--force', 'origin', 'main:change')).rejects.toThrow(/Cannot force-push/)
    expect(await statusOf(alice.git.deleteRef({ ...at, ref: 'heads/change' }))).toBe(422)
    expect(await statusOf(alice.git.updateRef({ ...at, ref: 'heads/main', sha: head }))).toBe(409)
  })

  test('need approvals by people who can write', async () => {
    const { pull, repo } = await withPull()
    github.protect(repo.fullName, 'main', { requiredApprovals: 1 })
    const reader = github.user(`reader-${repo.id}`)
    github.collaborator(repo.fullName, reader.login, 'read')
    await as(github, reader.token).pulls.createReview({ ...pull, event: 'APPROVE' })
    expect(await statusOf(alice.pulls.merge(pull))).toBe(405)
    await bob.pulls.createReview({ ...pull, event: 'APPROVE' })
    expect(await statusOf(alice.pulls.merge(pull))).toBe(200)
  })
})
