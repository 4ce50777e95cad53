import { expect, test } from 'vitest'
import { fuzz } from '../../bench/tiles/fuzz.ts'

// `npm run fuzz:tiles` tries 100,000; docs/review-bench.md says what came of it.
test('every byte of 5,000 made-up files is in a statement, a comment or white space, or the file is refused', async () => {
  const found = await fuzz(5_000, 20260403)
  expect('failed' in found ? [found.failed, [...found.bytes]] : 'none failed').toBe('none failed')
  // It says something only if many are accepted, with statements in them that PostgreSQL sees too.
  const all = Object.values(found.tally)
  const sum = (of: (one: (typeof all)[number]) => number) => all.reduce((total, one) => total + of(one), 0)
  expect(sum((one) => one.cases)).toBe(10_000)
  expect(sum((one) => one.accepted)).toBeGreaterThan(1_000)
  expect(sum((one) => one.statements)).toBeGreaterThan(2_000)
  expect(sum((one) => one.parsed)).toBeGreaterThan(500)
})
