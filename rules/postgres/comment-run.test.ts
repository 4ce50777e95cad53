import { expect, test } from 'vitest'
import { review } from '../review.ts'
import { readsTooLong } from './comment-run.ts'

test.each([
  ['a megabyte of comments, each in the run of the one before', '/**/'.repeat(260_000)],
  ['operators between them', '/**/+'.repeat(20_000)],
])('%s is too much', (_name, text) => expect(readsTooLong(text)).toBe(true))

test.each([
  ['comments on lines of their own', '/**/\n'.repeat(200_000)],
  ['a rule of asterisks', `/${'*'.repeat(100_000)}/`],
  ['rules of asterisks', `/${'*'.repeat(120)}/\nselect 1;\n`.repeat(5_000)],
  ['a few in a row', '/**/'.repeat(1_000)],
  ['operators without any', '+-'.repeat(500_000)],
])('%s is not', (_name, text) => expect(readsTooLong(text)).toBe(false))

test('a statement with such a run is opaque, and the rest of its file is reviewed', async () => {
  const bytes = new TextEncoder().encode(`select 1 ${'/**/'.repeat(100_000)}, 2;\ndrop table a;\n`)
  const [found] = await review([{ path: 'a.sql', bytes }], { engine: 'postgres' })
  expect(found?.findings.map(({ rule, line }) => [rule, line])).toEqual([
    ['unparsed', 1],
    ['drop-table', 2],
  ])
})

test('so is a body with one', async () => {
  const bytes = new TextEncoder().encode(`do $$ begin perform 1; ${'/**/'.repeat(100_000)} end $$;`)
  const [found] = await review([{ path: 'a.sql', bytes }], { engine: 'postgres' })
  expect(found?.findings.map(({ rule }) => rule)).toEqual(['unparsed'])
})
