import type { Tricks } from '../trick.ts'
import { outside } from '../trick.ts'

export const grants: Tricks = {
  'everything to everybody': {
    sql: 'GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC;',
    happens:
      'rights on child is new: =arwdDxtm, rights on parent is new: =arwdDxtm, rights on x is new: =arwdDxtm, rights on y is new: =arwdDxtm',
    reports: 'grants-to-everyone',
  },
  'a table to everybody': {
    sql: 'GRANT SELECT ON x TO PUBLIC;',
    happens: 'rights on x is new: =r',
    reports: 'grants-to-everyone',
  },
  'a column to everybody': {
    sql: 'GRANT UPDATE (a) ON x TO PUBLIC;',
    happens: 'rights on x.a is new: =w',
    reports: 'grants-to-everyone',
  },
  'a schema to everybody': {
    sql: 'GRANT CREATE ON SCHEMA public TO PUBLIC;',
    happens: 'rights on schema public is new: =UC',
    reports: 'grants-to-everyone',
  },
  'with the right to give it on': {
    sql: 'GRANT SELECT ON x TO mallory WITH GRANT OPTION;',
    happens: 'rights on x is new: mallory=r*',
    reports: 'grant-option',
  },
  'a role, to hand on': {
    sql: 'CREATE ROLE r; GRANT r TO mallory WITH ADMIN OPTION;',
    happens: 'member of r is new: mallory admin, role r is new',
    reports: 'grant-option privileges',
  },
  'a role of the server': {
    sql: 'GRANT pg_write_server_files TO mallory;',
    happens: 'member of pg_write_server_files is new: mallory',
    reports: 'powerful-role',
  },
  'a role of the server by another way': {
    sql: 'CREATE ROLE r IN ROLE pg_execute_server_program;',
    happens: 'member of pg_execute_server_program is new: r, role r is new',
    reports: 'powerful-role',
  },
  'members of a role that is made': {
    sql: 'CREATE GROUP r USER mallory;',
    happens: 'member of r is new: mallory, role r is new',
    reports: 'privileges',
  },
  'the administrator': {
    sql: 'GRANT postgres TO mallory;',
    happens: 'member of postgres is new: mallory',
    reports: 'powerful-role',
  },
  'tables to come': {
    sql: 'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO PUBLIC;',
    happens: 'default rights is new: =arwdDxtm',
    reports: 'grants-to-everyone',
  },
  'a right that is taken': {
    given: 'GRANT SELECT ON x TO mallory',
    sql: 'REVOKE ALL ON x FROM mallory CASCADE;',
    happens: 'rights on x is gone',
    reports: 'privileges',
  },
  'a right in DO': {
    sql: 'DO $$ BEGIN GRANT ALL ON x TO PUBLIC; END $$;',
    happens: 'rights on x is new: =arwdDxtm',
    reports: 'grants-to-everyone',
  },
}

export const roles: Tricks = {
  'an administrator': {
    sql: 'ALTER ROLE mallory SUPERUSER;',
    happens: 'role mallory: super',
    reports: 'powerful-role',
  },
  'an administrator that is new': {
    sql: "CREATE USER eve SUPERUSER PASSWORD 'secret';",
    happens: 'role eve is new: super login password',
    reports: 'password-in-sql powerful-role',
  },
  'who may make others': {
    sql: 'ALTER USER mallory CREATEROLE LOGIN;',
    happens: 'role mallory: createrole login',
    reports: 'powerful-role',
  },
  'who passes row security': {
    sql: 'ALTER ROLE mallory WITH BYPASSRLS;',
    happens: 'role mallory: bypassrls',
    reports: 'powerful-role',
  },
  'a password': {
    sql: "ALTER ROLE mallory PASSWORD 'secret';",
    happens: 'role mallory: password',
    reports: 'password-in-sql',
  },
  'a role that goes': {
    given: 'CREATE ROLE r',
    sql: 'DROP ROLE r;',
    happens: 'role r is gone',
    reports: 'privileges',
  },
}

export const owners: Tricks = {
  'of a table': {
    sql: 'ALTER TABLE x OWNER TO mallory;',
    happens: 'owner of x is new: mallory',
    reports: 'privileges',
  },
  'of a schema': {
    sql: 'ALTER SCHEMA public OWNER TO mallory;',
    happens: 'rights on schema public is new: mallory=UC =U, schema public: mallory',
    reports: 'privileges',
  },
  'of all at once': {
    given: 'ALTER TABLE x OWNER TO mallory',
    sql: 'REASSIGN OWNED BY mallory TO postgres;',
    happens: 'owner of x is gone',
    reports: 'privileges',
  },
  'of a function that runs as its owner': {
    given: 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    sql: 'ALTER FUNCTION f() SECURITY DEFINER;',
    happens: 'function f: definer',
    reports: 'security-definer',
  },
  'a function that runs as who made it': {
    sql: 'CREATE FUNCTION f() RETURNS bigint SECURITY DEFINER LANGUAGE sql AS $$ SELECT count(*) FROM x $$;',
    happens: 'function f is new: definer',
    reports: 'security-definer',
  },
  'a procedure that runs as who made it': {
    sql: 'CREATE PROCEDURE f() LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$ SELECT 1 $$;',
    happens: 'function f is new: definer {search_path=public}',
    reports: 'security-definer',
  },
}

export const rows: Tricks = {
  'row security off': {
    given: 'ALTER TABLE x ENABLE ROW LEVEL SECURITY',
    sql: 'ALTER TABLE x DISABLE ROW LEVEL SECURITY;',
    happens: 'x: a,b (1,1) (2,2)',
    reports: 'row-security',
  },
  'row security not for the owner': {
    given: 'ALTER TABLE x ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
    sql: 'ALTER TABLE x NO FORCE ROW LEVEL SECURITY;',
    happens: 'x: a,b (1,1) (2,2) rls',
    reports: 'row-security',
  },
  'row security with a policy for all': {
    given: 'ALTER TABLE x ENABLE ROW LEVEL SECURITY',
    sql: 'CREATE POLICY p ON x USING (true);',
    happens: 'policy p on x is new: true',
    reports: 'row-security',
  },
  'row security with a policy that says yes': {
    given: 'ALTER TABLE x ENABLE ROW LEVEL SECURITY',
    sql: 'CREATE POLICY p ON x FOR ALL USING (a = a OR a IS NULL) WITH CHECK (1 = 1);',
    happens: 'policy p on x is new: ((a = a) OR (a IS NULL))',
    reports: 'row-security',
  },
  'a policy that is widened': {
    given: 'ALTER TABLE x ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON x USING (a = 1)',
    sql: 'ALTER POLICY p ON x USING (true);',
    happens: 'policy p on x: true',
    reports: 'row-security',
  },
  'triggers off': {
    sql: 'ALTER TABLE child DISABLE TRIGGER ALL;',
    happens: 'trigger of a key on child is new: DD',
    reports: 'triggers-off',
  },
  'triggers of users off': {
    given:
      'CREATE TRIGGER t BEFORE UPDATE ON x FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    sql: 'ALTER TABLE x DISABLE TRIGGER USER;',
    happens: 'trigger t on x: D',
    reports: 'triggers-off',
  },
  'one trigger off': {
    given:
      'CREATE TRIGGER t BEFORE UPDATE ON x FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    sql: 'ALTER TABLE x ADD c int, DISABLE TRIGGER t;',
    happens: 'trigger t on x: D, x: a,b,c (1,1,) (2,2,)',
    reports: 'triggers-off',
  },
  'a trigger for copies only': {
    given:
      'CREATE TRIGGER t BEFORE UPDATE ON x FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    sql: 'ALTER TABLE x ENABLE REPLICA TRIGGER t;',
    happens: 'trigger t on x: R',
    reports: 'triggers-off',
  },
  'a rule off': {
    given: 'CREATE RULE r AS ON DELETE TO x DO INSTEAD NOTHING',
    sql: 'ALTER TABLE x DISABLE RULE r;',
    happens: 'rule r on x: off',
    reports: 'triggers-off',
  },
  'a key that is not enforced': {
    sql: 'ALTER TABLE child ALTER CONSTRAINT child_id_fkey NOT ENFORCED;',
    happens: 'constraint child_id_fkey: not valid',
    reports: 'triggers-off',
  },
  'a table that does not last': {
    sql: 'ALTER TABLE x SET UNLOGGED;',
    happens: 'x: a,b (1,1) (2,2) unlogged',
    reports: 'table-rewrite',
  },
  'a view that checks no rights': {
    given: 'CREATE VIEW v WITH (security_invoker = true) AS SELECT * FROM x',
    sql: 'ALTER VIEW v SET (security_invoker = false);',
    happens: 'v: {security_invoker=false}',
    reports: 'row-security',
  },
}

// What reaches another server, or lets another one reach this.
export const servers: Tricks = {
  'all tables to whoever asks': {
    sql: 'CREATE PUBLICATION p FOR ALL TABLES;',
    happens: 'publication p is new: all',
    reports: 'outside-connection',
  },
  'changes from elsewhere': {
    sql: "CREATE SUBSCRIPTION s CONNECTION 'host=evil.example dbname=a' PUBLICATION p WITH (connect = false);",
    happens: 'subscription s is new',
    reports: 'outside-connection',
  },
  'a table elsewhere': {
    sql: "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'evil.example'); CREATE FOREIGN TABLE z (a int) SERVER s;",
    happens: 'server s is new, z is new: foreign',
    reports: 'outside-connection',
  },
  'a password for elsewhere': {
    given: 'CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w',
    sql: "CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'a', password 'b');",
    happens: 'nothing',
    reports: 'password-in-sql',
  },
  'tables from elsewhere': {
    sql: 'IMPORT FOREIGN SCHEMA public FROM SERVER s INTO public;',
    happens: 'nothing',
    reports: 'outside-connection',
  },
  'an extension': {
    sql: 'CREATE EXTENSION dblink;',
    happens: 'extension dblink is new',
    reports: 'outside-connection',
  },
  'an extension that runs anything': {
    sql: 'CREATE EXTENSION plpython3u;',
    happens: 'nothing',
    reports: 'untrusted-language',
  },
  'a folder of the server': {
    sql: "CREATE TABLESPACE t LOCATION '/var/spool/t';",
    read: outside,
    reports: 'server-files',
  },
  'a database': {
    sql: 'DROP DATABASE app WITH (FORCE);',
    read: 'it is of no database of its own',
    reports: 'drop-table',
  },
  'a database under another name': {
    sql: 'ALTER DATABASE app RENAME TO old;',
    read: 'it is of no database of its own',
    reports: 'rename',
  },
  'a checkpoint': { sql: 'CHECKPOINT;', happens: 'nothing', reports: '' },
}
