import { afterEach, beforeEach, expect, test } from 'vitest'
import { putRequests, sampleClock, sampleRequest, type TempStore, tempStore } from '../samples.ts'
import { notYet } from './not-yet.ts'

let temp: TempStore
let clock: ReturnType<typeof sampleClock>
beforeEach(() => {
  clock = sampleClock()
  temp = tempStore()
})
afterEach(() => temp.drop())

type Changes = Parameters<typeof sampleRequest>[0]
const production: Changes = { environments_before: ['staging'] }
const held = async (before: Changes | null, row: Changes = production) => {
  if (before !== null)
    putRequests(temp.store, clock.now(), [await sampleRequest({ env: 'staging', ...before })])
  return notYet(temp.store, await sampleRequest(row), clock.now())
}

test.each<[string, Changes | null]>([
  ['nothing was there', null],
  ['it is queued there', { state: 'queued' }],
  ['it failed there', { state: 'failed_clean' }],
  ['nobody knows what became of it there', { state: 'unknown' }],
  ['another plan was applied there', { state: 'applied', plan_sha256: 'e'.repeat(64) }],
  ['it was applied on another database', { state: 'applied', db: 'log' }],
  ['it was applied for another repository', { state: 'applied', repo_id: 9, repo: 'acme/other' }],
  ['it was skipped there', { state: 'cancelled' }],
])('production waits where %s', async (_, before) => {
  expect(await held(before)).toEqual({
    code: 'PROMOTION',
    why: 'It waits until staging has the same plan, as the policy lists it before production.',
    who: 'The job or the agent of staging runs it there.',
  })
})

test.each(['applied', 'already_applied'] as const)(
  'production goes on where it is %s in staging',
  async (state) => {
    expect(await held({ state })).toBeNull()
  },
)

test('production waits again for a plan that was made anew', async () => {
  expect(await held({ state: 'applied' })).toBeNull()
  expect(await held(null, { ...production, plan_sha256: 'e'.repeat(64) })).toMatchObject({
    code: 'PROMOTION',
  })
})

test('a database that has no staging waits for nothing', async () => {
  expect(await held(null, { environments_before: [] })).toBeNull()
})

test('outside of its hours it says when they begin', async () => {
  const minutes = Math.floor(clock.now().getTime() / 60_000)
  const freezes = [{ from: minutes - 5, to: minutes + 60, zone: 'UTC' }]
  const found = await held(null, { hours: { windows: [], freezes } })
  const opens = new Date((minutes + 60) * 60_000).toISOString().slice(0, 16).replace('T', ' ')
  expect(found).toMatchObject({ code: 'WINDOW', why: expect.stringContaining(`opens next at ${opens} UTC`) })
})
