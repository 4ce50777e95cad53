import { testRule } from '../testing.ts'
import { dropNotNull } from './drop-not-null.ts'

testRule(dropNotNull, {
  reports: {
    'a column': [
      'ALTER TABLE t ALTER a DROP NOT NULL;',
      '1: Code that reads a of t may meet a NULL from now on.',
    ],
  },
  allows: {
    'a table born in the same file': `CREATE TABLE t (a int NOT NULL);
ALTER TABLE t ALTER a DROP NOT NULL;`,
  },
})
