import { expect, it } from 'vitest'
import { asksForLastId, commandOf, leavesTraces, modeOf } from './statement-mode.ts'

const modes: Readonly<Record<string, ReturnType<typeof modeOf>>> = {
  "insert into t values ('commit')": 'dml',
  '/* why */ -- and\n# so\nUPDATE t SET a = 1': 'dml',
  'with x as (select 1) delete from t': 'dml',
  '(select 1) union (select 2)': 'dml',
  'set foreign_key_checks = 0': 'session',
  "set names 'utf8mb4'": 'session',
  'set @a = @b': 'session',
  'set @a = (select password from x)': 'dml',
  'set session sort_buffer_size = 1 + f()': 'dml',
  'set @a = next value for s': 'dml',
  'set global max_connections = f()': 'own',
  'use other': 'session',
  'set autocommit = 0': 'control',
  'set @@session.`autocommit` = 1': 'control',
  'set @@autocommit = 1': 'control',
  'savepoint s': 'inside',
  'rollback work to savepoint s': 'inside',
  'release savepoint s': 'inside',
  rollback: 'control',
  'commit and chain': 'control',
  'begin not atomic commit; end': 'control',
  "xa start 'x'": 'control',
  'lock tables t write': 'control',
  'set statement max_statement_time = 1 for commit': 'own',
  "set password = password('x')": 'own',
  'set global max_connections = 1': 'own',
  'set sql_mode = default, @@global.max_connections = 1': 'own',
  'set default role all': 'own',
  'create table t (i int)': 'own',
  'call p()': 'own',
  'truncate t': 'own',
  '/*! commit */': 'own',
  'insert into t values (1) /*M! , (2) */': 'own',
  '`insert` into t': 'own',
  '--1': 'own',
  '': 'own',
}

for (const [sql, mode] of Object.entries(modes)) {
  it(`reads ${JSON.stringify(sql)} as ${mode}`, () => expect(modeOf(sql)).toBe(mode))
}

it('names the command by its first word', () => {
  expect(commandOf('/* x */ alter table t add i int')).toBe('ALTER')
})

it('sees what a new session would not have', () => {
  expect(leavesTraces('set @a = 1')).toBe(true)
  expect(leavesTraces('create temporary table t (i int)')).toBe(true)
  expect(leavesTraces("insert into t values ('a@b.c')")).toBe(false)
  expect(leavesTraces('set @@session.sql_mode = x')).toBe(false)
  expect(leavesTraces('set session sort_buffer_size = f()')).toBe(true)
  expect(leavesTraces('call p()')).toBe(true)
})

it('sees what asks for the number that an earlier statement got', () => {
  for (const sql of [
    'insert into b values (last_insert_id())',
    'insert into b values (`LAST_INSERT_ID`())',
    'insert into b values (@@identity)',
    'insert into b values (@@session.last_insert_id)',
    'insert into b values (lastval(s))',
    'insert into b values (previous value for s)',
  ]) {
    expect(asksForLastId(sql)).toBe(true)
  }
  expect(asksForLastId("insert into b (previous) values ('last_insert_id()')")).toBe(false)
})
