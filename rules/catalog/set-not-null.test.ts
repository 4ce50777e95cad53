import { testRule } from '../testing.ts'
import { setNotNull } from './set-not-null.ts'

testRule(setNotNull, {
  reports: {
    alone: [
      'ALTER TABLE users ALTER email SET NOT NULL;',
      '1: Readers and writers of users wait until every row is read for email, the longer the larger it is.',
    ],
    'after a constraint of another table': [
      `ALTER TABLE t VALIDATE CONSTRAINT k;
ALTER TABLE users ALTER email SET NOT NULL;`,
      '2: Readers and writers of users wait until every row is read for email, the longer the larger it is.',
    ],
  },
  allows: {
    'after a constraint was validated': `ALTER TABLE users VALIDATE CONSTRAINT k;
ALTER TABLE users ALTER email SET NOT NULL;`,
    'a table born in the same file': `CREATE TABLE users (email text);
ALTER TABLE users ALTER email SET NOT NULL;`,
  },
})
