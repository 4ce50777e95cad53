import { testRule } from '../testing.ts'
import { notNullWithoutDefault } from './not-null-without-default.ts'

testRule(notNullWithoutDefault, {
  reports: {
    one: [
      'ALTER TABLE users ADD COLUMN a text NOT NULL;',
      '1: Adding a to users fails where the table has rows: they have no value for it.',
    ],
    'only the column that is it': [
      `ALTER TABLE users
  ADD COLUMN a int NOT NULL DEFAULT 1,
  ADD COLUMN b int NOT NULL;`,
      '3: Adding b to users fails where the table has rows: they have no value for it.',
    ],
    'a default of NULL': [
      'ALTER TABLE users ADD a int NOT NULL DEFAULT NULL::int;',
      '1: Adding a to users fails where the table has rows: they have no value for it.',
    ],
    'a primary key': [
      'ALTER TABLE users ADD COLUMN id int PRIMARY KEY;',
      '1: Adding id to users fails where the table has rows: they have no value for it.',
    ],
    'a table that may have been there': [
      `CREATE TABLE IF NOT EXISTS t (a int);
ALTER TABLE t ADD b int NOT NULL;`,
      '2: Adding b to t fails where the table has rows: they have no value for it.',
    ],
  },
  allows: {
    'a default': "ALTER TABLE users ADD COLUMN a text NOT NULL DEFAULT 'x';",
    'a nullable column': 'ALTER TABLE users ADD COLUMN a text NULL;',
    'a serial': 'ALTER TABLE users ADD COLUMN a bigserial NOT NULL;',
    'an identity': 'ALTER TABLE users ADD COLUMN a int NOT NULL GENERATED ALWAYS AS IDENTITY;',
    'a generated column': 'ALTER TABLE users ADD COLUMN a int NOT NULL GENERATED ALWAYS AS (1) STORED;',
    'a table born in the same file': `CREATE TABLE t (a int);
ALTER TABLE t ADD b int NOT NULL;`,
    'a new table': 'CREATE TABLE t (a int NOT NULL);',
  },
})

testRule(
  notNullWithoutDefault,
  {
    reports: {
      'NOT NULL': [
        'ALTER TABLE a ADD b INT NOT NULL AFTER c',
        '1: Adding b to a gives the rows that it has a value that nobody chose.',
      ],
      'a default that is none': [
        'ALTER TABLE a ADD b INT NOT NULL DEFAULT NULL',
        '1: Adding b to a gives the rows that it has a value that nobody chose.',
      ],
      'columns in parentheses': [
        'ALTER TABLE a ADD COLUMN (b INT, c DECIMAL(5, 2) NOT NULL)',
        '1: Adding c to a gives the rows that it has a value that nobody chose.',
      ],
    },
    allows: {
      'a default': "ALTER TABLE a ADD b VARCHAR(5) NOT NULL DEFAULT ''",
      'a number by itself': 'ALTER TABLE a ADD b INT NOT NULL AUTO_INCREMENT PRIMARY KEY, ADD c SERIAL',
      'a generated column': 'ALTER TABLE a ADD b INT GENERATED ALWAYS AS (c + 1) STORED NOT NULL',
      'a nullable column': 'ALTER TABLE a ADD b INT NULL CHECK (b IS NOT NULL)',
      'a table born in the same file': 'CREATE TABLE a (b INT); ALTER TABLE a ADD c INT NOT NULL',
    },
  },
  { engine: 'mysql' },
)
