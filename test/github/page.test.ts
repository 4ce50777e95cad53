import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type GitHub, startGitHub } from './emulator.ts'
import { registerPage } from './page.ts'
import { parsePatch } from './page-diff.ts'
import { type Example, seedExample } from './page-example.ts'

let github: GitHub
let example: Example
const script = '<script>alert(1)</script>'
const shop = { owner: 'acme', repo: 'shop' }

beforeAll(async () => {
  github = await startGitHub({ extend: registerPage })
  example = await seedExample(github)
})
afterAll(async () => github?.close())

const get = (path: string, accept = 'text/html') => fetch(`${github.url}${path}`, { headers: { accept } })
const press = (fields: Record<string, string>, headers: Record<string, string> = {}, pull = example.pull) =>
  fetch(`${github.url}/acme/shop/pull/${pull}`, {
    method: 'POST',
    headers: { accept: 'text/html', ...headers },
    body: new URLSearchParams(fields),
    redirect: 'manual',
  })
const as = (login: string) => {
  const token = github.accounts().find((account) => account.login === login)?.token
  return new Octokit({ baseUrl: github.url, auth: token })
}
const pullOf = async (pull_number = example.pull) =>
  (await as('alice').rest.pulls.get({ ...shop, pull_number })).data

describe('what it shows', () => {
  test('repositories with their open pull requests, and the people', async () => {
    const text = await (await get('/')).text()
    expect(text).toContain('<a href="/acme/shop/pull/1">Add an email address to users</a>')
    for (const login of ['alice', 'bob', 'carol']) expect(text).toContain(`<code>${login}</code>`)
  })

  test('a repository, with how to clone it', async () => {
    const text = await (await get('/acme/shop')).text()
    expect(text).toContain(`git clone ${github.url}/acme/shop.git`)
    expect(text).toContain('<span class="state open">open</span>')
  })

  test('a pull request with its files, and the annotations under their lines', async () => {
    const { head } = await pullOf()
    const path = 'db/migrate/20260102090000_add_email.sql'
    const { id, privateKey } = await github.app({
      slug: 'gate',
      owner: 'acme',
      permissions: { checks: 'write', contents: 'read', pull_requests: 'read', issues: 'write' },
    })
    const { id: installationId } = github.install(id, 'acme')
    const bot = new Octokit({
      baseUrl: github.url,
      authStrategy: createAppAuth,
      auth: { appId: id, privateKey, installationId },
    })
    const annotation = {
      start_line: 1,
      end_line: 1,
      annotation_level: 'warning',
      message: `Think ${script}`,
    } as const
    await bot.rest.checks.create({
      ...shop,
      name: 'dbward/review',
      head_sha: head.sha,
      status: 'completed',
      conclusion: 'failure',
      output: {
        title: `1 finding ${script}`,
        summary: `| rule |\n|---|\n| \`drop-column\` ${script} |`,
        annotations: [
          { ...annotation, path },
          { ...annotation, path: 'elsewhere.sql', message: 'Somewhere else' },
          { ...annotation, path, start_line: 7, end_line: 9, message: 'Further down' },
        ],
      },
    })
    await bot.rest.issues.createComment({
      ...shop,
      issue_number: example.pull,
      body: `**Said** by the App ${script}`,
    })

    const text = await (await get('/acme/shop/pull/1')).text()
    expect(text).toContain(head.sha)
    expect(text).toMatch(/<strong class="failure">failure<\/strong>\s*<strong>dbward\/review<\/strong>/)
    expect(text).toContain('<td><code>drop-column</code> ')
    expect(text).toMatch(
      /\+alter table users add column email text;<\/td><\/tr><tr class="note">.*warning: dbward\/review.*Think/s,
    )
    expect(text).toContain('Annotations on files that did not change')
    expect(text).toContain('lines 7–9')
    expect(text).toContain('<strong>Said</strong> by the App')
    expect(text).toContain('via gate')
    expect(text).not.toContain('<script')
  })

  test('nothing runs and nothing is loaded, and only this style sheet is let in', async () => {
    const answer = await get('/acme/shop/pull/1')
    const policy = answer.headers.get('content-security-policy') ?? ''
    const style = /<style>([\s\S]*)<\/style>/.exec(await answer.text())?.[1] ?? ''
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(style))).toString('base64')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain(`style-src 'sha256-${hash}'`)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test.each(['/acme/none', '/acme/shop/pull/99', '/acme/shop/pull/x'])('%s is not found', async (path) => {
    expect((await get(path)).status).toBe(404)
  })

  test('a client of the API gets the answers of the API', async () => {
    const answer = await get('/acme/shop', 'application/json')
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ message: 'Not Found' })
  })
})

describe('what one can do', () => {
  test('approve, of the head that was shown, by the REST API', async () => {
    const { head } = await pullOf()
    const answer = await press({ as: 'bob', do: 'approve', head: head.sha, body: 'Fine' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/acme/shop/pull/1'])
    const { data } = await as('bob').rest.pulls.listReviews({ ...shop, pull_number: 1 })
    expect(data.at(-1)).toMatchObject({
      state: 'APPROVED',
      user: { login: 'bob' },
      commit_id: head.sha,
      body: 'Fine',
    })
    expect(await (await get('/acme/shop/pull/1')).text()).toContain('<span class="approved">approved</span>')
  })

  test('ask for changes and comment', async () => {
    const { head } = await pullOf()
    await press({ as: 'carol', do: 'request_changes', head: head.sha, body: 'Not so' })
    await press({ as: 'carol', do: 'comment', head: head.sha, body: 'By the way' })
    const text = await (await get('/acme/shop/pull/1')).text()
    expect(text).toContain('<span class="changes_requested">changes requested</span>')
    expect(text).toContain('By the way')
  })

  test.each([
    ['an author who approves', { as: 'alice', do: 'approve' }, 422, 'GitHub refuses, as alice:'],
    ['nobody', { as: 'mallory', do: 'approve' }, 400, 'Choose a person'],
    ['nothing', { as: 'bob', do: 'delete' }, 400, 'Choose what to do'],
    [
      'a merge of a head that has moved',
      { as: 'carol', do: 'merge', head: 'a'.repeat(40) },
      409,
      'GitHub refuses',
    ],
  ])('%s is told why not', async (_, fields, status, said) => {
    const { head } = await pullOf()
    const answer = await press({ head: head.sha, ...fields })
    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain(said)
    expect((await pullOf()).merged).toBe(false)
  })

  test('a form of another site is refused', async () => {
    const before = await as('bob').rest.pulls.listReviews({ ...shop, pull_number: 1 })
    const answer = await press({ as: 'bob', do: 'approve' }, { origin: 'http://evil.example' })
    expect(answer.status).toBe(403)
    expect((await as('bob').rest.pulls.listReviews({ ...shop, pull_number: 1 })).data).toHaveLength(
      before.data.length,
    )
    const { head } = await pullOf()
    expect(
      (await press({ as: 'bob', do: 'comment', head: head.sha, body: 'x' }, { origin: github.url })).status,
    ).toBe(303)
  })

  test('close, reopen and merge', async () => {
    const { head } = await pullOf()
    await press({ as: 'alice', do: 'close', head: head.sha })
    expect((await pullOf()).state).toBe('closed')
    await press({ as: 'alice', do: 'reopen', head: head.sha })
    expect((await pullOf()).state).toBe('open')
    const blocked = await press({ as: 'bob', do: 'squash', head: head.sha })
    expect([blocked.status, await blocked.text()]).toEqual([
      405,
      expect.stringContaining('GitHub refuses, as bob:'),
    ])
    await press({ as: 'carol', do: 'approve', head: head.sha })
    expect((await press({ as: 'bob', do: 'squash', head: head.sha })).status).toBe(303)
    const merged = await pullOf()
    expect(merged).toMatchObject({ merged: true, merged_by: { login: 'bob' } })
    const text = await (await get('/acme/shop/pull/1')).text()
    expect(text).toContain('<span class="state merged">merged</span>')
    expect(text).toContain(merged.merge_commit_sha?.slice(0, 7))
    expect(text).not.toContain('value="merge"')
  })

  test('what is written in titles, branches and file names shows as text', async () => {
    const name = `a"><img src=x>`
    await github.commit('acme/shop', 'odd', {
      files: { [name]: `${script}\n` },
      author: 'alice',
      message: script,
    })
    const { data } = await as('alice').rest.pulls.create({
      ...shop,
      title: script,
      head: 'odd',
      base: 'main',
      body: script,
    })
    const text = await (await get(`/acme/shop/pull/${data.number}`)).text()
    expect(text).not.toMatch(/<script|<img/)
    expect(text).toContain('&#60;script&#62;alert(1)&#60;/script&#62;')
  })
})

test('the lines of a patch have the numbers of their sides', () => {
  const patch = '@@ -3,3 +5,3 @@ head\n same\n-old\n+new\n+more\n\\ No newline at end of file'
  expect(parsePatch(patch).map(({ kind, before, after }) => [kind, before, after])).toEqual([
    ['hunk', null, null],
    ['same', 3, 5],
    ['del', 4, null],
    ['add', null, 6],
    ['add', null, 7],
    ['same', null, null],
  ])
})
