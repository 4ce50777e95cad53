import { testRule } from '../testing.ts'
import { jsonColumn } from './json-column.ts'

testRule(jsonColumn, {
  reports: {
    'a new table': [
      'CREATE TABLE t (a int, b json, c json);',
      '1: SELECT DISTINCT, GROUP BY and UNION over b, c fail: json has no equality.',
    ],
    'a new column': [
      'ALTER TABLE t ADD COLUMN b json NOT NULL;',
      '1: SELECT DISTINCT, GROUP BY and UNION over b fail: json has no equality.',
    ],
  },
  allows: {
    jsonb: 'CREATE TABLE t (a jsonb);',
    'a temporary table': 'CREATE TEMP TABLE t (a json);',
  },
})
