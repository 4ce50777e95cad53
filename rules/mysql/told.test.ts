import { expect, test } from 'vitest'
import { reviewSql } from '../testing.ts'

const refused =
  ' End it with ", ALGORITHM=INPLACE, LOCK=NONE": the server then refuses what would keep writers waiting.'
const tool =
  'use a tool that changes the schema online (gh-ost, pt-online-schema-change), or take an hour without writes.'

test.each([
  [
    'ALTER TABLE d.Orders ADD Total INT AS (a * b) STORED',
    'Make it VIRTUAL, with an index where it is searched.',
    'ALTER TABLE d.Orders ADD COLUMN Total ... AS (...) VIRTUAL;',
  ],
  [
    'ALTER TABLE orders ADD token CHAR(36) DEFAULT (UUID())',
    'Add it without a default, set that for new rows, then fill the old ones in batches.',
    'ALTER TABLE orders ADD COLUMN token ...;',
    'ALTER TABLE orders ALTER COLUMN token SET DEFAULT (...);',
  ],
  [
    'ALTER TABLE orders DROP PRIMARY KEY',
    'Drop the old key and add the new one in one statement.',
    'ALTER TABLE orders DROP PRIMARY KEY, ADD PRIMARY KEY (...), ALGORITHM=INPLACE, LOCK=NONE;',
  ],
  [
    'ALTER TABLE orders MODIFY id BIGINT',
    `For another type, add a column beside it, keep both filled, and change their names; or ${tool}${refused}`,
    'ALTER TABLE orders ADD COLUMN id_new ...;',
  ],
  ['ALTER TABLE orders CONVERT TO CHARACTER SET utf8mb4', `U${tool.slice(1)}${refused}`],
  [
    'ALTER TABLE orders ENGINE=InnoDB',
    'Where it is of InnoDB already, this builds it anew beside writers, and is refused otherwise.',
    'ALTER TABLE orders ENGINE=InnoDB, ALGORITHM=INPLACE, LOCK=NONE;',
  ],
])('what to write instead of %s', async (sql, ...instead) => {
  const [reviewed] = await reviewSql(sql, { engine: 'mysql', serverVersion: '8.4' })
  expect(reviewed?.findings.map((one) => one.instead)).toEqual([instead.join('\n')])
})
