import { expect, test } from 'vitest'
import { allowedList, allowedSentence } from './allowed.ts'
import { gateCheck, reviewCheck } from './checks.ts'
import type { AllowedView } from './model.ts'
import { allowed, awaiting, change, file, finding, request } from './testing.ts'

const through: AllowedView = {
  ...{ rule: 'drop-table', severity: 'block', line: 2, reason: 'no query names it', finding },
  targets: ['app@staging', 'app@production'],
}
const view = change({ files: [{ ...file, allowed: [through] }] })

test('each is shown with its place, its reason, what it lets through, and that approving accepts it', () => {
  expect(allowedList(view)).toBe(
    '**Comments in the SQL allow this. To approve the change is to accept each of them:**\n\n' +
      '- `drop-table` in `db/migrate/001_users.sql:2` for `app@staging`, `app@production`: no query names it' +
      '<br>It lets through: 🛑 Drops the table users.',
  )
  expect(allowedList(change())).toBe('')
})

test('dbward/review lists them, passes, and marks the lines', () => {
  const check = reviewCheck(view)
  expect(check).toMatchObject({
    conclusion: 'success',
    title: '1 finding allowed by comments, nothing blocks',
  })
  expect(check.summary).toContain(allowedList(view))
  expect(check.annotations).toEqual([
    expect.objectContaining({
      startLine: 3,
      level: 'notice',
      title: 'drop-table, allowed by a comment',
      message:
        'Allowed by the comment in line 2: no query names it\n\nDrops the table users.\n\nTo approve this change is to accept it.',
    }),
  ])
})

test('dbward/gate says how many there are, whatever its answer is', () => {
  const [sentence = ''] = allowedSentence(view)
  expect(sentence).toBe(
    '1 finding is allowed by comments in the SQL, 1 of them would block: to approve is to accept that (dbward/review lists them).',
  )
  for (const decision of [awaiting, allowed]) {
    const check = gateCheck({ ...view, requests: [request({ decision })] })
    expect(check.summary).toContain('1 finding is allowed by comments in the SQL')
    expect(check.text).toContain('| 1 allowed |')
  }
  expect(gateCheck(change()).summary).not.toContain('allowed by comments')
})

test('no reason is Markdown, and very many are counted', () => {
  const evil = { ...through, reason: '**x** <img src=x> @octocat [a](https://b) `c` \u202e' }
  const shown = allowedList(change({ files: [{ ...file, allowed: [evil] }] }))
  expect(shown).not.toMatch(/[^\\]<img|[^\\]\]\(https|@octocat|\u202e| \*\*x/)
  const many = Array.from({ length: 2_000 }, () => ({ ...through, reason: 'x'.repeat(500) }))
  const page = allowedList(change({ files: [{ ...file, allowed: many }] }))
  expect(page).toMatch(/…and \d+ more\.$/)
  expect(Buffer.byteLength(page)).toBeLessThan(41_000)
})
