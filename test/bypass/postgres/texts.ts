import type { Tricks } from '../trick.ts'
import { outside, tooMuch } from '../trick.ts'

// The functions that run a text read it as a query only, so what it calls has to do the work.
const given =
  'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.x; RETURN 1; END $$'

// Functions of the server that run a text, or do more than to compute.
export const calls: Tricks = {
  'a query as XML': {
    given,
    sql: "SELECT query_to_xml('SELECT f()', true, true, '');",
    happens: 'x: a,b empty',
    reports: 'unparsed',
  },
  'a query as XML, by its full name': {
    given,
    sql: `SELECT pg_catalog."query_to_xml"('SELECT f()', true, true, '');`,
    happens: 'x: a,b empty',
    reports: 'unparsed',
  },
  'a query as XML in a row': {
    given,
    sql: "INSERT INTO y SELECT 1, length(query_to_xml('SELECT f()', true, true, '')::text);",
    happens: 'x: a,b empty, y: a,b (1,1) (1,79) (2,2)',
    reports: 'unparsed',
  },
  'a query as XML as a default': {
    given,
    sql: "ALTER TABLE y ADD c int DEFAULT length(query_to_xml('SELECT f()', true, true, '')::text);",
    happens: 'x: a,b empty, y: a,b,c (1,1,79) (2,2,79)',
    reports: 'add-column-rewrites-table unparsed',
  },
  'a query as XML in FROM': {
    given,
    sql: "SELECT * FROM y, LATERAL query_to_xml_and_xmlschema('SELECT f()', true, true, '');",
    happens: 'x: a,b empty',
    reports: 'unparsed',
  },
  'a query as XML in LIMIT': {
    given,
    sql: "SELECT 1 LIMIT length(query_to_xml('SELECT f()', true, true, '')::text);",
    happens: 'x: a,b empty',
    reports: 'unparsed',
  },
  'a query for statistics of text': {
    given:
      'CREATE FUNCTION f() RETURNS tsvector LANGUAGE sql BEGIN ATOMIC DELETE FROM x; SELECT NULL::tsvector; END',
    sql: "SELECT ts_stat('SELECT f()');",
    happens: 'x: a,b empty',
    reports: 'unparsed',
  },
  'a function of another name': {
    given,
    sql: "CREATE FUNCTION g(text) RETURNS xml LANGUAGE sql RETURN query_to_xml($1, true, true, ''); SELECT g('SELECT f()');",
    happens: 'function g is new, x: a,b empty',
    reports: 'unparsed',
  },
  'SQL on another connection': {
    sql: "SELECT dblink_exec('dbname=app', 'DROP TABLE x');",
    read: outside,
    reports: 'unparsed',
  },
  'the sessions of others': {
    sql: 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity;',
    read: 'it ends every session of the server',
    reports: 'server-settings',
  },
  'the statements of others': {
    sql: 'SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid();',
    read: 'it stops what others do',
    reports: 'server-settings',
  },
  'a setting': {
    sql: "SELECT set_config('lock_timeout', '0', false); ALTER TABLE x ADD COLUMN c int;",
    shows: "current_setting('lock_timeout')",
    happens: 'x: a,b,c (1,1,) (2,2,), shows 0',
    reports: 'lock-timeout-off',
  },
  'a setting by its table': {
    sql: "UPDATE pg_settings SET setting = '7' WHERE name = 'lock_timeout';",
    shows: "current_setting('lock_timeout')",
    happens: 'shows 7ms',
    reports: 'transaction-control',
  },
  'a setting by a name that is computed': {
    sql: "SELECT set_config('lock_' || 'timeout', '7', false);",
    shows: "current_setting('lock_timeout')",
    happens: 'shows 7ms',
    reports: 'unparsed',
  },
  'a role by a setting': {
    sql: "SELECT set_config('role', 'mallory', false);",
    shows: 'current_user',
    happens: 'shows mallory',
    reports: 'transaction-control',
  },
  'triggers off by a setting': {
    sql: "SELECT set_config('session_replication_role', 'replica', false); DELETE FROM parent WHERE id = 1;",
    happens: 'parent: id (2)',
    reports: 'transaction-control',
  },
  'the locks of the agent': {
    sql: 'SELECT pg_advisory_unlock_all();',
    shows: "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())",
    happens: 'nothing',
    reports: 'transaction-control',
  },
  'a slot that keeps the log': {
    sql: "SELECT pg_create_physical_replication_slot('s', true);",
    happens: 'slot s is new',
    reports: 'server-settings',
  },
  'a file of the server as an object': {
    sql: "SELECT lo_import('/etc/passwd');",
    read: outside,
    reports: 'server-files',
  },
  'an object as a file of the server': {
    sql: "SELECT lo_export(4711, '/var/spool/x');",
    read: outside,
    reports: 'server-files',
  },
  'a file of the server': {
    sql: "SELECT pg_read_file('/etc/passwd');",
    read: outside,
    reports: 'server-files',
  },
  'a file of the server in bytes': {
    sql: "INSERT INTO y SELECT 1, length(pg_read_binary_file('postgresql.conf'));",
    read: outside,
    reports: 'server-files',
  },
  'the folders of the server': { sql: "SELECT pg_ls_dir('/');", read: outside, reports: 'server-files' },
  sleep: { sql: 'SELECT pg_sleep(100000);', read: tooMuch, reports: 'server-settings' },
  'the settings read again': { sql: 'SELECT pg_reload_conf();', read: outside, reports: 'server-settings' },
}

// The catalogue of the server itself, which its administrator may write to.
export const catalogue: Tricks = {
  'a right by the catalogue': {
    sql: "UPDATE pg_authid SET rolsuper = true WHERE rolname = 'mallory';",
    happens: 'role mallory: super',
    reports: 'server-settings',
  },
  'an index by the catalogue': {
    sql: "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'parent_pkey'::regclass;",
    happens: 'index parent_pkey is new: invalid',
    reports: 'server-settings',
  },
  'a trigger by the catalogue': {
    sql: "UPDATE pg_catalog.pg_trigger SET tgenabled = 'D' WHERE tgrelid = 'child'::regclass;",
    happens: 'trigger of a key on child is new: DD',
    reports: 'server-settings',
  },
  'a function by the catalogue': {
    given: 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    sql: "UPDATE pg_proc SET prosrc = 'SELECT 2', prosecdef = true WHERE proname = 'f';",
    happens: 'function f: definer',
    reports: 'server-settings',
  },
  'a constraint by the catalogue': {
    sql: "DELETE FROM pg_constraint WHERE conname = 'child_id_fkey';",
    happens: 'constraint child_id_fkey is gone',
    reports: 'server-settings',
  },
  'a row of the catalogue from MERGE': {
    sql: "MERGE INTO pg_authid a USING (SELECT 'mallory' AS who) w ON rolname = who WHEN MATCHED THEN UPDATE SET rolsuper = true;",
    happens: 'role mallory: super',
    reports: 'server-settings',
  },
}

export const copies: Tricks = {
  'a file of the server into a table': {
    sql: "COPY x FROM '/etc/passwd';",
    read: outside,
    reports: 'server-files',
  },
  'a table into a file of the server': {
    sql: "COPY x TO '/var/spool/x';",
    read: outside,
    reports: 'server-files',
  },
  'a query into a file of the server': {
    sql: "COPY (SELECT * FROM x) TO '/var/spool/x';",
    read: outside,
    reports: 'server-files',
  },
  'a program of the server that reads': {
    sql: "COPY x TO PROGRAM 'cat';",
    read: outside,
    reports: 'transaction-control',
  },
  'a program of the server that writes': {
    sql: "COPY x (a) FROM PROGRAM 'id';",
    read: outside,
    reports: 'transaction-control',
  },
  'rows that look like SQL': {
    sql: 'COPY x FROM STDIN;\nDROP TABLE x;\n\\.\n',
    happens: 'nothing',
    reports: 'unparsed',
  },
  'rows that are followed by SQL': {
    sql: 'COPY x FROM STDIN;\n1\t2\n\\.\nDROP TABLE x;\n',
    happens: 'nothing',
    reports: 'drop-table unparsed',
  },
  'a program in DO': {
    sql: "DO $$ BEGIN COPY x FROM PROGRAM 'id'; END $$;",
    read: outside,
    reports: 'transaction-control',
  },
  'a program in a text': {
    sql: "DO $$ BEGIN EXECUTE 'COPY x FROM ' || 'PROGRAM ''id'''; END $$;",
    read: outside,
    reports: 'transaction-control',
  },
  'a program in a function': {
    sql: "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ COPY x TO PROGRAM 'cat' $$;",
    read: outside,
    reports: 'transaction-control',
  },
}
