import { expect, test } from 'vitest'
import { reviewCheck } from './checks.ts'
import { locksTable } from './locks.ts'
import type { LockView } from './model.ts'
import { change, file } from './testing.ts'

const lock = (over: Partial<LockView> = {}): LockView => ({
  ...{ line: 1, relation: 'users', lock: 'ACCESS EXCLUSIVE', scans: 'no', rewrites: 'no' },
  ...over,
})
const table = (...locks: readonly LockView[]) => locksTable(change({ files: [{ ...file, locks }] }))

test('a change that keeps nobody waiting has no table', () => {
  expect(table()).toBe('')
})

test('who waits, and how long, the worst first', () => {
  const shown = table(
    lock({ lock: 'SHARE', relation: 'orders', scans: 'yes', line: 2 }),
    lock(),
    lock({ relation: 'events', rewrites: 'yes', scans: 'yes', line: 3 }),
    lock({ relation: 'notes', rewrites: 'depends', scans: 'depends', line: 4 }),
  )
  expect(shown.split('\n').slice(2)).toEqual([
    '| `events` | `db/migrate/001_users.sql:3` | readers and writers | until every row is written anew |',
    '| `orders` | `db/migrate/001_users.sql:2` | writers | until every row is read |',
    '| `notes` | `db/migrate/001_users.sql:4` | readers and writers | until every row is written anew, where that is needed |',
    '| `users` | `db/migrate/001_users.sql:1` | readers and writers | until the file is done |',
  ])
})

test('a long list is cut and counted, and no name of a table makes a column', () => {
  const shown = table(...Array.from({ length: 40 }, (_, i) => lock({ line: i + 1, relation: 'a|b`c' })))
  expect(shown).toContain('10 more')
  expect(shown.split('\n')[2]).toContain('a\\|b')
})

test('the review check shows it', () => {
  const { summary } = reviewCheck(change({ files: [{ ...file, locks: [lock()] }] }))
  expect(summary).toContain('| locked | by | who waits | how long |')
})
