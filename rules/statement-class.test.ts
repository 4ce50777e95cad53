import { expect, test } from 'vitest'
import type { Engine } from './engine.ts'
import { reviewSql } from './testing.ts'

test.each<[Engine, string, number, number, number]>([
  [
    'postgres',
    'create table t (a int); alter table u add b int; drop view v; create index i on t (a)',
    4,
    0,
    0,
  ],
  [
    'postgres',
    'insert into t values (1); select f(); do $$ begin end $$; copy t to $$/x$$; set a.b = 1',
    0,
    5,
    0,
  ],
  ['postgres', 'create table t (a int); update t set a = 1 where b = 2; nonsense', 1, 1, 1],
  ['mysql', 'create table t (a int); replace into t values (1); call p()', 1, 2, 0],
  ['mariadb', '/*!50000 drop table t */; rename table a to b', 1, 0, 1],
])('%s: %s', async (engine, sql, structural, semantic, opaque) => {
  const [reviewed] = await reviewSql(sql, { engine })
  expect(reviewed?.classes).toEqual({ structural, semantic, opaque })
})
