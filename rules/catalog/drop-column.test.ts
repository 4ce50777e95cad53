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

testRule(
  dropColumn,
  {
    reports: {
      'with and without COLUMN, each at its place': [
        'ALTER TABLE a\n  ADD c INT,\n  DROP b,\n  DROP COLUMN IF EXISTS `d e`',
        '3: Dropping b of a deletes its values, and queries that name it fail.',
        '4: Dropping "d e" of a deletes its values, and queries that name it fail.',
      ],
      'one that only some servers drop': [
        'ALTER TABLE a ADD c INT /*!80000 , DROP b */',
        '1: Dropping b of a deletes its values, and queries that name it fail.',
      ],
    },
    allows: {
      'other things that are dropped':
        'ALTER TABLE a DROP INDEX b, DROP KEY c, DROP PRIMARY KEY, DROP FOREIGN KEY d, DROP CONSTRAINT e, DROP CHECK f',
      'a table born in the same file': 'CREATE TABLE a (b INT); ALTER TABLE a DROP b',
    },
  },
  { engine: 'mysql' },
)
