import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mysql } from '../mysql/mysql.ts'
import { startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import { before, openWorld, readBy, type World } from './world.ts'

if (withoutMysql) console.log('left out: generated SQL on MariaDB (DBWARD_TEST_SKIP_MYSQL=1)')

let server: Mysql
let world: World

beforeAll(async () => {
  if (withoutMysql) return
  server = await startMariadb()
  world = await openWorld(server)
})
afterAll(async () => {
  await world?.close()
  await server?.stop()
})

// What can hide a DROP from a reader that has one rule of the lexer wrong, in any order.
const openings = [
  '',
  'SELECT 1',
  'SELECT 1;',
  "SELECT '",
  'SELECT "',
  'SELECT 1 AS `',
  '/*',
  '/*!',
  '/*!50000',
  '/*!80000 ',
]
const marks = [
  '-- ',
  '--',
  '--\t',
  '#',
  '/*',
  '*/',
  "'",
  "''",
  '"',
  '""',
  '`',
  '``',
  '\\',
  "\\'",
  ';',
  '\n',
  ' ',
  '1',
  '.',
  'e',
]
const more = [
  '1.e',
  '.5e',
  '@',
  '@@',
  '$$',
  'N',
  "x'",
  '0x',
  '!',
  '/',
  '*',
  '-',
  '+',
  ',',
  '/*+',
  '/*M!',
  '/*!99999 ',
  '\\N',
  ':=',
]
const piece = fc.constantFrom(...openings, ...marks, ...more)
const few = fc.array(piece, { maxLength: 3 }).map((parts) => parts.join(''))
const text = fc
  .tuple(fc.constantFrom('', 'SELECT 1', 'SELECT 2 ', "SELECT '", 'SELECT "', 'SELECT 1 AS `a'), few, few)
  .map(([start, first, last]) => `${start}${first};DROP TABLE x; ${last}`)

describe.skipIf(withoutMysql)('texts put together by chance', () => {
  test('never drop a table that the review does not see', async () => {
    const seen = { dropped: 0, open: 0 }
    await fc.assert(
      fc.asyncProperty(text, async (sql) => {
        const { blocked, rules } = await readBy(sql, server.engine)
        if (blocked) return
        const state = await world.run(sql, 'server')
        const dropped = state.length < before.length
        expect(!dropped || rules.includes('drop-table')).toBe(true)
        seen.open++
        if (dropped) seen.dropped++
      }),
      { numRuns: 1500, seed: 20260403 },
    )
    // It says something only if many of the texts pass the review, and some of these do drop the table.
    expect(seen.open).toBeGreaterThan(50)
    expect(seen.dropped).toBeGreaterThan(10)
  }, 600_000)
})
