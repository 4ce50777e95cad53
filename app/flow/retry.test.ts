import { expect, test } from 'vitest'
import { sampleRequest } from '../samples.ts'
import { states } from './next.ts'
import { retry } from './retry.ts'

const now = new Date('2027-01-15T09:00:00.000Z')
const later = '2027-01-15T10:00:00.000Z'
const row = async (over: object) => {
  const at = now.toISOString()
  return { ...(await sampleRequest()), version: 3, created_at: at, updated_at: at, ...over }
}

test.each(states)('a request that is %s goes to no queue from here', async (state) => {
  const [one] = retry([await row({ state })], 'ann', now)
  if (state === 'failed_clean') expect(one?.row).toMatchObject({ state: 'held', reason_code: 'RETRY' })
  else expect(one?.row).toBeNull()
})

test('what an agent refused may be decided anew now', async () => {
  for (const not_before of [null, later]) {
    const refused = await row({ state: 'held', reason_code: 'GAP', not_before })
    expect(retry([refused], 'ann', now)[0]?.row).toMatchObject({
      state: 'held',
      not_before: now.toISOString(),
    })
  }
  const unapproved = await row({ state: 'held', reason_code: 'MERGED_WITHOUT_APPROVAL' })
  expect(retry([unapproved], 'ann', now)[0]?.row).toBeNull()
})

test('what waits for its next attempt waits no longer, and what may have run stays', async () => {
  const waiting = await row({ state: 'queued', reason_code: 'GAP', not_before: later })
  expect(retry([waiting], 'ann', now)[0]?.row).toMatchObject({ state: 'queued', not_before: null })
  const rows = [
    await row({ state: 'partial', not_before: later }),
    await row({ state: 'unknown', not_before: later }),
  ]
  expect(retry(rows, 'ann', now).map((one) => one.row)).toEqual([null, null])
})
