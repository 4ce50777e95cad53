import type { Tricks } from '../trick.ts'

// What begins or ends a transaction.
export const transactions: Tricks = {
  'COMMIT inside': {
    sql: 'CREATE TABLE z (i int); COMMIT; DROP TABLE x; BEGIN; COMMIT;',
    happens: 'x is gone, z is new: i empty',
    reports: 'drop-table transaction-control',
  },
  'ROLLBACK inside': {
    sql: 'DROP TABLE x; ROLLBACK; DROP TABLE y;',
    happens: 'y is gone',
    reports: 'drop-table transaction-control',
  },
  'COMMIT before an error': {
    sql: 'DROP TABLE x; COMMIT; SELECT 1 / 0;',
    happens: 'x is gone',
    reports: 'drop-table transaction-control',
  },
  'END for COMMIT': {
    sql: 'DELETE FROM x; END; SELECT 1/0;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete transaction-control',
  },
  'ABORT for ROLLBACK': {
    sql: 'DELETE FROM x WHERE a = 1; ABORT; DELETE FROM y WHERE a = 1;',
    happens: 'y: a,b (2,2)',
    reports: 'transaction-control',
  },
  'COMMIT AND CHAIN': {
    sql: 'BEGIN; DELETE FROM x WHERE a = 1; COMMIT AND CHAIN; SELECT 1/0;',
    happens: 'x: a,b (2,2)',
    reports: 'transaction-control',
  },
  'two phases': {
    sql: "BEGIN; DELETE FROM x WHERE a = 1; PREPARE TRANSACTION 'p';",
    happens: 'prepared p is new',
    reports: 'transaction-control',
  },
  'a transaction of another time': {
    sql: 'BEGIN; SAVEPOINT s; DELETE FROM x WHERE a = 1; ROLLBACK TO s; RELEASE s; COMMIT;',
    happens: 'nothing',
    reports: 'transaction-control',
  },
  'START TRANSACTION': {
    sql: 'START TRANSACTION READ ONLY; SELECT 1; COMMIT; DELETE FROM x WHERE a = 1;',
    happens: 'x: a,b (2,2)',
    reports: 'transaction-control',
  },
  'a transaction that only reads': {
    sql: 'SET TRANSACTION READ ONLY; DELETE FROM x WHERE a = 1;',
    happens: 'nothing',
    reports: 'transaction-control',
  },
  'constraints later': {
    sql: 'SET CONSTRAINTS ALL DEFERRED;',
    happens: 'nothing',
    reports: 'transaction-control',
  },
  'all constraints now': {
    sql: 'SET CONSTRAINTS ALL IMMEDIATE;',
    happens: 'nothing',
    reports: 'transaction-control',
  },
  'a lock for all': {
    sql: "SELECT 1; LOCK TABLE x IN ACCESS EXCLUSIVE MODE; CREATE TABLE z AS SELECT mode FROM pg_locks WHERE relation = 'x'::regclass;",
    happens: 'z is new: mode (AccessExclusiveLock)',
    reports: 'lock-table',
  },
  'a lock on a view': {
    given: 'CREATE VIEW v AS SELECT * FROM x',
    sql: "SELECT 1; LOCK v; CREATE TABLE z AS SELECT mode FROM pg_locks WHERE relation = 'x'::regclass;",
    happens: 'z is new: mode (AccessExclusiveLock)',
    reports: 'lock-table',
  },
}

// The ledger of dbward.
export const ledger: Tricks = {
  'its rows': {
    sql: 'DELETE FROM dbward.ledger WHERE id = 1;',
    happens: 'dbward.ledger: id empty',
    reports: 'dbward-schema',
  },
  'its rows by another spelling': {
    sql: 'DELETE FROM "dbward" . U&"\\006cedger" WHERE id = 1;',
    happens: 'dbward.ledger: id empty',
    reports: 'dbward-schema',
  },
  'its rows by a search path': {
    sql: 'SET search_path = dbward; DELETE FROM ledger WHERE id = 1;',
    happens: 'dbward.ledger: id empty',
    reports: 'dbward-schema',
  },
  'its rows by a view': {
    sql: 'CREATE VIEW v AS SELECT * FROM dbward.ledger; DELETE FROM v WHERE id = 1;',
    happens: 'dbward.ledger: id empty, v is new',
    reports: 'dbward-schema',
  },
  'its rows by a function': {
    sql: 'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM dbward.ledger WHERE id = 1 $$; SELECT f();',
    happens: 'dbward.ledger: id empty, function f is new',
    reports: 'dbward-schema',
  },
  'its rows by a text': {
    sql: "DO $$ BEGIN EXECUTE 'DELETE FROM dbward.ledger WHERE id = 1'; END $$;",
    happens: 'dbward.ledger: id empty',
    reports: 'dbward-schema',
  },
  'its rows by a child': {
    sql: 'CREATE TABLE z (id int); ALTER TABLE dbward.ledger INHERIT z; DELETE FROM z;',
    happens: 'dbward.ledger: id empty, z is new: id empty',
    reports: 'dbward-schema mixed-ddl-dml no-where-delete',
  },
  'its name': {
    sql: 'ALTER SCHEMA dbward RENAME TO old;',
    happens: 'dbward.ledger is gone, old.ledger is new: id (1), schema dbward is gone, schema old is new',
    reports: 'dbward-schema rename',
  },
  'its place': {
    sql: 'ALTER TABLE dbward.ledger SET SCHEMA public;',
    happens: 'dbward.ledger is gone, ledger is new: id (1)',
    reports: 'dbward-schema rename',
  },
  'its schema': {
    sql: 'DROP SCHEMA dbward CASCADE;',
    happens: 'dbward.ledger is gone, schema dbward is gone',
    reports: 'dbward-schema drop-schema',
  },
  'its rights': {
    sql: 'GRANT ALL ON ALL TABLES IN SCHEMA dbward TO mallory;',
    happens: 'rights on dbward.ledger is new: mallory=arwdDxtm',
    reports: 'dbward-schema privileges',
  },
  'its rights in times to come': {
    sql: 'ALTER DEFAULT PRIVILEGES IN SCHEMA dbward GRANT ALL ON TABLES TO mallory;',
    happens: 'default rights is new: mallory=arwdDxtm',
    reports: 'dbward-schema privileges',
  },
  'its rows from elsewhere': {
    sql: 'MERGE INTO dbward.ledger l USING x ON l.id = x.a WHEN MATCHED THEN DELETE;',
    happens: 'dbward.ledger: id empty',
    reports: 'dbward-schema',
  },
  'a trigger on it': {
    sql: 'CREATE TRIGGER t BEFORE INSERT ON dbward.ledger FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();',
    happens: 'trigger t on dbward.ledger is new: O',
    reports: 'dbward-schema trigger-lock',
  },
}
