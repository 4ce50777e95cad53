import { testRule } from '../testing.ts'
import { dropTable } from './drop-table.ts'

testRule(dropTable, {
  reports: {
    'all of a database': ['DROP DATABASE app;', '1: Dropping the database app deletes all of its tables.'],
    one: ['DROP TABLE users;', '1: Dropping users deletes its rows, and queries that name it fail.'],
    several: [
      'DROP TABLE IF EXISTS a, b.c CASCADE;',
      '1: Dropping a, b.c deletes its rows, and queries that name it fail, and CASCADE drops what depends on it too.',
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

testRule(
  dropTable,
  {
    reports: {
      several: [
        'DROP TABLE IF EXISTS `a b`, d.c CASCADE',
        '1: Dropping "a b", d.c deletes its rows, and queries that name it fail.',
      ],
      'what OR REPLACE drops': [
        'CREATE OR REPLACE TABLE a (b INT)',
        '1: Dropping a deletes its rows, and queries that name it fail.',
      ],
      'a database': ['DROP DATABASE d', '1: Dropping the database d deletes all of its tables.'],
      'a schema, which is the same': [
        'DROP SCHEMA IF EXISTS d',
        '1: Dropping the database d deletes all of its tables.',
      ],
      'what only some servers see': [
        '/*!50000 DROP TABLE a */',
        '1: Dropping a deletes its rows, and queries that name it fail.',
      ],
      'what a procedure that is called does': [
        'CREATE PROCEDURE p()\nDROP TABLE a; CALL p()',
        '2: Dropping a deletes its rows, and queries that name it fail.',
      ],
      'what an event will do by itself': [
        'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN DROP TABLE a; END',
        '1: Dropping a deletes its rows, and queries that name it fail.',
      ],
      'what a compound statement does': [
        'BEGIN NOT ATOMIC IF 1 THEN DROP TABLE a; END IF; END',
        '1: Dropping a deletes its rows, and queries that name it fail.',
      ],
      'a table under the name of one that was made here': [
        'CREATE TABLE a (b INT); RENAME TABLE a TO c, d TO a; DROP TABLE a',
        '1: Dropping a deletes its rows, and queries that name it fail.',
      ],
    },
    allows: {
      'a temporary table': 'DROP TEMPORARY TABLE a',
      'a table born in the same file': 'CREATE TABLE a (b INT); DROP TABLE a',
      'a table that was renamed here': 'CREATE TABLE a (b INT); ALTER TABLE a RENAME TO c; DROP TABLE c',
    },
  },
  { engine: 'mysql' },
)
