import { describe, expect, test } from 'vitest'
import { review } from '../review.ts'
import { stopwatch } from '../testing.ts'

const encode = (text: string) => new TextEncoder().encode(text)

describe('one megabyte of', () => {
  const mega = 1024 * 1024
  const fill = (text: string) => text.repeat(Math.floor(mega / text.length))
  test.each([
    ['quotes', fill("''")],
    ['parentheses', fill('(')],
    ['comments', fill('/**/')],
    ['opened comments', fill('/*')],
    ['executable comments', fill('/*!')],
    ['lists in lists', fill('in (')],
    ['conditions in parentheses', `delete from a where ${fill('(').slice(0, mega - 100)}`],
    ['bodies that never end', fill('create procedure p() begin ')],
    ['bodies in bodies', `create procedure p() ${fill('begin ').slice(0, mega - 100)}`],
    ['bodies that never end, each a statement', fill('create procedure p() begin;')],
    ['escaped quotes', `select '${fill("\\'").slice(0, mega - 100)}'`],
    ['white space at the start of lines', fill(' ')],
    ['client commands', fill('go\n')],
    ['labels', fill('a:')],
    ['hints', fill('/*+ a */ select ')],
    ['commas', `alter table a ${fill('add (b int,c int),').slice(0, mega - 100)}`],
    ['ANDs', `delete from a where ${fill('1 and ').slice(0, mega - 100)}`],
    ['INTO', fill('into ')],
  ])('%s within ten seconds', async (_name, sql) => {
    const elapsed = stopwatch()
    const files = [{ path: 'a.sql', bytes: encode(sql) }]
    await expect(review(files, { engine: 'mysql' })).resolves.toHaveLength(1)
    expect(elapsed()).toBeLessThan(10_000)
  })
})
