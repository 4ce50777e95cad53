import { testRule } from '../testing.ts'
import { slowUnderLock } from './slow-under-lock.ts'

testRule(slowUnderLock, {
  reports: {
    'an index after ALTER TABLE': [
      `ALTER TABLE t ADD a int;
CREATE INDEX i ON t (b);`,
      '2: Readers and writers of t, which line 1 has locked, wait until this is done.',
    ],
    'another table': [
      `ALTER TABLE t ADD a int;
ALTER TABLE u ADD CHECK (a > 0);`,
      '2: Readers and writers of t, which line 1 has locked, wait until this is done.',
    ],
    'a validation of another constraint': [
      `ALTER TABLE t ADD a int;
ALTER TABLE u VALIDATE CONSTRAINT k;`,
      '2: Readers and writers of t, which line 1 has locked, wait until this is done.',
    ],
    'a view that is filled': [
      `ALTER TABLE t ADD a int;
REFRESH MATERIALIZED VIEW v;`,
      '2: Readers and writers of t, which line 1 has locked, wait until this is done.',
    ],
  },
  allows: {
    'what is quick': `ALTER TABLE t ADD a int;
ALTER TABLE u ADD a int;`,
    'what is slow, and first': `CREATE INDEX i ON t (b);
ALTER TABLE t ADD a int;`,
    'tables born in the same file': `CREATE TABLE t (a int);
ALTER TABLE t ADD b int;
CREATE INDEX i ON u (b);`,
    'two weaker locks': `CREATE INDEX i ON t (b);
CREATE INDEX j ON u (b);`,
  },
})
