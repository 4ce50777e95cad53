import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TempStore, tempStore } from '../samples.ts'
import { pressesOf } from '../store/commands.ts'
import { takeDirty } from '../store/doorbell.ts'
import { receive } from './receive.ts'

const now = () => new Date('2027-01-15T09:00:00.000Z')
let temp: TempStore
beforeEach(() => {
  temp = tempStore()
})
afterEach(() => temp.drop())

const event = (over: object = {}) => ({
  action: 'requested_action',
  requested_action: { identifier: 'retry' },
  sender: { id: 5, login: 'ann', type: 'User' },
  repository: { id: 4711, full_name: 'acme/shop' },
  check_run: { head_sha: 'a'.repeat(40), pull_requests: [{ number: 7 }], app: { id: 9 } },
  ...over,
})
const ring = (id: string, payload: object) =>
  receive({ store: temp.store, now, appId: 9 }, { id, name: 'check_run', payload })
const presses = () => pressesOf(temp.store, 4711, 7).map((one) => [one.guid, one.login, one.action])

test('a button that was pressed is noted once for a delivery, and its pull request is looked at', () => {
  ring('one', event())
  ring('one', event())
  expect(presses()).toEqual([['one:7', 'ann', 'retry']])
  expect(takeDirty(temp.store, now(), 9)).toMatchObject([{ pr: 7 }])
})

test.each([
  ['Re-run', { action: 'rerequested' }],
  ['a bot', { sender: { id: 5, login: 'x[bot]', type: 'Bot' } }],
  ['a check of another App', { check_run: { ...event().check_run, app: { id: 8 } } }],
  ['a check of nobody', { check_run: { ...event().check_run, app: null } }],
  ['no button', { requested_action: null }],
])('%s is no press', (_, over) => {
  ring('two', event(over))
  expect(presses()).toEqual([])
})

test('what was pressed is kept as it came, and cut', () => {
  ring('three', event({ requested_action: { identifier: 'x'.repeat(99) } }))
  expect(presses()).toEqual([['three:7', 'ann', 'x'.repeat(20)]])
})
