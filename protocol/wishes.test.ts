import { describe, expect, it } from 'vitest'
import { parseReviewBody } from './command.ts'
import { type Decision, decide } from './decide.ts'
import type { Account, ChangeFacts, ReviewFact } from './facts.ts'
import type { Policy } from './policy.ts'
import { parsePolicy } from './policy-parse.ts'
import { heed, wishesOf } from './wishes.ts'

const text = `version: 1
databases:
  app: { engine: postgres, migrations: db/migrate/*.sql, environments: [production] }
  crm: { engine: postgres, migrations: db/crm/*.sql, environments: [production] }
workflows:
  - { database: app, environment: production, steps: [{ approvers: [{ team: acme/dba, min: 1 }] }] }
  - { database: crm, environment: production, steps: [] }
`
function parse(yaml: string): Policy {
  const parsed = parsePolicy(Buffer.from(yaml), [])
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.policy
}
const policy = parse(text)
const app = { database: 'app', environment: 'production' }
const crm = { database: 'crm', environment: 'production' }
const path = 'db/migrate/001_a.sql'

const person = (id: number, login: string): Account => ({ id, login, type: 'User' })
const ann = person(1, 'ann')
const bob = person(2, 'bob')
const cat = person(3, 'cat')
const eve = person(4, 'eve')
const meg = person(5, 'meg')
const dan = person(6, 'dan')
const bot: Account = { id: 7, login: 'helper[bot]', type: 'Bot' }

type Said = readonly [who: Account, body: string, state?: ReviewFact['state']]
function facts(said: readonly Said[], over: Partial<ChangeFacts> = {}): ChangeFacts {
  const files = { [path]: 'a'.repeat(64), 'db/crm/001_b.sql': 'b'.repeat(64) }
  const reviews = said.map(([user, body, state = 'COMMENTED'], i): ReviewFact => {
    const says = parseReviewBody(body)
    return {
      id: i + 1,
      user,
      state,
      commit: 'c'.repeat(40),
      at: new Date(1_800_000_000_000 + i * 1_000).toISOString(),
      hasReason: body !== '',
      files: state === 'APPROVED' ? files : null,
      ...(says.kind === 'none' ? {} : { says }),
    }
  })
  return {
    repo: { id: 1, name: 'acme/shop' },
    pr: 7,
    state: 'merged',
    author: ann,
    mergedBy: ann,
    mergeSha: 'd'.repeat(40),
    head: 'c'.repeat(40),
    base: { ref: 'main', sha: 'e'.repeat(40) },
    policySha256: null,
    files,
    problems: [],
    codeOwners: null,
    reviews,
    contributors: [],
    unknownContributors: 0,
    standing: {
      1: { role: 'write', teams: [] },
      2: { role: 'write', teams: ['acme/dba'] },
      3: { role: 'write', teams: ['acme/dba'] },
      4: { role: 'write', teams: [] },
      5: { role: 'maintain', teams: [] },
      6: { role: 'read', teams: ['acme/dba'] },
      7: { role: 'admin', teams: ['acme/dba'] },
    },
    baseChangedAt: null,
    mergedAt: null,
    ...over,
  }
}
const held = (...said: Said[]) => wishesOf(policy, facts(said), app).heldBy
const cancelled = (...said: Said[]) => wishesOf(policy, facts(said), app).cancelledBy
const skipped = (...said: Said[]) => wishesOf(policy, facts(said), app).skipped.map((one) => one.login)
const skip = `/dbward skip ${path} --reason "never"`

describe('who may', () => {
  it.each([
    ['an approver of the workflow', bob, true],
    ['a maintainer', meg, true],
    ['the author', ann, true],
    ['somebody else who may write', eve, false],
    ['an approver who may not write', dan, false],
    ['a bot', bot, false],
    ['somebody unknown', person(9, 'joe'), false],
  ] as const)('stop a change: %s', (_, who, may) => {
    expect(held([who, '/dbward hold'])).toBe(may ? who.login : null)
    expect(cancelled([who, '/dbward cancel'])).toBe(may ? who.login : null)
  })

  it.each([
    ['an approver of the workflow', bob, true],
    ['a maintainer', meg, true],
    ['the author', ann, false],
    ['somebody else who may write', eve, false],
    ['an approver who may not write', dan, false],
    ['a bot', bot, false],
  ] as const)('lift the hold of another, or skip a file: %s', (_, who, may) => {
    expect(held([cat, '/dbward hold'], [who, '/dbward unhold'])).toBe(may ? null : 'cat')
    expect(skipped([who, skip])).toEqual(may ? [who.login] : [])
  })

  it('lift the own hold: who put it there', () => {
    expect(held([ann, '/dbward hold'], [ann, '/dbward unhold'])).toBeNull()
    expect(held([ann, '/dbward hold'], [bob, '/dbward hold'], [ann, '/dbward unhold'])).toBe('bob')
  })

  it('nobody but maintainers and the author, where the workflow has no steps', () => {
    expect(wishesOf(policy, facts([[bob, '/dbward hold']]), crm).heldBy).toBeNull()
    expect(wishesOf(policy, facts([[meg, '/dbward hold']]), crm).heldBy).toBe('meg')
  })

  it('a co-author in the team, who lifts no hold of another and skips nothing', () => {
    const contributors = [{ id: bob.id, login: 'bob', as: 'co-author' }] as const
    const shared = facts(
      [
        [cat, '/dbward hold'],
        [bob, '/dbward unhold'],
        [bob, skip],
      ],
      { contributors },
    )
    expect(wishesOf(policy, shared, app)).toEqual({ heldBy: 'cat', cancelledBy: null, skipped: [] })
  })

  it('an author in the team, who neither lifts the hold of another nor skips', () => {
    const own = facts(
      [
        [cat, '/dbward hold'],
        [bob, '/dbward unhold'],
        [bob, skip],
      ],
      { author: bob },
    )
    expect(wishesOf(policy, own, app)).toEqual({ heldBy: 'cat', cancelledBy: null, skipped: [] })
  })
})

describe('code owners', () => {
  const owned = parse(text.replace('{ team: acme/dba, min: 1 }', '{ codeowners: true }'))
  const second = 'db/migrate/002_c.sql'
  const groups = [
    { users: ['eve'], teams: [], paths: [path] },
    { users: ['cat'], teams: [], paths: [path, second] },
  ]
  const two = (...said: Said[]) => {
    const made = facts(said)
    const files = { ...made.files, [second]: 'c'.repeat(64) }
    return { ...made, files, codeOwners: { found: 'yes', sha256: '1'.repeat(64), groups } as const }
  }
  const wishes = (...said: Said[]) => wishesOf(owned, two(...said), app)

  it('of one file hold, lift their own hold and skip that file, and no more', () => {
    expect(wishes([eve, '/dbward hold']).heldBy).toBe('eve')
    expect(wishes([eve, '/dbward hold'], [eve, '/dbward unhold']).heldBy).toBeNull()
    expect(wishes([meg, '/dbward hold'], [eve, '/dbward unhold']).heldBy).toBe('meg')
    expect(wishes([eve, '/dbward cancel']).cancelledBy).toBeNull()
    expect(wishes([eve, skip]).skipped).toHaveLength(1)
    expect(wishes([eve, skip.replace(path, second)]).skipped).toEqual([])
  })

  it('of every file of the database decide about the change there', () => {
    expect(wishes([meg, '/dbward hold'], [cat, '/dbward unhold']).heldBy).toBeNull()
    expect(wishes([cat, '/dbward cancel']).cancelledBy).toBe('cat')
  })
})

describe('what was said', () => {
  it('counts in order of time, whatever order it is listed in', () => {
    const { reviews, ...rest } = facts([
      [bob, '/dbward unhold'],
      [bob, '/dbward hold'],
    ])
    expect(wishesOf(policy, { ...rest, reviews: reviews.toReversed() }, app).heldBy).toBe('bob')
  })

  it.each(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED'] as const)(
    'holds, %s or not',
    (state) => {
      expect(held([bob, '/dbward hold', state])).toBe('bob')
    },
  )

  it('says nothing while it is pending, and nothing that is only near a command', () => {
    expect(held([bob, '/dbward hold', 'PENDING'])).toBeNull()
    for (const body of ['please /dbward hold', '/dbward Hold', '/dbward hold now', '/dbward retry'])
      expect(held([bob, body])).toBeNull()
  })

  it('skips only files of the change that are of that database', () => {
    const crmFile = '/dbward skip db/crm/001_b.sql --reason "never"'
    expect(skipped([bob, crmFile])).toEqual([])
    expect(skipped([bob, '/dbward skip db/migrate/002_c.sql --reason "never"'])).toEqual([])
    expect(skipped([bob, '/dbward skip toString --reason "never"'])).toEqual([])
    expect(wishesOf(policy, facts([[meg, crmFile]]), crm).skipped).toHaveLength(1)
  })
})

describe('decide', () => {
  const read = { made: true, blocking: 0, allowed: 0, risk: 'low' } as const
  const decision = (said: readonly Said[], review: Parameters<typeof decide>[2] = read): Decision =>
    decide(policy, facts(said), review, app, 1_800_000_100_000)
  const approval: Said = [cat, '', 'APPROVED']

  it('allows what is approved, and nothing that is on hold, cancelled or skipped', () => {
    expect(decision([approval]).code).toBe('APPROVED')
    expect(decision([approval, [bob, '/dbward hold']])).toMatchObject({ verdict: 'wait', code: 'HELD' })
    expect(decision([approval, [bob, '/dbward hold'], [bob, '/dbward unhold']]).code).toBe('APPROVED')
    expect(decision([approval, [bob, '/dbward cancel']])).toMatchObject({
      verdict: 'deny',
      code: 'CANCELLED',
    })
    expect(decision([approval, [bob, '/dbward cancel'], [bob, '/dbward unhold']]).code).toBe('CANCELLED')
    expect(decision([approval, [bob, skip]])).toMatchObject({ verdict: 'deny', code: 'SKIPPED' })
    expect(decision([approval, [eve, '/dbward hold']]).code).toBe('APPROVED')
  })

  it('holds what would be approved by itself', () => {
    const auto = {
      ...policy,
      workflows: parse(text.replace('min: 1 }] }] }', 'min: 1 }] }], auto_approve: always }')).workflows,
    }
    const now = 1_800_000_100_000
    const judged = (...said: Said[]) => decide(auto, facts(said), read, app, now)
    expect(judged().verdict).toBe('allow')
    expect(judged([bob, '/dbward hold']).code).toBe('HELD')
    expect(judged([bob, '/dbward cancel']).code).toBe('CANCELLED')
    expect(judged([bob, skip]).code).toBe('SKIPPED')
  })

  it('keeps who counted, and refuses nothing less than before', () => {
    expect(decision([approval, [bob, '/dbward hold']]).counted.map((one) => one.login)).toEqual(['cat'])
    const blocked = { made: true, blocking: 1, allowed: 0, risk: 'low' } as const
    expect(decision([approval, [bob, '/dbward hold']], blocked).code).toBe('FINDINGS_BLOCK')
  })

  it('leaves a refusal its own reason', () => {
    const refused = { ...decision([]), verdict: 'deny', code: 'NO_WORKFLOW' } as const
    expect(heed(refused, { heldBy: 'bob', cancelledBy: null, skipped: [] })).toBe(refused)
  })

  it('takes an approval whose body holds for both', () => {
    expect(decision([[bob, '/dbward hold', 'APPROVED']]).code).toBe('HELD')
    expect(
      decision([
        [bob, '/dbward hold', 'APPROVED'],
        [meg, '/dbward unhold'],
      ]).code,
    ).toBe('APPROVED')
  })
})
