import { askedPermissions, checkPermissions } from '@dbward/app/github/permissions'
import { reader } from '@dbward/app/github/reader'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Stage, startStage } from './stage.ts'

let clock = 0
let stage: Stage

beforeAll(async () => {
  stage = await startStage(() => Date.now() + clock)
})
afterEach(() => stage.github.faults.clear())
afterAll(() => stage.github.close())

test('the App knows who it is and what it may do', async () => {
  const self = await stage.client.self()
  expect(self).toMatchObject({ id: stage.app.id, slug: 'dbward', permissions: askedPermissions })
  expect(() => checkPermissions(self.permissions)).not.toThrow()
})

test('it finds its installations, their repositories and their pull requests', async () => {
  const { client, installation, repo, pr, head } = stage
  expect(await client.installations()).toMatchObject([{ id: installation.id, account: { login: 'acme' } }])
  expect(await client.installationRepositories(installation.id)).toEqual([{ id: repo.id, name: 'acme/shop' }])
  const found = await client.forRepository('acme/shop')
  expect(found).toMatchObject({ installationId: installation.id, repo: { id: repo.id, name: 'acme/shop' } })
  expect(await client.openPulls('acme/shop')).toMatchObject([
    { number: pr, head, base: 'main', merged: false },
  ])
})

test('it finds what was closed lately, over more than one page, and stops at what is older', async () => {
  const { github, alice, client, at } = stage
  const numbers: number[] = []
  for (let i = 0; i < 22; i++) {
    await github.commit('acme/shop', `closed-${i}`, { files: { [`c/${i}`]: `${i}\n` }, author: 'alice' })
    const { data } = await alice.pulls.create({ ...at, title: `${i}`, head: `closed-${i}`, base: 'main' })
    await alice.pulls.update({ ...at, pull_number: data.number, state: 'closed' })
    numbers.push(data.number)
  }
  const long = await client.recentlyClosedPulls('acme/shop', new Date(0))
  expect(long.map((one) => one.number).sort((a, b) => a - b)).toEqual(numbers)
  expect(await client.recentlyClosedPulls('acme/shop', new Date(Date.now() + 60_000))).toEqual([])
})

test('a repository that the App is not installed on is a 404, asked for anew each time', async () => {
  const { github, client } = stage
  github.user('zoe')
  await github.repo('zoe', 'later', { files: { a: 'a\n' } })
  await expect(client.forRepository('zoe/later')).rejects.toMatchObject({ status: 404 })
  github.install(stage.app.id, 'zoe')
  expect(await client.forRepository('zoe/later')).toMatchObject({ repo: { name: 'zoe/later' } })
})

test('a token that GitHub has revoked is replaced, and the request is sent again', async () => {
  const { github, client, installation } = stage
  const { octokit } = await client.forRepository('acme/shop')
  // Within five seconds of its making, octokit takes a 401 for GitHub's replicas lagging behind.
  await new Promise((resolve) => setTimeout(resolve, 5_100))
  github.revokeTokens(installation.id)
  await expect(octokit.request('GET /repos/{owner}/{repo}', stage.at)).resolves.toMatchObject({ status: 200 })
})

describe('reading', () => {
  test('brings every page', async () => {
    const params = { ...stage.at, state: 'all', per_page: 10 }
    const all = await reader(await stage.octokit()).all('GET /repos/{owner}/{repo}/pulls', params)
    expect(new Set(all.map((one) => (one as { number: number }).number)).size).toBe(23)
  })

  test('is an error where a page conflicts, and never a shorter list', async () => {
    const { github, octokit } = stage
    const one = await octokit()
    const effect = { status: 409, body: { message: 'Conflict' } }
    github.faults.add({ when: { method: 'GET', path: /page=2|\/pulls$/ }, effect })
    const params = { ...stage.at, state: 'all', per_page: 10 }
    const all = reader(one).all('GET /repos/{owner}/{repo}/pulls', params)
    await expect(all).rejects.toMatchObject({ status: 409 })
  })

  test('is an error where what comes is no list', async () => {
    const one = await stage.octokit()
    await expect(reader(one).all('GET /repos/{owner}/{repo}', stage.at)).rejects.toThrow('expected a list')
  })

  test('tries again after a server error', async () => {
    const { github, octokit, at } = stage
    const one = await octokit()
    github.faults.add({ when: { method: 'GET', path: /\/shop$/, times: 1 }, effect: { status: 502 } })
    await expect(reader(one).one('GET /repos/{owner}/{repo}', at)).resolves.toMatchObject({ name: 'shop' })
  })
})

test('an answer that does not come is an error', async () => {
  const { github, octokit, at, pr } = stage
  const one = await octokit()
  github.faults.add({ when: { method: 'POST', path: /comments$/ }, effect: { latencyMs: 3_000 } })
  const post = one.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...at,
    issue_number: pr,
    body: 'x',
  })
  await expect(post).rejects.toThrow('timeout')
})

test('writing is tried once', async () => {
  const { github, octokit, at, pr, exchanges } = stage
  const one = await octokit()
  github.faults.add({ when: { method: 'POST', path: /comments$/ }, effect: { status: 500 } })
  const before = exchanges.length
  const post = one.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...at,
    issue_number: pr,
    body: 'x',
  })
  await expect(post).rejects.toMatchObject({ status: 500 })
  expect(exchanges.slice(before).filter(({ method }) => method === 'POST')).toHaveLength(1)
})

test('while GitHub wants to be left alone nothing is sent, and afterwards it works again', async () => {
  const { github, octokit, at, pr, exchanges } = stage
  const one = await octokit()
  const body = { message: 'You have exceeded a secondary rate limit' }
  const effect = { status: 403, headers: { 'retry-after': '120' }, body }
  github.faults.add({ when: { method: 'GET', path: /\/pulls\/\d+$/, times: 1 }, effect })
  const ask = () =>
    reader(one).one('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...at, pull_number: pr })
  await expect(ask()).rejects.toMatchObject({ status: 403 })
  const before = exchanges.length
  await expect(ask()).rejects.toMatchObject({ status: 429, response: { headers: { 'retry-after': '120' } } })
  expect(exchanges.length).toBe(before)
  clock += 121_000
  await expect(ask()).resolves.toMatchObject({ number: pr })
})
