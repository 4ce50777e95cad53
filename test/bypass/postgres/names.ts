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
    reports: 'no-where-delete',
  },
  'a temporary table': {
    sql: 'CREATE TEMP TABLE x (i int); DROP TABLE x; DROP TABLE public.x;',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a temporary table that goes first': {
    sql: 'CREATE TEMP TABLE x (i int); DROP TABLE x; DROP TABLE x;',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a temporary table that goes with DISCARD': {
    sql: 'CREATE TEMP TABLE x (i int); DISCARD TEMP; DELETE FROM x;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a temporary table that goes with a commit': {
    sql: 'BEGIN; CREATE TEMP TABLE x (i int) ON COMMIT DROP; COMMIT; DELETE FROM x;',
    happens: 'x: a,b empty',
    reports: 'transaction-control',
  },
  'a temporary table that may be there': {
    sql: 'CREATE TEMP TABLE IF NOT EXISTS x (i int); DELETE FROM x; DELETE FROM public.x;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a table of another schema': {
    sql: 'CREATE SCHEMA s; CREATE TABLE s.x (a int); DELETE FROM x;',
    happens: 's.x is new: a empty, schema s is new, x: a,b empty',
    reports: 'no-where-delete',
  },
  'a table whose schema is swapped': {
    given: 'CREATE SCHEMA app; CREATE TABLE app.z AS SELECT 1 AS a',
    sql: 'CREATE SCHEMA s; CREATE TABLE s.z (a int); ALTER SCHEMA s RENAME TO old; ALTER SCHEMA app RENAME TO s; DELETE FROM s.z;',
    happens:
      'app.z is gone, old.z is new: a empty, s.z is new: a empty, schema app is gone, schema old is new, schema s is new',
    reports: 'no-where-delete rename',
  },
  'a table that is moved': {
    sql: 'CREATE SCHEMA s; CREATE TABLE s.x (a int); DROP TABLE s.x; ALTER TABLE x SET SCHEMA s; DELETE FROM s.x;',
    happens: 's.x is new: a,b empty, schema s is new, x is gone',
    reports: 'mixed-ddl-dml no-where-delete rename',
  },
  'a table that goes and comes back': {
    sql: 'CREATE TABLE z (a int); DROP TABLE z; ALTER TABLE x RENAME TO z; DROP TABLE z;',
    happens: 'x is gone',
    reports: 'drop-table rename',
  },
  'a table under its old name': {
    sql: 'CREATE TABLE z (a int, b int); ALTER TABLE x RENAME TO old; ALTER TABLE z RENAME TO x; DROP TABLE old;',
    happens: 'x: a,b empty',
    reports: 'drop-table rename',
  },
  'a table that is swapped for its rows': {
    sql: 'CREATE TABLE z (LIKE x); ALTER TABLE z RENAME TO t; ALTER TABLE x RENAME TO z; ALTER TABLE t RENAME TO x; DELETE FROM z;',
    happens: 'x: a,b empty, z is new: a,b empty',
    reports: 'mixed-ddl-dml no-where-delete rename',
  },
  'a table in capitals': {
    sql: 'CREATE TABLE "X" (a int); DELETE FROM X;',
    happens: 'X is new: a empty, x: a,b empty',
    reports: 'no-where-delete',
  },
  'a table with a space': {
    sql: 'CREATE TABLE "x " (a int); DELETE FROM x;',
    happens: 'x  is new: a empty, x: a,b empty',
    reports: 'no-where-delete',
  },
  'a table of the role': {
    given:
      'CREATE SCHEMA mallory; CREATE TABLE mallory.z (a int); INSERT INTO mallory.z VALUES (1); GRANT ALL ON SCHEMA mallory TO mallory; GRANT ALL ON mallory.z TO mallory',
    sql: 'CREATE TABLE z (a int); SET ROLE mallory; DELETE FROM z;',
    happens: 'mallory.z: a empty, z is new: a empty',
    reports: 'transaction-control',
  },
  'a table of the user': {
    given: 'CREATE SCHEMA s; CREATE TABLE s.z (a int); INSERT INTO s.z VALUES (1)',
    sql: 'CREATE TABLE z (a int); ALTER SCHEMA s RENAME TO postgres; DELETE FROM z;',
    happens:
      'postgres.z is new: a empty, s.z is gone, schema postgres is new, schema s is gone, z is new: a empty',
    reports: 'no-where-delete rename',
  },
  'a table that is not made': {
    given: 'CREATE TABLE z (a int); INSERT INTO z VALUES (1)',
    sql: 'DO $$ BEGIN CREATE TABLE z (a int); EXCEPTION WHEN OTHERS THEN NULL; END $$; DELETE FROM z;',
    happens: 'z: a empty',
    reports: 'no-where-delete',
  },
  'a table that is taken back': {
    given:
      'CREATE SCHEMA s; CREATE TABLE s.z (a int); INSERT INTO s.z VALUES (1); SET search_path = public, s',
    sql: 'SET search_path = public, s; BEGIN; CREATE TABLE z (a int); ROLLBACK; DELETE FROM z;',
    happens: 'nothing',
    reports: 'transaction-control',
  },
  'a view of the same name': {
    sql: 'CREATE SCHEMA s; CREATE VIEW s.x AS SELECT 1; DROP VIEW s.x; DROP TABLE x;',
    happens: 'schema s is new, x is gone',
    reports: 'drop-table',
  },
  'an index of the same name': {
    given: 'CREATE INDEX i ON x (a)',
    sql: 'CREATE TABLE z (a int); CREATE INDEX IF NOT EXISTS i ON z (a); DROP INDEX i;',
    happens: 'index i is gone, z is new: a empty',
    reports: 'drop-index',
  },
}

// A new table through which the rows of old ones are reached.
export const links: Tricks = {
  'a parent by INHERIT': {
    sql: 'CREATE TABLE z (a int, b int); ALTER TABLE x INHERIT z; DELETE FROM z;',
    happens: 'x: a,b empty, z is new: a,b empty',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a parent of parts': {
    sql: 'CREATE TABLE z (a int, b int) PARTITION BY LIST (a); ALTER TABLE z ATTACH PARTITION x DEFAULT; DELETE FROM z;',
    happens: 'x: a,b empty, z is new: a,b empty',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a parent of parts that is emptied': {
    sql: 'CREATE TABLE z (a int, b int) PARTITION BY LIST (a); ALTER TABLE z ATTACH PARTITION x DEFAULT; TRUNCATE z;',
    happens: 'x: a,b empty, z is new: a,b empty',
    reports: 'truncate',
  },
  'a parent of parts that goes': {
    sql: 'CREATE TABLE z (a int, b int) PARTITION BY LIST (a); ALTER TABLE z ATTACH PARTITION x DEFAULT; DROP TABLE z;',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a parent that is changed': {
    sql: 'CREATE TABLE z (a int, b int); ALTER TABLE x INHERIT z; ALTER TABLE z DROP COLUMN b;',
    happens: 'z is new: a (1) (2)',
    reports: 'drop-column',
  },
  'a key whose rows go with it': {
    sql: 'CREATE TABLE z (id int PRIMARY KEY); INSERT INTO z VALUES (1), (2); ALTER TABLE x ADD FOREIGN KEY (a) REFERENCES z ON DELETE CASCADE; DELETE FROM z;',
    happens: 'constraint x_a_fkey is new, constraint z_pkey is new, x: a,b empty, z is new: id empty',
    reports: 'constraint-without-not-valid integer-key mixed-ddl-dml no-where-delete',
  },
  'a key whose rows are set to NULL': {
    sql: 'CREATE TABLE z (id int PRIMARY KEY); INSERT INTO z VALUES (1), (2); ALTER TABLE x ADD FOREIGN KEY (a) REFERENCES z ON DELETE SET NULL; DELETE FROM z;',
    happens: 'constraint x_a_fkey is new, constraint z_pkey is new, x: a,b (,1) (,2), z is new: id empty',
    reports: 'constraint-without-not-valid integer-key mixed-ddl-dml no-where-delete',
  },
  'a key whose rows are changed with it': {
    sql: 'CREATE TABLE z (id int PRIMARY KEY); INSERT INTO z VALUES (1), (2); ALTER TABLE x ADD FOREIGN KEY (a) REFERENCES z ON UPDATE CASCADE; UPDATE z SET id = id + 10;',
    happens:
      'constraint x_a_fkey is new, constraint z_pkey is new, x: a,b (11,1) (12,2), z is new: id (11) (12)',
    reports: 'constraint-without-not-valid integer-key mixed-ddl-dml no-where-update',
  },
  'a key that is emptied with all': {
    sql: 'CREATE TABLE z (id int PRIMARY KEY); INSERT INTO z VALUES (1), (2); ALTER TABLE x ADD FOREIGN KEY (a) REFERENCES z; TRUNCATE z CASCADE;',
    happens: 'constraint x_a_fkey is new, constraint z_pkey is new, x: a,b empty, z is new: id empty',
    reports: 'constraint-without-not-valid integer-key truncate',
  },
  'a rule of a new table': {
    sql: 'CREATE TABLE z (a int); CREATE RULE r AS ON DELETE TO z DO INSTEAD DELETE FROM x; DELETE FROM z;',
    happens: 'rule r on z is new, x: a,b empty, z is new: a empty',
    reports: 'hidden-code no-where-delete',
  },
  'a trigger of a new table': {
    sql: 'CREATE TABLE z (a int); CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; RETURN NULL; END $$; CREATE TRIGGER t AFTER DELETE ON z EXECUTE FUNCTION g(); DELETE FROM z;',
    happens: 'function g is new, trigger t on z is new: O, x: a,b empty, z is new: a empty',
    reports: 'no-where-delete',
  },
  'a view of an old table': {
    sql: 'CREATE TABLE z (a int); CREATE OR REPLACE VIEW v AS SELECT a FROM x; DELETE FROM v;',
    happens: 'v is new, x: a,b empty, z is new: a empty',
    reports: 'mixed-ddl-dml no-where-delete',
  },
  'a part for all other rows': {
    given: 'CREATE TABLE parts (a int, b int) PARTITION BY RANGE (a)',
    sql: 'ALTER TABLE parts ATTACH PARTITION x DEFAULT;',
    happens: 'parts: a,b (1,1) (2,2)',
    reports: 'partition-lock',
  },
  'a part that is taken out and goes': {
    given:
      'CREATE TABLE parts (a int, b int) PARTITION BY RANGE (a); CREATE TABLE part PARTITION OF parts DEFAULT; INSERT INTO parts VALUES (1, 1)',
    sql: 'ALTER TABLE parts DETACH PARTITION part; DROP TABLE part;',
    happens: 'part is gone, parts: a,b empty',
    reports: 'drop-table partition-lock',
  },
}
