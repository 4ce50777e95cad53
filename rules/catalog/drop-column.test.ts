import { testRule } from '../testing.ts'
import { dropColumn } from './drop-column.ts'

testRule(dropColumn, {
  reports: {
    one: [
      'ALTER TABLE users DROP COLUMN a;',
      '1: Dropping a of users deletes its values, and queries that name it fail.',
    ],
    'one without the word': [
      'ALTER TABLE users DROP a;',
      '1: Dropping a of users deletes its values, and queries that name it fail.',
    ],
    'each of several': [
      `ALTER TABLE users
  DROP COLUMN a,
  ADD COLUMN c int,
  DROP COLUMN IF EXISTS b CASCADE;`,
      '2: Dropping a of users deletes its values, and queries that name it fail.',
      '4: Dropping b of users deletes its values, and queries that name it fail.',
    ],
    'one beside what only PostgreSQL parses': [
      `ALTER TABLE users
  ADD CONSTRAINT k CHECK (a > 0) NOT VALID,
  DROP COLUMN b;`,
      '3: Dropping b of users deletes its values, and queries that name it fail.',
    ],
  },
  allows: {
    'a table born in the same file': `CREATE TABLE a (x int, y int);
ALTER TABLE a DROP COLUMN x;`,
    'a constraint': 'ALTER TABLE a DROP CONSTRAINT k;',
    'an attribute of a type': 'ALTER TYPE pair DROP ATTRIBUTE x;',
  },
})
