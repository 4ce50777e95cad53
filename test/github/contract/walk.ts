import type { GitHub } from '../emulator.ts'
import { client, prepare, type Stage, shop } from './stage.ts'
import { walkPulls } from './walk-pulls.ts'

/** Uses every operation that an emulated GitHub has, and makes everything happen that it tells Apps of. */
export async function walk(github: GitHub): Promise<void> {
  const stage = await prepare(github)
  await people(stage)
  await rules(stage)
  await gitData(stage)
  await contents(stage)
  const number = await walkPulls(stage)
  await refusals(stage, number)
  await apps(stage)
}

async function people({ alice, bot, github }: Stage): Promise<void> {
  await alice.rest.users.getAuthenticated()
  await alice.rest.users.getByUsername({ username: 'bob' })
  await alice.rest.users.getByUsername({ username: 'acme' })
  await alice.rest.meta.get()
  await alice.rest.rateLimit.get()
  const team = { org: 'acme', team_slug: 'dba' }
  await bot.rest.teams.getByName(team)
  await bot.rest.teams.listMembersInOrg(team)
  await bot.rest.teams.getMembershipForUserInOrg({ ...team, username: 'bob' })
  await bot.rest.repos.getCollaboratorPermissionLevel({ ...shop, username: 'bob' })
  await bot.rest.repos.get(shop)
  await alice.rest.repos.get(shop)
  await bot.rest.apps.listReposAccessibleToInstallation()
  await bot.rest.repos.getBranchRules({ ...shop, branch: 'main' })
  github.teamAdd('acme', 'dba', 'alice', { state: 'pending' })
}

/** What administrators see of how a branch is guarded, by a ruleset and as it was before there were any. */
async function rules({ alice, carol, github }: Stage): Promise<void> {
  const { data: found } = await carol.rest.repos.getBranchRules({ ...shop, branch: 'main' })
  const ruleset = { ...shop, ruleset_id: found[0]?.ruleset_id ?? 0 }
  await carol.rest.repos.getRepoRuleset(ruleset)
  await alice.rest.repos.getRepoRuleset(ruleset)
  const checks = [{ context: 'dbward/gate', integration_id: 7 }]
  github.protect('acme/shop', 'classic', { classic: true, requiredApprovals: 1, requiredChecks: checks })
  await carol.rest.repos.getBranchProtection({ ...shop, branch: 'classic' })
  github.protect('acme/shop', 'queued', { mergeQueue: true })
  await carol.rest.repos.getBranchRules({ ...shop, branch: 'queued' })
  await carol.rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository(shop)
  await carol.rest.orgs.listAppInstallations({ org: 'acme' })
}

async function gitData({ alice }: Stage): Promise<void> {
  const { git } = alice.rest
  const { data: main } = await git.getRef({ ...shop, ref: 'heads/main' })
  const parent = main.object.sha
  const { data: blob } = await git.createBlob({ ...shop, content: 'c2VsZWN0IDE7Cg==', encoding: 'base64' })
  await git.getBlob({ ...shop, file_sha: blob.sha })
  const entry = { path: 'db/a/2_one.sql', mode: '100644', type: 'blob', sha: blob.sha } as const
  const { data: tree } = await git.createTree({ ...shop, base_tree: parent, tree: [entry] })
  await git.getTree({ ...shop, tree_sha: tree.sha, recursive: '1' })
  await git.getTree({ ...shop, tree_sha: 'main' })
  const { data: commit } = await git.createCommit({
    ...shop,
    message: 'Two',
    tree: tree.sha,
    parents: [parent],
  })
  await git.getCommit({ ...shop, commit_sha: commit.sha })
  await git.createRef({ ...shop, ref: 'refs/heads/feat/two', sha: parent })
  await git.updateRef({ ...shop, ref: 'heads/feat/two', sha: commit.sha })
  await git.listMatchingRefs({ ...shop, ref: 'heads/feat' })
  await git.createRef({ ...shop, ref: 'refs/heads/gone', sha: parent })
  await git.deleteRef({ ...shop, ref: 'heads/gone' })
}

async function contents({ alice }: Stage): Promise<void> {
  const { repos } = alice.rest
  const branch = 'contents'
  const { data: main } = await repos.getBranch({ ...shop, branch: 'main' })
  await alice.rest.git.createRef({ ...shop, ref: `refs/heads/${branch}`, sha: main.commit.sha })
  const file = { ...shop, branch, path: 'db/3 three.sql' }
  const { data: made } = await repos.createOrUpdateFileContents({
    ...file,
    message: 'Three',
    content: 'MQ==',
  })
  const sha = made.content?.sha ?? ''
  const { data: next } = await repos.createOrUpdateFileContents({
    ...file,
    message: 'More',
    content: 'Mg==',
    sha,
  })
  await repos.getContent({ ...shop, path: 'db/1_users.sql' })
  await repos.getContent({ ...shop, path: 'db', ref: branch })
  await repos.getContent({ ...shop, path: '' })
  await repos.getContent({ ...shop, path: 'README.md', mediaType: { format: 'raw' } })
  await repos.deleteFile({ ...file, message: 'None', sha: next.content?.sha ?? '' })
  await repos.listBranches({ ...shop, per_page: 2, page: 2 })
  await repos.listCommits({ ...shop, sha: branch, path: 'db' })
  await repos.getCommit({ ...shop, ref: 'feat/two' })
  await repos.compareCommitsWithBasehead({ ...shop, basehead: 'main...feat/two' })
  await repos.compareCommitsWithBasehead({ ...shop, basehead: 'feat/two...contents' })
  await repos.listActivities({ ...shop, ref: `refs/heads/${branch}` })
}

/** Right questions to which the answer is no. */
async function refusals({ alice, bob, bot, github }: Stage, number: number): Promise<void> {
  const no = async (status: number, ask: Promise<unknown>): Promise<void> => {
    const got = await ask.then(
      () => 200,
      (error: { status: number }) => error.status,
    )
    if (got !== status) throw new Error(`expected ${status}, got ${got}`)
  }
  const pull = { ...shop, pull_number: number }
  await no(404, bob.rest.pulls.get({ ...shop, pull_number: 999 }))
  await no(404, bob.rest.git.getRef({ ...shop, ref: 'heads/none' }))
  await no(404, bot.rest.repos.get({ owner: 'acme', repo: 'none' }))
  await no(405, bob.rest.pulls.merge(pull))
  await no(403, bob.rest.checks.create({ ...shop, name: 'mine', head_sha: 'a'.repeat(40) }))
  await no(422, alice.rest.pulls.create({ ...shop, title: 'None', head: 'none', base: 'main' }))
  await no(401, client({ baseUrl: github.url, auth: 'ghs_nobody' }).rest.repos.get(shop))
  await no(401, bob.rest.apps.getAuthenticated())
  await no(
    404,
    bot.rest.teams.getMembershipForUserInOrg({ org: 'acme', team_slug: 'dba', username: 'carol' }),
  )
  const { headers } = await bot.rest.pulls.get(pull)
  await no(304, bot.rest.pulls.get({ ...pull, headers: { 'if-none-match': headers.etag ?? '' } }))
}

async function apps({ app, alice, bob, github, installationId }: Stage): Promise<void> {
  await app.rest.apps.getAuthenticated()
  await bob.rest.apps.getBySlug({ app_slug: 'gate' })
  await app.rest.apps.listInstallations()
  await app.rest.apps.getInstallation({ installation_id: installationId })
  await app.rest.apps.getRepoInstallation(shop)
  const narrowed = { permissions: { contents: 'read' }, repositories: ['shop'] } as const
  await app.rest.apps.createInstallationAccessToken({
    installation_id: installationId,
    ...narrowed,
    repositories: ['shop'],
  })
  await github.webhooks.flush()
  const { data: listed } = await app.rest.apps.listWebhookDeliveries({ per_page: 5 })
  const delivery = { delivery_id: listed[0]?.id ?? 0 }
  await app.rest.apps.getWebhookDelivery(delivery)
  await app.rest.apps.redeliverWebhookDelivery(delivery)
  const code = await registerFromManifest(github)
  await client({ baseUrl: github.url }).rest.apps.createFromManifest({ code })

  github.rename('acme/shop', 'store')
  await alice.rest.repos.get(shop)
  await bob.rest.pulls.list({ ...shop, repo: 'store' })
  github.suspend(installationId)
  github.suspend(installationId, false)
  github.uninstall(installationId)
  await github.webhooks.flush()
}

async function registerFromManifest(github: GitHub): Promise<string> {
  const manifest = {
    name: 'Another gate',
    url: 'https://example.com/',
    hook_attributes: { url: 'https://example.com/hook' },
    redirect_url: 'https://example.com/done',
    default_permissions: { contents: 'read', pull_requests: 'read' },
    default_events: ['push', 'pull_request'],
  }
  const answer = await fetch(`${github.url}/organizations/acme/settings/apps/new?state=s`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ manifest: JSON.stringify(manifest) }),
    redirect: 'manual',
  })
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
}
