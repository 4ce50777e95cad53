import { type Decision, decide, type ReviewVerdict } from '@dbward/protocol/decide'
import type { Account, ChangeFacts, ReviewFact } from '@dbward/protocol/facts'
import type { Policy } from '@dbward/protocol/policy'
import { wishesOf } from '@dbward/protocol/wishes'
import { describe, expect, it } from 'vitest'
import { type PolicyName, policyOf, target } from './policies.ts'
import { asFacts } from './value.ts'

type Change = {
  readonly facts?: Partial<ChangeFacts>
  readonly review?: Partial<Exclude<ReviewVerdict, { made: false }>>
  readonly floor?: Partial<NonNullable<Policy['floor']>['scopes'][number]>
}
const floorScope = {
  ...{ database: '*', environment: '*', minApprovals: 0, block: [], neverAllow: [] },
  ...{ noSelfApprove: false, noAutoApprove: false, requireReason: false },
}

/** What is decided of a history of which GitHub says something else in one place. */
async function decided(policy: PolicyName, script: string, change: Change = {}): Promise<Decision> {
  const { facts, review, now } = await asFacts(policy, script)
  const floor = change.floor && {
    floor: { sha256: 'f'.repeat(64), scopes: [{ ...floorScope, ...change.floor }] },
  }
  return decide(
    { ...policyOf(policy), ...floor },
    { ...facts, ...change.facts },
    { ...review, ...change.review },
    target,
    now,
  )
}

describe('one and many', () => {
  const problem = { path: 'db/migrate/1_a.sql', code: 'symlink', message: 'is a link' } as const
  it.each<[sentence: string, policy: PolicyName, script: string, change: Change]>([
    ['db/migrate/1_a.sql: is a link', 'one', '', { facts: { problems: [problem] } }],
    ['db/migrate/1_a.sql: is a link (and 1 more)', 'one', '', { facts: { problems: [problem, problem] } }],
    ['1 blocking finding in the SQL review.', 'one', '', { review: { blocking: 1 } }],
    ['2 blocking findings in the SQL review.', 'one', '', { review: { blocking: 2 } }],
    [
      '1 finding that blocks is allowed by comments, and a workflow without steps has nobody who accepts that.',
      ...(['open', '', { review: { allowed: 1 } }] as const),
    ],
    [
      '2 findings that block are allowed by comments, and a workflow without steps has nobody who accepts that.',
      ...(['open', '', { review: { allowed: 2 } }] as const),
    ],
    [
      "The organisation's floor asks for 2 approvals by people who had no hand in it; 1 counts.",
      ...(['one', 'bob approves', { floor: { minApprovals: 2 } }] as const),
    ],
    [
      "The organisation's floor asks for 3 approvals by people who had no hand in it; 2 count.",
      ...(['one', 'bob approves, cat approves', { floor: { minApprovals: 3 } }] as const),
    ],
    [
      'Somebody whom GitHub does not name had a hand in the SQL, so one more approval is needed.',
      ...(['one', 'bob approves', { facts: { unknownContributors: 1 } }] as const),
    ],
    [
      '2 whom GitHub does not name had a hand in the SQL, so 2 more approvals are needed.',
      ...(['one', 'bob approves', { facts: { unknownContributors: 2 } }] as const),
    ],
    ['The policy approves it without people: auto_approve, always.', 'always', '', {}],
    [
      'The policy approves it without people: auto_approve, where the files alone show a risk of low.',
      ...(['auto', '', {}] as const),
    ],
    ['Approved if ann merges it.', 'selfauto', 'a column: ', {}],
    ['Needs 1 approval from acme/dba, as its risk by the files alone is unknown.', 'auto', 'a column: ', {}],
    ['Needs 1 approval from acme/dba and 1 approval from acme/sre.', 'both', '', {}],
    ['Needs 2 approvals from acme/dba or 1 approval from acme/sre.', 'any', '', {}],
    ['Step 2 of 2 needs 1 approval from somebody with the role maintain.', 'steps', 'bob approves', {}],
  ])('%s', async (sentence, policy, script, change) => {
    expect((await decided(policy, script, change)).sentence).toBe(sentence)
  })
})

it("somebody whom GitHub does not name has merged: that is no approval of the author's", async () => {
  expect((await decided('self', 'ann merges')).code).toBe('APPROVED')
  expect((await decided('self', 'ann merges', { facts: { mergedBy: null } })).code).toBe(
    'WAITING_FOR_APPROVAL',
  )
})

describe('what is kept of a decision', () => {
  it('is the floor that it was made under, where there is one', async () => {
    expect((await decided('one', '')).floor).toBeUndefined()
    expect((await decided('one', '', { floor: {} })).floor).toBe('f'.repeat(64))
  })

  it('is not changed by a floor that asks for nothing', async () => {
    expect((await decided('always', '', { floor: {} })).code).toBe('AUTO_APPROVED')
  })

  it('is each approval with its commit', async () => {
    const { counted } = await decided('one', 'bob approves')
    const commit_id = 'c'.repeat(40)
    expect(counted).toEqual([{ review_id: 1, user_id: 2, login: 'bob', commit_id, state: 'APPROVED' }])
  })

  it('is of each entry who does not count for it, by the last that they said', async () => {
    const reasons = async (policy: PolicyName, script: string) =>
      (await decided(policy, script)).steps.map((step) => step.entries.map((one) => one.notCounted))
    const dan = [{ login: 'dan', reason: 'not-a-member' }]
    expect(await reasons('one', 'dan approves, ann pushes other bytes')).toEqual([[dan]])
    const bob = [{ login: 'bob', reason: 'older-bytes' }]
    expect(await reasons('one', 'bob approves, ann pushes other bytes')).toEqual([[bob]])
    const robot = [{ login: 'robot[bot]', reason: 'bot' }]
    expect(await reasons('one', 'robot approves by app')).toEqual([[robot]])
  })
})

describe('a wish', () => {
  const fay: Account = { id: 6, login: 'fay', type: 'User' }
  const said = async (script: string, change: (one: ReviewFact, index: number) => ReviewFact) => {
    const { facts } = await asFacts('one', script)
    return wishesOf(policyOf('one'), { ...facts, reviews: facts.reviews.map(change) }, target)
  }

  it('is of a person', async () => {
    const by = async (user: Account) => (await said('fay says hold', (one) => ({ ...one, user }))).heldBy
    expect(await by(fay)).toBe('fay')
    expect(await by({ ...fay, type: 'Bot' })).toBeNull()
    expect(await by({ ...fay, login: 'fay[bot]' })).toBeNull()
  })

  it('is one and no other', async () => {
    const same = (one: ReviewFact) => one
    expect(await said('fay says cancel', same)).toEqual({ heldBy: null, cancelledBy: 'fay', skipped: [] })
    expect(await said('fay says hold', same)).toEqual({ heldBy: 'fay', cancelledBy: null, skipped: [] })
  })

  it('counts in order of time, and of ids within one second', async () => {
    const script = 'fay says hold, fay says unhold'
    expect((await said(script, (one, i) => ({ ...one, id: 2 - i }))).heldBy).toBeNull()
    const at = '2026-03-01T13:00:00Z'
    expect((await said(script, (one) => ({ ...one, at }))).heldBy).toBeNull()
    expect((await said(script, (one, i) => ({ ...one, at, id: 2 - i }))).heldBy).toBe('fay')
  })
})

describe('GitHub knows who is no person, and what was not sent', () => {
  const as = async (script: string, user: Account, state?: 'PENDING') => {
    const { facts } = await asFacts('one', script)
    const reviews = facts.reviews.map((one) => ({ ...one, user, ...(state && { state }) }))
    return decided('one', script, { facts: { reviews } })
  }
  it.each<[string, Account]>([
    ['by its name', { id: 2, login: 'bob[bot]', type: 'User' }],
    ['by its type', { id: 2, login: 'bob', type: 'Bot' }],
    ['by another type', { id: 2, login: 'bob', type: 'Other' }],
  ])('%s', async (_, user) => {
    expect((await as('bob approves', user)).notCounted.map((one) => one.reason)).toEqual(['bot'])
    if (user.type !== 'User')
      expect((await as('bob requests changes', user)).code).toBe('WAITING_FOR_APPROVAL')
  })

  it('a review that is still being written approves nothing and takes nothing back', async () => {
    const bob: Account = { id: 2, login: 'bob', type: 'User' }
    expect((await as('bob approves', bob, 'PENDING')).counted).toEqual([])
    const { facts } = await asFacts('one', 'bob approves, bob approves')
    const [first, second] = facts.reviews
    if (first === undefined || second === undefined) throw new Error('expected two reviews')
    const reviews = [first, { ...second, state: 'PENDING' as const }]
    expect((await decided('one', '', { facts: { reviews } })).code).toBe('APPROVED')
  })
})
