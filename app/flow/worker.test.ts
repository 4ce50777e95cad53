import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLog } from '../log.ts'
import {
  claimDeps,
  claimWork,
  enrolAgent,
  putRequests,
  sampleAudit,
  sampleClock,
  sampleRequest,
  type TempStore,
  tempStore,
} from '../samples.ts'
import { commit } from '../store/commit.ts'
import { markDirty, surfacePosted, takeDirty } from '../store/doorbell.ts'
import { request as readRequest } from '../store/requests.ts'
import type { DirtyRow } from '../store/rows.ts'
import { pendingSurfaces } from '../store/surfaces.ts'
import { startWorker, type WorkerDeps } from './worker.ts'

let temp: TempStore
let clock: ReturnType<typeof sampleClock>
let running: { readonly stop: () => Promise<void> }[]
beforeEach(() => {
  clock = sampleClock()
  temp = tempStore()
  running = []
})
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()))
  temp.drop()
})

function start(changes: Partial<WorkerDeps>) {
  const nothing = async () => {}
  const own = { store: temp.store, now: clock.now, log: createLog('silent'), pollMs: 5_000 }
  const worker = startWorker({
    ...own,
    reconcile: nothing,
    sweepRepository: nothing,
    reconcileGroups: nothing,
    publish: nothing,
    ...changes,
  })
  running.push(worker)
  return worker
}

const pull = (pr: number) => ({ repo_id: 1, repo: 'acme/shop', pr })
const dirty = (pr: number) => markDirty(temp.store, clock.now(), [pull(pr)])
const waiting = () => takeDirty(temp.store, new Date('2100-01-01'), 99)
/** A promise that the test settles itself. */
const gate = () => Promise.withResolvers<void>()

test('the bell starts a look at once, long before the next poll', async () => {
  const looked: string[] = []
  start({
    reconcile: async (row) => void looked.push(`pull ${row.pr}`),
    sweepRepository: async (row) => void looked.push(`all of ${row.repo}`),
  })
  dirty(7)
  dirty(0)
  await vi.waitFor(() => expect(looked.sort()).toEqual(['all of acme/shop', 'pull 7']), 1_000)
  await vi.waitFor(() => expect(waiting()).toEqual([]))
})

test('what rang while nobody listened is found by the first look', async () => {
  dirty(7)
  const looked: number[] = []
  start({ reconcile: async (row) => void looked.push(row.pr) })
  await vi.waitFor(() => expect(looked).toEqual([7]), 1_000)
})

test('one look at a time for a pull request, several for several', async () => {
  const doors = new Map<number, ReturnType<typeof gate>>()
  const begun: number[] = []
  start({
    parallel: 2,
    reconcile: async ({ pr }) => {
      begun.push(pr)
      const door = gate()
      doors.set(pr, door)
      await door.promise
    },
  })
  dirty(1)
  dirty(2)
  dirty(3)
  await vi.waitFor(() => expect(begun).toEqual([1, 2]))
  dirty(1)
  await sleep(30)
  expect(begun).toEqual([1, 2])
  doors.get(2)?.resolve()
  await vi.waitFor(() => expect(begun).toEqual([1, 2, 3]))
  doors.get(1)?.resolve()
  // Made dirty again while it was looked at: it is looked at again.
  await vi.waitFor(() => expect(begun).toEqual([1, 2, 3, 1]))
  for (const door of doors.values()) door.resolve()
  await vi.waitFor(() => expect(waiting()).toEqual([]))
})

test('a look that fails is repeated later, with growing pauses, and a ring ends the pause', async () => {
  let looks = 0
  start({
    reconcile: async () => {
      looks += 1
      throw new Error('GitHub is away')
    },
  })
  const first = (): DirtyRow | undefined => waiting()[0]
  dirty(7)
  await vi.waitFor(() => expect(first()).toMatchObject({ attempts: 1 }))
  expect(first()?.not_before).toBe(new Date(clock.now().getTime() + 1_000).toISOString())
  await sleep(30)
  expect(looks).toBe(1)
  clock.pass(1)
  temp.store.bell.emit('dirty')
  await vi.waitFor(() => expect(first()).toMatchObject({ attempts: 2 }))
  expect(first()?.not_before).toBe(new Date(clock.now().getTime() + 2_000).toISOString())
  dirty(7)
  await vi.waitFor(() => expect(looks).toBe(3))
})

test('stop takes nothing new and waits for what is under way', async () => {
  const door = gate()
  let ended = false
  const begun: number[] = []
  const worker = start({
    reconcile: async ({ pr }) => {
      begun.push(pr)
      await door.promise
      ended = true
    },
  })
  dirty(1)
  await vi.waitFor(() => expect(begun).toEqual([1]))
  const stopped = worker.stop()
  dirty(2)
  await sleep(20)
  door.resolve()
  await stopped
  expect(ended).toBe(true)
  expect(begun).toEqual([1])
  expect(waiting().map((row) => row.pr)).toEqual([2])
})

test('what is to be shown is posted at once, and a failure of the round is survived', async () => {
  let rounds = 0
  start({
    pollMs: 20,
    publish: async () => {
      rounds += 1
      if (rounds === 1) throw new Error('once')
      for (const one of pendingSurfaces(temp.store, clock.now()))
        surfacePosted(temp.store, one.key, one.hash, 1)
    },
  })
  const row = {
    key: 'k',
    kind: 'check',
    repo_id: 1,
    repo: 'acme/shop',
    pr: 7,
    sha: null,
    payload: null,
  } as const
  commit(temp.store, clock.now(), { audit: [sampleAudit], surfaces: [{ ...row, hash: 'h' }] })
  await vi.waitFor(() => expect(rounds).toBe(2))
  await vi.waitFor(() => expect(pendingSurfaces(temp.store, clock.now())).toEqual([]))
})

test('a lease that runs out is noticed although nobody asks', async () => {
  const one = enrolAgent(temp.store, clock.now(), 'one')
  putRequests(temp.store, clock.now(), [await sampleRequest()])
  await claimWork(claimDeps(temp.store, clock.now), one)
  const looked: number[] = []
  start({ pollMs: 10, reconcile: async (row) => void looked.push(row.pr) })
  await vi.waitFor(() => expect(looked).toEqual([7]))
  clock.pass(61)
  await vi.waitFor(() => expect(readRequest(temp.store, '4711#7:app@production')?.state).toBe('unknown'))
  await vi.waitFor(() => expect(looked).toEqual([7, 7]))
})
