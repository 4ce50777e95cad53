import { testRule } from '../testing.ts'
import { rename } from './rename.ts'

testRule(rename, {
  reports: {
    'a table': [
      'ALTER TABLE users RENAME TO people;',
      '1: Queries that name users fail from this moment on.',
    ],
    'a view': ['ALTER VIEW users RENAME TO people;', '1: Queries that name users fail from this moment on.'],
    'a column': [
      'ALTER TABLE users RENAME COLUMN mail TO email;',
      '1: Queries that name mail of users fail from this moment on.',
    ],
    'another schema': [
      'ALTER TABLE users SET SCHEMA app;',
      '1: Queries that name users fail from this moment on.',
    ],
    'a schema': [
      'ALTER SCHEMA app RENAME TO shop;',
      '1: Code that names the schema app fails from this moment on.',
    ],
    'a type': ['ALTER TYPE e RENAME TO f;', '1: Code that names the type e fails from this moment on.'],
    'a value': [
      "ALTER TYPE e RENAME VALUE 'a' TO 'b';",
      '1: Code that names this value of e fails from this moment on.',
    ],
    'a function': [
      'ALTER FUNCTION f(int) RENAME TO g;',
      '1: Code that names the function f fails from this moment on.',
    ],
  },
  allows: {
    'an index': 'ALTER INDEX i RENAME TO j;',
    'a constraint': 'ALTER TABLE t RENAME CONSTRAINT a TO b;',
    'a sequence': 'ALTER SEQUENCE s RENAME TO t;',
    'a table born in the same file': `CREATE TABLE t (a int);
ALTER TABLE t RENAME a TO b;
ALTER TABLE t RENAME TO u;`,
  },
})
