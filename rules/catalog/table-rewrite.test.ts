import { testRule } from '../testing.ts'
import { tableRewrite } from './table-rewrite.ts'

testRule(tableRewrite, {
  reports: {
    'VACUUM FULL': [
      'VACUUM FULL t;',
      '1: VACUUM FULL writes t and its indexes anew while readers and writers wait, the longer the larger it is.',
    ],
    'VACUUM (FULL) of all': [
      'VACUUM (FULL);',
      '1: VACUUM FULL writes every table anew while its readers and writers wait.',
    ],
    CLUSTER: [
      'CLUSTER t USING t_pkey;',
      '1: CLUSTER writes t and its indexes anew while readers and writers wait, the longer the larger it is.',
    ],
    'SET UNLOGGED': [
      'ALTER TABLE t SET UNLOGGED;',
      '1: SET UNLOGGED writes t and its indexes anew while readers and writers wait, the longer the larger it is, unless it is so already.',
    ],
    'SET TABLESPACE': [
      'ALTER TABLE t SET TABLESPACE fast;',
      '1: SET TABLESPACE writes t and its indexes anew while readers and writers wait, the longer the larger it is, unless it is so already.',
    ],
  },
  allows: {
    VACUUM: 'VACUUM t;',
    'VACUUM (FULL false)': 'VACUUM (FULL false) t;',
    ANALYZE: 'ANALYZE t;',
    'a table born in the same file': `CREATE TABLE t (a int);
ALTER TABLE t SET UNLOGGED;`,
  },
})
