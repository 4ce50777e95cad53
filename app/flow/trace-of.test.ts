import { makePlan, planDigest } from '@dbward/protocol/plan'
import { parsePolicy } from '@dbward/protocol/policy-parse'
import { review } from '@dbward/rules/review'
import { expect, test } from 'vitest'
import type { JudgedChange } from './judge.ts'
import { traceOf } from './trace-of.ts'

const parsed = parsePolicy(
  Buffer.from(`version: 1
databases:
  app: { engine: postgres, server_version: "16", migrations: a/*.sql, environments: [staging, production] }
review:
  - { rules: { drop-column: warn, rename: "off" }, never_allow: [truncate] }
  - { environment: production, rules: { drop-column: block } }
risk:
  - { warnings: 5 }
  - { database: app, environment: staging, large_rows: 7 }
  - { database: app }
workflows:
  - {}
  - { database: app, environment: production, operations: [migrate] }
  - { environment: staging }
`),
  ['drop-column', 'rename', 'truncate'],
)
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
const { policy } = parsed
const [database] = policy.databases

const sql = `alter table a drop column b;
-- dbward: allow drop-column: nobody reads it
alter table a drop column c;
`
const files = [{ path: 'a/1_a.sql', bytes: Buffer.from(sql), tx: 'auto' as const, stmts: [] }]
const plan = makePlan(files)
const reviews = await review(files, { engine: 'postgres', severities: { 'drop-column': 'warn' } })
const judged = (over: object = {}) =>
  ({
    requests: ['staging', 'production'].map((environment) => ({
      ...{
        database,
        environment,
        plan,
        reviews,
        review: { made: true, blocking: 0, allowed: 0, risk: 'low' as const },
      },
      ...over,
    })),
    policyDecision: null,
    problems: [],
  }) as unknown as JudgedChange
const row = (env: string) => ({ db: 'app', env, policy_sha256: 'p', plan_sha256: planDigest(plan) })

test('which scopes of the policy had a say, and which the last', () => {
  expect(traceOf(row('production'), judged(), policy, 'p')).toEqual({
    engine: 'postgres',
    serverVersion: '16',
    workflows: [
      { line: 13, database: 'app', environment: 'production', weight: 7 },
      { line: 12, database: '*', environment: '*', weight: 0 },
    ],
    review: { made: true, block: 0, warn: 1, note: 0, allowed: 1 },
    severities: [
      { rule: 'drop-column', severity: 'block', line: 6 },
      { rule: 'rename', severity: 'off', line: 5 },
    ],
    moreSeverities: 0,
    neverAllow: ['truncate'],
    limits: expect.objectContaining({ warnings: 5, largeRows: 100_000 }),
    limitLines: [8],
  })
  const staging = traceOf(row('staging'), judged(), policy, 'p')
  expect(staging).toMatchObject({
    workflows: [{ line: 14, weight: 4 }, { line: 12 }],
    severities: [{ severity: 'warn', line: 5 }, {}],
    limits: { warnings: 5, largeRows: 7 },
    limitLines: [8, 9],
  })
})

test('a review that was not made has nothing to count', () => {
  const review = { made: false, why: 'no answer' }
  expect(traceOf(row('staging'), judged({ review, reviews: [] }), policy, 'p')).toMatchObject({ review })
})

test('nothing is said of what another policy or plan decided, or of what the change touches no more', () => {
  expect(traceOf(row('staging'), judged(), policy, 'q')).toBeNull()
  expect(traceOf({ ...row('staging'), plan_sha256: 'x' }, judged(), policy, 'p')).toBeNull()
  expect(traceOf(row('other'), judged(), policy, 'p')).toBeNull()
})
