import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { putRequests, sampleClock, sampleRequest, type TempStore, tempStore } from '../samples.ts'
import { exportAudit } from '../store/audit.ts'
import { markDirty, takeDirty } from '../store/doorbell.ts'
import { request } from '../store/requests.ts'
import { sweep } from './sweep.ts'

let temp: TempStore
const clock = sampleClock()
beforeEach(() => {
  temp = tempStore()
})
afterEach(() => temp.drop())

const key = { repo_id: 4711, repo: 'acme/shop', pr: 7 }
const swept = (suspended_at: string | null) =>
  sweep({
    store: temp.store,
    now: clock.now,
    log: createLog('silent'),
    looks: new Map(),
    everySeconds: 60,
    github: {
      installations: async () => [{ id: 1, suspended_at }],
      installationRepositories: async () => [{ id: 4711, name: 'acme/shop' }],
      openPulls: async () => [],
      recentlyClosedPulls: async () => [],
    },
  })

test('a suspended installation stops what waits, once, and nothing is left to look at', async () => {
  putRequests(temp.store, clock.now(), [await sampleRequest()])
  markDirty(temp.store, clock.now(), [key])
  await swept('2027-01-15T08:00:00Z')
  const stopped = request(temp.store, '4711#7:app@production')
  expect(stopped).toMatchObject({ state: 'held', reason_code: 'NOT_INSTALLED' })
  expect(takeDirty(temp.store, clock.now(), 9)).toEqual([])
  const entries = [...exportAudit(temp.store)].length
  await swept('2027-01-15T08:00:00Z')
  expect([...exportAudit(temp.store)].length).toBe(entries)
  await swept(null)
  expect(takeDirty(temp.store, clock.now(), 9).map((one) => one.pr)).toEqual([-1, 0, 7])
})

test.each(['leased', 'running', 'unknown'] as const)('what is %s is left to its agent', async (state) => {
  putRequests(temp.store, clock.now(), [await sampleRequest({ state })])
  await swept('2027-01-15T08:00:00Z')
  expect(request(temp.store, '4711#7:app@production')).toMatchObject({ state, reason_code: null })
})
