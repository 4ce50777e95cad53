import { describe, expect, test } from 'vitest'
import type { ChangeView } from './model.ts'
import { allowed, awaiting, change, denied, file, finding, request } from './testing.ts'
import { gateVerdict, mostTitle } from './verdict.ts'

const blocked = denied('FINDINGS_BLOCK', '2 blocking findings in the SQL review.')
const manyApprovers = {
  ...awaiting,
  steps: [
    {
      mode: 'any' as const,
      met: false,
      entries: ['acme/dba', 'acme/sre'].map((name) => {
        return {
          approver: { kind: 'team' as const, name, min: 2 },
          counted: ['alice'],
          notCounted: [],
          met: false,
        }
      }),
    },
  ],
}

const cases: readonly (readonly [string, Partial<ChangeView>, string, string])[] = [
  ['no governed SQL', { files: [], requests: [] }, 'success', 'No governed SQL'],
  ['no policy on the base', { policy: { found: 'no' } }, 'success', 'No .dbward.yml on main'],
  [
    'a policy that does not parse',
    { policy: { found: 'broken', problems: [{ line: 12, column: 3, message: 'unknown key' }] } },
    'failure',
    'Policy broken: .dbward.yml line 12',
  ],
  [
    'a file that is refused',
    { problems: [{ path: 'db/migrate/1.sql', code: 'symlink', message: 'is a symbolic link' }] },
    'failure',
    '1 file refused: symlink in 1.sql',
  ],
  [
    'GitHub out of reach',
    { cannotDecide: 'the merge cannot be read' },
    'failure',
    'Cannot decide: the merge cannot be read',
  ],
  [
    'findings that block',
    { files: [{ ...file, findings: [finding, finding] }], requests: [request({ decision: blocked })] },
    'failure',
    '2 blocking findings in 1 file',
  ],
  [
    'no workflow',
    { requests: [request({ decision: denied('NO_WORKFLOW', 'No workflow.') })] },
    'failure',
    'No workflow covers app@production',
  ],
  [
    'a request that nothing was decided about',
    { requests: [request({ decision: null })] },
    'failure',
    'Not decided yet: app@production',
  ],
  ['files without an environment', { requests: [] }, 'failure', 'No environment to run in'],
  ['one approval missing', {}, 'action_required', 'Waiting for 1 approval from acme/dba'],
  [
    'one of two teams missing',
    { requests: [request({ decision: manyApprovers })] },
    'action_required',
    'Waiting for 1 approval from acme/dba or acme/sre',
  ],
  [
    'changes requested',
    {
      requests: [
        request({ decision: { ...awaiting, code: 'CHANGES_REQUESTED', sentence: 'bob requested changes.' } }),
      ],
    },
    'action_required',
    'bob requested changes',
  ],
  [
    'one environment approved, another not',
    { requests: [request({ decision: allowed, environment: 'staging' }), request()] },
    'action_required',
    'Waiting for 1 approval from acme/dba',
  ],
  [
    'one environment waiting, another denied',
    {
      requests: [
        request(),
        request({ environment: 'staging', decision: denied('NO_WORKFLOW', 'No workflow.') }),
      ],
    },
    'failure',
    'No workflow covers app@staging',
  ],
  [
    'everything approved',
    { requests: [request({ decision: allowed }), request({ decision: allowed, environment: 'staging' })] },
    'success',
    'Ready to merge: runs on app@production, app@staging',
  ],
  [
    'the policy alone, not approved',
    { files: [], requests: [], policyDecision: awaiting },
    'action_required',
    'Waiting for 1 approval from acme/dba',
  ],
  [
    'the policy alone, approved',
    { files: [], requests: [], policyDecision: allowed },
    'success',
    'Ready to merge: changes the policy',
  ],
  [
    'merged without approval',
    { state: 'merged', requests: [request({ state: 'held' })] },
    'action_required',
    'Waiting for 1 approval from acme/dba',
  ],
]

describe('the gate on', () => {
  test.each(cases)('%s', (_, over, conclusion, title) => {
    expect(gateVerdict(change(over))).toMatchObject({ conclusion, title })
  })
})

test('a title fits, however long the names are', () => {
  const requests = Array.from({ length: 9 }, (_, i) =>
    request({ environment: `production-${i}`, decision: allowed }),
  )
  const { title } = gateVerdict(change({ requests }))
  expect(Array.from(title).length).toBeLessThanOrEqual(mostTitle)
  expect(title).toMatch(/…$/)
})

test('only an answer that was decided and is yes is a success', () => {
  const yes = cases.filter(([, , conclusion]) => conclusion === 'success').map(([name]) => name)
  expect(yes).toEqual([
    'no governed SQL',
    'no policy on the base',
    'everything approved',
    'the policy alone, approved',
  ])
})
