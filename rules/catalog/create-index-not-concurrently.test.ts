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
      'CREATE INDEX': [
        'CREATE INDEX i ON a (b)',
        '1: Nothing says that writes to a go on while this index is built.',
      ],
      'kinds of it': [
        'CREATE UNIQUE INDEX i ON d.a (b(10) DESC)',
        '1: Nothing says that writes to d.a go on while this index is built.',
      ],
      'ALTER TABLE': [
        'ALTER TABLE a ADD INDEX (b), ADD FULLTEXT KEY k (c)',
        '1: Nothing says that writes to a go on while this index is built.',
        '1: Nothing says that writes to a go on while this index is built.',
      ],
      'another lock': [
        'CREATE INDEX i ON a (b) LOCK=SHARED',
        '1: Nothing says that writes to a go on while this index is built.',
      ],
    },
    allows: {
      'LOCK=NONE': 'CREATE INDEX i ON a (b) ALGORITHM=INPLACE LOCK=NONE',
      'LOCK NONE in an ALTER TABLE': 'ALTER TABLE a ADD UNIQUE KEY k (b), ALGORITHM=INPLACE, LOCK NONE',
      'a table born in the same file': 'CREATE TABLE a (b INT); CREATE INDEX i ON a (b)',
    },
  },
  { engine: 'mysql' },
)
