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
      { numRuns: 1000, seed: 20260403 },
    )
    // It says something only if many of the texts pass the review, and some of these do drop the table.
    expect(seen.open).toBeGreaterThan(50)
    expect(seen.dropped).toBeGreaterThan(10)
  }, 600_000)
})

// Bodies as the grammar has them, with names and expressions that look like its words.
const expression = fc.constantFrom(
  ...[
    '1',
    'a.end',
    'CASE WHEN 1 THEN 2 END',
    'IF(1, 2, 3)',
    "REPEAT('end;', 2)",
    '(SELECT CASE 1 WHEN 1 THEN 1 END)',
    'n',
  ],
)
const { statement } = fc.letrec<{ statement: string; list: string }>((tie) => ({
  list: fc
    .array(tie('statement'), { minLength: 1, maxLength: 3 })
    .map((all) => all.map((one) => `${one}; `).join('')),
  statement: fc.oneof(
    { maxDepth: 3 },
    expression.map((one) => `SET @b = ${one === 'a.end' ? '1' : one}`),
    fc.constantFrom(
      'SELECT a AS begin, b AS end FROM y',
      "SELECT ';end;'",
      'SELECT 1 /* ; end */ -- ; end\n',
    ),
    tie('list').map((list) => `BEGIN ${list}END`),
    tie('list').map((list) => `l: BEGIN ${list}END l`),
    tie('list').map(
      (list) =>
        `BEGIN DECLARE n INT; DECLARE CONTINUE HANDLER FOR NOT FOUND, 1062 BEGIN ${list}END; ${list}END`,
    ),
    fc
      .tuple(expression, tie('list'))
      .map(([test, list]) => `IF ${test} THEN ${list}ELSEIF 2 THEN ${list}ELSE ${list}END IF`),
    fc
      .tuple(expression, tie('list'))
      .map(([test, list]) => `CASE ${test} WHEN ${test} THEN ${list}ELSE ${list}END CASE`),
    fc.tuple(expression, tie('list')).map(([test, list]) => `CASE WHEN ${test} THEN ${list}END CASE`),
    fc.tuple(expression, tie('list')).map(([test, list]) => `WHILE ${test} DO ${list}END WHILE`),
    fc.tuple(expression, tie('list')).map(([test, list]) => `REPEAT ${list}UNTIL ${test} END REPEAT`),
    tie('list').map((list) => `k: LOOP ${list}LEAVE k; END LOOP k`),
    tie('list').map((list) => `FOR i IN 1..2 DO ${list}END FOR`),
  ),
}))
const program = fc
  .tuple(
    fc.constantFrom(
      ...[
        'CREATE PROCEDURE p() ',
        "CREATE OR REPLACE PROCEDURE begin(end INT) COMMENT 'begin;' SQL SECURITY INVOKER ",
      ],
      ...[
        'CREATE TRIGGER t BEFORE INSERT ON y FOR EACH ROW ',
        'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO ',
      ],
      "CREATE DEFINER = root@localhost PROCEDURE p(IN a ENUM('begin', '(')) READS SQL DATA NOT DETERMINISTIC ",
    ),
    statement,
  )
  .map(([head, body]) => `${head}${body}`)

describe.skipIf(withoutMysql)('stored programs put together by chance', () => {
  test('end where the server ends them', async () => {
    let dropped = 0
    await fc.assert(
      fc.asyncProperty(program, async (text) => {
        const sql = `${text}; DROP TABLE x; CREATE TABLE z (a INT)`
        const state = await world.run(sql, 'server')
        const { blocked, rules } = await readBy(sql, server.engine)
        if (state.some((one) => one.startsWith('x '))) return
        dropped++
        expect([sql, blocked, rules.includes('drop-table')]).toEqual([sql, false, true])
        expect(await world.run(sql, 'ours')).toEqual(state)
        expect(
          await world.run(
            `DELIMITER $$\n${text}$$\nDROP TABLE x$$\nDELIMITER ;\nCREATE TABLE z (a INT);`,
            'ours',
          ),
        ).toEqual(state)
      }),
      { numRuns: 100, seed: 20260404 },
    )
    expect(dropped).toBeGreaterThan(40)
  }, 600_000)
})
