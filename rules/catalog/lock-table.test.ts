import { testRule } from '../testing.ts'
import { lockTable } from './lock-table.ts'

testRule(lockTable, {
  reports: {
    everybody: [
      'LOCK TABLE t, app.u;',
      '1: Readers and writers of t, app.u wait from here until the file is done.',
    ],
    writers: [
      'LOCK t IN SHARE ROW EXCLUSIVE MODE;',
      '1: Writers of t wait from here until the file is done.',
    ],
  },
  allows: {
    'nobody who reads or writes': 'LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE;',
    'a table born in the same file': `CREATE TABLE t (a int);
LOCK TABLE t;`,
  },
})
