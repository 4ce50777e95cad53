import { testRule } from '../testing.ts'
import { truncate } from './truncate.ts'

testRule(truncate, {
  reports: {
    one: ['TRUNCATE users;', '1: TRUNCATE deletes every row of users.'],
    several: ['TRUNCATE TABLE a, ONLY b RESTART IDENTITY CASCADE;', '1: TRUNCATE deletes every row of a, b.'],
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
