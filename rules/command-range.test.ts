import { parse } from 'pgsql-ast-parser'
import { describe, expect, test } from 'vitest'
import { beginsByParser, commandRanges, rangesByCommas } from './command-range.ts'
import { kindOf } from './postgres/kind.ts'
import { parseSql } from './postgres/parse.ts'
import { loadParser } from './postgres.ts'

const encode = (text: string) => new TextEncoder().encode(text)

const textsOf = (sql: string, ranges: typeof rangesByCommas, count: number) => {
  const bytes = encode(sql)
  const found = ranges(bytes, { off: 0, len: bytes.length }, count)
  return found?.map(({ off, len }) => new TextDecoder().decode(bytes.subarray(off, off + len)))
}

test.each([
  ['alter table a drop column b', ['drop column b']],
  [
    'alter table if exists only a.b add c numeric(10, 2), drop d /* x, y */, add e int',
    ['add c numeric(10, 2)', 'drop d', 'add e int'],
  ],
  [
    "alter table é add c text default 'a,b', alter d type int",
    ["add c text default 'a,b'", 'alter d type int'],
  ],
  ['alter table "a,b" * drop c, add d int[]', ['drop c', 'add d int[]']],
])('the commas of %s', (sql, commands) => {
  expect(textsOf(sql, rangesByCommas, commands.length)).toEqual(commands)
})

test.each([
  'alter table a drop column b',
  'alter table a add column c numeric(10, 2), drop column d, alter column e type bigint',
  "alter table a.b add column c text not null default 'é, x', drop column d",
])('both ways begin the commands of %s alike', (sql) => {
  const bytes = encode(sql)
  const whole = { off: 0, len: bytes.length }
  const begins = beginsByParser(bytes, whole)
  expect(begins).toEqual(rangesByCommas(bytes, whole, begins?.length ?? 0)?.map(({ off }) => off))
  expect(commandRanges(bytes, whole, begins?.length ?? 0)).toHaveLength(begins?.length ?? 0)
})

test('where the second parser has no opinion, the commas tell', () => {
  const sql = 'alter table a add constraint k check (a > 0) not valid, drop b'
  expect(beginsByParser(encode(sql), { off: 0, len: sql.length })).toBeUndefined()
  expect(textsOf(sql, commandRanges, 2)).toEqual(['add constraint k check (a > 0) not valid', 'drop b'])
})

test('another number of commands than the tree has is not believed', () => {
  expect(textsOf('alter table a drop b, drop c', commandRanges, 3)).toBeUndefined()
})

// The second parser as an oracle: where it parses a statement, both must take it for the same thing.
describe('pgsql-ast-parser and PostgreSQL agree on', () => {
  test.each([
    ['create table a (b int)', 'create table', 'create-table'],
    ['create index i on a (b)', 'create index', 'create-index'],
    ['create view v as select 1', 'create view', 'create-view'],
    ['create sequence s', 'create sequence', 'create-sequence'],
    ['alter table a drop column b', 'alter table', 'alter-table'],
    ['drop table a', 'drop table', 'drop-table'],
    ['drop index i', 'drop index', 'drop-index'],
    ['drop sequence s', 'drop sequence', 'drop-sequence'],
    ['truncate table a', 'truncate table', 'truncate'],
    ['insert into a values (1)', 'insert', 'insert'],
    ['update a set b = 1', 'update', 'update'],
    ['delete from a', 'delete', 'delete'],
    ['select 1', 'select', 'select'],
    ['do $$ begin end $$', 'do', 'do'],
  ])('%s', async (sql, theirs, ours) => {
    await loadParser()
    const parsed = parseSql(encode(sql))
    const node = 'tree' in parsed ? parsed.tree.stmts?.[0]?.stmt : undefined
    expect(parse(sql).map(({ type }) => type)).toEqual([theirs])
    expect(node && kindOf(node)).toBe(ours)
  })
})
