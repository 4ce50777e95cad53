import { expect, test } from 'vitest'
import { depthBound } from './depth.ts'
import { lex } from './lex.ts'

const depth = (sql: string) => depthBound(lex(new TextEncoder().encode(sql)))

// A bound that is too low would let the parser overflow; one that is too high would refuse ordinary SQL.
test.each([
  ['a chain of operators', (n: number) => `select 1${' + 1'.repeat(n)}`],
  ['parentheses', (n: number) => `select ${'('.repeat(n)}1${')'.repeat(n)}`],
  ['set operations', (n: number) => `select 1, 2${' union select 1, 2'.repeat(n)}`],
  ['joins with conditions', (n: number) => `select 1 from a${' join b on x and y'.repeat(n)}`],
  ['CASE', (n: number) => `select ${'case when a then '.repeat(n)}1${' end'.repeat(n)}`],
  [
    'CASE with a column named end',
    (n: number) => `select ${'case when a.end then '.repeat(n)}1${' end'.repeat(n)}`,
  ],
  ['WITH', (n: number) => `${'with a as ('.repeat(n)}select 1${') select 1'.repeat(n)}`],
  [
    'what comes before and after a parenthesis',
    (n: number) => `select ${'1 + (2 * '.repeat(n)}1${') - 3'.repeat(n)}`,
  ],
])('%s grow the bound with each level', (_name, sql) => {
  expect(depth(sql(100))).toBeGreaterThanOrEqual(100)
  expect(depth(sql(1000)) - depth(sql(500))).toBeGreaterThanOrEqual(500)
})

test.each([
  ['rows', (n: number) => `insert into t values (1, -2)${', (1 + 2, null::int)'.repeat(n)}`],
  ['conditions', (n: number) => `select 1 where a = 1${' and a = 1 or b like c'.repeat(n)}`],
  ['branches', (n: number) => `select case ${'when a = 1 then 2 '.repeat(n)}end`],
  [
    'queries side by side',
    (n: number) => `with a as (select 1)${', b as (select 2 where c in (1, 2))'.repeat(n)} select 1`,
  ],
  ['columns', (n: number) => `create table t (a int${', b numeric(10, 2) not null default -1'.repeat(n)})`],
])('%s do not, however many', (_name, sql) => {
  expect(depth(sql(5000))).toBeLessThan(20)
})
