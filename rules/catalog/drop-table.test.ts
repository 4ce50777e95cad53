import { testRule } from '../testing.ts'
import { dropTable } from './drop-table.ts'

testRule(dropTable, {
  reports: {
    one: ['DROP TABLE users;', '1: Dropping users deletes its rows, and queries that name it fail.'],
    several: [
      'DROP TABLE IF EXISTS a, b.c CASCADE;',
      '1: Dropping a, b.c deletes its rows, and queries that name it fail.',
    ],
    'a foreign one': [
      'DROP FOREIGN TABLE f;',
      '1: Dropping f deletes its rows, and queries that name it fail.',
    ],
    'only those that were there before': [
      `CREATE TABLE a (x int);
DROP TABLE a, b;`,
      '2: Dropping b deletes its rows, and queries that name it fail.',
    ],
    'a second one of the same name': [
      `CREATE TABLE a (x int);
DROP TABLE a;
DROP TABLE a;`,
      '3: Dropping a deletes its rows, and queries that name it fail.',
    ],
    'the one that a temporary one does not shadow': [
      'CREATE TEMP TABLE x (i int); DROP TABLE x; DROP TABLE public.x;',
      '1: Dropping public.x deletes its rows, and queries that name it fail.',
    ],
    'one in a DO': [
      'DO $$ BEGIN DROP TABLE x; END $$;',
      '1: Dropping x deletes its rows, and queries that name it fail.',
    ],
    'one renamed over the name of a new one': [
      `CREATE TABLE a (x int);
ALTER TABLE a RENAME TO b;
DROP TABLE a;`,
      '3: Dropping a deletes its rows, and queries that name it fail.',
    ],
  },
  allows: {
    'one born in the same file': `CREATE TABLE a (x int);
DROP TABLE a;`,
    'a temporary one': `CREATE TEMP TABLE a (x int);
DROP TABLE a;`,
    'a renamed table': 'ALTER TABLE a RENAME TO b;',
    'another object': `DROP FUNCTION f();
DROP TYPE t;`,
  },
})
