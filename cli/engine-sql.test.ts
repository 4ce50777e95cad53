import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sqlSays } from './engine-sql.ts'

const postgres = [['postgres']]
const mysql = [['mysql', 'mariadb']]

describe('what only one kind of engine takes', () => {
  test.each([
    ['create index concurrently i on a (b);', postgres],
    ['select x::int;', postgres],
    ['do $$ begin end $$;', postgres],
    ['create table a (id bigserial);', postgres],
    ['alter table a add b timestamptz, add c jsonb;', postgres],
    ['create extension citext;', postgres],
    ['create table `a` (x int);', mysql],
    ['create table a (x int) ENGINE=InnoDB;', mysql],
    ['create table a (x int auto_increment primary key);', mysql],
    ['/*!40101 set names utf8 */;', mysql],
    ['delimiter $$\ncreate procedure p() begin end$$\n', mysql],
    ['create table a (id integer primary key autoincrement);', [[]]],
    ['create table a (x int) engine = ReplacingMergeTree order by x;', [[]]],
    ['create table `a` (x int);\nselect a::int;', [['postgres'], ['mysql', 'mariadb']]],
  ])('%j', (sql, expected) => expect(sqlSays(sql).map(({ engines }) => engines)).toEqual(expected))
})

describe('what says nothing', () => {
  test.each([
    'create table a (id serial primary key);',
    '-- create index concurrently\nselect 1;',
    '# auto_increment\nselect 1;',
    '/* `a` */ select 1;',
    "select 'x::int', \"`\", 'ENGINE=InnoDB';",
    "insert into a values ('it''s `quoted`');",
    'select a$b$c from t;',
    '',
  ])('%j', (sql) => expect(sqlSays(sql)).toEqual([]))

  const words = [
    '`a`',
    '::int',
    '$$',
    'auto_increment',
    'engine=innodb',
    '\n',
    ' ',
    '\ndelimiter //\n',
    '#',
    '--',
    '/*',
    'x',
  ]
  const anything = fc.array(fc.oneof(fc.constantFrom(...words), fc.string())).map((parts) => parts.join(''))
  const closed: readonly (readonly [string, string, RegExp])[] = [
    ["select '", "';", /['\\]/g],
    ['select "', '";', /["\\]/g],
    ['/* ', ' */', /\*\//g],
    ['-- ', '\n', /\n/g],
  ]

  test.each(closed)('whatever stands between %j and %j', (before, behind, without) => {
    fc.assert(
      fc.property(anything, (text) => sqlSays(before + text.replace(without, '') + behind).length === 0),
    )
  })

  test('anything behind a literal that engines end at different places', () => {
    expect(sqlSays("select 'a\\'; create table `x` (y int); -- ';")).toEqual([])
    expect(sqlSays("select 'it; create table `x` (y int);")).toEqual([])
    expect(sqlSays("create table `x` (y int); select 'a\\';")).toHaveLength(1)
  })
})

test('a megabyte of quotes takes no time', () => {
  expect(sqlSays("'".repeat(1024 * 1024))).toEqual([])
  expect(sqlSays('/*'.repeat(512 * 1024))).toEqual([])
  expect(sqlSays('$'.repeat(1024 * 1024))).toHaveLength(1)
})
