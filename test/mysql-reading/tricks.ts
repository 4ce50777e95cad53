import type { Way } from './world.ts'

/**
 * A text that a wrong reader takes for another one. `happens` is what MariaDB 10.11 did with it: dropped the table x,
 * its column b, emptied it, or none of these. `ours` is what the review makes of it: it sees what happens, it blocks the file
 * as not understood, or says nothing, which is right only where nothing happens.
 */
export type Trick = {
  readonly sql: string
  readonly happens: 'table' | 'column' | 'rows' | 'nothing'
  readonly ours: 'seen' | 'blocked' | 'silent'
  readonly way?: Way
}

const drop = 'DROP TABLE x'

export const comments: Readonly<Record<string, Trick>> = {
  'two dashes without a space': { sql: `SELECT 1--1; ${drop}`, happens: 'table', ours: 'seen' },
  'two dashes with a space': { sql: `SELECT 1-- 1; ${drop}`, happens: 'nothing', ours: 'silent' },
  'two dashes and a tab': { sql: `--\tnote\n${drop}`, happens: 'table', ours: 'seen' },
  'two dashes, a tab, and all behind it': {
    sql: `SELECT 1; --\t; ${drop}`,
    happens: 'nothing',
    ours: 'silent',
  },
  'two dashes and a control character': {
    sql: `SELECT 1; --\x01\n${drop}`,
    happens: 'table',
    ours: 'blocked',
  },
  'two dashes and a line feed': { sql: `SELECT 1 --\n; ${drop}`, happens: 'table', ours: 'seen' },
  'two dashes and a form feed': { sql: `SELECT 1 --\f; ${drop}`, happens: 'nothing', ours: 'silent' },
  'two dashes at the end': { sql: `${drop}; --`, happens: 'table', ours: 'seen' },
  'two dashes and a no-break space': {
    sql: `SELECT 1 --\u00a0; ${drop}`,
    happens: 'nothing',
    ours: 'seen',
  },
  'three dashes': { sql: `SELECT 1---1; ${drop}`, happens: 'table', ours: 'seen' },
  'a hash': { sql: `SELECT 1 # ; ${drop}`, happens: 'nothing', ours: 'silent' },
  'a hash in a name': { sql: `SELECT 1 AS a#b\n; ${drop}`, happens: 'table', ours: 'seen' },
  'a hash in quotes': { sql: `SELECT '#'; ${drop}`, happens: 'table', ours: 'seen' },
  'a carriage return alone': { sql: `SELECT 1; # a\r${drop}`, happens: 'nothing', ours: 'blocked' },
  'lines that end in both': { sql: `SELECT 1; # a\r\n${drop};\r\n`, happens: 'table', ours: 'seen' },
  'comments that do not nest': { sql: `/* a /* b */ ${drop}; /* */`, happens: 'table', ours: 'seen' },
  'a comment that closes late': { sql: `/*/ ${drop}; /*/ SELECT 1`, happens: 'nothing', ours: 'silent' },
  'stars before the slash': { sql: `/***/ ${drop} /***/`, happens: 'table', ours: 'seen' },
  'a comment that is never closed': { sql: `SELECT 1; /* ; ${drop}`, happens: 'nothing', ours: 'blocked' },
  'an end without a comment': { sql: `SELECT 1 */ 2; ${drop}`, happens: 'nothing', ours: 'seen' },
  'a product with a comment': { sql: `SELECT 2 */* x */ 3; ${drop}`, happens: 'table', ours: 'seen' },
  'a comment in a word': { sql: 'DR/**/OP TABLE x', happens: 'nothing', ours: 'blocked' },
  'comments for white space': { sql: 'DROP/**/TABLE/* ; */x', happens: 'table', ours: 'seen' },
  'a comment in a string': { sql: `SELECT '/*'; ${drop}; SELECT '*/'`, happens: 'table', ours: 'seen' },
  'a string in a comment': { sql: `/* ' */ ${drop}; /* ' */`, happens: 'table', ours: 'seen' },
  'dashes in a comment': { sql: `/* -- */ ${drop}`, happens: 'table', ours: 'seen' },
  'a comment in dashes': { sql: `-- /*\n${drop}; -- */`, happens: 'table', ours: 'seen' },
}

export const executable: Readonly<Record<string, Trick>> = {
  'no version': { sql: `/*! ${drop} */`, happens: 'table', ours: 'blocked' },
  '5.0': { sql: `/*!50000 ${drop} */`, happens: 'table', ours: 'blocked' },
  '5.6': { sql: `/*!50699 ${drop} */`, happens: 'table', ours: 'blocked' },
  '5.7, which MariaDB skips': { sql: `/*!50700 ${drop} */`, happens: 'nothing', ours: 'blocked' },
  '8.0, which MariaDB skips': { sql: `/*!80000 ${drop} */`, happens: 'nothing', ours: 'blocked' },
  '9.99.99, which MariaDB skips': { sql: `/*!99999 ${drop} */`, happens: 'nothing', ours: 'blocked' },
  '10.0': { sql: `/*!100000 ${drop} */`, happens: 'table', ours: 'blocked' },
  '10.11': { sql: `/*!101100 ${drop} */`, happens: 'table', ours: 'blocked' },
  'a version to come': { sql: `/*!999999 ${drop} */`, happens: 'nothing', ours: 'blocked' },
  'a version without a space': { sql: `/*!50000${drop} */`, happens: 'table', ours: 'blocked' },
  'four digits': { sql: `/*!5000 ${drop} */`, happens: 'nothing', ours: 'blocked' },
  'two marks': { sql: `/*!! ${drop} */`, happens: 'nothing', ours: 'blocked' },
  'of MariaDB': { sql: `/*M! ${drop} */`, happens: 'table', ours: 'blocked' },
  'of MariaDB with a version': { sql: `/*M!100000 ${drop} */`, happens: 'table', ours: 'blocked' },
  'of a MariaDB to come': { sql: `/*M!999999 ${drop} */`, happens: 'nothing', ours: 'blocked' },
  'of MariaDB in lower case': { sql: `/*m!100000 ${drop} */`, happens: 'nothing', ours: 'blocked' },
  'with a semicolon': { sql: `/*! SELECT 1; ${drop}; */`, happens: 'nothing', ours: 'blocked' },
  'in a statement': {
    sql: 'ALTER TABLE x ADD COLUMN c int /*!50000 , DROP COLUMN b */',
    happens: 'column',
    ours: 'blocked',
  },
  'around a WHERE': { sql: 'DELETE FROM x /*!80000 WHERE a = 1 */', happens: 'rows', ours: 'blocked' },
  'around a comment of dashes': { sql: `/*!50000 -- */ \n ${drop} */`, happens: 'table', ours: 'blocked' },
  'with a comment inside': { sql: `/*!50000 /* a */ ${drop} */`, happens: 'table', ours: 'blocked' },
  'one in another': { sql: `/*!50000 /*!50000 ${drop} */`, happens: 'table', ours: 'blocked' },
  'skipped, with a comment inside': {
    sql: `/*!80000 /* a */ ${drop} */`,
    happens: 'nothing',
    ours: 'blocked',
  },
  'skipped, with two comments inside': {
    sql: `/*!80000 /* /* */ */ ${drop} /* */`,
    happens: 'table',
    ours: 'blocked',
  },
  'skipped, with a quote inside': { sql: `/*!80000 ' */ ${drop} -- '`, happens: 'table', ours: 'blocked' },
  'a hint': { sql: `SELECT /*+ MAX_EXECUTION_TIME(1000) */ 1; ${drop}`, happens: 'table', ours: 'seen' },
  'a hint with a quoted end': {
    sql: `SELECT /*+ BKA(\`a*/ 1; ${drop} -- \`) */`,
    happens: 'table',
    ours: 'blocked',
  },
  'a space before the mark': { sql: `/* !50000 ${drop} */ SELECT 1`, happens: 'nothing', ours: 'silent' },
  'in a string': { sql: `SELECT '/*! ${drop} */'`, happens: 'nothing', ours: 'silent' },
  'in a comment of dashes': { sql: `-- /*! ${drop} */\nSELECT 1`, happens: 'nothing', ours: 'silent' },
}

export const quotes: Readonly<Record<string, Trick>> = {
  'a backslash before a quote': { sql: `SELECT 'a\\'; ${drop}; -- '`, happens: 'nothing', ours: 'blocked' },
  'the same without backslash escapes': {
    sql: `SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT 'a\\'; ${drop}; -- '`,
    happens: 'table',
    ours: 'blocked',
  },
  'the same in double quotes with ANSI_QUOTES': {
    sql: `SET sql_mode = 'ANSI_QUOTES'; SELECT 1 AS "a\\"; ${drop}; -- "`,
    happens: 'table',
    ours: 'blocked',
  },
  'a backslash before a backslash': { sql: `SELECT 'a\\\\'; ${drop}; -- '`, happens: 'table', ours: 'seen' },
  'a doubled quote': { sql: `SELECT 'a''; ${drop}; -- '`, happens: 'nothing', ours: 'silent' },
  'a doubled double quote': { sql: `SELECT "a""; ${drop}; -- "`, happens: 'nothing', ours: 'silent' },
  'one quote in the other': { sql: `SELECT "'"; ${drop}; -- '`, happens: 'table', ours: 'seen' },
  'a doubled backtick': { sql: `SELECT 1 AS \`a\`\`; ${drop}; -- \``, happens: 'nothing', ours: 'silent' },
  'a backslash in backticks': { sql: `SELECT 1 AS \`a\\\`; ${drop}; -- \``, happens: 'table', ours: 'seen' },
  'a national string': { sql: `SELECT N'a'; ${drop}`, happens: 'table', ours: 'seen' },
  'a string with a character set': { sql: `SELECT _utf8mb4'a;'; ${drop}`, happens: 'table', ours: 'seen' },
  'hexadecimal and bits': {
    sql: `SELECT X'4D', x'4d', 0x4D, b'01'; ${drop}`,
    happens: 'table',
    ours: 'seen',
  },
  'hexadecimal that is none': { sql: `SELECT x'zz'; ${drop}`, happens: 'nothing', ours: 'seen' },
  'null as a backslash and an N': { sql: `SELECT \\N; ${drop}`, happens: 'table', ours: 'seen' },
  'strings side by side': { sql: `SELECT 'a' 'b'';' "c;" ; ${drop}`, happens: 'table', ours: 'seen' },
  'a string that is never closed': { sql: `SELECT 'a; ${drop}`, happens: 'nothing', ours: 'blocked' },
  'names in backticks': { sql: 'DROP TABLE `x`', happens: 'table', ours: 'seen' },
  'another character set': {
    sql: `SET NAMES gbk; SELECT '\u7f5c\\'; ${drop}; -- '`,
    happens: 'table',
    ours: 'blocked',
  },
}

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
  'a DELETE of many tables': { sql: 'DELETE x FROM x JOIN y ON x.a = y.a', happens: 'rows', ours: 'seen' },
  'a DELETE with USING': { sql: 'DELETE FROM x USING x JOIN y ON x.a = y.a', happens: 'rows', ours: 'seen' },
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
    sql: `CREATE PROCEDURE p() BEGIN IF 1 THEN ${drop}; END IF; END; SELECT 1`,
    happens: 'nothing',
    ours: 'silent',
  },
  'a function named like a keyword': {
    sql: `SELECT REPEAT('a', 2), IF(1, 2, 3); ${drop}`,
    happens: 'table',
    ours: 'seen',
  },
}

// Here the mysql client splits, and not the server.
export const clients: Readonly<Record<string, Trick>> = {
  'two semicolons': { sql: `SELECT 1;; ${drop};`, happens: 'table', ours: 'seen', way: 'client' },
  'a procedure between delimiters': {
    sql: `DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END$$\nDELIMITER ;\n${drop};`,
    happens: 'table',
    ours: 'seen',
    way: 'client',
  },
  'a body that only defines': {
    sql: `DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; ${drop}; END;\n//\nDELIMITER ;\nSELECT 1;`,
    happens: 'nothing',
    ours: 'silent',
    way: 'client',
  },
  'two statements between delimiters': {
    sql: `DELIMITER $$\nSELECT 1; ${drop}$$\nDELIMITER ;\n`,
    happens: 'table',
    ours: 'blocked',
    way: 'client',
  },
  'a statement behind a body': {
    sql: `DELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; END; ${drop}$$\n`,
    happens: 'table',
    ours: 'blocked',
    way: 'client',
  },
  'a delimiter in a word': {
    sql: `DELIMITER $$\nSELECT 1 AS a$$${drop}$$`,
    happens: 'table',
    ours: 'seen',
    way: 'client',
  },
  'a delimiter in a string': {
    sql: `DELIMITER //\nSELECT '//'//\n${drop}//`,
    happens: 'table',
    ours: 'seen',
    way: 'client',
  },
  'a delimiter in a comment': {
    sql: `DELIMITER //\nSELECT 1 /* // ${drop}// */ //`,
    happens: 'nothing',
    ours: 'silent',
    way: 'client',
  },
  'a delimiter that is a word': {
    sql: `DELIMITER go\nSELECT 1 go\n${drop} go\n`,
    happens: 'table',
    ours: 'blocked',
    way: 'client',
  },
  'a delimiter in the middle of a line': {
    sql: `SELECT 1; DELIMITER $$\n${drop}$$`,
    happens: 'nothing',
    ours: 'blocked',
    way: 'client',
  },
  'a delimiter in quotes': {
    sql: `DELIMITER '$$'\n${drop}$$`,
    happens: 'table',
    ours: 'blocked',
    way: 'client',
  },
  'a delimiter with more on its line': {
    sql: `DELIMITER $$ x\n${drop}$$`,
    happens: 'table',
    ours: 'blocked',
    way: 'client',
  },
  'an ego of the client': { sql: `${drop}\\g`, happens: 'table', ours: 'blocked', way: 'client' },
  'an ego in capitals': { sql: `SELECT 1\\G ${drop};`, happens: 'table', ours: 'blocked', way: 'client' },
  'a delimiter by a backslash': {
    sql: `\\d $$\n${drop}$$`,
    happens: 'table',
    ours: 'blocked',
    way: 'client',
  },
  'a change of character set': {
    sql: `\\C gbk\nSELECT '\u7f5c\\'; ${drop}; -- ';`,
    happens: 'table',
    ours: 'blocked',
    way: 'client',
  },
}
