import { describe, expect, test } from 'vitest'
import { gateCheck } from './checks.ts'
import type { ChangeView, RequestView, TraceView } from './model.ts'
import { allowed, awaiting, change, denied, request } from './testing.ts'

const trace: TraceView = {
  engine: 'postgres',
  serverVersion: '16',
  workflows: [
    { line: 9, database: 'app', environment: 'production', weight: 7 },
    { line: 20, database: '*', environment: '*', weight: 0 },
  ],
  review: { made: true, block: 0, warn: 2, note: 1, allowed: 1 },
  severities: [{ rule: 'drop-column', severity: 'warn', line: 6 }],
  moreSeverities: 0,
  neverAllow: ['drop-table'],
  limits: {
    ...{ largeRows: 100_000, veryLargeRows: 10_000_000, largeSize: 1024 ** 3, veryLargeSize: 1024 ** 4 },
    ...{ cascadeDepth: 3, warnings: 1 },
  },
  limitLines: [7],
}
const risk: RequestView['risk'] = {
  level: 'medium',
  factors: [{ level: 'medium', message: 'public.users is locked: it is large (about 1,200,000 rows)' }],
  moreFactors: 0,
  tables: [],
  moreTables: 0,
}
const seen = { agent: 'agent-1', taken: '2026-01-31T14:00:00.000Z', old: false, truncated: false }

const page = (over: Partial<RequestView>, more: Partial<ChangeView> = {}) =>
  gateCheck(change({ requests: [request({ trace, risk, schema: seen, ...over })], ...more })).text ?? ''
/** The JSON of a page. */
const json = (text: string) => JSON.parse(/```+json\n([\s\S]*?)\n```+/.exec(text)?.[1] ?? '')

describe('the gate tells step by step how it was decided', () => {
  test('where it is approved', () => {
    expect(page({ decision: allowed }).split('\n').slice(0, 12)).toEqual([
      '**How this was decided**',
      '',
      '`app@production`',
      '',
      '- Files: `db/migrate/001_users.sql`, on postgres 16',
      '- Workflow: line 9 (database `app`, environment `production`; weight 7), before line 20 (for all; weight 0)',
      '- Review: 0 block, 2 warn, 1 note, 1 allowed by comments; the policy sets `drop-column` warn (line 6); never allowed: `drop-table`',
      '- Risk with the sizes that were seen, which decide nothing: medium; schema snapshot of `agent-1`; large from 100,000 rows or 1 GiB, very large from 10,000,000 or 1 TiB, high from 3 keys deep and from 1 warning (line 7)<br>medium: public.users is locked: it is large (about 1,200,000 rows)',
      '- Approvals: step 1 (all, met): 1 of 1 from acme/dba: `alice`<br>not `bob` at `9f1c000`: the SQL changed after this review',
      '- Outcome: **allow**, `APPROVED`: Approved by alice.',
      '',
      '<details><summary>The same as JSON</summary>',
    ])
  })

  test.each<[string, Partial<RequestView>, string]>([
    ['it waits', { decision: awaiting }, '- Approvals: step 1 (all, not met): 0 of 1 from acme/dba'],
    [
      'it waits, at the end',
      { decision: awaiting },
      '- Outcome: **wait**, `WAITING_FOR_APPROVAL`: Needs 1 approval from acme/dba.',
    ],
    [
      'nobody was asked, as something else decided',
      { decision: denied('FINDINGS_BLOCK', '1 blocking finding in the SQL review.') },
      '- Approvals: not looked at',
    ],
    [
      'nobody has to be asked',
      { decision: { ...allowed, code: 'APPROVED_BY_MERGING', steps: [], counted: [], notCounted: [] } },
      '- Approvals: the workflow asks for none',
    ],
    ['nothing was decided yet', { decision: null }, '- Outcome: not decided yet'],
    [
      'no workflow covers it',
      { trace: { ...trace, workflows: [] } },
      '- Workflow: none of the policy covers it',
    ],
    [
      'the review was not made',
      { trace: { ...trace, review: { made: false, why: 'the file is too large' } } },
      '- Review: not made: the file is too large\n',
    ],
    [
      'the policy sets nothing',
      { trace: { ...trace, severities: [], neverAllow: [], limitLines: [] } },
      '1 allowed by comments; every rule as it is\n',
    ],
    ['nobody has seen the database', { schema: null }, '; no schema snapshot; '],
    ['it was seen long ago', { schema: { ...seen, old: true } }, 'of `agent-1`, which is old; '],
    [
      'another policy decided it',
      { trace: null, decision: allowed },
      '- Workflow: line 9 of the policy that decided it\n- Risk ',
    ],
    ['nothing runs', { files: [] }, '- Files: none that run, on postgres 16'],
  ])('where %s', (_, over, expected) => expect(page(over)).toContain(expected))

  test('of a change of the policy alone', () => {
    const view = change({ files: [], requests: [], policyDecision: awaiting })
    expect(gateCheck(view).text).toContain(
      '- Workflow: a change of `.dbward.yml` answers to every workflow of the policy before it\n- Approvals: step 1',
    )
    expect(json(gateCheck(view).text ?? '')).toMatchObject({
      requests: [],
      policy_decision: { verdict: 'wait' },
    })
  })

  test('and not where there is nothing to decide', () => {
    expect(gateCheck(change({ files: [], requests: [] })).text).toBeNull()
  })
})

describe('the same as JSON', () => {
  test('has what the words have', () => {
    expect(json(page({ decision: allowed }))).toMatchObject({
      v: 1,
      repo: { id: 42, name: 'acme/shop' },
      pr: 12,
      requests: [
        {
          database: 'app',
          environment: 'production',
          files: ['db/migrate/001_users.sql'],
          policy: { engine: 'postgres', server_version: '16', workflows: trace.workflows },
          review: { made: true, block: 0, warn: 2, note: 1, allowed: 1 },
          risk: {
            level: 'medium',
            factors: risk.factors,
            limits: { large_rows: 100_000, very_large_bytes: 1024 ** 4, lines: [7] },
            snapshot: { agent: 'agent-1', old: false, truncated: false },
          },
          decision: {
            verdict: 'allow',
            code: 'APPROVED',
            counted: [{ login: 'alice' }],
            not_counted: [{ login: 'bob', reason: 'older-bytes' }],
          },
        },
      ],
    })
  })

  test('is left out whole where it is too much, and the words stay', () => {
    const factors = Array.from({ length: 20 }, () => ({ level: 'high' as const, message: 'x'.repeat(400) }))
    const one = request({ trace, risk: { ...risk, factors }, schema: seen })
    const { text } = gateCheck(change({ requests: Array.from({ length: 60 }, () => one) }))
    expect(text).not.toContain('The same as JSON')
    expect(text).toMatch(/Left out, as GitHub's pages are limited: trace as JSON\. SHA-256 of the whole/)
    expect(text).toMatch(/\*\*How this was decided\*\*[\s\S]*…and \d\d more\./)
    expect(text).toContain('| File | Database |')
  })
})

test('time and a base branch that moves on are no reason to write it again', () => {
  const later = { ...seen, taken: '2026-01-31T14:02:00.000Z' }
  const moved = { base: { ref: 'main', sha: 'c'.repeat(40) }, updated: '2026-02-01T00:00:00.000Z' }
  expect(page({ schema: later }, moved)).toBe(page({}))
})

test('no name breaks out of its place, and the JSON has each as it was', () => {
  const evil = 'x\u202e`` | **b** ```\n</details>\n- @acme/dba #1 <!-- -->'
  const scope = { line: 1, database: evil, environment: evil, weight: 7 }
  const text = page({
    database: evil,
    files: [evil],
    decision: { ...allowed, sentence: evil, notCounted: [{ login: evil, commit: evil, reason: 'author' }] },
    risk: { ...risk, factors: [{ level: 'high', message: evil }] },
    schema: { ...seen, agent: evil },
    trace: {
      ...trace,
      workflows: [scope, scope],
      review: { made: false, why: evil },
      severities: [{ rule: evil, severity: 'warn', line: 1 }],
      neverAllow: [evil],
    },
  })
  const [words = ''] = text.split('<details>')
  expect(words.split('\n').filter((line) => line.startsWith('- ')).length).toBe(6)
  expect(words.replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, '')).not.toMatch(/[^\\]<!--|@acme|[^\\]\*\*b|#1/)
  expect(json(text).requests[0]).toMatchObject({ database: evil, files: [evil] })
  expect(text.split('</details>').filter((part) => part.includes('<details>')).length).toBe(1)
})
