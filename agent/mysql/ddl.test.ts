import { describe, expect, it } from 'vitest'
import { readDdl } from './ddl.ts'
import { effectOf, type Fingerprint, type Items } from './fingerprint.ts'

const t: Items = {
  options: 'BASE TABLE|InnoDB',
  'column id': 'int',
  'column x': 'int',
  order: 'id,x',
  'index primary': 'id',
}
const at = (...tables: readonly Items[]): Fingerprint => ({ schema: 'app', tables })
const without = (key: string, items: Items = t): Items =>
  Object.fromEntries(Object.entries(items ?? {}).filter(([name]) => name !== key))

type Case = readonly [string, Fingerprint, Fingerprint, ReturnType<typeof effectOf>]
const y: Items = { ...t, 'column y': 'int', order: 'id,x,y' }

const cases: readonly Case[] = [
  ['create table t (id int)', at(null), at(t), 'applied'],
  ['create table t (id int)', at(null), at(null), 'not_applied'],
  ['create table if not exists t (id int)', at(t), at(t), 'not_applied'],
  ['drop table if exists `t`', at(t), at(null), 'applied'],
  ['drop table t, u', at(t, t), at(null, t), 'partial'],
  ['drop table t, u', at(t, t), at(null, null), 'applied'],
  ['rename table t to u', at(t, null), at(null, t), 'applied'],
  ['rename table t to u', at(t, null), at(t, null), 'not_applied'],
  ['rename table t to u', at(t, null), at(null, y), 'unknown'],
  ['rename table a to c, b to a, c to b', at(t, null, y, t, null, y), at(y, null, t, y, null, t), 'applied'],
  ['alter table t rename to u', at(t, null), at(null, t), 'applied'],
  ['alter table t add column y int', at(t), at(y), 'applied'],
  [
    'ALTER TABLE app.t ADD y INT AFTER id, ALGORITHM=INPLACE, LOCK=NONE',
    at(t),
    at({ ...y, order: 'id,y,x' }),
    'applied',
  ],
  ['alter table t add column y int', at(t), at(t), 'not_applied'],
  ['alter table t add column y int', at(t), at({ ...y, 'column z': 'int' }), 'unknown'],
  ['alter table t add column y int', at(t), at({ ...y, 'column x': 'bigint' }), 'unknown'],
  ['alter table t add column y int, drop column x', at(t), at(y), 'unknown'],
  ['alter table t drop column x', at(t), at({ ...without('column x'), order: 'id' }), 'applied'],
  ['alter table t modify x bigint not null', at(t), at({ ...t, 'column x': 'bigint' }), 'applied'],
  ['alter table t modify x bigint', at(t), at({ ...t, 'column id': 'bigint' }), 'unknown'],
  ['alter table t modify x bigint', at(t), at(without('index primary')), 'unknown'],
  [
    'alter table t change x z int',
    at(t),
    at({ ...without('column x'), 'column z': 'int', order: 'id,z' }),
    'applied',
  ],
  ['alter table t add index t_x (x)', at(t), at({ ...t, 'index t_x': 'x' }), 'applied'],
  ['alter table t add unique (x)', at(t), at({ ...t, 'index x': 'x' }), 'applied'],
  ['alter table t add index t_x (x)', at(t), at({ ...t, 'index other': 'x' }), 'unknown'],
  ['create unique index t_x on t (x)', at(t), at({ ...t, 'index t_x': 'x' }), 'applied'],
  ['drop index t_x on t', at({ ...t, 'index t_x': 'x' }), at(t), 'applied'],
  ['alter table t add constraint c check (x > 0)', at(t), at({ ...t, 'constraint c': 'CHECK' }), 'applied'],
  [
    'alter table t add constraint f foreign key (x) references u (id)',
    at(t),
    at({ ...t, 'constraint f': 'u', 'index f': 'x' }),
    'applied',
  ],
  ['alter table t engine = InnoDB', at(t), at(t), 'unknown'],
  ['alter table t drop column x, add column X int', at(t), at(t), 'unknown'],
  ['alter table t drop column é, add column e int', at(t), at(t), 'unknown'],
  ['alter table t drop index x, add unique (x)', at(t), at(t), 'unknown'],
  ['alter table t drop foreign key f, add constraint f check (x > 0)', at(t), at(t), 'unknown'],
  ['alter table t drop primary key, add primary key (x)', at(t), at(t), 'unknown'],
  ['alter table t change x z int, change z x int', at(t), at(t), 'unknown'],
  ['alter table t change x x bigint, add column y int', at(t), at(t), 'not_applied'],
  ['alter table t drop column x, add index x (id)', at(t), at(t), 'not_applied'],
  ['rename table t to x, n to t, x to n', at(t, null, t, t, null, t), at(t, null, t, t, null, t), 'unknown'],
  ['rename table t to X, n to T, x to n', at(t, null, t, t, null, t), at(t, null, t, t, null, t), 'unknown'],
  [
    'rename table t to x, n to t, x to n',
    at(t, null, y, t, null, y),
    at(t, null, y, t, null, y),
    'not_applied',
  ],
  ['alter table t comment = "add column y"', at(t), at(y), 'unknown'],
  ['alter table t add partition (partition p values less than (1))', at(t), at(t), 'unknown'],
]

describe('what a statement on tables did', () => {
  for (const [sql, before, now, effect] of cases) {
    it(`${sql}: ${effect}`, () => {
      const ddl = readDdl(sql)
      expect(ddl).not.toBeNull()
      expect(ddl === null ? null : effectOf(ddl, before, now)).toBe(effect)
    })
  }
})

describe('what is read by its answer only', () => {
  for (const sql of [
    'create or replace table t (id int)',
    'create table t as select 1',
    'create table t like u',
    'create temporary table t (id int)',
    'create view v as select 1',
    'truncate table t',
    'alter database app character set utf8mb4',
    'alter table t /*! add column y int */',
    'drop view v',
    'insert into t values (1)',
  ]) {
    it(sql, () => expect(readDdl(sql)).toBeNull())
  }
})
