import type { Tricks } from '../trick.ts'

// A statement that does more than its first word says.
export const statements: Tricks = {
  'an executable comment': {
    sql: '/*!50000 DROP TABLE x */;',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'an executable comment of times to come': {
    sql: '/*!99999 DROP TABLE x */;',
    happens: 'nothing',
    reports: 'drop-table unparsed',
  },
  'an executable comment in an ALTER': {
    sql: 'ALTER TABLE x ADD COLUMN c int /*!80000 , DROP COLUMN b */;',
    happens: 'x: a,b,c (1,1,) (2,2,)',
    reports: 'drop-column unparsed',
  },
  'an executable comment in an ALTER, of old times': {
    sql: 'ALTER TABLE x ADD COLUMN c int /*!50000 , DROP COLUMN b */;',
    happens: 'x: a,c (1,) (2,)',
    reports: 'drop-column unparsed',
  },
  'an executable comment that ends a string': {
    sql: "SELECT 'a' /*!50000 ; DROP TABLE x */;",
    happens: 'nothing',
    reports: 'drop-table unparsed',
  },
  'an executable comment of MariaDB': {
    sql: 'DELETE FROM x /*M!999999 WHERE a = 9 */;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete unparsed',
  },
  'dashes and a control character': {
    sql: '--\u0001note\nDROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'dashes that are an operator': {
    sql: 'SELECT 5--1; DROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a text that is run': {
    sql: "EXECUTE IMMEDIATE 'DROP TABLE x';",
    happens: 'x is gone',
    reports: 'unparsed',
  },
  'a text that is prepared': {
    sql: "PREPARE p FROM 'DROP TABLE x'; EXECUTE p;",
    happens: 'x is gone',
    reports: 'unparsed',
  },
  'a text that is prepared from bytes': {
    sql: 'SET @s = 0x44524F50205441424C452078; PREPARE p FROM @s; EXECUTE p;',
    happens: 'x is gone',
    reports: 'unparsed',
  },
  'a text from a table': {
    given: "CREATE TABLE t AS SELECT 'DROP TABLE x' AS s",
    sql: 'SELECT s INTO @s FROM t; PREPARE p FROM @s; EXECUTE p;',
    happens: 'x is gone',
    reports: 'unparsed',
  },
  'a text from a function': {
    sql: "EXECUTE IMMEDIATE UNHEX('44524F50205441424C452078');",
    happens: 'x is gone',
    reports: 'unparsed',
  },
  'a backslash before a quote': {
    sql: "SELECT 'a\\'; DROP TABLE x; -- ';",
    happens: 'nothing',
    reports: 'unparsed',
  },
  'a DELETE of two tables': {
    sql: 'DELETE x, y FROM x JOIN y ON x.a = y.a;',
    happens: 'x: a,b empty, y: a,b empty',
    reports: 'no-where-delete',
  },
  'a DELETE with a limit': {
    sql: 'DELETE FROM x LIMIT 100000000;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'an UPDATE with a limit and no log': {
    sql: 'SET unique_checks = 0, sql_log_bin = 0; UPDATE x SET a = 1 LIMIT 10;',
    shows: '@@sql_log_bin',
    happens: 'x: a,b (1,1) (1,2), shows 0',
    reports: 'no-where-update transaction-control',
  },
  'an UPDATE of two tables': {
    sql: 'UPDATE x, y SET x.b = 9, y.b = 9;',
    happens: 'x: a,b (1,9) (2,9), y: a,b (1,9) (2,9)',
    reports: 'no-where-update',
  },
  'an UPDATE of two tables with a tie': {
    sql: 'UPDATE x JOIN y ON true SET x.b = 9;',
    happens: 'x: a,b (1,9) (2,9)',
    reports: 'no-where-update',
  },
  'an UPDATE that ignores errors': {
    sql: 'UPDATE LOW_PRIORITY IGNORE x SET b = 9;',
    happens: 'x: a,b (1,9) (2,9)',
    reports: 'no-where-update',
  },
  'a DELETE with an order': {
    sql: 'DELETE QUICK FROM x ORDER BY a;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a DELETE that returns': {
    sql: 'DELETE FROM x RETURNING a;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a DELETE by a join outside': {
    sql: 'DELETE x FROM x LEFT JOIN y ON false;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a DELETE through a new view': {
    sql: 'CREATE VIEW v AS SELECT * FROM x; DELETE FROM v;',
    happens: 'v is new: view a,b, x: a,b empty',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'REPLACE with rows of its own': {
    given: 'ALTER TABLE x ADD PRIMARY KEY (a)',
    sql: 'REPLACE INTO x SELECT a, 0 FROM x;',
    happens: 'x: a,b (1,0) (2,0)',
    reports: 'replace-select unbatched-backfill',
  },
  'INSERT that updates': {
    given: 'ALTER TABLE x ADD PRIMARY KEY (a)',
    sql: 'INSERT INTO x SELECT a, 0 FROM x ON DUPLICATE KEY UPDATE b = 0;',
    happens: 'x: a,b (1,0) (2,0)',
    reports: 'unbatched-backfill',
  },
}
