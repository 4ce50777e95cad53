import { describe, expect, it } from 'vitest'
import { approvalsDigest, type DecisionCode, decide, type NotCountedReason } from './decide.ts'
import type { Account, ChangeFacts, ContributorRole, ReviewFact, Standing } from './facts.ts'
import type { Policy, Workflow } from './policy.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const bytes = { 'db/migrate/1_a.sql': 'a'.repeat(64) }
const people = { ann: 1, bob: 2, cat: 3, dan: 4, bot: 9 } as const
type Name = keyof typeof people

const account = (name: Name): Account => ({
  id: people[name],
  login: name,
  type: name === 'bot' ? 'Bot' : 'User',
})

function review(name: Name, change: Partial<ReviewFact> = {}): ReviewFact {
  return {
    id: 100,
    user: account(name),
    state: 'APPROVED',
    commit: 'c'.repeat(40),
    at: '2026-03-01T10:00:00Z',
    hasReason: false,
    files: bytes,
    ...change,
  }
}

function facts(reviews: readonly ReviewFact[], change: Partial<ChangeFacts> = {}): ChangeFacts {
  const standing: Record<number, Standing> = {
    [people.ann]: { role: 'write', teams: [] },
    [people.bob]: { role: 'write', teams: ['acme/dba'] },
    [people.cat]: { role: 'maintain', teams: ['acme/dba', 'acme/sre'] },
    [people.dan]: { role: 'read', teams: ['acme/dba'] },
    [people.bot]: { role: 'write', teams: ['acme/dba'] },
  }
  return {
    repo: { id: 1, name: 'acme/shop' },
    pr: 7,
    state: 'open',
    author: account('ann'),
    mergedBy: null,
    mergeSha: null,
    mergedAt: null,
    head: 'c'.repeat(40),
    base: { ref: 'main', sha: 'b'.repeat(40) },
    policySha256: 'd'.repeat(64),
    files: bytes,
    problems: [],
    codeOwners: null,
    reviews: reviews.map((one, i) => ({ ...one, id: i + 1 })),
    contributors: [],
    unknownContributors: 0,
    standing,
    baseChangedAt: null,
    ...change,
  }
}

function policy(change: Partial<Workflow> = {}): Policy {
  const workflow: Workflow = {
    database: 'app',
    environment: 'production',
    line: 9,
    operations: null,
    steps: [{ mode: 'all', line: 10, approvers: [{ kind: 'team', name: 'acme/dba', min: 1 }] }],
    allowSelfApprove: false,
    distinctApprovers: true,
    requireReason: false,
    approvalTtl: null,
    autoApprove: null,
    ...change,
  }
  const app = {
    name: 'app',
    engine: 'postgres',
    serverVersion: null,
    migrations: 'db/migrate/*.sql',
  } as const
  return {
    version: 1,
    databases: [{ ...app, environments: ['production'] }],
    review: [],
    risk: [],
    workflows: [workflow],
    execution: [],
  }
}

const target = { database: 'app', environment: 'production' }
const clean = { made: true, blocking: 0, allowed: 0, risk: 'low' } as const
const judge = (given: ChangeFacts, rules: Policy = policy()) => decide(rules, given, clean, target, now)

describe('an approval counts', () => {
  it.each<[string, readonly ReviewFact[], Partial<ChangeFacts>, Partial<Workflow>]>([
    ['by a member of the team for these bytes', [review('bob')], {}, {}],
    ['after a comment by the same person', [review('bob'), review('bob', { state: 'COMMENTED' })], {}, {}],
    ['where an older one is of older bytes', [review('bob', { files: {} }), review('cat')], {}, {}],
    [
      'given again after a request for changes',
      [review('bob', { state: 'CHANGES_REQUESTED' }), review('bob')],
      {},
      {},
    ],
    ['after the base changed', [review('bob')], { baseChangedAt: '2026-03-01T09:00:00Z' }, {}],
    ['within the time that it lives', [review('bob')], {}, { approvalTtl: 3 * 3_600_000 }],
    ['with a reason where one is asked', [review('bob', { hasReason: true })], {}, { requireReason: true }],
    [
      'by a committer where the policy frees them',
      [review('bob')],
      { contributors: [{ id: people.bob, login: 'bob', as: 'committer' }] },
      { allowSelfApprove: true },
    ],
    [
      'next to an unknown author, with one to spare',
      [review('bob'), review('cat')],
      { unknownContributors: 1 },
      {},
    ],
  ])('%s', (_, reviews, change, workflow) => {
    const decision = judge(facts(reviews, change), policy(workflow))
    expect([decision.verdict, decision.code]).toEqual(['allow', 'APPROVED'])
    expect(decision.counted).toHaveLength(1)
  })
})

describe('an approval does not count', () => {
  const as = (role: ContributorRole) => ({ contributors: [{ id: people.bob, login: 'bob', as: role }] })
  it.each<[NotCountedReason, readonly ReviewFact[], Partial<ChangeFacts>, Partial<Workflow>]>([
    ['bot', [review('bot')], {}, {}],
    ['author', [review('bob')], { author: account('bob') }, {}],
    ['committer', [review('bob')], as('committer'), {}],
    ['co-author', [review('bob')], as('co-author'), {}],
    ['pusher', [review('bob')], as('pusher'), {}],
    ['dismissed', [review('bob'), review('bob', { state: 'DISMISSED' })], {}, {}],
    ['changes-requested', [review('dan'), review('dan', { state: 'CHANGES_REQUESTED' })], {}, {}],
    ['commit-gone', [review('bob', { files: null })], {}, {}],
    ['commit-gone', [review('bob', { commit: null })], {}, {}],
    ['older-bytes', [review('bob', { files: { 'db/migrate/1_a.sql': 'e'.repeat(64) } })], {}, {}],
    ['older-bytes', [review('bob', { files: { ...bytes, 'db/migrate/2_b.sql': 'e'.repeat(64) } })], {}, {}],
    ['older-bytes', [review('bob', { files: {} })], {}, {}],
    ['before-base-change', [review('bob')], { baseChangedAt: '2026-03-01T11:00:00Z' }, {}],
    ['before-base-change', [review('bob')], { baseChangedAt: '2026-03-01T10:00:00Z' }, {}],
    ['expired', [review('bob')], {}, { approvalTtl: 3_600_000 }],
    ['expired', [review('bob', { at: 'soon' })], {}, {}],
    ['no-reason', [review('bob')], {}, { requireReason: true }],
    ['no-write-permission', [review('dan')], {}, {}],
    ['not-a-member', [review('ann')], { author: account('bob') }, {}],
    [
      'not-an-approver',
      [review('cat')],
      {},
      { steps: [{ mode: 'all', line: 1, approvers: [{ kind: 'user', name: 'bob', min: 1 }] }] },
    ],
  ])('%s', (reason, reviews, change, workflow) => {
    const decision = judge(facts(reviews, change), policy(workflow))
    expect(decision.verdict).toBe('wait')
    expect(decision.counted).toEqual([])
    expect(decision.notCounted.map((one) => one.reason)).toEqual([reason])
  })

  it('a second time for the same person', () => {
    const two = policy({
      steps: [{ mode: 'all', line: 1, approvers: [{ kind: 'team', name: 'acme/dba', min: 2 }] }],
    })
    const decision = judge(facts([review('bob'), review('bob')]), two)
    expect(decision.sentence).toBe('Needs 1 approval from acme/dba.')
  })
})

describe('the evidence of an entry', () => {
  const entries = [
    { kind: 'team', name: 'acme/sre', min: 1 },
    { kind: 'user', name: 'bob', min: 1 },
  ] as const
  const rules = policy({ steps: [{ mode: 'all', line: 1, approvers: entries }] })
  const of = (reviews: readonly ReviewFact[], by = rules) =>
    judge(facts(reviews, { author: account('dan') }), by).steps.map((step) =>
      step.entries.map(({ counted, notCounted }) => [
        counted.join(),
        notCounted.map(({ login, reason }) => `${login} ${reason}`).join(),
      ]),
    )

  it('says of each who counts, and of all others why not', () => {
    expect(of([review('ann'), review('bob'), review('cat')])).toEqual([
      [
        ['cat', 'ann not-a-member,bob not-a-member'],
        ['bob', 'ann not-an-approver,cat not-an-approver'],
      ],
    ])
  })

  it('tells who counts elsewhere from who is not needed, and who would fit from who would not', () => {
    const step = (min: number) =>
      ({ mode: 'all', line: 1, approvers: [{ kind: 'team', name: 'acme/dba', min }] }) as const
    expect(of([review('bob'), review('cat')], policy({ steps: [step(1)] }))).toEqual([
      [['bob', 'cat not-needed']],
    ])
    expect(of([review('bob')], policy({ steps: [step(1), step(1)] }))).toEqual([
      [['bob', '']],
      [['', 'bob already-counted']],
    ])
    expect(of([review('bob', { files: {} })])).toEqual([
      [
        ['', 'bob not-a-member'],
        ['', 'bob older-bytes'],
      ],
    ])
  })

  it('shows of a step that takes any how far each of its entries is', () => {
    const any = policy({
      steps: [
        {
          mode: 'any',
          line: 1,
          approvers: [
            { kind: 'team', name: 'acme/sre', min: 2 },
            { kind: 'team', name: 'acme/dba', min: 2 },
          ],
        },
      ],
    })
    const decision = judge(facts([review('bob'), review('cat')], { author: account('dan') }), any)
    expect(decision.verdict).toBe('allow')
    const one = { ...any, workflows: [{ ...any.workflows[0], distinctApprovers: false } as Workflow] }
    const few = judge(facts([review('cat')], { author: account('dan') }), one)
    expect(few.sentence).toBe('Needs 1 approval from acme/sre or 2 approvals from acme/dba.')
  })

  it('and the sentence whose approval almost counts, why, and who mends it', () => {
    const decision = judge(facts([review('bob', { files: {} })]))
    expect([decision.sentence, decision.next]).toEqual([
      'Needs 1 approval from acme/dba; the review of bob does not count: the SQL changed after this review.',
      'acme/dba approves by a GitHub review (not ann, the author). bob may approve again.',
    ])
  })

  it('names at most twenty', () => {
    const many = Array.from({ length: 30 }, (_, i) =>
      review('ann', { user: { id: 100 + i, login: `out${i}`, type: 'User' } }),
    )
    expect(judge(facts(many)).steps[0]?.entries[0]?.notCounted).toHaveLength(20)
    expect(judge(facts(many)).notCounted).toHaveLength(30)
  })
})

describe('steps', () => {
  const team = (name: string, min = 1) => ({ kind: 'team', name, min }) as const
  const steps = (...lists: readonly (readonly ReturnType<typeof team>[])[]) =>
    lists.map((approvers) => ({ mode: 'all', line: 1, approvers }) as const)

  it('finds the assignment that satisfies, whatever the order of the reviews', () => {
    const both = policy({ steps: steps([team('acme/dba'), team('acme/sre')]) })
    for (const order of [
      [review('cat'), review('bob')],
      [review('bob'), review('cat')],
    ]) {
      expect(judge(facts(order), both).verdict).toBe('allow')
    }
  })

  it('counts a person in one step only, unless the policy says otherwise', () => {
    const apart = { steps: steps([team('acme/dba')], [team('acme/dba')]) }
    expect(judge(facts([review('bob')]), policy(apart)).sentence).toBe(
      'Step 2 of 2 needs 1 approval from acme/dba.',
    )
    expect(judge(facts([review('bob')]), policy({ ...apart, distinctApprovers: false })).verdict).toBe(
      'allow',
    )
  })

  it('takes any one entry of an any-step', () => {
    const any = policy({
      steps: [{ mode: 'any', line: 1, approvers: [team('acme/none', 2), team('acme/sre')] }],
    })
    expect(judge(facts([review('cat')]), any).verdict).toBe('allow')
    expect(judge(facts([review('bob')]), any).verdict).toBe('wait')
  })

  it('knows roles and users', () => {
    const role = policy({
      steps: [{ mode: 'all', line: 1, approvers: [{ kind: 'role', name: 'maintain', min: 1 }] }],
    })
    expect(judge(facts([review('bob')]), role).verdict).toBe('wait')
    expect(judge(facts([review('cat')]), role).verdict).toBe('allow')
    const user = policy({
      steps: [{ mode: 'all', line: 1, approvers: [{ kind: 'user', name: 'bob', min: 1 }] }],
    })
    expect(judge(facts([review('cat')]), user).verdict).toBe('wait')
    expect(judge(facts([review('bob')]), user).verdict).toBe('allow')
  })
})

describe('a change is refused or waits', () => {
  const problem = { path: 'db/migrate/1_a.sql', code: 'symlink', message: 'is a symbolic link' } as const
  it.each<[DecisionCode, Partial<ChangeFacts>, Policy]>([
    ['FILES_REFUSED', { problems: [problem] }, policy()],
    ['POLICY_AND_SQL', { files: { ...bytes, '.dbward.yml': 'f'.repeat(64) } }, policy()],
    ['NO_WORKFLOW', {}, { ...policy(), workflows: [] }],
    ['NO_WORKFLOW', {}, policy({ environment: 'staging' })],
    ['WAITING_FOR_APPROVAL', { unknownContributors: 1 }, policy()],
  ])('%s', (code, change, rules) => {
    const decision = judge(facts([review('bob', { files: change.files ?? bytes })], change), rules)
    expect(decision.code).toBe(code)
    expect(decision.verdict).not.toBe('allow')
    expect(decision.next).not.toBe('')
  })

  it('while somebody who may write requests changes, however many approve', () => {
    const decision = judge(facts([review('bob'), review('cat', { state: 'CHANGES_REQUESTED' })]))
    expect([decision.verdict, decision.code]).toEqual(['wait', 'CHANGES_REQUESTED'])
  })

  it('where the review blocks or could not be made', () => {
    const given = facts([review('bob')])
    expect(decide(policy(), given, { ...clean, blocking: 2 }, target, now).code).toBe('FINDINGS_BLOCK')
    expect(decide(policy(), given, { made: false, why: 'it took too long' }, target, now).code).toBe(
      'NOT_REVIEWED',
    )
  })

  it('where comments allow what blocks and the workflow asks nobody to accept that', () => {
    const allowed = { ...clean, allowed: 2 }
    const open = decide(policy({ steps: [] }), facts([]), allowed, target, now)
    expect([open.verdict, open.code]).toEqual(['deny', 'FINDINGS_BLOCK'])
    expect(open.sentence).toMatch(/^2 findings that block are allowed by comments/)
    expect(decide(policy(), facts([]), allowed, target, now).code).toBe('WAITING_FOR_APPROVAL')
    expect(decide(policy(), facts([review('bob')]), allowed, target, now).code).toBe('APPROVED')
  })
})

describe('what the policy approves by itself', () => {
  const outcome = (
    change: Partial<Workflow>,
    given: Partial<ChangeFacts>,
    seen: object,
    reviews: ReviewFact[] = [],
  ) => decide(policy(change), facts(reviews, given), { ...clean, ...seen }, target, now)
  const merged = (at: string | null) => ({ state: 'merged', mergeSha: 'e'.repeat(40), mergedAt: at }) as const
  it.each<[string, Partial<Workflow>, Partial<ChangeFacts>, object, DecisionCode]>([
    ['low where low may', { autoApprove: 'low' }, {}, { risk: 'low' }, 'AUTO_APPROVED'],
    ['low where medium may', { autoApprove: 'medium' }, {}, { risk: 'low' }, 'AUTO_APPROVED'],
    ['medium where medium may', { autoApprove: 'medium' }, {}, { risk: 'medium' }, 'AUTO_APPROVED'],
    ['medium where low may', { autoApprove: 'low' }, {}, { risk: 'medium' }, 'WAITING_FOR_APPROVAL'],
    ['unknown where medium may', { autoApprove: 'medium' }, {}, { risk: 'unknown' }, 'WAITING_FOR_APPROVAL'],
    ['high where medium may', { autoApprove: 'medium' }, {}, { risk: 'high' }, 'WAITING_FOR_APPROVAL'],
    ['high where always', { autoApprove: 'always' }, {}, { risk: 'high' }, 'AUTO_APPROVED'],
    ['low where nothing is said', {}, {}, { risk: 'low' }, 'WAITING_FOR_APPROVAL'],
    ['what comments allow', { autoApprove: 'always' }, {}, { allowed: 1 }, 'WAITING_FOR_APPROVAL'],
    ['what blocks', { autoApprove: 'always' }, {}, { blocking: 1 }, 'FINDINGS_BLOCK'],
    ['unknown hands', { autoApprove: 'low' }, { unknownContributors: 2 }, {}, 'AUTO_APPROVED'],
    [
      'a merge within the time',
      { autoApprove: 'low', approvalTtl: 3_600_000 },
      merged('2026-03-01T11:00:00Z'),
      {},
      'AUTO_APPROVED',
    ],
    [
      'a merge too long ago',
      { autoApprove: 'always', approvalTtl: 3_599_999 },
      merged('2026-03-01T11:00:00Z'),
      {},
      'WAITING_FOR_APPROVAL',
    ],
    [
      'a merge at no time',
      { autoApprove: 'always', approvalTtl: 3_600_000 },
      merged(null),
      {},
      'WAITING_FOR_APPROVAL',
    ],
  ])('%s', (_, change, given, seen, code) => {
    const decision = outcome(change, given, seen)
    expect([decision.code, decision.verdict === 'allow']).toEqual([code, code === 'AUTO_APPROVED'])
    expect(decision.counted).toEqual([])
  })

  it('never over requested changes, and says who approved where people have', () => {
    const auto = { autoApprove: 'always' } as const
    const asked = [review('cat', { state: 'CHANGES_REQUESTED' })]
    expect(outcome(auto, {}, {}, asked).code).toBe('CHANGES_REQUESTED')
    expect(outcome(auto, {}, {}, [review('bob')]).code).toBe('APPROVED')
  })

  it('says why it does not', () => {
    expect(outcome({ autoApprove: 'low' }, {}, { risk: 'unknown' }).sentence).toBe(
      'Needs 1 approval from acme/dba, as its risk by the files alone is unknown.',
    )
  })

  it('is no change of the policy', () => {
    const change = { '.dbward.yml': 'f'.repeat(64) }
    expect(outcome({ autoApprove: 'always' }, { files: change }, {}).code).toBe('WAITING_FOR_APPROVAL')
  })
})

describe('self-approval', () => {
  const self = policy({
    allowSelfApprove: true,
    steps: [{ mode: 'all', line: 1, approvers: [{ kind: 'role', name: 'write', min: 1 }] }],
  })
  const merged = { state: 'merged', mergeSha: 'e'.repeat(40) } as const

  it("lets the author's own merge count as one approval", () => {
    const decision = judge(facts([], { ...merged, mergedBy: account('ann') }), self)
    expect(decision.counted).toEqual([
      { review_id: 0, user_id: people.ann, login: 'ann', commit_id: 'e'.repeat(40), state: 'MERGED' },
    ])
  })

  it("does not take somebody else's merge for it", () => {
    expect(judge(facts([], { ...merged, mergedBy: account('bob') }), self).verdict).toBe('wait')
  })

  it('says before the merge that it depends on who merges', () => {
    expect(judge(facts([]), self).code).toBe('AUTHOR_MAY_MERGE')
    expect(judge(facts([])).verdict).toBe('wait')
  })
})

describe('code owners', () => {
  const sql = { 'db/migrate/1_a.sql': 'a'.repeat(64), 'db/migrate/2_b.sql': 'b'.repeat(64) }
  const [first, second] = Object.keys(sql) as [string, string]
  const entry = (min = 1, kind = 'codeowners' as const) =>
    policy({ steps: [{ mode: 'all', line: 1, approvers: [{ kind, name: '', min }] }] })
  const group = (paths: readonly string[], users: readonly string[], teams: readonly string[] = []) => ({
    paths,
    users,
    teams,
  })
  const by = (names: readonly Name[], groups: readonly ReturnType<typeof group>[] | null, min = 1) => {
    const codeOwners =
      groups === null
        ? ({ found: 'no', why: 'the base branch has no CODEOWNERS file' } as const)
        : ({ found: 'yes', sha256: 'c'.repeat(64), groups } as const)
    const reviews = names.map((name) => review(name, { files: sql }))
    return judge(facts(reviews, { files: sql, codeOwners, author: account('dan') }), entry(min))
  }
  it.each<[string, readonly Name[], Parameters<typeof by>[1], number, boolean]>([
    ['one owner of all', ['bob'], [group([first, second], ['bob'])], 1, true],
    ['somebody else', ['ann'], [group([first, second], ['bob'])], 1, false],
    ['a team that owns', ['cat'], [group([first, second], [], ['acme/sre'])], 1, true],
    ['somebody outside of it', ['bob'], [group([first, second], [], ['acme/sre'])], 1, false],
    ['one file of two', ['bob'], [group([first], ['bob']), group([second], ['cat'])], 1, false],
    ['each file by its own', ['cat', 'bob'], [group([first], ['bob']), group([second], ['cat'])], 1, true],
    ['one who owns both', ['cat'], [group([first], ['bob', 'cat']), group([second], ['cat'])], 1, true],
    ['two for each', ['bob', 'cat'], [group([first, second], ['bob', 'cat'])], 2, true],
    ['one of two', ['bob'], [group([first, second], ['bob', 'cat'])], 2, false],
    [
      'two for each, one of whom owns both',
      ['ann', 'bob', 'cat'],
      [group([first], ['ann', 'cat']), group([second], ['bob', 'cat'])],
      2,
      true,
    ],
    ['a file that nobody owns', ['bob'], [group([first], ['bob']), group([second], [])], 1, false],
    ['no file of owners', ['bob'], null, 1, false],
    ['an owner who may not write', ['dan'], [group([first, second], ['dan'])], 1, false],
  ])('%s', (_, names, groups, min, allowed) => {
    expect(by(names, groups, min).verdict).toBe(allowed ? 'allow' : 'wait')
  })

  it('are not enough twice: one approval counts for one entry', () => {
    const two = { ...entry(), workflows: [{ ...entry().workflows[0] } as Workflow] }
    const steps = [...(two.workflows[0]?.steps ?? []), ...(policy().workflows[0]?.steps ?? [])]
    const rules = policy({ steps })
    const codeOwners = { found: 'yes', sha256: 'c'.repeat(64), groups: [group([first], ['bob'])] } as const
    const files = { [first]: sql[first as keyof typeof sql] }
    const given = (names: readonly Name[]) =>
      facts(
        names.map((name) => review(name, { files })),
        { files, codeOwners },
      )
    expect(judge(given(['bob']), rules).verdict).toBe('wait')
    expect(judge(given(['cat', 'bob']), rules).verdict).toBe('allow')
  })

  it('the sentence says who they are, or why nobody is', () => {
    expect(by([], null).sentence).toBe(
      'Needs 1 approval from the code owners, and the base branch has no CODEOWNERS file.',
    )
    expect(by([], [group([first], ['bob']), group([second], [])]).sentence).toMatch(
      /nobody who can be asked owns db/,
    )
    expect(by([], [group([first, second], ['bob'], ['acme/sre'])]).sentence).toBe(
      'Needs 1 approval from the code owners (bob or acme/sre).',
    )
  })
})

it('a policy-only change answers to the workflow that asks most', () => {
  const change = { '.dbward.yml': 'f'.repeat(64) }
  const weak = policy({ steps: [] }).workflows
  const rules = { ...policy(), workflows: [...weak, ...policy().workflows] }
  expect(judge(facts([], { files: change }), rules).verdict).toBe('wait')
  expect(judge(facts([review('bob', { files: change })], { files: change }), rules).verdict).toBe('allow')
})

it('a policy-only change answers to every workflow, not only to the one that asks for more people', () => {
  const change = { '.dbward.yml': 'f'.repeat(64) }
  const crowd = policy({
    environment: 'staging',
    line: 20,
    steps: [{ mode: 'all', line: 21, approvers: [{ kind: 'role', name: 'write', min: 2 }] }],
  }).workflows
  const rules = { ...policy(), workflows: [...crowd, ...policy().workflows] }
  const outsiders = { 5: { role: 'write', teams: [] }, 6: { role: 'write', teams: [] } } as const
  const by = (id: number) => review('bob', { user: { id, login: `out${id}`, type: 'User' }, files: change })
  const given = facts([by(5), by(6)], { files: change })
  const judged = judge({ ...given, standing: { ...given.standing, ...outsiders } }, rules)
  expect([judged.verdict, judged.workflow?.line]).toEqual(['wait', 9])
})

it('each unknown hand asks for one more approval, and requested changes hold without steps too', () => {
  const two = { unknownContributors: 2 }
  expect(judge(facts([review('bob'), review('cat')], two)).verdict).toBe('wait')
  const held = facts([review('cat', { state: 'CHANGES_REQUESTED' })])
  expect(judge(held, policy({ steps: [] })).code).toBe('CHANGES_REQUESTED')
})

it('without steps merging is the approval', () => {
  expect(judge(facts([]), policy({ steps: [] })).code).toBe('APPROVED_BY_MERGING')
})

it('the digest of approvals does not depend on their order', () => {
  const one = { review_id: 1, user_id: 2, login: 'x', commit_id: 'a'.repeat(40), state: 'APPROVED' } as const
  const two = { ...one, review_id: 2, user_id: 3 }
  expect(approvalsDigest([one, two])).toBe(approvalsDigest([two, one]))
  expect(approvalsDigest([one])).not.toBe(approvalsDigest([two]))
})
