import { expect, test } from 'vitest'
import { review } from '../review.ts'

const rulesOf = async (sql: string) => {
  const [found] = await review([{ path: 'a.sql', bytes: new TextEncoder().encode(sql) }], {
    engine: 'postgres',
  })
  return new Set(found?.findings.map(({ rule }) => rule))
}

test('a body of 20,000 statements is read, and one of more is opaque', async () => {
  const body = (count: number) => `do $$ begin ${'delete from a; '.repeat(count)} end $$;`
  expect(await rulesOf(body(19_000))).toEqual(new Set(['no-where-delete']))
  expect(await rulesOf(body(20_001))).toEqual(new Set(['unparsed']))
})
