import { testRule } from '../testing.ts'
import { mixedDdlDml } from './mixed-ddl-dml.ts'

testRule(mixedDdlDml, {
  reports: {
    'rows after definitions, once': [
      `ALTER TABLE t ADD a int;
UPDATE t SET a = 1 WHERE a IS NULL;
INSERT INTO t VALUES (1);`,
      '2: Rows change here while t is locked since line 1, until the last one is changed.',
    ],
    'definitions after rows': [
      `INSERT INTO t VALUES (1);
DROP TABLE u;`,
      '2: u is locked here in the transaction that changed rows on line 1.',
    ],
    'rows in a DO': [
      `CREATE INDEX i ON t (a);
DO $$ BEGIN
  MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE;
END $$;`,
      '3: Rows change here while t is locked since line 1, until the last one is changed.',
    ],
  },
  allows: {
    'definitions only': `CREATE TABLE t (a int);
ALTER TABLE t ADD b int;`,
    'rows of a new table': `CREATE TABLE t (a int);
INSERT INTO t VALUES (1);`,
    'rows of an old table beside a new one': `CREATE TABLE t (a int);
INSERT INTO u VALUES (1);`,
    'rows only': `INSERT INTO t VALUES (1);
DELETE FROM t WHERE a = 1;`,
    'temporary tables': `CREATE TEMP TABLE t (a int);
INSERT INTO t VALUES (1);`,
    'what is neither': `SELECT 1;
SET lock_timeout = 1;
INSERT INTO t VALUES (1);`,
  },
})

testRule(
  mixedDdlDml,
  {
    reports: {
      'rows after definitions': [
        'ALTER TABLE a ADD b INT;\nUPDATE a SET b = 1 WHERE c = 2',
        '2: Rows change here after the definitions of line 1, which are committed: a failure undoes neither.',
      ],
      'what commits rows by the way': [
        'UPDATE a SET b = 1 WHERE c = 2;\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1',
        '2: Definitions change here, and the rows changed on line 1 are committed: a failure undoes neither.',
      ],
      'a privilege, which commits too': [
        'UPDATE a SET b = 1 WHERE c = 2;\nGRANT SELECT ON d.a TO b;\nDELETE FROM a WHERE b = 2',
        '2: Definitions change here, and the rows changed on line 1 are committed: a failure undoes neither.',
      ],
      'a table that is built anew': [
        'OPTIMIZE TABLE a;\nUPDATE a SET b = 1 WHERE c = 2',
        '2: Rows change here after the definitions of line 1, which are committed: a failure undoes neither.',
      ],
      'definitions after rows': [
        'INSERT INTO a VALUES (1);\nDROP TABLE b',
        '2: Definitions change here, and the rows changed on line 1 are committed: a failure undoes neither.',
      ],
    },
    allows: {
      'what commits nothing':
        'UPDATE a SET b = 1 WHERE c = 2; SELECT 1; SET @a = 1; DELETE FROM a WHERE b = 2',
      'rows only': 'INSERT INTO a VALUES (1); REPLACE INTO a VALUES (2)',
      'definitions only': 'CREATE TABLE a (b INT); DROP DATABASE c',
    },
  },
  { engine: 'mysql' },
)
