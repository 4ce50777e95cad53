import { testRule } from '../testing.ts'
import { alterColumnType } from './alter-column-type.ts'

testRule(alterColumnType, {
  reports: {
    one: [
      'ALTER TABLE t ALTER COLUMN a TYPE bigint;',
      '1: Changing the type of a of t may rewrite the table while readers and writers wait.',
    ],
    'one with USING': [
      `ALTER TABLE t
  ADD b int,
  ALTER a SET DATA TYPE bigint USING a::bigint;`,
      '3: Changing the type of a of t may rewrite the table while readers and writers wait.',
    ],
  },
  allows: {
    'a default': 'ALTER TABLE t ALTER COLUMN a SET DEFAULT 1;',
    'a table born in the same file': `CREATE TABLE t (a int);
ALTER TABLE t ALTER a TYPE bigint;`,
  },
})

testRule(
  alterColumnType,
  {
    reports: {
      MODIFY: [
        'ALTER TABLE a MODIFY COLUMN b BIGINT',
        '1: Changing b of a may copy the table while writers wait.',
      ],
      CHANGE: [
        'ALTER TABLE a CHANGE b c BIGINT',
        '1: Changing b of a may copy the table while writers wait.',
      ],
      CONVERT: [
        'ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4',
        '1: Converting every text column of a copies the table while writers wait.',
      ],
    },
    allows: {
      'another default': 'ALTER TABLE a ALTER COLUMN b SET DEFAULT 1',
      'another name': 'ALTER TABLE a RENAME COLUMN b TO c',
      'a table born in the same file': 'CREATE TABLE a (b INT); ALTER TABLE a MODIFY b BIGINT',
    },
  },
  { engine: 'mysql' },
)
