import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PublishDeps, pauseFor, publish } from '@dbward/app/flow/publish'
import { surfacesFor, surfacesForExecution } from '@dbward/app/flow/surfaces'
import { commit } from '@dbward/app/store/commit'
import { surfaceFailed, surfacePosted } from '@dbward/app/store/doorbell'
import { closeStore, openStore, type Store } from '@dbward/app/store/open'
import type { SurfaceWrite } from '@dbward/app/store/rows'
import { pendingSurfaces, surface } from '@dbward/app/store/surfaces'
import type { ChangeView } from '@dbward/app/view/model'
import { allowed, change, ended, execution, file, finding, receipt, request } from '@dbward/app/view/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { checkRuns, comments, loseAnswer, type Stage, startStage } from './stage.ts'

const folder = mkdtempSync(join(tmpdir(), 'publish-'))
let stage: Stage
let store: Store
let clock = 0
let stores = 0

const clockNow = () => Date.now() + clock

beforeAll(async () => {
  stage = await startStage(clockNow)
})
beforeEach(() => {
  store = openStore(join(folder, `${++stores}.db`))
})
afterEach(() => {
  closeStore(store)
  stage.github.faults.clear()
})
afterAll(async () => {
  await stage.github.close()
  rmSync(folder, { recursive: true })
})

function deps(over: Partial<PublishDeps> = {}): PublishDeps {
  return {
    pending: (now) => pendingSurfaces(store, now),
    posted: (key, hash, id) => surfacePosted(store, key, hash, id),
    failed: (key, notBefore, error) => surfaceFailed(store, key, notBefore, error),
    github: stage.client,
    appId: stage.app.id,
    webUrl: 'https://github.example',
    pauseMs: 0,
    now: () => new Date(clockNow()),
    sleep: async () => {},
    ...over,
  }
}

function write(surfaces: readonly SurfaceWrite[]): void {
  const entry = {
    type: 'surface.test',
    actor: { kind: 'server', id: 'test' },
    subject: {},
    outcome: 'ok',
    data: {},
  }
  commit(store, new Date(clockNow()), { audit: [entry], surfaces })
}

/** A change with a head of its own, so that no test meets the check runs of another. */
async function freshChange(over: Partial<ChangeView> = {}): Promise<ChangeView> {
  const branch = `branch-${stores}-${Math.floor(performance.now())}`
  const head = await stage.github.commit('acme/shop', branch, { files: { [branch]: 'x\n' }, author: 'alice' })
  const { data } = await stage.alice.pulls.create({ ...stage.at, title: branch, head: branch, base: 'main' })
  const repo = { id: stage.repo.id, name: 'acme/shop' }
  return change({ repo, pr: data.number, head, ...over })
}

const runsOf = (view: ChangeView, name: string) => checkRuns(stage.alice, view.head, name)

describe('publishing a change', () => {
  test('posts two check runs and one comment, and then nothing until something changes', async () => {
    const view = await freshChange({ files: [{ ...file, findings: [finding] }] })
    write(surfacesFor(view))
    expect(await publish(deps())).toEqual({ posted: 3, failed: 0 })
    expect(await runsOf(view, 'dbward/gate')).toMatchObject([
      {
        conclusion: 'action_required',
        output: { title: 'Waiting for 1 approval from acme/dba' },
        details_url: `https://github.example/acme/shop/pull/${view.pr}`,
      },
    ])
    expect(await runsOf(view, 'dbward/review')).toMatchObject([
      { conclusion: 'failure', output: { annotations_count: 1 } },
    ])
    const [comment] = await comments(stage.alice, view.pr)
    expect(comment?.body).toContain('updated 2026-01-31 14:03 UTC</sub>')

    const before = stage.writes().length
    write(
      surfacesFor({
        ...view,
        updated: '2026-02-02T00:00:00.000Z',
        base: { ref: 'main', sha: 'd'.repeat(40) },
      }),
    )
    expect(await publish(deps())).toEqual({ posted: 0, failed: 0 })
    expect(stage.writes().length).toBe(before)

    write(surfacesFor({ ...view, requests: [request({ decision: allowed, state: 'approved' })] }))
    expect(await publish(deps())).toEqual({ posted: 2, failed: 0 })
    expect(await runsOf(view, 'dbward/gate')).toMatchObject([{ conclusion: 'success' }])
    expect(await comments(stage.alice, view.pr)).toMatchObject([{ id: comment?.id }])
  })

  test('doubles nothing where the server died between the answer of GitHub and its own note', async () => {
    const view = await freshChange({ files: [{ ...file, findings: [finding] }] })
    write(surfacesFor(view))
    const died = deps({
      posted: () => {
        throw new Error('killed')
      },
    })
    await publish(died)
    clock += 3_600_000
    expect(await publish(deps())).toEqual({ posted: 3, failed: 0 })
    for (const name of ['dbward/gate', 'dbward/review']) expect(await runsOf(view, name)).toHaveLength(1)
    expect((await runsOf(view, 'dbward/review'))[0]?.output.annotations_count).toBe(1)
    expect(await comments(stage.alice, view.pr)).toHaveLength(1)
  })

  test('doubles nothing where each answer was lost', async () => {
    const view = await freshChange()
    write(surfacesFor(view))
    loseAnswer(stage.github, 'POST', /check-runs$/)
    loseAnswer(stage.github, 'POST', /comments$/)
    expect(await publish(deps())).toEqual({ posted: 1, failed: 2 })
    expect(await publish(deps())).toEqual({ posted: 0, failed: 0 })
    clock += 6_000
    expect(await publish(deps())).toEqual({ posted: 2, failed: 0 })
    for (const name of ['dbward/gate', 'dbward/review']) expect(await runsOf(view, name)).toHaveLength(1)
    expect(await comments(stage.alice, view.pr)).toHaveLength(1)
  })

  test('makes no comment where nothing is governed, and brings an old one up to date', async () => {
    const quiet = await freshChange({ files: [], requests: [] })
    write(surfacesFor(quiet))
    await publish(deps())
    expect(await comments(stage.alice, quiet.pr)).toEqual([])
    write(surfacesFor({ ...quiet, files: [file], requests: [request()] }))
    await publish(deps())
    expect(await comments(stage.alice, quiet.pr)).toHaveLength(1)
    write(surfacesFor(quiet))
    await publish(deps())
    const [comment] = await comments(stage.alice, quiet.pr)
    expect(comment?.body).toContain('dbward: No governed SQL')
  })

  test('waits as long as GitHub asks, sends nothing meanwhile, and goes on afterwards', async () => {
    const view = await freshChange()
    write(surfacesFor(view))
    const effect = {
      status: 403,
      headers: { 'retry-after': '600' },
      body: { message: 'secondary rate limit' },
    }
    stage.github.faults.add({ when: { method: 'POST', path: /check-runs$/, times: 1 }, effect })
    expect(await publish(deps())).toEqual({ posted: 0, failed: 3 })
    const waiting = surface(store, `check:gate:${view.repo.id}:${view.head}`)
    expect(Date.parse(waiting?.not_before ?? '') - clockNow()).toBeGreaterThan(590_000)
    expect(waiting?.error).toContain('rate limit')
    clock += 601_000
    expect(await publish(deps())).toEqual({ posted: 3, failed: 0 })
  })

  test('waits longer with each failure, and what fails keeps nothing else back', async () => {
    const view = await freshChange()
    write(surfacesFor(view))
    stage.github.faults.add({ when: { method: 'POST', path: /comments$/ }, effect: { status: 500 } })
    const key = `comment:${view.repo.id}:${view.pr}`
    const waits: number[] = []
    for (let i = 0; i < 9; i++) {
      const { posted } = await publish(deps())
      expect(posted).toBe(i === 0 ? 2 : 0)
      waits.push(Math.round((Date.parse(surface(store, key)?.not_before ?? '') - clockNow()) / 1_000))
      clock += 700_000
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600])
  })

  test('posts nothing to a repository that got the name of another', async () => {
    const view = await freshChange()
    write(surfacesFor({ ...view, repo: { ...view.repo, id: view.repo.id + 1_000_000 } }))
    const before = stage.writes().length
    expect(await publish(deps())).toEqual({ posted: 0, failed: 3 })
    expect(stage.writes().length).toBe(before)
  })

  test('pauses between two writes to one repository, and only where GitHub wants that', async () => {
    const view = await freshChange()
    write(surfacesFor(view))
    const pauses: number[] = []
    await publish(deps({ pauseMs: 1_000, sleep: async (ms) => void pauses.push(ms) }))
    expect(pauses).toEqual([1_000, 1_000])
    expect(
      ['https://api.github.com', 'https://api.acme.ghe.com', 'https://ghe.acme.example/api/v3'].map(pauseFor),
    ).toEqual([1_000, 1_000, 0])
  })
})

test('publishing an execution posts its check run on the merge commit, and one comment once it has ended', async () => {
  const { repo, head, pr } = await freshChange()
  const place = { repo, pr, mergeSha: head }
  const merged = change({ repo, head })
  const name = 'dbward/execution: app@production'
  write(surfacesForExecution(execution({ ...place, state: 'running' })))
  await publish(deps())
  expect(await runsOf(merged, name)).toMatchObject([{ status: 'in_progress', conclusion: null }])
  expect(await comments(stage.alice, pr)).toEqual([])
  const { view } = ended(receipt(), place)
  for (let i = 0; i < 2; i++) {
    write(surfacesForExecution(view))
    await publish(deps())
  }
  expect(await runsOf(merged, name)).toMatchObject([{ status: 'completed', conclusion: 'success' }])
  expect((await comments(stage.alice, pr)).map((one) => one.body?.split('\n')[1])).toEqual([
    '### ✅ dbward: applied on app@production',
  ])
})
