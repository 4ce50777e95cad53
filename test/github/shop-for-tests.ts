import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGitHub } from './emulator.ts'
import { as, asApp, receiver } from './testing.ts'

/** A GitHub with an organization, two people, and an App that is told of what happens there. */
export async function startShop() {
  const github = await startGitHub()
  const hooks = await receiver()
  const scratch = await mkdtemp(join(tmpdir(), 'shop-'))
  const { token: aliceToken } = github.user('alice')
  const alice = as(github, aliceToken)
  const bob = as(github, github.user('bob').token)
  github.org('acme')
  github.orgMember('acme', 'alice', 'admin')
  github.orgMember('acme', 'bob')
  const app = github.app({
    slug: 'gate',
    owner: 'acme',
    permissions: {
      contents: 'read',
      pull_requests: 'read',
      checks: 'write',
      issues: 'write',
      members: 'read',
    },
    events: ['pull_request', 'pull_request_review', 'push', 'issue_comment', 'check_run'],
    webhookUrl: hooks.url,
    webhookSecret: 'a secret of the webhooks',
  })
  const installationId = github.install(app.id, 'acme').id
  const bot = asApp(github, app, installationId)
  let repos = 0

  /** A repository of acme whose branch `change` adds `m/1.sql`, with an open pull request by alice. */
  const withPull = async () => {
    const name = `shop-${++repos}`
    const at = { owner: 'acme', repo: name }
    const repo = await github.repo('acme', name, { private: true, files: { 'README.md': 'shop\n' } })
    github.collaborator(repo.fullName, 'bob', 'write')
    const head = await github.commit(repo.fullName, 'change', {
      files: { 'm/1.sql': 'create table a (x int);\n' },
      author: 'alice',
    })
    const { data } = await alice.pulls.create({ ...at, title: 'Add a', head: 'change', base: 'main' })
    return { at, repo, head, number: data.number, pull: { ...at, pull_number: data.number } }
  }

  /** The payloads of an event that a repository has caused, oldest first. */
  const told = async (repoId: number, event: string, action: string) => {
    await github.webhooks.flush()
    return github.webhooks.deliveries
      .filter((one) => one.repositoryId === repoId && one.event === event && one.action === action)
      .map(({ payload }) => payload)
  }

  const close = async () => {
    await github.close()
    await hooks.close()
    await rm(scratch, { recursive: true, force: true })
  }

  return { github, hooks, scratch, alice, aliceToken, bob, bot, app, installationId, withPull, told, close }
}
