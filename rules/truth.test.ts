import { expect, test } from 'vitest'
import { reviewSql } from './testing.ts'

const around = (levels: number, wrap: (inner: string) => string) => {
  let sql = 'a'
  for (let i = 0; i < levels; i++) sql = wrap(sql)
  return `DELETE FROM x WHERE ${sql}`
}
const ors = 'a = 1 OR '.repeat(20_000)

// Each of them took minutes or for ever where a part of a condition was looked at more than once.
test.each([
  ['BETWEEN of BETWEEN', around(100, (sql) => `(${sql} BETWEEN 1 AND 2)`)],
  ['IN of IN', around(100, (sql) => `(${sql} IN (1, 2, 3))`)],
  ['CASE of CASE', around(100, (sql) => `(CASE ${sql} WHEN 1 THEN 2 WHEN 3 THEN 4 END)`)],
  ['comparisons of comparisons', around(100, (sql) => `(${sql} < 1)`)],
  ['subqueries of subqueries', around(100, (sql) => `EXISTS (SELECT 1 FROM x WHERE ${sql})`)],
  ['CASE without an end', `DELETE FROM x WHERE ${'CASE WHEN a THEN '.repeat(20_000)}`],
  ['a chain of comparisons', `DELETE FROM x WHERE a ${'< 1 '.repeat(100_000)}`],
  [
    'a long list after a long sum',
    `DELETE FROM x WHERE (${'a + '.repeat(900)} 1) IN (1${', 1'.repeat(200_000)})`,
  ],
  [
    'branches of a MERGE',
    `MERGE INTO x USING y ON ${ors} b ${'WHEN MATCHED AND a = 1 THEN DELETE '.repeat(2000)}`,
  ],
  ['joins', `DELETE x FROM x ${'JOIN y ON a = 1 '.repeat(20_000)}`],
  ['tables', `DELETE ${'a, '.repeat(20_000)}b FROM ${'a JOIN '.repeat(20_000)}b WHERE ${ors} b`],
  [
    'parameters',
    `CREATE FUNCTION f(${'int, '.repeat(30_000)}int) RETURNS int LANGUAGE plpgsql AS 'BEGIN END'`,
  ],
  [
    'variables',
    `DO $$ DECLARE ${Array.from({ length: 40_000 }, (_, i) => `a${i} int;`).join(' ')} BEGIN END $$`,
  ],
])('%s take no time', async (_name, sql) => {
  for (const engine of ['postgres', 'mysql'] as const) {
    const { user, system } = process.cpuUsage()
    await reviewSql(sql, { engine })
    const used = process.cpuUsage()
    expect(used.user + used.system - user - system).toBeLessThan(10_000_000)
  }
})
