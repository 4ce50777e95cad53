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
