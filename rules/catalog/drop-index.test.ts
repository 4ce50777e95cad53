import { testRule } from '../testing.ts'
import { dropIndex } from './drop-index.ts'

testRule(dropIndex, {
  reports: {
    one: [
      'DROP INDEX i;',
      '1: Queries that use i become slow once it is dropped. Readers and writers of its table wait while it is.',
    ],
    'one without waiting': [
      'DROP INDEX CONCURRENTLY app.i;',
      '1: Queries that use app.i become slow once it is dropped.',
    ],
  },
  allows: {
    'one born in the same file': `CREATE TABLE t (a int);
CREATE INDEX i ON t (a);
DROP INDEX i;`,
    'one of another schema born in the same file': `CREATE TABLE s.t (a int);
CREATE INDEX i ON s.t (a);
DROP INDEX s.i;`,
  },
})
