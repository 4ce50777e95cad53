import type { Trick } from './trick.ts'

const drop = 'DROP TABLE x'

export const statements: Readonly<Record<string, Trick>> = {
  'white space of other scripts': { sql: 'DROP\u3000TABLE x', happens: 'nothing', ours: 'blocked' },
  'a no-break space in a name': { sql: `SELECT 1 AS a\u00a0b; ${drop}`, happens: 'table', ours: 'seen' },
  'a vertical tab': { sql: `DROP\vTABLE\vx`, happens: 'table', ours: 'blocked' },
  'a NUL': { sql: `SELECT 1;\0${drop}`, happens: 'nothing', ours: 'blocked' },
  'a byte order mark inside': { sql: `SELECT 1; \ufeff${drop}`, happens: 'nothing', ours: 'blocked' },
  'a number without its exponent': { sql: `SELECT 2 1.e-- 1; ${drop}`, happens: 'nothing', ours: 'blocked' },
  'a column of a table that is a number': { sql: `SELECT 1.5e1--1; ${drop}`, happens: 'table', ours: 'seen' },
  'a compound statement': { sql: `BEGIN NOT ATOMIC ${drop}; END`, happens: 'table', ours: 'blocked' },
  'a compound statement in another': {
    sql: `BEGIN NOT ATOMIC IF 1 THEN ${drop}; END IF; END`,
    happens: 'table',
    ours: 'blocked',
  },
  'IF outside of a program': { sql: `IF 1 THEN ${drop}; END IF`, happens: 'table', ours: 'blocked' },
  'a loop outside of a program': {
    sql: `FOR i IN 1..1 DO ${drop}; END FOR`,
    happens: 'table',
    ours: 'blocked',
  },
  'a label': { sql: `a: BEGIN NOT ATOMIC ${drop}; END a`, happens: 'nothing', ours: 'blocked' },
  'dynamic SQL': { sql: `EXECUTE IMMEDIATE '${drop}'`, happens: 'table', ours: 'blocked' },
  'dynamic SQL in parts': {
    sql: `EXECUTE IMMEDIATE CONCAT('DROP TAB', 'LE x')`,
    happens: 'table',
    ours: 'blocked',
  },
  'prepared from hexadecimal': {
    sql: 'SET @s = 0x44524F50205441424C452078; PREPARE p FROM @s; EXECUTE p',
    happens: 'table',
    ours: 'blocked',
  },
  'a setting for one statement': {
    sql: `SET STATEMENT max_statement_time = 9 FOR ${drop}`,
    happens: 'table',
    ours: 'blocked',
  },
  'ANALYZE of a DELETE': { sql: 'ANALYZE DELETE FROM x', happens: 'rows', ours: 'seen' },
  'ANALYZE with a format': { sql: 'ANALYZE FORMAT=JSON DELETE FROM x', happens: 'rows', ours: 'seen' },
  'EXPLAIN of a DELETE': { sql: 'EXPLAIN DELETE FROM x', happens: 'nothing', ours: 'silent' },
  'OR REPLACE': { sql: 'CREATE OR REPLACE TABLE x (z int)', happens: 'column', ours: 'seen' },
  'TABLES for TABLE': { sql: 'DROP TABLES x', happens: 'table', ours: 'seen' },
  'a temporary table that is none': { sql: 'DROP TEMPORARY TABLE x', happens: 'nothing', ours: 'silent' },
  'a temporary table before the table': {
    sql: 'CREATE TEMPORARY TABLE x (a int); DROP TABLE x; DROP TABLE x',
    happens: 'table',
    ours: 'seen',
  },
  'with WAIT': { sql: 'DROP TABLE x WAIT 1', happens: 'table', ours: 'seen' },
  'several commands': { sql: 'ALTER IGNORE TABLE x ADD c int, DROP b', happens: 'column', ours: 'seen' },
  'a command with parentheses': {
    sql: 'ALTER TABLE x ADD (c int, d int), DROP COLUMN IF EXISTS b',
    happens: 'column',
    ours: 'seen',
  },
  'a DELETE of many tables': { sql: 'DELETE x FROM x JOIN y ON true', happens: 'rows', ours: 'seen' },
  'a DELETE with an outer join': {
    sql: 'DELETE x FROM x LEFT JOIN y ON x.a = y.a + 1',
    happens: 'rows',
    ours: 'seen',
  },
  'a DELETE of what another table has': {
    sql: 'DELETE x FROM x JOIN y ON x.a = y.a + 1',
    happens: 'nothing',
    ours: 'silent',
  },
  'a DELETE with USING': { sql: 'DELETE FROM x USING x JOIN y ON 1 = 1', happens: 'rows', ours: 'seen' },
  'a DELETE that speaks of another table': {
    sql: 'DELETE x FROM x JOIN y WHERE y.a = 1',
    happens: 'rows',
    ours: 'seen',
  },
  'a DELETE by an alias': { sql: 'DELETE z FROM x AS z, y', happens: 'rows', ours: 'seen' },
  'a DELETE with a LIMIT': { sql: 'DELETE FROM x LIMIT 1000', happens: 'rows', ours: 'seen' },
  'a WHERE that is always true': {
    sql: "DELETE FROM x WHERE '1' = '1' OR a = 9",
    happens: 'rows',
    ours: 'seen',
  },
  'a WHERE of signs': { sql: 'DELETE FROM x WHERE a = 9 || 1', happens: 'rows', ours: 'seen' },
  'a procedure named begin': {
    sql: `CREATE PROCEDURE begin() SELECT 1; ${drop}; END`,
    happens: 'table',
    ours: 'blocked',
  },
  'a column named begin': {
    sql: `CREATE PROCEDURE p() BEGIN SELECT a AS begin FROM y; END; ${drop}`,
    happens: 'table',
    ours: 'seen',
  },
  'a body with CASE': {
    sql: `CREATE TRIGGER t BEFORE INSERT ON y FOR EACH ROW BEGIN SET NEW.a = CASE WHEN 1 THEN 2 END; END; ${drop}`,
    happens: 'table',
    ours: 'seen',
  },
  'a body that only defines': {
    sql: `CREATE PROCEDURE p() BEGIN IF 1 THEN ${drop}; END IF; END; CREATE VIEW v AS SELECT 1`,
    happens: 'nothing',
    ours: 'seen',
  },
  'a function named like a keyword': {
    sql: `SELECT REPEAT('a', 2), IF(1, 2, 3); ${drop}`,
    happens: 'table',
    ours: 'seen',
  },
}

const deletes = 'CREATE FUNCTION f() RETURNS INT BEGIN DELETE FROM x; RETURN 1; END'

// What was defined in the same file, and runs there.
export const programs: Readonly<Record<string, Trick>> = {
  'a procedure that is called': {
    sql: `CREATE PROCEDURE p() ${drop}; CALL p()`,
    happens: 'table',
    ours: 'seen',
  },
  'dynamic SQL in a procedure that is called': {
    sql: `CREATE PROCEDURE p() BEGIN EXECUTE IMMEDIATE '${drop}'; END; CALL p()`,
    happens: 'table',
    ours: 'blocked',
  },
  'a function that is selected': { sql: `${deletes}; SELECT f()`, happens: 'rows', ours: 'seen' },
  'a function in a setting': { sql: `${deletes}; SET @a = f()`, happens: 'rows', ours: 'seen' },
  'a function in SHOW': { sql: `${deletes}; SHOW TABLES WHERE f()`, happens: 'rows', ours: 'seen' },
  'a function that fills a table': {
    sql: `${deletes}; CREATE TABLE z AS SELECT f()`,
    happens: 'rows',
    ours: 'seen',
  },
  'a function in a view that is checked': {
    sql: `${deletes}; CREATE VIEW v AS SELECT f() AS a; CHECKSUM TABLE v`,
    happens: 'rows',
    ours: 'seen',
  },
  'a trigger that is fired': {
    sql: 'CREATE TRIGGER t AFTER INSERT ON y FOR EACH ROW DELETE FROM x; INSERT INTO y VALUES (9, 9)',
    happens: 'rows',
    ours: 'seen',
  },
  'a label that is named begin': {
    sql: `CREATE PROCEDURE p() BEGIN begin: BEGIN END begin; END; ${drop}`,
    happens: 'nothing',
    ours: 'seen',
  },
  'a type with a quoted end': {
    sql: `CREATE FUNCTION f() RETURNS ENUM('a;', 'b)') RETURN 'a'; ${drop}`,
    happens: 'table',
    ours: 'seen',
  },
  'a trigger that is named begin': {
    sql: `CREATE TRIGGER begin BEFORE INSERT ON y FOR EACH ROW SET @a = 1; ${drop}; END`,
    happens: 'table',
    ours: 'blocked',
  },
  'an event that is named do': {
    sql: `CREATE EVENT do ON SCHEDULE EVERY 1 DAY DO SELECT 1; ${drop}; END`,
    happens: 'table',
    ours: 'blocked',
  },
}

type LaterFile = Pick<Trick, 'happens'> & {
  readonly makes: string
  readonly runs: string
  /** `blocked`, or the rules that speak up in the file that makes it */
  readonly ours: 'blocked' | readonly string[]
}

// What was defined in a file, and runs in the next one.
export const laterFiles: Readonly<Record<string, LaterFile>> = {
  'dynamic SQL': {
    makes: `CREATE PROCEDURE p() BEGIN EXECUTE IMMEDIATE CONCAT('DROP TAB', 'LE x'); END`,
    runs: 'CALL p()',
    happens: 'table',
    ours: ['dynamic-sql'],
  },
  'dynamic SQL in a handler': {
    makes:
      "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION EXECUTE IMMEDIATE CONCAT('DROP TAB', 'LE x'); SIGNAL SQLSTATE '45000'; END",
    runs: 'CALL p()',
    happens: 'table',
    ours: ['dynamic-sql'],
  },
  'a function in a setting': {
    makes: deletes,
    runs: 'SET @a = f()',
    happens: 'rows',
    ours: ['no-where-delete'],
  },
  'a function in a row': {
    makes: deletes,
    runs: 'INSERT INTO y VALUES (f(), 1)',
    happens: 'rows',
    ours: ['no-where-delete'],
  },
  'a trigger': {
    makes: 'CREATE TRIGGER t AFTER INSERT ON y FOR EACH ROW DELETE FROM x',
    runs: 'INSERT INTO y VALUES (9, 9)',
    happens: 'rows',
    ours: ['no-where-delete'],
  },
  'a procedure that is named like another program': {
    makes: `CREATE PROCEDURE event() BEGIN ${drop}; END`,
    runs: 'CALL event()',
    happens: 'table',
    ours: ['drop-table'],
  },
}

export const settings: Readonly<Record<string, Trick>> = {
  'a sql_mode behind NAMES': {
    sql: `SET NAMES utf8mb4, sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT 'a\\'; ${drop}; -- '`,
    happens: 'table',
    ours: 'blocked',
  },
  'NAMES behind a variable': { sql: `SET @a = 1, NAMES gbk; ${drop}`, happens: 'table', ours: 'blocked' },
  'a sql_mode in backticks': {
    sql: `SET \`sql_mode\` = 'ANSI_QUOTES'; ${drop}`,
    happens: 'table',
    ours: 'blocked',
  },
  'a sql_mode with its scope apart': {
    sql: `SET @@session . sql_mode = 'ANSI_QUOTES'; ${drop}`,
    happens: 'table',
    ours: 'blocked',
  },
}

// x has no column id here; a is NULL in no row of it.
export const wheres: Readonly<Record<string, Trick>> = Object.fromEntries(
  [
    ...["b'1'", '-1', "'1'", '0x1', '!0', '(1)', 'a = a', '1 OR a = 9', 'TRUE AND 1', '1e0', 'NOT FALSE'],
    ...[
      'a <=> a',
      '1 IN (2, 1)',
      '1 BETWEEN 0 AND 2',
      'NULL <=> NULL',
      'a IS NULL OR a IS NOT NULL',
      '1 < 2 < 3',
    ],
    ...[
      'a = 1 OR a <> 1 OR a IS NULL',
      'IF(1, 1, 0)',
      'IFNULL(NULL, 1)',
      'EXISTS (SELECT 1)',
      '(SELECT 1)',
      '3 - 1',
    ],
    ...[
      'CASE WHEN a = 1 THEN 1 ELSE 1 END',
      'LENGTH(a) >= 0',
      'NOT NOT 1',
      'NULL IS UNKNOWN',
      '(1, 2) = (1, 2)',
      '1 && 1',
    ],
    ...['!!1', '(1 = 1) = 1', 'LOWER(a) = LOWER(a)', 'a BETWEEN a AND a', '3 NOT IN (1, 2)', '1 + 1 = 2'],
  ].map((where) => [where, { sql: `DELETE FROM x WHERE ${where}`, happens: 'rows', ours: 'seen' } as const]),
)
