import { expect, test } from 'vitest'
import { annotate } from './annotate.ts'
import { aboutFile, type Note } from './report.ts'

const notes = (severity: Note['severity'], count: number) =>
  Array.from({ length: count }, (_, i) => aboutFile(`${i}.sql`, 'r', severity, `m${i}`))
const levels = (all: readonly Note[], errors = 0) => {
  const made = annotate(all, errors).map((one) => one.level)
  return (['error', 'warning', 'notice'] as const).map((level) => made.filter((one) => one === level).length)
}

test.each([
  [0, 0, 0, [0, 0, 0]],
  [10, 10, 0, [10, 10, 0]],
  [11, 0, 0, [10, 0, 1]],
  [0, 11, 0, [0, 10, 1]],
  [30, 30, 0, [10, 10, 1]],
  [10, 3, 4, [6, 3, 1]],
])('%i that block and %i that warn, behind %i errors', (block, warn, errors, expected) => {
  expect(levels([...notes('block', block), ...notes('warn', warn)], errors)).toEqual(expected)
})

test('the first ones are shown, and the notice counts the rest where they begin', () => {
  const made = annotate(notes('block', 13), 0)
  expect(made.map((one) => one.path)).toEqual([...Array(11).keys()].map((i) => `${i}.sql`))
  expect(made.at(-1)?.message).toMatch(/^3 more findings/)
})

test('characters that hide or reorder others are shown, and a long text is cut', () => {
  const [one] = annotate([aboutFile('a\u202eb.sql', 'r', 'block', `x\u202e${'y'.repeat(9_000)}`)], 0)
  expect(one?.path).toBe('aU+202Eb.sql')
  expect(one?.message).toMatch(/^xU\+202Ey{3993}$/)
})
