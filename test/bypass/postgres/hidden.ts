import type { Tricks } from '../trick.ts'

// A statement inside of another one.
export const nested: Tricks = {
  'a DELETE in WITH': {
    sql: 'WITH d AS (DELETE FROM x RETURNING a) SELECT count(*) FROM d;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'an UPDATE in the WITH before an INSERT': {
    sql: 'WITH d AS (UPDATE x SET b = 9 RETURNING a, b) INSERT INTO y SELECT a, b FROM d;',
    happens: 'x: a,b (1,9) (2,9), y: a,b (1,1) (1,9) (2,2) (2,9)',
    reports: 'no-where-update unbatched-backfill',
  },
  'an UPDATE in the WITH of an INSERT': {
    sql: 'INSERT INTO y WITH d AS (UPDATE x SET b = 9 RETURNING a, b) SELECT a, b FROM d;',
    happens: 'nothing',
    reports: 'no-where-update',
  },
  'a DELETE in the WITH of an UPDATE': {
    sql: 'WITH d AS (DELETE FROM y) UPDATE x SET b = 9 WHERE a = 1;',
    happens: 'x: a,b (1,9) (2,2), y: a,b empty',
    reports: 'no-where-delete',
  },
  'a DELETE that nobody reads': {
    sql: 'WITH d AS (DELETE FROM x) SELECT 1;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a DELETE for a new table': {
    sql: 'CREATE TABLE z AS WITH d AS (DELETE FROM x RETURNING a) SELECT a FROM d;',
    happens: 'x: a,b empty, z is new: a (1) (2)',
    reports: 'no-where-delete',
  },
  'a DELETE behind SELECT INTO': {
    sql: 'WITH d AS (DELETE FROM x RETURNING a) SELECT a INTO z FROM d;',
    happens: 'x: a,b empty, z is new: a (1) (2)',
    reports: 'no-where-delete',
  },
  'a MERGE in WITH': {
    sql: 'WITH m AS (MERGE INTO x USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE RETURNING 1) SELECT count(*) FROM m;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a DELETE in COPY': {
    sql: 'COPY (DELETE FROM x RETURNING a) TO STDOUT;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete unparsed',
  },
  'a right in a new schema': {
    sql: 'CREATE SCHEMA s CREATE TABLE t (a int) GRANT ALL ON t TO PUBLIC;',
    happens: 'rights on s.t is new: =arwdDxtm, s.t is new: a empty, schema s is new',
    reports: 'grants-to-everyone',
  },
  'EXPLAIN ANALYZE': {
    sql: 'EXPLAIN ANALYZE DELETE FROM x;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'EXPLAIN with options': {
    sql: 'EXPLAIN (COSTS off, ANALYZE) DELETE FROM x;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'EXPLAIN whose last option counts': {
    sql: "EXPLAIN (ANALYZE off, ANALYZE 'on') DELETE FROM x;",
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'EXPLAIN without ANALYZE': {
    sql: 'EXPLAIN (ANALYZE false) DELETE FROM x;',
    happens: 'nothing',
    reports: '',
  },
  'EXPLAIN ANALYZE of what was prepared': {
    sql: 'PREPARE d AS DELETE FROM x; EXPLAIN ANALYZE EXECUTE d;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'EXPLAIN ANALYZE of a new table': {
    sql: 'EXPLAIN ANALYZE CREATE TABLE z AS WITH d AS (DELETE FROM x RETURNING a) SELECT a FROM d;',
    happens: 'x: a,b empty, z is new: a (1) (2)',
    reports: 'no-where-delete',
  },
  'PREPARE and EXECUTE': {
    sql: 'PREPARE d AS DELETE FROM x; EXECUTE d;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'EXECUTE for a new table': {
    sql: 'PREPARE d AS WITH w AS (DELETE FROM x RETURNING a) SELECT a FROM w; CREATE TABLE z AS EXECUTE d;',
    happens: 'x: a,b empty, z is new: a (1) (2)',
    reports: 'no-where-delete',
  },
  'MERGE that deletes': {
    sql: 'MERGE INTO x USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'MERGE that updates': {
    sql: 'MERGE INTO x USING (SELECT 9 AS b) y ON true WHEN MATCHED THEN UPDATE SET b = y.b;',
    happens: 'x: a,b (1,9) (2,9)',
    reports: 'no-where-update',
  },
  'MERGE that deletes what has no match': {
    sql: 'MERGE INTO x USING y ON false WHEN NOT MATCHED BY SOURCE THEN DELETE;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'MERGE with a condition for show': {
    sql: 'MERGE INTO x USING (SELECT 1) s ON x.a = x.a WHEN MATCHED AND true THEN DELETE;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'INSERT that updates': {
    given: 'ALTER TABLE x ADD UNIQUE (a)',
    sql: 'INSERT INTO x SELECT a, 0 FROM x ON CONFLICT (a) DO UPDATE SET b = 0;',
    happens: 'x: a,b (1,0) (2,0)',
    reports: 'unbatched-backfill',
  },
  'UPDATE FROM without a tie': {
    sql: 'UPDATE x SET b = 9 FROM y WHERE y.a = 1;',
    happens: 'x: a,b (1,9) (2,9)',
    reports: 'no-where-update',
  },
  'DELETE USING without a tie': {
    sql: 'DELETE FROM x USING y WHERE y.a = 1;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'DELETE FROM ONLY': { sql: 'DELETE FROM ONLY x;', happens: 'x: a,b empty', reports: 'no-where-delete' },
  'DELETE with a star': { sql: 'DELETE FROM x *;', happens: 'x: a,b empty', reports: 'no-where-delete' },
  'DELETE by an alias': { sql: 'DELETE FROM y AS x;', happens: 'y: a,b empty', reports: 'no-where-delete' },
  'DELETE through a new view': {
    sql: 'CREATE VIEW v AS SELECT * FROM x; DELETE FROM v;',
    happens: 'v is new, x: a,b empty',
    reports: 'no-where-delete',
  },
  'UPDATE through a temporary view': {
    sql: 'CREATE TEMP VIEW v AS SELECT * FROM x; UPDATE v SET b = 9;',
    happens: 'x: a,b (1,9) (2,9)',
    reports: 'no-where-update',
  },
  'UPDATE of a row at once': {
    sql: 'UPDATE x SET (a, b) = (SELECT 0, 0);',
    happens: 'x: a,b (0,0) (0,0)',
    reports: 'no-where-update',
  },
  'TRUNCATE of several': {
    sql: 'TRUNCATE ONLY y, x RESTART IDENTITY;',
    happens: 'x: a,b empty, y: a,b empty',
    reports: 'truncate',
  },
  'TRUNCATE CASCADE': {
    sql: 'TRUNCATE parent CASCADE;',
    happens: 'child: id empty, parent: id empty',
    reports: 'truncate',
  },
}

// What is dropped with something else.
export const drops: Tricks = {
  'a table by its owner': {
    given: 'ALTER TABLE x OWNER TO mallory',
    sql: 'DROP OWNED BY mallory;',
    happens: 'owner of x is gone, x is gone',
    reports: 'privileges',
  },
  'all by its schema': {
    given: 'CREATE SCHEMA s; ALTER TABLE x SET SCHEMA s',
    sql: 'DROP SCHEMA s CASCADE;',
    happens: 's.x is gone, schema s is gone',
    reports: 'drop-schema',
  },
  'a column by its type': {
    given: "CREATE TYPE t AS ENUM ('a'); ALTER TABLE x ADD COLUMN c t",
    sql: 'DROP TYPE t CASCADE;',
    happens: 'type t is gone, x: a,b (1,1) (2,2)',
    reports: 'drop-cascade drop-type',
  },
  'a column by its domain': {
    given: 'CREATE DOMAIN t AS int; ALTER TABLE x ADD COLUMN c t',
    sql: 'DROP DOMAIN t CASCADE;',
    happens: 'type t is gone, x: a,b (1,1) (2,2)',
    reports: 'drop-cascade drop-type',
  },
  'a column by its function': {
    given:
      'CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql RETURN 1; ALTER TABLE x ADD COLUMN c int GENERATED ALWAYS AS (f(a)) STORED',
    sql: 'DROP FUNCTION f CASCADE;',
    happens: 'function f is gone, x: a,b (1,1) (2,2)',
    reports: 'drop-cascade drop-type',
  },
  'a trigger by its function': {
    given:
      'CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW EXECUTE FUNCTION g()',
    sql: 'DROP ROUTINE g CASCADE;',
    happens: 'function g is gone, trigger t on x is gone',
    reports: 'drop-cascade drop-type',
  },
  'a default by its sequence': {
    given: "CREATE SEQUENCE s; ALTER TABLE x ALTER a SET DEFAULT nextval('s')",
    sql: 'DROP SEQUENCE s CASCADE;',
    happens: 's is gone',
    reports: 'drop-cascade drop-sequence',
  },
  'a key by its index': {
    sql: 'ALTER TABLE parent DROP CONSTRAINT parent_pkey CASCADE;',
    happens: 'constraint child_id_fkey is gone, constraint parent_pkey is gone',
    reports: 'drop-cascade drop-constraint',
  },
  'a table among others': {
    sql: 'CREATE TABLE z (a int); DROP TABLE z, x;',
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a foreign table that is none': {
    sql: 'DROP FOREIGN TABLE IF EXISTS x;',
    happens: 'nothing',
    reports: 'drop-table',
  },
  'a column among others': {
    sql: 'ALTER TABLE x ADD c int, DROP b, ALTER a SET DEFAULT 1;',
    happens: 'x: a,c (1,) (2,)',
    reports: 'drop-column',
  },
  'a column without a word for it': {
    sql: 'ALTER TABLE IF EXISTS ONLY x DROP IF EXISTS b;',
    happens: 'x: a (1) (2)',
    reports: 'drop-column',
  },
  'a view that depends': {
    given: 'CREATE VIEW v AS SELECT b FROM x',
    sql: 'ALTER TABLE x DROP COLUMN b CASCADE;',
    happens: 'v is gone, x: a (1) (2)',
    reports: 'drop-cascade drop-column',
  },
  'a policy': {
    given: 'ALTER TABLE x ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON x USING (a = 1)',
    sql: 'DROP POLICY own ON x;',
    happens: 'policy own on x is gone',
    reports: 'row-security',
  },
}
