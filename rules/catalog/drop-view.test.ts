import { testRule } from '../testing.ts'
import { dropView } from './drop-view.ts'

testRule(dropView, {
  reports: {
    one: ['DROP VIEW v;', '1: Queries that name v fail once it is dropped.'],
    'a materialized one': [
      'DROP MATERIALIZED VIEW IF EXISTS m;',
      '1: Queries that name m fail once it is dropped.',
    ],
    'one that may have been there': [
      `CREATE OR REPLACE VIEW v AS SELECT 1;
DROP VIEW v;`,
      '2: Queries that name v fail once it is dropped.',
    ],
  },
  allows: {
    'one born in the same file': `CREATE VIEW v AS SELECT 1;
DROP VIEW v;`,
    'a materialized one born in the same file': `CREATE MATERIALIZED VIEW v AS SELECT 1;
DROP MATERIALIZED VIEW v;`,
  },
})

testRule(
  dropView,
  {
    reports: { views: ['DROP VIEW IF EXISTS a, b', '1: Queries that name a, b fail once it is dropped.'] },
    allows: {
      'OR REPLACE':
        'CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`a`@`b` SQL SECURITY INVOKER VIEW v AS SELECT 1',
      'a view that was made here': 'CREATE VIEW v AS SELECT 1; DROP VIEW v',
    },
  },
  { engine: 'mysql' },
)
