import { testRule } from '../testing.ts'
import { createIndexNotConcurrently } from './create-index-not-concurrently.ts'

testRule(createIndexNotConcurrently, {
  reports: {
    'a plain index': [
      'CREATE INDEX i ON users (email);',
      '1: Writes to users wait until this index is built, the longer the larger the table is.',
    ],
    'a unique one without a name': [
      'CREATE UNIQUE INDEX ON app.users (email);',
      '1: Writes to app.users wait until this index is built, the longer the larger the table is.',
    ],
    'only the table that was there before': [
      `CREATE TABLE a (x int);
CREATE INDEX i ON a (x);
CREATE INDEX j ON b (x);`,
      '3: Writes to b wait until this index is built, the longer the larger the table is.',
    ],
    'one in a DO': [
      `DO $$ BEGIN
  CREATE INDEX i ON users (email);
END $$;`,
      '2: Writes to users wait until this index is built, the longer the larger the table is.',
    ],
  },
  allows: {
    'a concurrent build': 'CREATE INDEX CONCURRENTLY i ON users (email);',
    'a table born in the same file': `CREATE TABLE a (x int);
CREATE INDEX i ON a (x);`,
    'a materialized view born in the same file': `CREATE MATERIALIZED VIEW a AS SELECT 1 AS x;
CREATE INDEX i ON a (x);`,
    'a partitioned table, where ONLY builds nothing': 'CREATE INDEX i ON ONLY parts (x);',
  },
})

testRule(
  createIndexNotConcurrently,
  {
    reports: {
      'kinds that no server builds beside writers': [
        'CREATE FULLTEXT INDEX i ON a (b);\nALTER TABLE d.a ADD SPATIAL KEY (b), ADD VECTOR INDEX (c)',
        '1: No server builds a FULLTEXT index without a lock: writers of a wait until it is built, the longer the larger the table is.',
        '2: No server builds a SPATIAL index without a lock: writers of d.a wait until it is built, the longer the larger the table is.',
        '2: No server builds a VECTOR index without a lock: writers of d.a wait until it is built, the longer the larger the table is.',
      ],
      'one among columns in parentheses': [
        'ALTER TABLE a ADD (b TEXT, FULLTEXT (b))',
        '1: No server builds a FULLTEXT index without a lock: writers of a wait until it is built, the longer the larger the table is.',
      ],
      'in place, which takes the lock all the same': [
        'CREATE FULLTEXT INDEX i ON a (b) ALGORITHM=INPLACE',
        '1: No server builds a FULLTEXT index without a lock: writers of a wait until it is built, the longer the larger the table is.',
      ],
      'another lock': [
        'CREATE INDEX i ON a (b) LOCK=SHARED;\nALTER TABLE a ADD CONSTRAINT k UNIQUE (b), ALGORITHM COPY',
        '1: This index is built under a lock that the statement asks for: writers of a wait until it is built, the longer the larger the table is.',
        '2: This index is built under a lock that the statement asks for: writers of a wait until it is built, the longer the larger the table is.',
      ],
    },
    allows: {
      'most indexes':
        'CREATE INDEX i ON a (b); CREATE UNIQUE INDEX j ON d.a (b(10) DESC); ALTER TABLE a ADD KEY (c)',
      'LOCK=NONE': 'CREATE FULLTEXT INDEX i ON a (b) ALGORITHM=INPLACE LOCK=NONE',
      'LOCK NONE in an ALTER TABLE': 'ALTER TABLE a ADD UNIQUE KEY k (b), ALGORITHM=INPLACE, LOCK NONE',
      'a table born in the same file': 'CREATE TABLE a (b TEXT); CREATE FULLTEXT INDEX i ON a (b)',
    },
  },
  { engine: 'mysql' },
)
