import { refusalCodes } from '@dbward/protocol/errors'
import { describe, expect, test } from 'vitest'
import { endOfRefusal, endOfState } from './execute-end.ts'
import { outcomeExits, refusalEnds } from './execute-exits.ts'
import { exits } from './world.ts'

describe('a refusal', () => {
  test('of every code has an end, and there is none for another', () => {
    expect(Object.keys(refusalEnds).sort()).toEqual([...refusalCodes].sort())
  })

  test.each(refusalCodes)('%s never ends well, nor as if something had run', (code) => {
    const { exit, outcome } = endOfRefusal({ code, message: 'why' })
    expect([exits.notApproved, exits.cannotVerify, exits.waitedTooLong]).toContain(exit)
    expect(outcome).toMatch(/^(not_approved|cannot_verify|waited_too_long)$/)
  })

  test('of a code that nobody knows cannot be verified', () => {
    expect(endOfRefusal({ code: 'SOMETHING_NEW', message: 'a\nb' })).toEqual({
      exit: exits.cannotVerify,
      outcome: 'cannot_verify',
      why: 'SOMETHING_NEW: a b',
      again: false,
    })
  })
})

test('only what took effect ends well', () => {
  const good = Object.entries(outcomeExits).filter(([, exit]) => exit === exits.ok)
  expect(good.map(([outcome]) => outcome)).toEqual(['applied', 'already_applied'])
})

const standing = (state: string, code: string | null = null) => ({
  request: '1#7:app@production',
  pr: 7,
  state,
  code,
  place: 1,
  why: 'Why.',
  who: null,
  run: null,
})
const { ok, notApproved, failed, partial, unknown, cannotVerify } = exits
test.each<[string, string | null, number | null, number | null]>([
  ['applied', null, ok, ok],
  ['already_applied', null, ok, ok],
  ['failed_clean', 'sql', failed, failed],
  ['partial', 'sql', partial, partial],
  ['unknown', 'LEASE_EXPIRED', null, unknown],
  ['held', 'WAITING_FOR_APPROVAL', notApproved, notApproved],
  ['held', 'NOT_APPROVED', notApproved, notApproved],
  ['held', 'SQL_DIGEST', null, cannotVerify],
  ['held', 'toString', notApproved, notApproved],
  ['superseded', 'SUPERSEDED', notApproved, notApproved],
  ['expired', null, notApproved, notApproved],
  ['resolved_manually', null, unknown, unknown],
  ['queued', null, null, null],
  ['ready', null, null, null],
  ['leased', null, null, null],
  ['running', null, null, null],
  ['a state of a later server', null, null, null],
])('%s (%s) ends the wait by %s, and with the wait by %s', (state, code, now, over) => {
  expect([endOfState(standing(state, code), false), endOfState(standing(state, code), true)]).toEqual([
    now,
    over,
  ])
})
