import { expect, test } from 'vitest'
import { annotate } from './annotate.ts'
import { aboutFile, type Note } from './report.ts'

const notes = (severity: Note['severity'], count: number) =>
  Array.from({ length: count }, (_, i) => aboutFile(`${i}.sql`, 'r', severity, `m${i}`))
const levels = (all: readonly Note[], errors = 0) => {
  const made = annotate(all, [], errors).map((one) => one.level)
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
  const made = annotate(notes('block', 13), [], 0)
  expect(made.map((one) => one.path)).toEqual([...Array(11).keys()].map((i) => `${i}.sql`))
  expect(made.at(-1)?.message).toMatch(/^3 more findings are in/)
})

test('what comments allow, and notes, are notices, and no more of them than GitHub shows', () => {
  const [one] = notes('block', 1)
  if (one === undefined) throw new Error('expected a note')
  const allow = { rule: 'r', severity: 'block', line: 7, reason: 'no\n::error::x', finding: one } as const
  const through = { ...allow, path: 'a.sql', targets: ['app@production'] }
  const [shown, ...more] = annotate([], [through], 0)
  expect(more).toEqual([])
  expect(shown).toMatchObject({ level: 'notice', title: 'r, allowed', path: 'a.sql' })
  expect(shown?.message).toBe('Allowed by the comment in line 7: no\n::error::x (m0) (app@production)')
  const many = (count: number) => Array.from({ length: count }, () => through)
  const notices = (all: readonly Note[], allowed: number) => annotate(all, many(allowed), 0).length
  expect([
    notices(notes('note', 3), 2),
    notices(notes('note', 30), 2),
    notices(notes('note', 3), 30),
  ]).toEqual([5, 10, 10])
  expect(annotate(notes('note', 3), many(30), 0).at(-1)?.message).toMatch(/^24 more findings are/)
})

test('characters that hide or reorder others are shown, and a long text is cut', () => {
  const [one] = annotate([aboutFile('a\u202eb.sql', 'r', 'block', `x\u202e${'y'.repeat(9_000)}`)], [], 0)
  expect(one?.path).toBe('aU+202Eb.sql')
  expect(one?.message).toMatch(/^xU\+202Ey{3993}$/)
})
