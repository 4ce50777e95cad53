import { createPrivateKey } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterAll, describe, expect, test } from 'vitest'
import { startShop } from './shop-for-tests.ts'
import { as, asApp, failureOf, statusOf } from './testing.ts'

// An emulated GitHub is only worth its mistakes: each of these is one that another emulator makes
// and that turns a test green for the wrong reason.

const shop = await startShop()
const { github, alice, aliceToken, bob, bot, app, installationId, withPull, told } = shop

afterAll(shop.close)

describe('check runs', () => {
  test('are for Apps only', async () => {
    const { at, head } = await withPull()
    expect(await statusOf(alice.checks.create({ ...at, name: 'gate', head_sha: head }))).toBe(403)
  })

  test('refuse what is too much, too long or unknown', async () => {
    const { at, head } = await withPull()
    const create = (more: object) =>
      statusOf(bot.checks.create({ ...at, name: 'gate', head_sha: head, ...more }))
    const line = { path: 'm/1.sql', start_line: 1, end_line: 1, annotation_level: 'failure', message: 'no' }
    const output = (more: object) => ({ output: { title: 't', summary: 's', ...more } })
    const button = { label: 'Re-review', description: 'Reads everything again', identifier: 'review' }

    expect(await create(output({ annotations: Array(60).fill(line) }))).toBe(422)
    expect(await create(output({ annotations: [{ ...line, annotation_level: 'bogus' }] }))).toBe(422)
    expect(await create(output({ annotations: [{ ...line, end_line: 2, start_column: 1 }] }))).toBe(422)
    expect(await create(output({ summary: 'x'.repeat(70_000) }))).toBe(422)
    expect(await create({ actions: Array(4).fill(button) })).toBe(422)
    expect(await create({ actions: [{ ...button, label: 'x'.repeat(21) }] })).toBe(422)
    expect(await create({ actions: [{ ...button, description: 'x'.repeat(41) }] })).toBe(422)
    expect(await create({ status: 'completed' })).toBe(422)
    expect(await create({ conclusion: 'splendid' })).toBe(422)
    expect((await bot.checks.listForRef({ ...at, ref: head })).data.total_count).toBe(0)
    expect(
      await create({ ...output({ annotations: Array(50).fill(line) }), actions: [button, button, button] }),
    ).toBe(201)
  })

  test('append annotations on update and keep every field of them', async () => {
    const { at, head } = await withPull()
    const line = {
      path: 'm/1.sql',
      start_line: 1,
      end_line: 1,
      start_column: 3,
      end_column: 5,
      annotation_level: 'warning' as const,
      message: 'first',
      title: 'a title',
      raw_details: 'details',
    }
    const output = (message: string) => ({ title: 't', summary: 's', annotations: [{ ...line, message }] })
    const { data: run } = await bot.checks.create({
      ...at,
      name: 'gate',
      head_sha: head,
      output: output('first'),
    })
    await bot.checks.update({ ...at, check_run_id: run.id, output: output('second') })
    const { data } = await bot.checks.listAnnotations({ ...at, check_run_id: run.id })
    expect(data).toMatchObject([line, { ...line, message: 'second' }])
  })

  test('name their App and their pull requests', async () => {
    const { at, head, number } = await withPull()
    const { data } = await bot.checks.create({ ...at, name: 'gate', head_sha: head })
    expect(data.app?.id).toBe(app.id)
    expect(data.pull_requests.map((pull) => pull?.number)).toEqual([number])
  })

  test('tell their own App, and no other, of a button that somebody pressed', async () => {
    const { at, head, repo } = await withPull()
    const { data: run } = await bot.checks.create({
      ...at,
      name: 'gate',
      head_sha: head,
      conclusion: 'failure',
    })
    github.pressCheckButton(run.id, 'bob', 'review')
    await alice.checks.rerequestRun({ ...at, check_run_id: run.id })
    expect(await told(repo.id, 'check_run', 'requested_action')).toMatchObject([
      { requested_action: { identifier: 'review' }, sender: { login: 'bob' }, check_run: { id: run.id } },
    ])
    expect(await told(repo.id, 'check_run', 'rerequested')).toMatchObject([{ check_run: { id: run.id } }])
    expect((await bot.checks.get({ ...at, check_run_id: run.id })).data.conclusion).toBe('failure')
  })
})

describe('comments', () => {
  test('are at most 65,536 characters long', async () => {
    const { at, number } = await withPull()
    const comment = (length: number) =>
      statusOf(bot.issues.createComment({ ...at, issue_number: number, body: 'x'.repeat(length) }))
    expect(await comment(65_537)).toBe(422)
    expect(await comment(65_536)).toBe(201)
  })

  test('name the App that wrote them, and take reactions', async () => {
    const { at, number } = await withPull()
    const { data } = await bot.issues.createComment({ ...at, issue_number: number, body: 'hello' })
    expect(data.performed_via_github_app?.id).toBe(app.id)
    expect(data.user).toMatchObject({ login: 'gate[bot]', type: 'Bot' })
    const reaction = { ...at, comment_id: data.id, content: 'rocket' as const }
    expect(await statusOf(bot.reactions.createForIssueComment(reaction))).toBe(201)
    expect(await statusOf(bot.reactions.createForIssueComment(reaction))).toBe(200)
    expect((await bot.issues.getComment({ ...at, comment_id: data.id })).data.reactions?.rocket).toBe(1)
  })
})

describe('credentials', () => {
  const jwt = (issuer: string, seconds: number) => {
    const now = Math.floor(Date.now() / 1000)
    return new SignJWT({})
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(issuer)
      .setIssuedAt(now - 60)
      .setExpirationTime(now + seconds)
      .sign(createPrivateKey(app.privateKey))
  }

  test('that nobody has are refused, also where anybody may read', async () => {
    await github.repo('alice', 'public')
    const at = { owner: 'alice', repo: 'public' }
    expect(await statusOf(as(github, 'ghp_unknown').repos.get(at))).toBe(401)
    expect(await statusOf(as(github, '').repos.get(at))).toBe(200)
  })

  test('of an App last ten minutes at most', async () => {
    expect(await statusOf(as(github, await jwt(String(app.id), 3600)).apps.getAuthenticated())).toBe(401)
    expect(await statusOf(as(github, await jwt(String(app.id), 600)).apps.getAuthenticated())).toBe(200)
    expect(await statusOf(as(github, await jwt(String(app.id), -5)).apps.getAuthenticated())).toBe(401)
  })

  test('of an App may name it by its client id', async () => {
    const { data } = await asApp(github, { ...app, id: app.clientId }).apps.getAuthenticated()
    expect(data?.id).toBe(app.id)
  })

  test('of an installation reach what it was given and no more', async () => {
    const { at, head } = await withPull()
    await github.repo('acme', 'other', { private: true })
    const jwtClient = asApp(github, app)
    const narrow = async (more: object) =>
      (await jwtClient.apps.createInstallationAccessToken({ installation_id: installationId, ...more })).data
    const one = await narrow({ repositories: [at.repo], permissions: { contents: 'read' } })
    const client = as(github, one.token)

    expect((await client.apps.listReposAccessibleToInstallation()).data.total_count).toBe(1)
    expect(await statusOf(client.repos.getContent({ ...at, path: 'README.md' }))).toBe(200)
    expect(await statusOf(client.repos.get({ owner: 'acme', repo: 'other' }))).toBe(404)
    expect(await failureOf(client.checks.create({ ...at, name: 'x', head_sha: head }))).toMatchObject({
      status: 403,
      message: expect.stringContaining('Resource not accessible by integration'),
    })
    expect(await statusOf(client.pulls.list(at))).toBe(403)
    expect(
      await failureOf(
        jwtClient.apps.createInstallationAccessToken({
          installation_id: installationId,
          permissions: { contents: 'write' },
        }),
      ),
    ).toMatchObject({ status: 422 })
    expect(await statusOf(bot.pulls.createReview({ ...at, pull_number: 1, event: 'APPROVE' }))).toBe(403)
    expect(await statusOf(bot.pulls.merge({ ...at, pull_number: 1 }))).toBe(403)
  })
})

describe('HTTP', () => {
  test('PUT and POST may come without a body', async () => {
    const { at, number } = await withPull()
    const answer = await fetch(`${github.url}/repos/acme/${at.repo}/pulls/${number}/merge`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${aliceToken}`, 'content-type': 'application/json' },
    })
    expect(answer.status).toBe(200)
  })

  test('the API is under /api/v3 too, and every answer has a request id', async () => {
    const { at } = await withPull()
    const answer = await fetch(`${github.url}/api/v3/repos/acme/${at.repo}`, {
      headers: { authorization: `Bearer ${aliceToken}` },
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-github-request-id')).toMatch(/^[0-9A-F]+$/)
    expect(answer.headers.get('x-ratelimit-remaining')).toMatch(/^\d+$/)
  })

  test('an ETag that still holds is answered with 304', async () => {
    const { pull } = await withPull()
    const { headers } = await alice.pulls.get(pull)
    const again = { ...pull, headers: { 'if-none-match': headers.etag } }
    expect(await statusOf(alice.pulls.get(again))).toBe(304)
    await alice.pulls.update({ ...pull, title: 'Changed' })
    expect(await statusOf(alice.pulls.get(again))).toBe(200)
  })

  test('long lists come in pages that link to each other', async () => {
    const { at, number } = await withPull()
    for (let at_ = 0; at_ < 35; at_++) {
      await bob.issues.createComment({ ...at, issue_number: number, body: `number ${at_}` })
    }
    const first = await alice.issues.listComments({ ...at, issue_number: number })
    expect(first.data).toHaveLength(30)
    expect(first.headers.link).toMatch(/page=2>; rel="next"/)
    expect(await alice.paginate(alice.issues.listComments, { ...at, issue_number: number })).toHaveLength(35)
  })

  test('a renamed repository redirects, by its id', async () => {
    const { at, pull, repo, number } = await withPull()
    github.rename(repo.fullName, `${at.repo}-new`)
    const answer = await fetch(`${github.url}/repos/acme/${at.repo}/pulls/${number}`, {
      headers: { authorization: `Bearer ${aliceToken}` },
      redirect: 'manual',
    })
    expect(answer.status).toBe(301)
    expect(answer.headers.get('location')).toBe(`${github.url}/repositories/${repo.id}/pulls/${number}`)
    expect((await alice.pulls.get(pull)).data.base.repo.full_name).toBe(`acme/${at.repo}-new`)
  })
})
