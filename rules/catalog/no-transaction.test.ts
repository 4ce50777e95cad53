import { testRule } from '../testing.ts'
import { noTransaction } from './no-transaction.ts'

testRule(noTransaction, {
  reports: {
    'CREATE INDEX CONCURRENTLY i ON t (a)': [
      `SELECT 1;
CREATE INDEX CONCURRENTLY i ON t (a);`,
      '2: CREATE INDEX CONCURRENTLY cannot run inside a transaction, and this file runs in one.',
    ],
    'DROP INDEX CONCURRENTLY i': [
      `SELECT 1;
DROP INDEX CONCURRENTLY i;`,
      '2: DROP INDEX CONCURRENTLY cannot run inside a transaction, and this file runs in one.',
    ],
    'REINDEX TABLE CONCURRENTLY t': [
      `SELECT 1;
REINDEX TABLE CONCURRENTLY t;`,
      '2: REINDEX CONCURRENTLY cannot run inside a transaction, and this file runs in one.',
    ],
    'REINDEX (CONCURRENTLY) INDEX i': [
      `SELECT 1;
REINDEX (CONCURRENTLY) INDEX i;`,
      '2: REINDEX CONCURRENTLY cannot run inside a transaction, and this file runs in one.',
    ],
    'REINDEX SCHEMA public': [
      `SELECT 1;
REINDEX SCHEMA public;`,
      '2: REINDEX SCHEMA cannot run inside a transaction, and this file runs in one.',
    ],
    'REINDEX DATABASE x': [
      `SELECT 1;
REINDEX DATABASE x;`,
      '2: REINDEX DATABASE cannot run inside a transaction, and this file runs in one.',
    ],
    'VACUUM FULL t': [
      `SELECT 1;
VACUUM FULL t;`,
      '2: VACUUM cannot run inside a transaction, and this file runs in one.',
    ],
    'CREATE DATABASE d': [
      `SELECT 1;
CREATE DATABASE d;`,
      '2: CREATE DATABASE cannot run inside a transaction, and this file runs in one.',
    ],
    'DROP DATABASE d': [
      `SELECT 1;
DROP DATABASE d;`,
      '2: DROP DATABASE cannot run inside a transaction, and this file runs in one.',
    ],
    "CREATE TABLESPACE s LOCATION '/x'": [
      `SELECT 1;
CREATE TABLESPACE s LOCATION '/x';`,
      '2: CREATE TABLESPACE cannot run inside a transaction, and this file runs in one.',
    ],
    'ALTER TABLE p DETACH PARTITION c CONCURRENTLY': [
      `SELECT 1;
ALTER TABLE p DETACH PARTITION c CONCURRENTLY;`,
      '2: DETACH PARTITION ... CONCURRENTLY cannot run inside a transaction, and this file runs in one.',
    ],
    CLUSTER: [
      `SELECT 1;
CLUSTER;`,
      '2: CLUSTER of all tables cannot run inside a transaction, and this file runs in one.',
    ],
    "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p": [
      `SELECT 1;
CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p;`,
      '2: CREATE SUBSCRIPTION cannot run inside a transaction, and this file runs in one.',
    ],
    'ALTER DATABASE d SET TABLESPACE x': [
      `SELECT 1;
ALTER DATABASE d SET TABLESPACE x;`,
      '2: ALTER DATABASE ... SET TABLESPACE cannot run inside a transaction, and this file runs in one.',
    ],
    'what no DO can run either': [
      'DO $$ BEGIN VACUUM; END $$;',
      '1: VACUUM cannot run inside a transaction, and this file runs in one.',
    ],
    'a file with an up section that says nothing': [
      `-- migrate:up
CREATE INDEX CONCURRENTLY i ON t (a);`,
      '2: CREATE INDEX CONCURRENTLY cannot run inside a transaction, and this file runs in one.',
    ],
    'a second statement in a file without a transaction': [
      `-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY i ON t (a);
SELECT 1;
SELECT 2;`,
      '3: A file that runs without a transaction has more than one statement.',
    ],
    'two concurrent builds in a plain file': [
      `CREATE INDEX CONCURRENTLY i ON t (a);
CREATE INDEX CONCURRENTLY j ON t (b);`,
      '1: CREATE INDEX CONCURRENTLY cannot run inside a transaction, and this file runs in one.',
      '2: CREATE INDEX CONCURRENTLY cannot run inside a transaction, and this file runs in one.',
    ],
  },
  allows: {
    'a concurrent build alone in a plain file': `-- builds for an hour
CREATE INDEX CONCURRENTLY i ON t (a);
`,
    'one statement in a file that says so': `-- migrate:up transaction:false
VACUUM t;
-- migrate:down
`,
    'any one statement in a file that says so': `-- migrate:up transaction:false
UPDATE t SET a = 1 WHERE b = 2;`,
    'what can run in a transaction': `REINDEX TABLE t;
CLUSTER t;
ALTER TYPE e ADD VALUE 'x';
ANALYZE t;
ALTER TABLE p DETACH PARTITION c;
CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false, slot_name = NONE, create_slot = false);`,
  },
})

testRule(
  noTransaction,
  {
    reports: {
      'a new value of an enum before PostgreSQL 12': [
        "SELECT 1;\nALTER TYPE mood ADD VALUE 'calm';",
        '2: ALTER TYPE ... ADD VALUE cannot run inside a transaction, and this file runs in one.',
      ],
    },
    allows: { 'another change of a type': 'SELECT 1;\nALTER TYPE mood RENAME TO moods;' },
  },
  { serverVersion: '11.22' },
)
