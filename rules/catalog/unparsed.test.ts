import { testRule } from '../testing.ts'
import { unparsed } from './unparsed.ts'

testRule(unparsed, {
  reports: {
    'a typing error, at the word': [
      `SELECT 1;
DROPP TABLE x;`,
      '2: This was not reviewed: PostgreSQL does not take this statement: syntax error at or near "DROPP".',
    ],
    'a literal, without showing it': [
      "SELECT 'secret' 'hidden';",
      '1: This was not reviewed: PostgreSQL does not take this statement: syntax error.',
    ],
    'a string that is never closed': [
      `SELECT 1;
SELECT 'a;`,
      '2: This was not reviewed: PostgreSQL does not take this statement: it has a string that is never closed.',
    ],
    'a comment that is never closed': [
      `SELECT 1;
/* /* */ DROP TABLE x;`,
      '2: This was not reviewed: PostgreSQL does not take this statement: it has a comment that is never closed.',
    ],
    'a command of psql': [
      `\\i evil.sql
SELECT 1;`,
      '1: This was not reviewed: PostgreSQL does not take this statement: it is a command of psql, not SQL.',
    ],
    'a program that psql would start': [
      `\\! id
SELECT 1;`,
      '1: This was not reviewed: PostgreSQL does not take this statement: it is a command of psql, not SQL.',
    ],
    'a command of psql after SQL': [
      `SELECT 'DROP TABLE x' \\gexec
SELECT 1;`,
      '1: This was not reviewed: PostgreSQL does not take this statement: it is a command of psql, not SQL.',
    ],
    'rows for COPY': [
      `COPY t FROM STDIN;
1	a
\\.
SELECT 1;`,
      '1: This was not reviewed: PostgreSQL does not take this statement: COPY ... FROM STDIN takes its rows from a client, and a migration has none.',
    ],
    'COPY from a client at the end': [
      'COPY t TO STDOUT',
      '1: This was not reviewed: COPY ... TO STDOUT gives its rows to a client, and a migration has none.',
    ],
    'SQL put together in a DO': [
      `DO $$ BEGIN
  EXECUTE 'DROP TABLE ' || t;
END $$;`,
      '2: This was not reviewed: it executes SQL that is put together at run time.',
    ],
    'a loop over SQL put together': [
      `DO $$ DECLARE r record; BEGIN
  FOR r IN EXECUTE format('TABLE %I', current_user) LOOP NULL; END LOOP;
END $$;`,
      '2: This was not reviewed: it executes SQL that is put together at run time.',
    ],
    'a cursor over SQL put together': [
      `DO $$ DECLARE c refcursor; BEGIN
  OPEN c FOR EXECUTE 'DELETE FROM ' || current_user;
END $$;`,
      '2: This was not reviewed: it executes SQL that is put together at run time.',
    ],
    'a statement that a directive cuts in two': [
      `CREATE TABLE a AS
-- migrate:up
SELECT 2;`,
      '1: PostgreSQL and this review do not agree on where the statements of this file begin and end.',
      '1: This was not reviewed: PostgreSQL does not take this statement: the statements of its file cannot be told apart.',
      '2: There are statements before this line.',
      '3: This was not reviewed: PostgreSQL does not take this statement: the statements of its file cannot be told apart.',
    ],
    'a literal in EXECUTE that is no SQL': [
      `DO $$ BEGIN
  EXECUTE 'nonsense';
END $$;`,
      '2: This was not reviewed: a statement of the DO body is not understood.',
    ],
    'a body that is no PL/pgSQL': [
      'DO $$ BEGIN nonsense here; END $$;',
      '1: This was not reviewed: the body of DO is not understood: syntax error at or near "nonsense".',
    ],
    'a body in another language': [
      "DO LANGUAGE plperl 'exec 1';",
      '1: This was not reviewed: the body of DO in plperl is not read.',
    ],
    'SQL in an argument': [
      "SELECT query_to_xml('DELETE FROM x RETURNING 1', true, true, '');",
      '1: This was not reviewed: query_to_xml runs SQL out of a string.',
    ],
    dblink: [
      "SELECT 1 FROM dblink('x', 'DROP TABLE y') AS t(a int);",
      '1: This was not reviewed: dblink runs SQL out of a string.',
    ],
    'set_config with a computed name': [
      "SELECT set_config('ro' || 'le', 'x', false);",
      '1: This was not reviewed: it calls set_config with a name that is computed.',
    ],
    'what changes how strings are read': [
      'SET standard_conforming_strings = off;',
      '1: This was not reviewed: it changes standard_conforming_strings, so that the server reads what follows otherwise than this review does.',
    ],
    'what changes the encoding': [
      "SELECT set_config('client_encoding', 'SJIS', false);",
      '1: This was not reviewed: it changes client_encoding, so that the server reads what follows otherwise than this review does.',
    ],
    'SET NAMES': [
      "SET NAMES 'latin1';",
      '1: This was not reviewed: it changes client_encoding, so that the server reads what follows otherwise than this review does.',
    ],
    'a line like a directive in a literal': [
      `-- migrate:up
SELECT '
-- migrate:down
';
-- migrate:down
`,
      '3: A line like a directive stands where it is none, or where it is one too many.',
    ],
    'a directive that is spelled otherwise': [
      `-- Migrate: up
SELECT 1;`,
      '1: This line looks like a directive of a migration and is none.',
    ],
    'an option that does not exist': [
      `-- migrate:up transaktion:false
SELECT 1;`,
      '1: This line looks like a directive of a migration and is none.',
    ],
    'a down section without an up': [
      `SELECT 1;
-- migrate:down
SELECT 2;`,
      '2: There is no `-- migrate:up` before this line.',
    ],
    'two up sections': [
      `-- migrate:up
SELECT 1;
-- migrate:up
SELECT 2;`,
      '3: There is a second `-- migrate:up`.',
    ],
    'statements before the up section': [
      `SELECT 1;
-- migrate:up
SELECT 2;`,
      '2: There are statements before this line.',
    ],
    'two statements that a missing semicolon joins': [
      `SELECT 1
DROP TABLE x;`,
      '2: This was not reviewed: PostgreSQL does not take this statement: syntax error at or near "TABLE".',
    ],
  },
  allows: {
    'what PostgreSQL parses': `SELECT 1;
CREATE TABLE t (a int);;
`,
    'an empty file': '',
    'comments only': `-- nothing
/* here /* nested */ */`,
    'a body that runs fixed SQL': "DO $$ BEGIN EXECUTE 'SELECT 1'; EXCEPTION WHEN others THEN NULL; END $$;",
    'the usual settings': `SET standard_conforming_strings = on;
SET client_encoding = 'UTF8';
SELECT set_config('search_path', '', false);`,
    'COPY to a file': "COPY t TO '/tmp/x';",
    'a rule of several statements':
      'CREATE RULE r AS ON INSERT TO a DO (INSERT INTO b VALUES (1); INSERT INTO c VALUES (1););',
    'a body of SQL': `CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END;
SELECT 1;`,
    'an up and a down section': `-- migrate:up
SELECT 1
-- migrate:down
nonsense here`,
  },
})

testRule(
  unparsed,
  {
    reports: Object.fromEntries(
      [
        ['FROBNICATE a', 'it is none of the statements that this review knows'],
        ['DROP a', 'it is none of the statements that this review knows'],
        [
          "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (USER 'a')",
          'it is none of the statements that this review knows',
        ],
        ['ALTER TABLE', 'it is none of the statements that this review knows'],
        ['SELECTED', 'it is none of the statements that this review knows'],
        ['SET STATEMENT a = 1 FOR DROP TABLE b', 'it is none of the statements that this review knows'],
        ["PREPARE s FROM 'DROP TABLE a'", 'it executes SQL that is put together at run time'],
        ["EXECUTE IMMEDIATE 'DROP TABLE a'", 'it executes SQL that is put together at run time'],
        ['BEGIN NOT ATOMIC SELECT 1; END', 'it is a compound statement outside of a stored program'],
        [
          '/*!40101 SET NAMES utf8mb4 */',
          'it has a comment that some servers execute and others skip, by their kind and their version, so that the same file does different things',
        ],
        [
          'SELECT 1 /*M!100100 + 1 */',
          'it has a comment that some servers execute and others skip, by their kind and their version, so that the same file does different things',
        ],
        ["SELECT /*+ SET_VAR(sql_mode='') */ 1", 'it has an optimizer hint that changes a setting'],
        ['SELECT 1.e(1)', 'it has a number whose exponent is missing, which servers read differently'],
        ['SELECT $a', 'it has a name that begins with a dollar sign, which newer servers read as a quote'],
        [
          'SELECT * FROM `#mysql50#dbward`.ledger',
          'it has a name that begins with #mysql50#, which servers read as another name',
        ],
        ['SELECT 1 \\G', 'it has a backslash: a command of the mysql client, not SQL'],
        ['source a.sql', 'it is a command of the mysql client, not SQL'],
        ['DELIMITER go', 'it is a DELIMITER that is not one mark such as `//` or `$$`, alone on its line'],
        ['DELIMITER $$\nSELECT 1; SELECT 2$$', 'more than one statement stands between two delimiters'],
        ['CREATE PROCEDURE p() BEGIN SELECT 1', 'where its body ends is not understood'],
        ...[
          "SET sql_mode = ''",
          "SET SESSION sql_mode = 'ANSI_QUOTES'",
          "SET @@session.sql_mode := CONCAT(@@sql_mode, ',ANSI')",
          "SET @a = 1, `SQL_MODE` = ''",
          'SET @@local.sql_mode = DEFAULT',
        ].map((sql) => [
          sql,
          'it changes sql_mode, so that the server reads what follows otherwise than this review does',
        ]),
        ['CREATE TABLE a (b INT) START TRANSACTION', 'it is none of the statements that this review knows'],
        ...[
          'SET character_set_client = gbk',
          "SET collation_connection = 'latin1_swedish_ci'",
          'SET SESSION collation_connection = @a',
          'SET NAMES utf8',
          "SET NAMES 'utf8mb3'",
          'SET NAMES utf8mb4 COLLATE utf8_general_ci',
          'SET NAMES DEFAULT',
          'SET character_set_connection = utf8mb3',
          'SET character_set_connection = @@character_set_server',
        ].map((sql) => [
          sql,
          'it changes the character set, so that the server reads what follows otherwise than this review does',
        ]),
        ...[
          "CREATE TABLE a (b INT) ENGINE=FEDERATED CONNECTION='mysql://x@y/dbward/ledger'",
          "CREATE TABLE a (b INT) ENGINE 'CONNECT'",
          'CREATE TABLE a (b INT) CHARSET utf8mb4, ENGINE = `spider`',
          'CREATE TABLE a (b INT) ENGINE=MERGE UNION=(c)',
          'CREATE TABLE a (b INT) PARTITION BY HASH (b) (PARTITION c ENGINE = SPIDER)',
          'ALTER TABLE a ENGINE=FEDERATED',
          "ALTER TABLE a ADD b INT, COMMENT='c' ENGINE FEDERATED",
          'ALTER TABLE a ADD PARTITION (PARTITION c VALUES LESS THAN (1) ENGINE FEDERATED)',
        ].map((sql) => [
          sql,
          'it names a storage engine whose rows may be those of other tables or of other servers',
        ]),
        ["LOAD DATA LOCAL INFILE 'a' INTO TABLE b", 'it is none of the statements that this review knows'],
      ].map(([sql = '', reason]) => [
        sql,
        [sql, `${sql.split('\n').length}: This was not reviewed: ${reason}.`] as const,
      ]),
    ),
    allows: Object.fromEntries(
      [
        'SELECT /*+ NO_INDEX_MERGE(a) MAX_EXECUTION_TIME(1000) */ 1',
        '/* ! no mark */ SELECT 1',
        "SELECT 'a\\\\b\\n', \\N",
        'SET character_set_client = utf8mb4',
        "SET collation_connection = 'utf8mb4_bin', @a = 1",
        "SET NAMES 'utf8mb4' COLLATE 'utf8mb4_unicode_ci'",
        'CALL p(1)',
        'CREATE TABLE a (b INT) PARTITION BY HASH (b) PARTITIONS 4',
        'ALTER TABLE a ADD CONSTRAINT c FOREIGN KEY (b) REFERENCES d (e) ON DELETE CASCADE, AUTO_INCREMENT = 5 COMMENT = "f"',
        'ALTER DEFINER = a@b SQL SECURITY INVOKER VIEW v AS SELECT 1',
        "CREATE TABLE a (engine VARCHAR(9)) ENGINE='InnoDB' PARTITION BY LIST COLUMNS (engine) (PARTITION p VALUES IN ('x') ENGINE = InnoDB)",
        'CREATE TABLE a AS SELECT engine FROM cars',
        'CREATE TABLE a SELECT SUM(b) OVER (PARTITION BY engine ORDER BY b) FROM cars',
        'ALTER TABLE a ADD engine INT, ENGINE = Aria',
        'TABLE a',
        'VALUES ROW(1), ROW(2)',
        "LOAD DATA INFILE 'a' INTO TABLE b",
      ].map((sql) => [sql, sql]),
    ),
  },
  { engine: 'mysql' },
)
