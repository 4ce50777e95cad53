import { testRule } from '../testing.ts'
import { truncate } from './truncate.ts'

testRule(truncate, {
  reports: {
    'a new table with those that refer to it': [
      'CREATE TABLE plans (id bigint PRIMARY KEY);\nTRUNCATE plans CASCADE;',
      '2: TRUNCATE deletes every row of plans, and CASCADE empties every table that refers to it too.',
    ],
    one: ['TRUNCATE users;', '1: TRUNCATE deletes every row of users.'],
    several: [
      'TRUNCATE TABLE a, ONLY b RESTART IDENTITY CASCADE;',
      '1: TRUNCATE deletes every row of a, b, and CASCADE empties every table that refers to it too.',
    ],
    'more than anybody wants to read': [
      'TRUNCATE a, b, c, d, e, f, g;',
      '1: TRUNCATE deletes every row of a, b, c, d, e and 2 more.',
    ],
    'one in a DO': ['DO $$ BEGIN TRUNCATE x; END $$;', '1: TRUNCATE deletes every row of x.'],
  },
  allows: {
    'a table born in the same file': `CREATE TABLE a (x int);
TRUNCATE a;`,
    'a trigger on it': 'CREATE TRIGGER t BEFORE TRUNCATE ON a EXECUTE FUNCTION f();',
  },
})

testRule(
  truncate,
  {
    reports: {
      'without TABLE': ['TRUNCATE d.a', '1: TRUNCATE deletes every row of d.a.'],
      'with it': ['TRUNCATE TABLE a', '1: TRUNCATE deletes every row of a.'],
      partitions: [
        'ALTER TABLE a DROP PARTITION p; ALTER TABLE a TRUNCATE PARTITION p',
        '1: DROP PARTITION deletes the rows of a part of a.',
        '1: TRUNCATE PARTITION deletes the rows of a part of a.',
      ],
      'a tablespace': ['ALTER TABLE a DISCARD TABLESPACE', '1: DISCARD TABLESPACE deletes every row of a.'],
    },
    allows: { 'a table born in the same file': 'CREATE TABLE a (b INT); TRUNCATE a' },
  },
  { engine: 'mysql' },
)
