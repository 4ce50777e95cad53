import { describe, expect, test } from 'vitest'
import { gateCheck, reviewCheck } from './checks.ts'
import { commentStamp, deservesComment, stickyComment } from './comment.ts'
import { executionCheck, resultComment } from './execution.ts'
import { mostBytes } from './fit.ts'
import type { ChangeView } from './model.ts'
import {
  allowed,
  awaiting,
  change,
  denied,
  ended,
  execution,
  file,
  finding,
  receipt,
  request,
} from './testing.ts'

describe('dbward/review', () => {
  test('puts each finding on its lines, what blocks first', () => {
    const warning = {
      ...finding,
      rule: 'drop-index',
      severity: 'warn',
      line: 1,
      end_line: 2,
      instead: '',
    } as const
    const view = change({ files: [{ ...file, findings: [warning, finding] }] })
    const check = reviewCheck(view)
    expect(check).toMatchObject({
      conclusion: 'failure',
      title: '1 blocking finding in 1 file',
      headSha: view.head,
    })
    expect(check.annotations).toEqual([
      {
        path: file.path,
        startLine: 3,
        endLine: 3,
        columns: { start: 1, end: 17 },
        level: 'failure',
        title: 'drop-table',
        message: `${finding.message}\n\n${finding.instead}`,
      },
      {
        path: file.path,
        startLine: 1,
        endLine: 2,
        columns: null,
        level: 'warning',
        title: 'drop-index',
        message: finding.message,
      },
    ])
  })

  test('passes with warnings', () => {
    const view = change({ files: [{ ...file, findings: [{ ...finding, severity: 'warn' }] }] })
    expect(reviewCheck(view)).toMatchObject({ conclusion: 'success', title: '1 warning, nothing blocks' })
  })

  test('passes with notes, which are notices behind all else', () => {
    const [note, warning] = [
      { ...finding, severity: 'note' as const },
      { ...finding, severity: 'warn' as const },
    ]
    const quiet = reviewCheck(change({ files: [{ ...file, findings: [note, note] }] }))
    expect(quiet).toMatchObject({ conclusion: 'success', title: '2 notes, nothing blocks' })
    const check = reviewCheck(change({ files: [{ ...file, findings: [note, warning] }] }))
    expect(check).toMatchObject({ conclusion: 'success', title: '1 warning, 1 note, nothing blocks' })
    expect(check.annotations.map((one) => one.level)).toEqual(['warning', 'notice'])
    expect(check.text).toMatch(/^- ⚠️ [^\n]*\n- ℹ️ /)
    expect(check.summary).toContain('Read 2 statements in 1 file: 0 blocking findings, 1 warning, 1 note.')
  })

  test.each<[string, Partial<ChangeView>]>([
    ['could not be reviewed', { files: [{ ...file, statements: null }] }],
    ['is refused', { problems: [{ path: file.path, code: 'lfs-pointer', message: 'is an LFS pointer' }] }],
    ['has no policy to be judged by', { policy: { found: 'broken', problems: [] } }],
    ['cannot be read', { cannotDecide: 'a tree was cut short' }],
  ])('fails where the change %s', (_, over) => {
    expect(reviewCheck(change(over)).conclusion).toBe('failure')
  })

  test('a deleted file has nothing to review', () => {
    const view = change({ files: [{ ...file, status: 'deleted', statements: null, sha256: null }] })
    expect(reviewCheck(view).conclusion).toBe('success')
  })
})

describe('dbward/gate', () => {
  test('shows the worst answer of all pull requests with this head', () => {
    const here = change({ requests: [request({ decision: allowed })] })
    const there = change({ pr: 13, base: { ref: 'release', sha: here.base.sha } })
    expect(gateCheck(here).conclusion).toBe('success')
    expect(gateCheck(here, [there])).toMatchObject({
      conclusion: 'action_required',
      title: 'PR 13: Waiting for 1 approval from acme/dba',
    })
    expect(gateCheck(there, [here]).title).toBe('Waiting for 1 approval from acme/dba')
  })
})

describe('the comment of a pull request', () => {
  test('says for each person who reviewed whether it counts, and why not', () => {
    const page = stickyComment(change({ requests: [request({ decision: allowed, state: 'approved' })] }))
    expect(page).toContain('| `alice` | `5182b0c` | ✅ yes: same bytes | `app@production` |')
    expect(page).toContain(
      '| `bob` | `9f1c000` | ⚪ no: the SQL changed after this review | `app@production` |',
    )
  })

  test('says what is missing and who can give it', () => {
    const page = stickyComment(change())
    expect(page).toContain('### ⏳ dbward: Waiting for 1 approval from acme/dba')
    expect(page).toContain('0 of 1 from acme/dba')
    expect(page).toContain('not carol, the author')
  })

  test('is loud about a merge that runs nothing', () => {
    const held = request({ state: 'held', reason: 'merged without approval' })
    expect(stickyComment(change({ state: 'merged', requests: [held] }))).toContain(
      '**Merged, and nothing has run.**',
    )
  })

  test('names the bytes and the policy', () => {
    const view = change()
    expect(stickyComment(view)).toContain(`\`${file.sha256}\``)
    expect(commentStamp(view)).toBe(
      `<sub>policy \`.dbward.yml\` of main at \`${view.base.sha}\` · updated 2026-01-31 14:03 UTC</sub>`,
    )
  })

  test('does not change because time passed or the base branch moved on', () => {
    const later = { updated: '2026-02-01T00:00:00.000Z', base: { ref: 'main', sha: 'c'.repeat(40) } }
    expect(stickyComment(change(later))).toBe(stickyComment(change()))
  })

  test('is not worth making where nothing is governed', () => {
    expect(deservesComment(change())).toBe(true)
    expect(deservesComment(change({ files: [], requests: [] }))).toBe(false)
    expect(deservesComment(change({ files: [], requests: [], policyDecision: awaiting }))).toBe(true)
  })

  test('fits on a page, whatever happens, and keeps the answer', () => {
    const files = Array.from({ length: 200 }, (_, i) => {
      const path = `db/migrate/${'x'.repeat(150)}${i}.sql`
      return {
        ...file,
        path,
        findings: Array.from({ length: 20 }, () => ({ ...finding, message: 'y'.repeat(500) })),
      }
    })
    const reviewers = Array.from({ length: 300 }, (_, i) => {
      return { login: `${'reviewer'.repeat(4)}-${i}`, commit: null, reason: 'not-an-approver' as const }
    })
    const decision = { ...awaiting, notCounted: reviewers }
    const requests = Array.from({ length: 80 }, (_, i) => {
      const reason = '|'.repeat(500)
      return request({
        environment: `e${i}`,
        decision,
        files: files.map((one) => one.path),
        reason,
        nextStep: reason,
      })
    })
    const view = change({ files, requests })
    for (const page of [
      stickyComment(view),
      gateCheck(view).summary,
      gateCheck(view).text,
      reviewCheck(view).text,
    ]) {
      expect(Buffer.byteLength(page ?? '')).toBeLessThan(65_000)
    }
    const page = stickyComment(view)
    expect(Buffer.byteLength(page)).toBeLessThan(mostBytes)
    expect(page).toContain('dbward: Waiting for')
    expect(page).toMatch(
      /Left out, as GitHub's pages are limited: findings.*SHA-256 of the whole: `[0-9a-f]{64}`/,
    )
  })
})

describe('dbward/execution', () => {
  test.each([
    ['queued', 'queued', null, 'queued, behind 2 others'],
    ['running', 'in_progress', null, 'running'],
    ['held', 'completed', 'action_required', 'held: merged, and not allowed to run'],
    ['unknown', 'completed', 'action_required', 'unknown: an agent went silent'],
    ['superseded', 'completed', 'cancelled', 'superseded'],
  ] as const)('%s', (state, status, conclusion, title) => {
    const queueAhead = state === 'queued' ? 2 : 0
    const check = executionCheck(execution({ state, queueAhead }))
    expect(check).toMatchObject({ name: 'dbward/execution: app@production', status, conclusion, title })
  })

  test.each([
    ['applied', 'success', 'applied on app@production'],
    ['already_applied', 'success', 'was applied already on app@production'],
    ['failed_clean', 'failure', 'failed, rolled back on app@production'],
    ['partial', 'failure', 'partly applied on app@production'],
  ] as const)('ended %s', (outcome, conclusion, title) => {
    const { view } = ended(receipt({ outcome }))
    expect(executionCheck(view)).toMatchObject({
      status: 'completed',
      conclusion,
      title,
      headSha: view.mergeSha,
    })
  })
})

describe('the comment on a result', () => {
  test('an applied change, with its proofs', () => {
    const { view, result } = ended(receipt())
    const page = resultComment(view, result)
    expect(page).toContain('### ✅ dbward: applied on app@production')
    expect(page).toContain(
      'Agent `prod-1`, attempt 1, 2026-01-31 14:20:31 UTC, 412 ms, merge commit `b63f509`.',
    )
    expect(page).toContain('1 of 1 file committed and read back')
    expect(page).toContain(`| 1 | \`${file.path}\` | create-table | \`CREATE TABLE\` | – | 12 ms |`)
    const line = page.split('\n').find((one) => one.startsWith('{')) ?? ''
    expect(JSON.parse(line)).toEqual(result.checkpoint)
  })

  test('a failure says which statement, why, and what the database holds', () => {
    const second = 'db/migrate/002_orders.sql'
    const error = {
      class: 'unique',
      sqlstate: '23505',
      file: second,
      i: 1,
      position: null,
      message: 'duplicate key',
    }
    const { view, result } = ended(receipt({ outcome: 'partial', error }), { files: [file.path, second] })
    const page = resultComment(view, result)
    expect(page).toContain('### ❌ dbward: partly applied on app@production')
    expect(page).toContain('**The database:** 1 of 2 files committed, the others not.')
    expect(page).toContain(`**Failed:** statement 2 of \`${second}\`, SQLSTATE \`23505\`: duplicate key`)
    expect(page).toContain(`- \`${file.path}\`: ✅ committed\n- \`${second}\`: ❌ failed`)
  })

  test('an outcome that nobody knows is never called a success', () => {
    const { view, result } = ended(receipt({ outcome: 'unknown' }))
    expect(resultComment(view, result)).toContain('**The database:** not known.')
    expect(executionCheck(view).conclusion).toBe('action_required')
  })

  test('a clock that is out of this world does not keep the result back', () => {
    const { view, result } = ended(
      receipt({ started: Number.MAX_SAFE_INTEGER, finished: Number.MAX_SAFE_INTEGER }),
    )
    expect(resultComment(view, result)).toContain('900719&#8203;925474&#8203;0991')
  })
})

test('no field can break out of its place on a page', () => {
  const evil = 'x\n\n### forged\n| a | b |\n```\n</details>\n@acme/dba #1 <!-- --> [a](http://b)'
  const decision = {
    ...awaiting,
    sentence: evil,
    next: evil,
    notCounted: [{ login: evil, commit: evil, reason: 'author' as const }],
    steps: [
      {
        mode: 'all' as const,
        met: false,
        entries: [
          {
            approver: { kind: 'team' as const, name: evil, min: 1 },
            counted: [evil],
            notCounted: [],
            met: false,
          },
        ],
      },
    ],
  }
  const findings = [{ ...finding, rule: evil, message: evil, instead: evil }]
  const calm = change({
    files: [{ ...file, findings: [finding] }],
    requests: [request({ attempt: null, reason: 'r' })],
  })
  const loud = change({
    base: { ref: evil, sha: evil },
    files: [{ ...file, path: evil, database: evil, sha256: evil, findings }],
    requests: [
      request({
        database: evil,
        environment: evil,
        reason: evil,
        nextStep: evil,
        decision,
        planSha256: evil,
        files: [evil],
      }),
    ],
  })
  expect(skeleton(stickyComment(loud))).toEqual(skeleton(stickyComment(calm)))
  const refused = [{ path: evil, code: 'odd-path' as const, message: evil }]
  for (const view of [change({ cannotDecide: evil }), change({ problems: refused }), loud]) {
    for (const page of [
      stickyComment(view),
      gateCheck(view).summary,
      reviewCheck(view).summary,
      commentStamp(view),
    ]) {
      expect(page).not.toMatch(/^### forged|^\| a \| b/m)
      expect(page.replace(/`[^\n]*`|\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/@acme|#1|<!--|\]\(/)
    }
  }
  const error = { class: evil, sqlstate: evil, file: evil, i: 0, position: 1, message: evil }
  const statements = [{ file: evil, i: 0, kind: evil, command: evil, rows: 1, ms: 1 }]
  const { view, result } = ended(receipt({ outcome: 'failed_clean', error, statements }))
  expect(resultComment(view, result)).not.toMatch(/^### forged|^\| a \| b/m)
  expect(denied('NO_WORKFLOW', evil).sentence).toBe(evil)
})

/** What a page is made of, without what it says. */
function skeleton(page: string): readonly string[] {
  return page.split('\n').map((line) => {
    const cells = line.startsWith('|') ? line.split(/(?<!\\)\|/).length : 0
    return `${/^(#+ |- |<\/?[a-z]+>|>)?/.exec(line)?.[0] ?? ''}${cells > 0 ? `${cells} cells` : ''}`
  })
}
