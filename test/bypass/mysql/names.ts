import type { Tricks } from '../trick.ts'

// A table that looks as if it was made by this very file.
export const twins: Tricks = {
  'a table that may be there': {
    sql: 'CREATE TABLE IF NOT EXISTS x (a int); DROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'rows of a table that may be there': {
    sql: 'CREATE TABLE IF NOT EXISTS x (a int); DELETE FROM x;',
    happens: 'x: a,b empty',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a temporary table': {
    sql: 'CREATE TEMPORARY TABLE x (a int); DROP TABLE x; DROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a temporary table in full': {
    sql: 'CREATE TEMPORARY TABLE x (a int); DROP TEMPORARY TABLE x; DELETE FROM x;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a temporary table for its rows': {
    sql: 'CREATE TEMPORARY TABLE IF NOT EXISTS x (a int); DELETE FROM x; DROP TABLE x; DELETE FROM x;',
    happens: 'x: a,b empty',
    reports: 'drop-table mixed-ddl-dml no-where-delete',
  },
  'a table of another database': {
    sql: 'CREATE TABLE elsewhere.z (a int); DELETE FROM x; DROP TABLE elsewhere.x;',
    happens: 'elsewhere.x is gone, elsewhere.z is new: a empty, x: a,b empty',
    reports: 'drop-table mixed-ddl-dml no-where-delete',
  },
  'a table of the database that is used': {
    sql: 'CREATE TABLE z (a int); USE elsewhere; DELETE FROM x;',
    happens: 'elsewhere.x: a,b empty, z is new: a empty',
    reports: 'mixed-ddl-dml no-where-delete transaction-control',
  },
  'a table that goes and comes back': {
    sql: 'CREATE TABLE z (a int); DROP TABLE z; RENAME TABLE x TO z; DROP TABLE z;',
    happens: 'x is gone',
    reports: 'drop-table rename',
  },
  'a table under its old name': {
    sql: 'CREATE TABLE z LIKE x; RENAME TABLE x TO old, z TO x; DROP TABLE old;',
    happens: 'x: a,b empty',
    reports: 'drop-table rename',
  },
  'a table that is swapped for its rows': {
    sql: 'CREATE TABLE z LIKE x; RENAME TABLE z TO t, x TO z, t TO x; DELETE FROM z;',
    happens: 'x: a,b empty, z is new: a,b empty',
    reports: 'mixed-ddl-dml no-where-delete rename',
  },
  'a table that is swapped by ALTER': {
    sql: 'CREATE TABLE z LIKE x; ALTER TABLE z RENAME t, ADD c int; ALTER TABLE x RENAME TO z; DROP TABLE z;',
    happens: 't is new: a,b,c empty, x is gone',
    reports: 'drop-table rename',
  },
  'a table in the place of another': {
    sql: 'CREATE OR REPLACE TABLE x (a int); DELETE FROM x;',
    happens: 'x: a empty',
    reports: 'drop-table mixed-ddl-dml no-where-delete',
  },
  'a table among others': {
    sql: 'CREATE TABLE z (a int); DROP TABLE z, x;',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a table in other letters': {
    sql: 'CREATE TABLE X (a int); DELETE FROM x;',
    happens: 'X is new: a empty, x: a,b empty',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a view of an old table': {
    sql: 'CREATE TABLE z (a int); CREATE OR REPLACE VIEW v AS SELECT * FROM x; DELETE FROM v;',
    happens: 'v is new: view a,b, x: a,b empty, z is new: a empty',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a key whose rows go with it': {
    given: 'ALTER TABLE x ENGINE = InnoDB',
    sql: 'CREATE TABLE z (id int PRIMARY KEY); INSERT INTO z VALUES (1), (2); ALTER TABLE x ADD FOREIGN KEY (a) REFERENCES z (id) ON DELETE CASCADE; DELETE FROM z;',
    happens: 'index PRIMARY on z is new, index a on x is new, x: a,b empty, z is new: id empty',
    reports: 'add-foreign-key mixed-ddl-dml no-where-delete',
  },
  'a part of a new table': {
    sql: 'CREATE TABLE z (a int, b int) PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN MAXVALUE); ALTER TABLE z EXCHANGE PARTITION p WITH TABLE x; DELETE FROM z;',
    happens: 'x: a,b empty, z is new: a,b empty',
    reports: 'alter-copies-table mixed-ddl-dml no-where-delete',
  },
  'a part of a new table, which goes': {
    sql: 'CREATE TABLE z (a int, b int) PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN MAXVALUE); ALTER TABLE z EXCHANGE PARTITION p WITH TABLE x; DROP TABLE z;',
    happens: 'x: a,b empty',
    reports: 'alter-copies-table drop-table',
  },
  'a trigger of a new table': {
    sql: 'CREATE TABLE z (a int); CREATE TRIGGER t BEFORE INSERT ON z FOR EACH ROW DELETE FROM x; INSERT INTO z VALUES (1);',
    happens: 'trigger t is new, x: a,b empty, z is new: a (1)',
    reports: 'mixed-ddl-dml no-where-delete',
  },
}

const allow = '-- dbward: allow drop-table: it is empty'

export const suppressions: Tricks = {
  'as it is meant': { sql: `${allow}\nDROP TABLE x;`, happens: 'x is gone', reports: 'drop-table:allowed' },
  'behind a hash': {
    sql: '# dbward: allow drop-table: it is empty\nDROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table:allowed',
  },
  'behind dashes without a space': {
    sql: '--dbward: allow drop-table: it is empty\nDROP TABLE x;',
    happens: 'nothing',
    reports: 'dbward-schema unparsed',
  },
  'in a string': { sql: `SELECT '\n${allow}\n'; DROP TABLE x;`, happens: 'x is gone', reports: 'drop-table' },
  'in backticks': {
    sql: `SELECT 1 AS \`\n${allow}\n\`; DROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'in an executable comment': {
    sql: `/*!50000\n${allow}\n*/ DROP TABLE x;`,
    happens: 'x is gone',
    reports: 'drop-table suppression unparsed',
  },
  'in a body': {
    sql: `CREATE PROCEDURE p() BEGIN\n${allow}\nDROP TABLE x; END; CALL p();`,
    happens: 'program p is new, x is gone',
    reports: 'drop-table suppression',
  },
  'for two statements': {
    sql: `${allow}\nDROP TABLE x;\nDROP TABLE y;`,
    happens: 'x is gone, y is gone',
    reports: 'drop-table drop-table:allowed',
  },
  'behind the statement': {
    sql: `DROP TABLE x; ${allow}\n`,
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'for a rule of another engine': {
    sql: '-- dbward: allow drop-cascade: it is empty\nDROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table suppression',
  },
  'a directive in a string': {
    sql: "SELECT '\n-- migrate:down\n'; DROP TABLE x;",
    happens: 'x is gone',
    reports: 'drop-table unparsed',
  },
  'a directive behind a hash': {
    sql: 'SELECT 1;\n# migrate:down\nDROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a directive in an executable comment': {
    sql: '/*!50000\n-- migrate:down\n*/ DROP TABLE x;',
    happens: 'x is gone',
    reports: 'unparsed',
  },
}

const always = [
  ...[
    '1',
    "'1'",
    '!0',
    'NOT 0',
    'a = a',
    'a <=> a',
    'a = 9 OR NOT FALSE',
    "'a' LIKE '%'",
    'a IS NULL OR a IS NOT NULL',
  ],
  ...[
    'a BETWEEN a AND a',
    'EXISTS (SELECT 1)',
    '(SELECT 1)',
    'IF(1, 1, 0)',
    'IFNULL(NULL, 1)',
    'COALESCE(NULL, 1)',
  ],
  ...[
    'a = 9 || 1',
    '1 && 1',
    '1 <> 0',
    '0 IS NOT NULL',
    'a DIV a = 1 OR 1',
    "b'1'",
    '0x31',
    '1e0',
    '-1',
    'TRUE',
  ],
]

export const conditions: Tricks = Object.fromEntries(
  always.map((where) => [
    where,
    { sql: `DELETE FROM x WHERE ${where};`, happens: 'x: a,b empty', reports: 'no-where-delete' },
  ]),
)
