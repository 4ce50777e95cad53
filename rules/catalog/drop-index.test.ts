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

testRule(
  dropIndex,
  {
    reports: {
      'DROP INDEX': ['DROP INDEX i ON a', '1: Queries that use a.i become slow once it is dropped.'],
      'ALTER TABLE': [
        'ALTER TABLE a DROP INDEX i, DROP KEY j, DROP PRIMARY KEY',
        '1: Queries that use a.i become slow once it is dropped.',
        '1: Queries that use a.j become slow once it is dropped.',
      ],
    },
    allows: {
      'an index that was made here': 'CREATE INDEX i ON a (b); DROP INDEX i ON a',
      'an index that is made invisible': 'ALTER TABLE a ALTER INDEX i INVISIBLE',
    },
  },
  { engine: 'mysql' },
)
