import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Octokit } from '@octokit/rest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type GitHub, startGitHub } from './emulator.ts'
import { as, git, statusOf } from './testing.ts'

let github: GitHub
let scratch: string
let alice: Octokit
let token: string
let repos = 0

beforeAll(async () => {
  github = await startGitHub()
  scratch = await mkdtemp(join(tmpdir(), 'pull-life-'))
  token = github.user('alice').token
  alice = as(github, token)
})

afterAll(async () => {
  await github.close()
  await rm(scratch, { recursive: true, force: true })
})

async function withPull(head = 'change') {
  const name = `shop-${++repos}`
  const repo = await github.repo('alice', name)
  const sha = await github.commit(repo.fullName, head, { files: { 'm/1.sql': 'select 1;\n' } })
  const at = { owner: 'alice', repo: name }
  const { data } = await alice.pulls.create({ ...at, title: 'One', head, base: 'main' })
  const events = async () =>
    (await alice.issues.listEvents({ ...at, issue_number: data.number })).data.map(({ event }) => event)
  return { repo, at, sha, pull: { ...at, pull_number: data.number }, events }
}

test('commits that reach the base by a push count as merged', async () => {
  const { repo, pull, sha, events } = await withPull()
  const dir = join(scratch, 'by-push')
  await git(scratch, 'clone', '--quiet', repo.cloneUrl(token), dir)
  await git(dir, 'merge', '--quiet', '--no-ff', '-m', 'by hand', 'origin/change')
  await git(dir, 'commit', '--quiet', '--allow-empty', '-m', 'and one more')
  await git(dir, 'push', '--quiet', 'origin', 'main')
  const merge = await git(dir, 'rev-parse', 'HEAD~1')
  const { data } = await alice.pulls.get(pull)
  expect(data).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: merge, head: { sha } })
  expect(await events()).toEqual(['merged', 'closed'])
})

test('a pull request whose branch is deleted is closed, and can be reopened when the branch is back', async () => {
  const { at, pull, sha, events } = await withPull()
  await alice.git.deleteRef({ ...at, ref: 'heads/change' })
  expect((await alice.pulls.get(pull)).data.state).toBe('closed')
  expect(await statusOf(alice.pulls.update({ ...pull, state: 'open' }))).toBe(422)
  await alice.git.createRef({ ...at, ref: 'refs/heads/change', sha })
  await alice.pulls.update({ ...pull, state: 'open' })
  expect((await alice.pulls.get(pull)).data).toMatchObject({ state: 'open', mergeable: true })
  expect(await events()).toEqual(['closed', 'reopened'])
})

test('a closed pull request stays at its head, and is not reopened after a force push', async () => {
  const { repo, at, pull, sha } = await withPull()
  await alice.pulls.update({ ...pull, state: 'closed' })
  const { data: main } = await alice.git.getRef({ ...at, ref: 'heads/main' })
  await github.commit(repo.fullName, 'change', { files: { 'm/2.sql': '2' }, parents: [main.object.sha] })
  expect((await alice.pulls.get(pull)).data.head.sha).toBe(sha)
  expect(await statusOf(alice.pulls.update({ ...pull, state: 'open' }))).toBe(422)
})

test('a force push by git is told apart from a push', async () => {
  const { repo, at, pull, events } = await withPull()
  const dir = join(scratch, 'forced')
  await git(scratch, 'clone', '--quiet', '--branch', 'change', repo.cloneUrl(token), dir)
  await git(dir, 'commit', '--quiet', '--amend', '-m', 'amended')
  await git(dir, 'push', '--quiet', '--force', 'origin', 'change')
  const after = await git(dir, 'rev-parse', 'HEAD')
  expect((await alice.pulls.get(pull)).data.head.sha).toBe(after)
  expect(await events()).toEqual(['head_ref_force_pushed'])
  const { data } = await alice.repos.listActivities({ ...at, ref: 'refs/heads/change' })
  expect(data.map(({ activity_type }) => activity_type)).toEqual(['force_push', 'branch_creation'])
})

test('an update from the base is a merge into the head', async () => {
  const { repo, at, pull, sha } = await withPull()
  const base = await github.commit(repo.fullName, 'main', { files: { 'other.txt': '1' } })
  expect(await statusOf(alice.pulls.updateBranch({ ...pull, expected_head_sha: base }))).toBe(422)
  expect(await statusOf(alice.pulls.updateBranch(pull))).toBe(202)
  const { data } = await alice.pulls.get(pull)
  const { data: commit } = await alice.git.getCommit({ ...at, commit_sha: data.head.sha })
  expect(commit.parents.map((parent) => parent.sha)).toEqual([sha, base])
  expect(data).toMatchObject({ changed_files: 1, commits: 2 })
})

test('a rebase makes new commits with the old authors, and squash names everybody', async () => {
  const { repo, at, pull } = await withPull()
  github.user('bob', { name: 'Bob', email: 'bob@example.com' })
  await github.commit(repo.fullName, 'change', { files: { 'm/2.sql': '2' }, author: 'bob', message: 'Two' })
  await github.commit(repo.fullName, 'main', { files: { 'other.txt': '1' } })
  const { data: merged } = await alice.pulls.merge({ ...pull, merge_method: 'rebase' })
  const { data: commits } = await alice.repos.listCommits({ ...at, sha: merged.sha })
  expect(commits.map(({ author, commit }) => [author?.login, commit.message])).toEqual([
    ['bob', 'Two'],
    ['alice', 'Change m/1.sql'],
    ['alice', 'Change other.txt'],
    ['alice', 'Initial commit'],
  ])
  expect(commits[0]?.committer?.login).toBe('alice')

  const second = await withPull()
  await github.commit(second.repo.fullName, 'change', { files: { 'm/2.sql': '2' }, author: 'bob' })
  const { data: squashed } = await alice.pulls.merge({ ...second.pull, merge_method: 'squash' })
  const { data } = await alice.git.getCommit({ ...second.at, commit_sha: squashed.sha })
  expect(data.message).toMatch(/^One \(#1\)\n(.|\n)*Co-authored-by: Bob <bob@example\.com>$/)
})

test('merges at the same time follow each other, and each finds what the other brought', async () => {
  const { repo, at, pull } = await withPull()
  await github.commit(repo.fullName, 'other', { files: { 'm/2.sql': 'select 2;\n' } })
  const { data: second } = await alice.pulls.create({ ...at, title: 'Two', head: 'other', base: 'main' })
  const merged = await Promise.all([
    alice.pulls.merge(pull),
    alice.pulls.merge({ ...at, pull_number: second.number }),
  ])
  expect(merged.map(({ status }) => status)).toEqual([200, 200])
  const { data: tree } = await alice.git.getTree({ ...at, tree_sha: 'main', recursive: '1' })
  expect(tree.tree.map(({ path }) => path)).toEqual(['README.md', 'm', 'm/1.sql', 'm/2.sql'])
})

test('names with slashes work wherever a ref is named', async () => {
  const { at, sha, pull } = await withPull('team/change')
  expect((await alice.pulls.get(pull)).data.head.ref).toBe('team/change')
  expect((await alice.repos.getBranch({ ...at, branch: 'team/change' })).data.commit.sha).toBe(sha)
  expect((await alice.git.getRef({ ...at, ref: 'heads/team/change' })).data.object.sha).toBe(sha)
  expect((await alice.repos.getCommit({ ...at, ref: 'team/change' })).data.files).toHaveLength(1)
  expect((await alice.checks.listForRef({ ...at, ref: 'team/change' })).data.total_count).toBe(0)
  const { data } = await alice.repos.compareCommitsWithBasehead({ ...at, basehead: 'main...team/change' })
  expect(data).toMatchObject({ status: 'ahead', ahead_by: 1, behind_by: 0 })
  const plain = await fetch(`${github.url}/repos/alice/${at.repo}/branches/team/change`)
  expect(plain.status).toBe(200)
})

test('a branch that shares no history with its base cannot be merged', async () => {
  const { repo, at, pull } = await withPull()
  await github.commit(repo.fullName, 'orphan', { files: { 'o.txt': '1' }, parents: [] })
  const orphan = alice.pulls.create({ ...at, title: 'Orphan', head: 'orphan', base: 'main' })
  expect(await statusOf(orphan)).toBe(422)
  await github.commit(repo.fullName, 'change', { files: { 'o.txt': '1' }, parents: [] })
  expect((await alice.pulls.get(pull)).data.mergeable).toBe(false)
  expect(await statusOf(alice.pulls.merge(pull))).toBe(405)
})

test('a second pull request for the same branches is refused', async () => {
  const { at } = await withPull()
  const again = alice.pulls.create({ ...at, title: 'Again', head: 'change', base: 'main' })
  expect(await statusOf(again)).toBe(422)
  const empty = alice.pulls.create({ ...at, title: 'Nothing', head: 'main', base: 'main' })
  expect(await statusOf(empty)).toBe(422)
})

test('a fork has its own branches, and a pull request from one follows what its owner pushes', async () => {
  const name = `shop-${++repos}`
  const repo = await github.repo('alice', name)
  const { token: theirs } = github.user(`forker-${repos}`)
  const login = `forker-${repos}`
  github.collaborator(repo.fullName, login, 'read')
  const fork = await github.fork(repo.fullName, login)
  await github.commit(fork.fullName, 'gift', { files: { 'm/1.sql': 'select 1;\n' }, author: login })
  const at = { owner: 'alice', repo: name }
  const from = as(github, theirs)
  const { data } = await from.pulls.create({ ...at, title: 'A gift', head: `${login}:gift`, base: 'main' })
  expect(data.head).toMatchObject({ label: `${login}:gift`, ref: 'gift', repo: { id: fork.id, fork: true } })
  expect(data.base.repo.id).toBe(repo.id)
  const again = await github.commit(fork.fullName, 'gift', { files: { 'm/2.sql': 'select 2;\n' } })
  const pull = { ...at, pull_number: data.number }
  expect((await alice.pulls.get(pull)).data).toMatchObject({ head: { sha: again }, changed_files: 2 })
  expect((await alice.repos.listBranches(at)).data.map((branch) => branch.name)).toEqual(['main'])
  const listed = await alice.pulls.list({ ...at, head: `${login}:gift` })
  expect(listed.data.map((one) => one.number)).toEqual([data.number])
  await alice.pulls.merge(pull)
  expect((await alice.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha).not.toBe(again)
})
