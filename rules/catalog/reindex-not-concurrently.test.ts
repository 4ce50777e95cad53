import { testRule } from '../testing.ts'
import { reindexNotConcurrently } from './reindex-not-concurrently.ts'

testRule(reindexNotConcurrently, {
  reports: {
    'an index': [
      'REINDEX INDEX users_email;',
      '1: Writers of the table of users_email wait until the rebuild ends, and readers that would use the index too; it takes longer the larger the table is.',
    ],
    'a table': [
      'REINDEX TABLE app.users;',
      '1: Writers of app.users wait until the rebuild ends, and readers that would use the index too; it takes longer the larger the table is.',
    ],
    'a schema': [
      'REINDEX SCHEMA app;',
      '1: Writers of every table of app wait until the rebuild ends, and readers that would use the index too; it takes longer the larger the table is.',
    ],
  },
  allows: {
    'one that lets others write': 'REINDEX TABLE CONCURRENTLY users;',
    'an index born in the same file': `CREATE TABLE t (a int);
CREATE INDEX t_a ON t (a);
REINDEX INDEX t_a;`,
  },
})
