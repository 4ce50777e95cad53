import { testRule } from '../testing.ts'
import { refreshNotConcurrently } from './refresh-not-concurrently.ts'

testRule(refreshNotConcurrently, {
  reports: {
    'a view': [
      'REFRESH MATERIALIZED VIEW app.totals;',
      '1: Readers of app.totals wait until its query has run, the longer the more it reads.',
    ],
  },
  allows: {
    'one that lets others read': 'REFRESH MATERIALIZED VIEW CONCURRENTLY totals;',
    'one that is emptied': 'REFRESH MATERIALIZED VIEW totals WITH NO DATA;',
    'a view born in the same file': `CREATE MATERIALIZED VIEW v AS SELECT 1 WITH NO DATA;
REFRESH MATERIALIZED VIEW v;`,
  },
})
