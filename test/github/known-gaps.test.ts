import { createHmac } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { startShop } from './shop-for-tests.ts'
import { as, asApp, statusOf } from './testing.ts'

// An emulated GitHub is only worth its mistakes: each of these is one that another emulator makes
// and that turns a test green for the wrong reason.

const shop = await startShop()
const { github, hooks, alice, bob, bot, app, installationId, withPull, told } = shop

afterAll(shop.close)

describe('webhooks', () => {
  test('carry a GUID, the hook, its target, and a signature of the raw bytes', async () => {
    const { repo, pull } = await withPull()
    await told(repo.id, 'pull_request', 'opened')
    const mine = hooks.received.filter(({ body }) => body.includes(`"full_name":"${repo.fullName}"`))
    const opened = mine.find(({ headers }) => headers['x-github-event'] === 'pull_request')
    expect(opened?.headers['x-github-delivery']).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(opened?.headers['x-github-hook-id']).toMatch(/^\d+$/)
    expect(opened?.headers['x-github-hook-installation-target-id']).toBe(String(app.id))
    expect(opened?.headers['x-github-hook-installation-target-type']).toBe('integration')
    expect(opened?.headers['user-agent']).toMatch(/^GitHub-Hookshot\//)
    const hmac = createHmac('sha256', app.webhookSecret)
      .update(opened?.body ?? '')
      .digest('hex')
    expect(opened?.headers['x-hub-signature-256']).toBe(`sha256=${hmac}`)
    expect(JSON.parse(opened?.body ?? '')).toMatchObject({
      action: 'opened',
      number: pull.pull_number,
      installation: { id: installationId },
    })
    const ids = hooks.received.map(({ headers }) => headers['x-github-delivery'])
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('can be listed and delivered again under the same GUID', async () => {
    const { repo } = await withPull()
    await told(repo.id, 'pull_request', 'opened')
    const client = asApp(github, app)
    const { data: list } = await client.apps.listWebhookDeliveries({ per_page: 100 })
    const [newest] = list
    if (!newest) throw new Error('expected a delivery, got none')
    expect(newest).toMatchObject({
      redelivery: false,
      status: 'OK',
      status_code: 202,
      repository_id: repo.id,
    })
    await client.apps.redeliverWebhookDelivery({ delivery_id: newest.id })
    await github.webhooks.flush()
    const { data: after } = await client.apps.listWebhookDeliveries({ per_page: 1 })
    expect(after[0]).toMatchObject({ guid: newest.guid, redelivery: true })
    expect(hooks.received.at(-1)?.headers['x-github-delivery']).toBe(newest.guid)
  })
})

describe('what other emulators do not have', () => {
  test('the pull requests of a commit: of one that is open, and of what a squash made', async () => {
    const { at, pull, head, number } = await withPull()
    const of = async (commit_sha: string) =>
      (await alice.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha })).data.map(
        (one) => one.number,
      )
    expect(await of(head)).toEqual([number])
    const { data } = await alice.pulls.merge({ ...pull, merge_method: 'squash' })
    expect(await of(data.sha)).toEqual([number])
    expect(await of(data.sha === head ? '' : head)).toEqual([number])
  })

  test('who moved a branch, and how', async () => {
    const { at, pull, head } = await withPull()
    const { data: merged } = await bob.pulls.merge(pull)
    const { data } = await bot.repos.listActivities({ ...at, ref: 'refs/heads/main' })
    expect(data[0]).toMatchObject({ activity_type: 'pr_merge', after: merged.sha, actor: { login: 'bob' } })
    const { data: branch } = await bot.repos.listActivities({ ...at, ref: 'change' })
    expect(branch).toMatchObject([
      { activity_type: 'branch_creation', after: head, actor: { login: 'alice' } },
    ])
  })

  test('the manifest flow, whose code works once', async () => {
    const manifest = {
      name: 'Set Up',
      url: 'http://127.0.0.1/',
      redirect_url: 'http://127.0.0.1/done',
      hook_attributes: { url: hooks.url },
      default_permissions: { checks: 'write' },
      default_events: ['check_run'],
    }
    const answer = await fetch(`${github.url}/organizations/acme/settings/apps/new?state=abc`, {
      method: 'POST',
      body: new URLSearchParams({ manifest: JSON.stringify(manifest) }),
      redirect: 'manual',
    })
    const back = new URL(answer.headers.get('location') ?? '')
    expect([answer.status, back.searchParams.get('state')]).toEqual([302, 'abc'])
    const code = back.searchParams.get('code') ?? ''
    const convert = () => as(github, '').apps.createFromManifest({ code })
    const { data } = await convert()
    expect(data).toMatchObject({ slug: 'set-up', permissions: { checks: 'write' }, owner: { login: 'acme' } })
    const client = asApp(github, { id: data.id, privateKey: data.pem })
    expect((await client.apps.getAuthenticated()).data?.id).toBe(data.id)
    expect(await statusOf(convert())).toBe(404)
  })

  test('true trees: modes, links and submodules as git has them', async () => {
    const { at } = await withPull()
    const { data: main } = await alice.git.getRef({ ...at, ref: 'heads/main' })
    const { data: link } = await alice.git.createBlob({ ...at, content: 'README.md' })
    const { data: tree } = await alice.git.createTree({
      ...at,
      base_tree: main.object.sha,
      tree: [
        { path: 'link.sql', mode: '120000', type: 'blob', sha: link.sha },
        { path: 'run.sql', mode: '100755', type: 'blob', content: 'select 1;\n' },
        { path: 'sub', mode: '160000', type: 'commit', sha: main.object.sha },
      ],
    })
    const parents = [main.object.sha]
    const { data: commit } = await alice.git.createCommit({ ...at, message: 'odd', tree: tree.sha, parents })
    await alice.git.createRef({ ...at, ref: 'refs/heads/odd', sha: commit.sha })
    const { data } = await alice.git.getTree({ ...at, tree_sha: commit.sha, recursive: '1' })
    expect(data.tree.map(({ path, mode, type }) => [path, mode, type])).toEqual([
      ['README.md', '100644', 'blob'],
      ['link.sql', '120000', 'blob'],
      ['run.sql', '100755', 'blob'],
      ['sub', '160000', 'commit'],
    ])
    // The contents API follows the link without a word.
    const { data: followed } = await alice.repos.getContent({ ...at, path: 'link.sql', ref: 'odd' })
    expect(followed).toMatchObject({ type: 'file', path: 'link.sql', sha: data.tree[0]?.sha })
  })

  test('teams whose secret ones are hidden, and whose pending members are pending', async () => {
    github.user('carol')
    github.team('acme', 'dba', ['bob'])
    github.team('acme', 'inner', ['alice'], { parent: 'dba', privacy: 'secret' })
    github.teamAdd('acme', 'dba', 'carol', { state: 'pending' })
    const at = { org: 'acme', team_slug: 'dba' }
    const { data } = await bot.teams.getMembershipForUserInOrg({ ...at, username: 'bob' })
    expect(data.state).toBe('active')
    const pending = await bot.teams.getMembershipForUserInOrg({ ...at, username: 'carol' })
    expect(pending.data.state).toBe('pending')
    const below = await bot.teams.getMembershipForUserInOrg({ ...at, username: 'alice' })
    expect(below.data.state).toBe('active')
    github.teamRemove('acme', 'inner', 'alice')
    expect(await statusOf(bot.teams.getMembershipForUserInOrg({ ...at, username: 'alice' }))).toBe(404)
    expect(await statusOf(bob.teams.getByName({ ...at, team_slug: 'inner' }))).toBe(404)
    const weak = github.app({ slug: 'weak', owner: 'acme', permissions: { contents: 'read' } })
    const client = asApp(github, weak, github.install(weak.id, 'acme').id)
    expect(await statusOf(client.teams.getByName(at))).toBe(403)
    expect(await statusOf(client.teams.getByName({ ...at, team_slug: 'inner' }))).toBe(404)
  })

  test('roles: maintain reads as write, triage as read, and the role has a name of its own', async () => {
    const { at, repo } = await withPull()
    for (const [login, role, permission] of [
      ['mia', 'maintain', 'write'],
      ['tom', 'triage', 'read'],
    ] as const) {
      const { login: name } = github.user(`${login}-${repo.id}`)
      github.collaborator(repo.fullName, name, role)
      const { data } = await bot.repos.getCollaboratorPermissionLevel({ ...at, username: name })
      expect(data).toMatchObject({ permission, role_name: role })
    }
    const { login: nobody } = github.user(`nobody-${repo.id}`)
    const { data } = await bot.repos.getCollaboratorPermissionLevel({ ...at, username: nobody })
    expect(data.permission).toBe('none')
  })
})
