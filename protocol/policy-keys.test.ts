import { expect, it } from 'vitest'
import { decide } from './decide.ts'
import type { ChangeFacts } from './facts.ts'
import { globMatches } from './glob.ts'
import { hoursFor, limitsFor, type Policy, reviewFor, riskLimitsFor } from './policy.ts'
import { parsePolicy } from './policy-parse.ts'
import { opening } from './window.ts'

const parse = (source: string) => parsePolicy(new TextEncoder().encode(source), ['drop-column'])
const now = Date.parse('2026-03-04T12:00:00Z')

const base = `version: 1
databases:
  app:
    engine: postgres
    server_version: "16"
    migrations: db/migrate/*.sql
    environments: [staging, production]
  log: { engine: postgres, migrations: log/*.sql, environments: [production] }
review:
  - { database: app, environment: production, rules: { drop-column: block }, never_allow: [drop-column] }
risk:
  - { database: app, environment: production, large_rows: 10, very_large_rows: 20, large_size: 1GiB, very_large_size: 2GiB, cascade_depth: 4, warnings: 5 }
workflows:
  - database: app
    environment: production
    operations: [migrate]
    steps:
      - mode: any
        approvers: [{ team: acme/dba, min: 1 }, { user: eve }, { role: admin }, { codeowners: true }]
    allow_self_approve: false
    distinct_approvers: true
    require_reason: false
    approval_ttl: 7d
    auto_approve: { risk: low }
  - environment: staging
execution:
  - { database: app, environment: production, statement_timeout: 1m, lock_timeout: 1s, lock_retries: 1, total_timeout: 2m, windows: ["Wed 09:00-16:00 UTC"], freezes: ["2026-12-20T00:00/2027-01-02T00:00 UTC"] }
`

/** By mapping and key: another text in its place, and whether anything that is decided or done by it is another. */
const changes: Readonly<Record<string, readonly [from: string, to: string]>> = {
  'the policy.version': ['version: 1', 'version: 2'],
  'the policy.databases': ['  log: {', '  old: {'],
  'the policy.review': [
    'review:\n  - { database: app, environment: production, rules: { drop-column: block }, never_allow: [drop-column] }\n',
    '',
  ],
  'the policy.risk': [', warnings: 5', ''],
  'the policy.workflows': [
    '  - environment: staging\n',
    '  - { environment: staging, steps: [{ approvers: [{ role: write }] }] }\n',
  ],
  'the policy.execution': ['statement_timeout: 1m', 'statement_timeout: 3m'],
  'database app.engine': ['engine: postgres\n', 'engine: mysql\n'],
  'database app.server_version': ['"16"', '"17"'],
  'database app.migrations': ['db/migrate/*.sql', 'db/sql/*.sql'],
  'database app.environments': ['[staging, production]', '[production, staging]'],
  'a review scope.database': ['review:\n  - { database: app', 'review:\n  - { database: log'],
  'a review scope.environment': [
    'review:\n  - { database: app, environment: production',
    'review:\n  - { database: app, environment: staging',
  ],
  'a review scope.rules': ['drop-column: block', 'drop-column: warn'],
  'a review scope.never_allow': ['never_allow: [drop-column]', 'never_allow: []'],
  'a risk scope.database': ['risk:\n  - { database: app', 'risk:\n  - { database: log'],
  'a risk scope.environment': [
    'risk:\n  - { database: app, environment: production',
    'risk:\n  - { database: app, environment: staging',
  ],
  'a risk scope.large_rows': ['large_rows: 10', 'large_rows: 11'],
  'a risk scope.very_large_rows': ['very_large_rows: 20', 'very_large_rows: 21'],
  'a risk scope.large_size': ['large_size: 1GiB', 'large_size: 1MiB'],
  'a risk scope.very_large_size': ['very_large_size: 2GiB', 'very_large_size: 3GiB'],
  'a risk scope.cascade_depth': ['cascade_depth: 4', 'cascade_depth: 5'],
  'a risk scope.warnings': ['warnings: 5', 'warnings: 6'],
  'a workflow.database': ['workflows:\n  - database: app', 'workflows:\n  - database: log'],
  'a workflow.environment': [
    'environment: production\n    operations',
    'environment: staging\n    operations',
  ],
  'a workflow.operations': ['operations: [migrate]', 'operations: []'],
  'a workflow.steps': ['    allow_self', '      - approvers: [{ role: write }]\n    allow_self'],
  'a workflow.allow_self_approve': ['allow_self_approve: false', 'allow_self_approve: true'],
  'a workflow.distinct_approvers': [
    '    allow_self_approve: false\n    distinct_approvers: true',
    '      - approvers: [{ team: acme/dba }]\n    allow_self_approve: false\n    distinct_approvers: false',
  ],
  'a workflow.require_reason': ['require_reason: false', 'require_reason: true'],
  'a workflow.approval_ttl': ['approval_ttl: 7d', 'approval_ttl: 1m'],
  'a workflow.auto_approve': ['{ risk: low }', 'always'],
  'an automatic approval.risk': ['risk: low }', 'risk: medium }'],
  'a step.mode': ['mode: any', 'mode: all'],
  'a step.approvers': ['[{ team: acme/dba, min: 1 }, ', '['],
  'an approver.team': ['team: acme/dba', 'team: acme/sre'],
  'an approver.user': ['user: eve', 'user: ann'],
  'an approver.role': ['role: admin', 'role: write'],
  'an approver.codeowners': [', { codeowners: true }', ''],
  'an approver.min': ['min: 1', 'min: 2'],
  'an execution scope.database': ['execution:\n  - { database: app', 'execution:\n  - { database: log'],
  'an execution scope.environment': [
    'execution:\n  - { database: app, environment: production',
    'execution:\n  - { database: app, environment: staging',
  ],
  'an execution scope.statement_timeout': ['statement_timeout: 1m', 'statement_timeout: 2m'],
  'an execution scope.lock_timeout': ['lock_timeout: 1s', 'lock_timeout: 2s'],
  'an execution scope.lock_retries': ['lock_retries: 1', 'lock_retries: 2'],
  'an execution scope.total_timeout': ['total_timeout: 2m', 'total_timeout: 3m'],
  'an execution scope.windows': ['Wed 09:00', 'Thu 09:00'],
  'an execution scope.freezes': ['2026-12-20T', '2026-03-01T'],
}

const account = (id: number, login: string) => ({ id, login, type: 'User' }) as const
const files = { 'db/migrate/1_a.sql': 'a'.repeat(64) }

/** Whoever approves alone, or together with one more, and what the author and a committer may. */
const approvals: readonly (readonly string[])[] = [
  [],
  ['bob'],
  ['eve'],
  ['fay'],
  ['own'],
  ['gil'],
  ['bob', 'gil'],
  ['ann'],
]
const people: Readonly<Record<string, readonly [number, ChangeFacts['standing'][number]]>> = {
  bob: [2, { role: 'write', teams: ['acme/dba'] }],
  eve: [5, { role: 'write', teams: [] }],
  fay: [6, { role: 'admin', teams: [] }],
  gil: [7, { role: 'write', teams: ['acme/sre'] }],
  own: [8, { role: 'write', teams: [] }],
  ann: [9, { role: 'write', teams: [] }],
}

function factsOf(names: readonly string[], committer: boolean): ChangeFacts {
  const reviews = names.map((login, i) => ({
    id: i + 1,
    user: account(people[login]?.[0] ?? 0, login),
    state: 'APPROVED' as const,
    commit: 'c'.repeat(40),
    at: '2026-03-04T11:00:00Z',
    hasReason: false,
    files,
  }))
  const owners = [{ paths: Object.keys(files), users: ['own'], teams: [] }]
  return {
    repo: { id: 1, name: 'acme/shop' },
    pr: 7,
    state: 'open',
    author: account(1, 'zed'),
    mergedBy: null,
    mergeSha: null,
    mergedAt: null,
    head: 'c'.repeat(40),
    base: { ref: 'main', sha: 'b'.repeat(40) },
    policySha256: 'd'.repeat(64),
    files,
    problems: [],
    codeOwners: { found: 'yes', sha256: '1'.repeat(64), groups: owners },
    reviews,
    contributors: committer ? [{ id: 2, login: 'bob', as: 'committer' }] : [],
    unknownContributors: 0,
    standing: Object.fromEntries(Object.values(people)),
    baseChangedAt: null,
  }
}

/** Everything that a policy decides: of each target the review, the limits, the hours and what is decided of histories. */
function outcomes(policy: Policy): string {
  const all = policy.databases.flatMap(({ name, engine, migrations, environments }) =>
    environments.map((environment, i) => ({
      on: [
        name,
        environment,
        engine,
        environments.slice(0, i),
        globMatches(migrations, 'db/migrate/1_a.sql'),
      ],
      review: reviewFor(policy, name, environment),
      risk: riskLimitsFor(policy, name, environment),
      limits: limitsFor(policy, name, environment),
      open: opening(hoursFor(policy, name, environment), now).open,
      decided: approvals.flatMap((names) =>
        [true, false].flatMap((committer) =>
          (['medium', 'low', 'unknown'] as const).map((risk) => {
            const review = { made: true, blocking: 0, allowed: 0, risk } as const
            return decide(policy, factsOf(names, committer), review, { database: name, environment }, now)
              .code
          }),
        ),
      ),
    })),
  )
  return JSON.stringify(all)
}

/** The mappings of the base policy and the keys that the parser knows in each, as it says itself. */
function knownKeys(): readonly string[] {
  const spoiled = base
    .replaceAll(/\{ /g, '{ zz: 1, ')
    .replaceAll(/^( *(?:- )?)(version|engine|mode|database):/gm, (all, lead: string) => {
      return `${lead}zz: 1\n${lead.replace('-', ' ')}${all.trim().replace(/^- /, '')}`
    })
  const parsed = parse(spoiled)
  if (parsed.ok) throw new Error('expected unknown keys')
  const found = parsed.problems.flatMap(({ message }) => {
    const [, what = '', keys = ''] = /^unknown key zz in (.+); known are (.+)$/.exec(message) ?? []
    return what === '' || what === 'database log' ? [] : keys.split(', ').map((key) => `${what}.${key}`)
  })
  return [...new Set(found)].sort()
}

it('every key that the parser knows has a case here, and no other has', () => {
  expect(Object.keys(changes).sort()).toEqual(knownKeys())
})

it.each(Object.entries(changes))('%s changes an outcome', (_, [from, to]) => {
  expect(base.split(from).length).toBeGreaterThan(1)
  const [before, after] = [parse(base), parse(base.replace(from, to))]
  if (!before.ok) throw new Error(JSON.stringify(before.problems))
  // What is refused by the parser has an outcome too: nothing runs.
  if (after.ok) expect(outcomes(after.policy)).not.toBe(outcomes(before.policy))
  else expect(_).toBe('the policy.version')
})
