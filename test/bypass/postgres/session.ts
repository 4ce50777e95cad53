import type { Tricks } from '../trick.ts'

const lockTimeout = "current_setting('lock_timeout')"
const path = "current_setting('search_path')"
const triggers = "current_setting('session_replication_role')"

// Who the file runs as, and what then holds.
export const settings: Tricks = {
  'triggers and keys off': {
    sql: 'SET session_replication_role = replica; DELETE FROM parent WHERE id = 1;',
    shows: triggers,
    happens: 'parent: id (2), shows replica',
    reports: 'transaction-control',
  },
  'triggers off for the transaction': {
    sql: 'SET LOCAL session_replication_role = replica; DELETE FROM parent WHERE id = 1;',
    happens: 'parent: id (2)',
    reports: 'transaction-control',
  },
  'triggers off in quotes': {
    sql: 'SET SESSION "session_replication_role" TO \'replica\'; DELETE FROM parent WHERE id = 1;',
    shows: triggers,
    happens: 'parent: id (2), shows replica',
    reports: 'transaction-control',
  },
  'triggers off in a function': {
    sql: 'CREATE FUNCTION f() RETURNS void LANGUAGE sql SET session_replication_role = replica AS $$ DELETE FROM parent WHERE id = 1 $$; SELECT f();',
    happens: 'function f is new: {session_replication_role=replica}, parent: id (2)',
    reports: 'transaction-control',
  },
  'triggers off by ALTER FUNCTION': {
    given: 'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM parent WHERE id = 1 $$',
    sql: 'ALTER FUNCTION f() SET session_replication_role = replica; SELECT f();',
    happens: 'function f: {session_replication_role=replica}, parent: id (2)',
    reports: 'transaction-control',
  },
  'another user': {
    sql: 'SET SESSION AUTHORIZATION mallory;',
    shows: 'current_user',
    happens: 'shows mallory',
    reports: 'transaction-control',
  },
  'another user by a setting': {
    sql: "SET session_authorization TO 'mallory';",
    shows: 'current_user',
    happens: 'shows mallory',
    reports: 'transaction-control',
  },
  'another role': {
    sql: 'SET ROLE mallory;',
    shows: 'current_user',
    happens: 'shows mallory',
    reports: 'transaction-control',
  },
  'another role by a setting': {
    sql: 'SET "role" TO \'mallory\';',
    shows: 'current_user',
    happens: 'shows mallory',
    reports: 'transaction-control',
  },
  'the first role again': {
    sql: 'RESET ROLE; RESET SESSION AUTHORIZATION;',
    shows: 'current_user',
    happens: 'nothing',
    reports: 'transaction-control',
  },
  'no end of waiting': {
    sql: "SET lock_timeout = '2s'; SET lock_timeout = 0; ALTER TABLE x ADD COLUMN c int;",
    shows: lockTimeout,
    happens: 'x: a,b,c (1,1,) (2,2,), shows 0',
    reports: 'lock-timeout-off',
  },
  'no end of waiting, in words': {
    sql: "SET LOCAL lock_timeout = '0ms'; ALTER TABLE x ADD COLUMN c int;",
    happens: 'x: a,b,c (1,1,) (2,2,)',
    reports: 'lock-timeout-off',
  },
  'no end of waiting, by a default': {
    sql: 'SET lock_timeout TO DEFAULT; ALTER TABLE x ADD COLUMN c int;',
    shows: lockTimeout,
    happens: 'x: a,b,c (1,1,) (2,2,), shows 0',
    reports: 'lock-timeout-off',
  },
  'no end of waiting, by RESET': {
    sql: 'RESET lock_timeout; ALTER TABLE x ADD COLUMN c int;',
    shows: lockTimeout,
    happens: 'x: a,b,c (1,1,) (2,2,), shows 0',
    reports: 'lock-timeout-off',
  },
  'no end of waiting, by RESET ALL': {
    sql: 'RESET ALL; ALTER TABLE x ADD COLUMN c int;',
    shows: lockTimeout,
    happens: 'x: a,b,c (1,1,) (2,2,), shows 0',
    reports: 'lock-timeout-off',
  },
  'no end of waiting, by DISCARD': {
    sql: 'DISCARD ALL; ALTER TABLE x ADD COLUMN c int;',
    shows: lockTimeout,
    happens: 'nothing',
    reports: 'transaction-control',
  },
  'no end of waiting, by set_config': {
    sql: "SELECT set_config('lock_timeout', '0', false); ALTER TABLE x ADD COLUMN c int;",
    shows: lockTimeout,
    happens: 'x: a,b,c (1,1,) (2,2,), shows 0',
    reports: 'lock-timeout-off',
  },
  'other reading of strings': {
    sql: "SET standard_conforming_strings = off; SELECT 'a\\'; DROP TABLE x; --';",
    shows: "current_setting('standard_conforming_strings')",
    happens: 'x is gone, shows off',
    reports: 'drop-table unparsed',
  },
  'other bytes': {
    sql: "SET client_encoding = 'GBK'; SELECT E'\u4e1c\\'; DROP TABLE x; --';",
    shows: "current_setting('client_encoding')",
    happens: 'shows GBK',
    reports: 'unparsed',
  },
  'other bytes by NAMES': {
    sql: "SET NAMES 'SJIS';",
    shows: "current_setting('client_encoding')",
    happens: 'shows SJIS',
    reports: 'unparsed',
  },
  'other tables': {
    given: 'CREATE SCHEMA s; CREATE TABLE s.z (a int); INSERT INTO s.z VALUES (1)',
    sql: 'CREATE TABLE z (a int); SET search_path = s; DELETE FROM z;',
    shows: path,
    happens: 's.z: a empty, z is new: a empty, shows s',
    reports: 'no-where-delete',
  },
  'other tables by SCHEMA': {
    given: 'CREATE SCHEMA s; CREATE TABLE s.z (a int); INSERT INTO s.z VALUES (1)',
    sql: "CREATE TABLE z (a int); SET SCHEMA 's'; DELETE FROM z;",
    shows: path,
    happens: 's.z: a empty, z is new: a empty, shows s',
    reports: 'no-where-delete',
  },
  'other tables by set_config': {
    given: 'CREATE SCHEMA s; CREATE TABLE s.z (a int); INSERT INTO s.z VALUES (1)',
    sql: "CREATE TABLE z (a int); SELECT set_config('search_path', 's', false); DELETE FROM z;",
    shows: path,
    happens: 's.z: a empty, z is new: a empty, shows s',
    reports: 'no-where-delete',
  },
  'a commit that may be lost': {
    sql: 'SET synchronous_commit = off;',
    shows: "current_setting('synchronous_commit')",
    happens: 'shows off',
    reports: 'session-settings',
  },
  'pages that are broken': {
    sql: 'SET zero_damaged_pages = on;',
    shows: "current_setting('zero_damaged_pages')",
    happens: 'shows on',
    reports: 'session-settings',
  },
  'tables of the server': {
    sql: 'SET allow_system_table_mods = on; ALTER TABLE pg_description ADD COLUMN c int;',
    shows: "current_setting('allow_system_table_mods')",
    happens: 'system tables: 2520, shows on',
    reports: 'session-settings',
  },
  'bodies that are not checked': {
    sql: "SET check_function_bodies = off; CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM not_there_yet';",
    happens: 'function f is new',
    reports: 'no-where-delete',
  },
}

// What outlives the session.
export const lasting: Tricks = {
  'a setting of the server': {
    sql: "ALTER SYSTEM SET work_mem = '7MB';",
    happens: 'system setting work_mem is new: 7MB',
    reports: 'transaction-control',
  },
  'a setting of the database': {
    sql: "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET lock_timeout = 0', current_database()); END $$;",
    happens: 'setting of the database is new: {lock_timeout=0}',
    reports: 'unparsed',
  },
  'a setting of the role': {
    sql: 'ALTER ROLE CURRENT_USER SET search_path = evil, public;',
    happens: 'setting of postgres is new: {"search_path=evil, public"}',
    reports: 'server-settings',
  },
  'a setting of every role': {
    sql: 'ALTER ROLE ALL SET session_replication_role = replica;',
    happens: 'setting of all is new: {session_replication_role=replica}',
    reports: 'transaction-control',
  },
  'a setting of somebody': {
    sql: 'ALTER USER mallory SET row_security = off;',
    happens: 'setting of mallory is new: {row_security=off}',
    reports: 'server-settings',
  },
  'a setting of a database by its name': {
    sql: 'ALTER DATABASE postgres SET default_transaction_read_only = on;',
    read: 'it would be of every test',
    reports: 'server-settings',
  },
}
