import { type CheckToPost, upsertCheck } from '@dbward/app/github/checks'
import { type CommentToPost, upsertComment } from '@dbward/app/github/comments'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { checkRuns, comments, loseAnswer, type Stage, startStage } from './stage.ts'

let stage: Stage
let names = 0

beforeAll(async () => {
  stage = await startStage()
})
afterEach(() => stage.github.faults.clear())
afterAll(() => stage.github.close())

function check(over: Partial<CheckToPost> = {}): CheckToPost {
  return {
    repo: 'acme/shop',
    appId: stage.app.id,
    key: 'check:gate:1:abc',
    name: 'dbward/gate',
    headSha: stage.head,
    status: 'completed',
    conclusion: 'failure',
    title: 'Blocked',
    summary: 'summary',
    text: null,
    detailsUrl: 'https://github.example/acme/shop/pull/1',
    annotations: [],
    knownId: null,
    ...over,
  }
}

function notes(n: number, message = 'mind this'): CheckToPost['annotations'] {
  return Array.from({ length: n }, (_, i) => {
    const line = { startLine: i + 1, endLine: i + 1, columns: { start: 1, end: 2 } }
    return { path: 'm/1.sql', ...line, level: 'failure' as const, title: 'rule', message }
  })
}

describe('a check run', () => {
  const fresh = () => `dbward/test-${++names}`
  const post = async (one: CheckToPost) => upsertCheck(await stage.octokit(), one)
  const runs = (name: string) => checkRuns(stage.alice, stage.head, name)

  test('is made once and then edited', async () => {
    const name = fresh()
    const id = await post(check({ name }))
    expect(await post(check({ name, conclusion: 'success', title: 'Ready', knownId: id }))).toBe(id)
    expect(await post(check({ name, conclusion: 'success', title: 'Ready', knownId: null }))).toBe(id)
    const found = await runs(name)
    expect(found).toMatchObject([{ id, conclusion: 'success', output: { title: 'Ready' } }])
  })

  test('is not doubled where the answer to its making was lost', async () => {
    const name = fresh()
    const lost = check({ name, annotations: notes(3) })
    loseAnswer(stage.github, 'POST', /check-runs$/)
    await expect(post(lost)).rejects.toThrow()
    await post(lost)
    const found = await runs(name)
    expect(found.map((one) => one.output.annotations_count)).toEqual([3])
  })

  test('gets its annotations by fifties, each once, though an answer in between was lost', async () => {
    const name = fresh()
    const many = check({ name, annotations: notes(120) })
    loseAnswer(stage.github, 'PATCH', /check-runs\/\d+$/)
    await expect(post(many)).rejects.toThrow()
    const id = await post(many)
    await post({ ...many, knownId: id, title: 'Still blocked' })
    const found = await runs(name)
    expect(found).toMatchObject([{ id, output: { annotations_count: 120, title: 'Still blocked' } }])
    const at = { owner: 'acme', repo: 'shop', check_run_id: id, per_page: 100 }
    const { data } = await stage.alice.checks.listAnnotations({ ...at, page: 2 })
    expect(data.at(-1)?.start_line).toBe(120)
  })

  test('gets none twice where the list does not show yet what was appended', async () => {
    const name = fresh()
    const many = check({ name, annotations: notes(120) })
    const id = await post(many)
    const octokit = await stage.octokit()
    const lagging = {
      request: async (route: string, params: object) => {
        const answer = await octokit.request(route, { ...params })
        for (const one of answer.data.check_runs ?? []) one.output.annotations_count = 0
        return answer
      },
    } as typeof octokit
    expect(await upsertCheck(lagging, { ...many, title: 'Still blocked' })).toBe(id)
    expect(await runs(name)).toMatchObject([
      { id, output: { annotations_count: 120, title: 'Still blocked' } },
    ])
  })

  test('shows at most 1,000 annotations and says how many there are besides', async () => {
    const name = fresh()
    await post(check({ name, annotations: notes(1_037) }))
    const [found] = await runs(name)
    expect(found?.output.annotations_count).toBe(1_000)
    expect(found?.output.summary).toContain('and 37 more annotations')
  })

  test('gives way to a new one where its annotations are others, and back again', async () => {
    const name = fresh()
    const first = await post(check({ name, annotations: notes(1) }))
    const second = await post(check({ name, annotations: notes(2), knownId: first }))
    const third = await post(check({ name, annotations: notes(1), knownId: second }))
    expect(third).toBeGreaterThan(second)
    // Killed after GitHub's answer: the first id is the one that we remember, and the newest run is still the one.
    expect(await post(check({ name, annotations: notes(1), knownId: first }))).toBe(third)
    const found = await runs(name)
    expect(found.map((one) => one.output.annotations_count).sort()).toEqual([1, 1, 2])
  })

  test('is found by its id where the list lags behind', async () => {
    const name = fresh()
    await runs(name)
    const octokit = await stage.octokit()
    await octokit.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
      ...stage.at,
      ref: stage.head,
      check_name: name,
      app_id: stage.app.id,
      filter: 'all',
      per_page: 100,
    })
    const id = await post(check({ name }))
    stage.github.faults.add({
      when: { method: 'GET', path: /commits\/[0-9a-f]+\/check-runs/ },
      effect: { stale: true },
    })
    expect(await post(check({ name, knownId: id, title: 'Again' }))).toBe(id)
    stage.github.faults.clear()
    expect(await runs(name)).toHaveLength(1)
  })

  test('of another App with our name is not ours', async () => {
    const name = fresh()
    const other = stage.github.app({
      slug: `other-${names}`,
      owner: 'acme',
      permissions: { checks: 'write' },
    })
    const { id } = stage.github.install(other.id, 'acme')
    const { asApp } = await import('../github/testing.ts')
    await asApp(stage.github, other, id).checks.create({
      ...stage.at,
      name,
      head_sha: stage.head,
      external_id: 'check:gate:1:abc#4f53cda18c2baa0c',
      status: 'completed',
      conclusion: 'success',
    })
    await post(check({ name }))
    const found = await runs(name)
    expect(found.map((one) => [one.app?.slug, one.conclusion])).toEqual(
      expect.arrayContaining([
        ['dbward', 'failure'],
        [other.slug, 'success'],
      ]),
    )
    expect(found).toHaveLength(2)
  })

  test('that was completed is not opened again but followed by a new one', async () => {
    const name = fresh()
    const queued = check({ name, status: 'queued', conclusion: null })
    const first = await post(queued)
    expect(await post({ ...queued, status: 'in_progress', knownId: first })).toBe(first)
    expect(await post(check({ name, knownId: first }))).toBe(first)
    expect(await post({ ...queued, knownId: first })).toBeGreaterThan(first)
  })

  test('has its pages cut to what GitHub takes', async () => {
    const name = fresh()
    const page = 'ä'.repeat(100).concat('\n').repeat(600)
    await post(check({ name, title: 't'.repeat(400), summary: page, text: page }))
    const [found] = await runs(name)
    expect(found?.output.title).toHaveLength(255)
    expect(found?.output.text).toMatch(/Cut off\. SHA-256 of the whole: `[0-9a-f]{64}`$/)
  })
})

describe('a comment', () => {
  const post = async (one: CommentToPost) => upsertComment(await stage.octokit(), one)
  const fresh = (): CommentToPost => ({
    repo: 'acme/shop',
    pr: stage.pr,
    appId: stage.app.id,
    key: `comment:1:${++names}`,
    body: 'hello',
    knownId: null,
    create: true,
  })
  const ofKey = async (key: string) =>
    (await comments(stage.alice, stage.pr)).filter((one) => one.body?.includes(key))

  test('is made once and then edited in its place', async () => {
    const one = fresh()
    const id = await post(one)
    expect(await post({ ...one, knownId: id, body: 'hello again' })).toBe(id)
    expect(await ofKey(one.key)).toMatchObject([{ id, body: `<!-- dbward:${one.key} -->\nhello again` }])
  })

  test('is not doubled where the answer to its making was lost', async () => {
    const one = fresh()
    loseAnswer(stage.github, 'POST', /comments$/)
    await expect(post(one)).rejects.toThrow()
    await post(one)
    expect(await ofKey(one.key)).toHaveLength(1)
  })

  test('is made anew where somebody deleted it', async () => {
    const one = fresh()
    const id = await post(one)
    await stage.alice.issues.deleteComment({ ...stage.at, comment_id: id ?? 0 })
    expect(await post({ ...one, knownId: id })).toBeGreaterThan(id ?? 0)
    expect(await ofKey(one.key)).toHaveLength(1)
  })

  test('of somebody else is never taken for ours, whatever it says', async () => {
    const one = fresh()
    const body = `<!-- dbward:${one.key} -->\n✅ applied`
    const { data: forged } = await stage.alice.issues.createComment({
      ...stage.at,
      issue_number: stage.pr,
      body,
    })
    const id = await post(one)
    expect(id).not.toBe(forged.id)
    expect((await ofKey(one.key)).map((found) => [found.id, found.body])).toEqual([
      [forged.id, body],
      [id, `<!-- dbward:${one.key} -->\nhello`],
    ])
  })

  test('is found among more than a hundred', async () => {
    const one = fresh()
    const { data: other } = await stage.alice.issues.create({ ...stage.at, title: 'crowded' })
    const crowded = { ...one, pr: other.number }
    for (let i = 0; i < 101; i++) {
      await stage.alice.issues.createComment({ ...stage.at, issue_number: other.number, body: `${i}` })
    }
    const id = await post(crowded)
    expect(await post(crowded)).toBe(id)
  })

  test('that is not worth a notification is only brought up to date', async () => {
    const one = fresh()
    expect(await post({ ...one, create: false })).toBeNull()
    const id = await post(one)
    expect(await post({ ...one, create: false, body: 'no more governed SQL' })).toBe(id)
  })

  test('is cut to what GitHub takes', async () => {
    const one = fresh()
    await post({ ...one, body: 'x'.repeat(99).concat('\n').repeat(800) })
    const [found] = await ofKey(one.key)
    expect(found?.body).toMatch(/Cut off\. SHA-256 of the whole: `[0-9a-f]{64}`$/)
  })
})
