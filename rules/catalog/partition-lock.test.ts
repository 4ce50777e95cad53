import { testRule } from '../testing.ts'
import { partitionLock } from './partition-lock.ts'

testRule(partitionLock, {
  reports: {
    CREATE: [
      'CREATE TABLE p3 PARTITION OF p FOR VALUES FROM (1) TO (2);',
      '1: Readers and writers of the whole of p wait for this partition to be made, and it for them; a default partition of it is read to the end.',
    ],
    'a default partition': [
      'CREATE TABLE p3 PARTITION OF app.p DEFAULT;',
      '1: Readers and writers of the whole of app.p wait for this partition to be made, and it for them; a default partition of it is read to the end.',
    ],
    ATTACH: [
      'ALTER TABLE p ATTACH PARTITION c FOR VALUES FROM (1) TO (2);',
      '1: Every row of c, and of a default partition of p, is read while it is locked, unless a CHECK of theirs shows that the rows fit; the longer the larger they are.',
    ],
    DETACH: [
      'ALTER TABLE p DETACH PARTITION c;',
      '1: Readers and writers of the whole of p wait for c to be detached, and it for them.',
    ],
  },
  allows: {
    'DETACH that lets others work': 'ALTER TABLE p DETACH PARTITION c CONCURRENTLY;',
    'ATTACH of what was born in the same file': `CREATE TABLE c (LIKE p);
ALTER TABLE p ATTACH PARTITION c DEFAULT;`,
    'a partitioned table born in the same file': `CREATE TABLE p (a int) PARTITION BY RANGE (a);
CREATE TABLE c PARTITION OF p DEFAULT;`,
  },
})
