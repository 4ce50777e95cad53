import type { Tricks } from '../trick.ts'

const f =
  'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.x; RETURN 1; END $$'

// A function or procedure that is made here, and that something runs.
export const functions: Tricks = {
  'in SQL': {
    sql: "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM x'; SELECT f();",
    happens: 'function f is new, x: a,b empty',
    reports: 'no-where-delete',
  },
  'in standard SQL': {
    sql: 'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC DELETE FROM x; SELECT 1; END; SELECT f();',
    happens: 'function f is new, x: a,b empty',
    reports: 'no-where-delete',
  },
  'in PL/pgSQL': {
    sql: 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; END $$; SELECT f();',
    happens: 'function f is new, x: a,b empty',
    reports: 'no-where-delete',
  },
  'a procedure': {
    sql: "CREATE PROCEDURE p() LANGUAGE sql AS 'DELETE FROM x'; CALL p();",
    happens: 'function p is new, x: a,b empty',
    reports: 'no-where-delete',
  },
  'a procedure that commits': {
    sql: 'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; COMMIT; END $$;',
    happens: 'function p is new',
    reports: 'no-where-delete',
  },
  'a function that puts SQL together': {
    sql: "CREATE FUNCTION f(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DROP TABLE ' || t; END $$; SELECT f('x');",
    happens: 'function f is new, x is gone',
    reports: 'unparsed',
  },
  'a function that others call already': {
    given:
      'CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER t BEFORE INSERT ON y FOR EACH ROW EXECUTE FUNCTION g()',
    sql: 'CREATE OR REPLACE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; RETURN NEW; END $$; INSERT INTO y VALUES (9, 9);',
    happens: 'function g: changed, x: a,b empty, y: a,b (1,1) (2,2) (9,9)',
    reports: 'no-where-delete',
  },
  'a trigger': {
    sql: 'CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; RETURN NEW; END $$; CREATE TRIGGER t AFTER INSERT ON y FOR EACH ROW EXECUTE FUNCTION g(); INSERT INTO y VALUES (9, 9);',
    happens: 'function g is new, trigger t on y is new: O, x: a,b empty, y: a,b (1,1) (2,2) (9,9)',
    reports: 'mixed-ddl-dml no-where-delete trigger-lock',
  },
  'a trigger at the end of the transaction': {
    sql: 'CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; RETURN NEW; END $$; CREATE CONSTRAINT TRIGGER t AFTER INSERT ON y DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION g(); INSERT INTO y VALUES (9, 9);',
    happens:
      'constraint t is new: deferred, function g is new, trigger t on y is new: O, x: a,b empty, y: a,b (1,1) (2,2) (9,9)',
    reports: 'mixed-ddl-dml no-where-delete trigger-lock',
  },
  'an event trigger': {
    sql: 'CREATE FUNCTION g() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; END $$; CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION g(); CREATE TABLE z (a int);',
    happens: 'event trigger e is new, function g is new, x: a,b empty, z is new: a empty',
    reports: 'hidden-code no-where-delete',
  },
  'an event trigger with a function of before': {
    given: 'CREATE FUNCTION g() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; END $$',
    sql: 'CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION g();',
    happens: 'event trigger e is new',
    reports: 'hidden-code',
  },
  'a default for rows that are there': {
    sql: `${f}; ALTER TABLE y ADD COLUMN c int DEFAULT f();`,
    happens: 'function f is new, x: a,b empty, y: a,b,c (1,1,1) (2,2,1)',
    reports: 'add-column-rewrites-table mixed-ddl-dml no-where-delete',
  },
  'an index on a function that lies': {
    sql: `${f}; CREATE FUNCTION g(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN public.f(); END $$; CREATE INDEX i ON y (g(a));`,
    happens: 'function f is new, function g is new, index i is new, x: a,b empty',
    reports: 'create-index-not-concurrently mixed-ddl-dml no-where-delete',
  },
  'a generated column': {
    sql: `${f}; CREATE FUNCTION g(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN public.f(); END $$; ALTER TABLE y ADD c int GENERATED ALWAYS AS (g(a)) STORED;`,
    happens: 'function f is new, function g is new, x: a,b empty, y: a,b,c (1,1,1) (2,2,1)',
    reports: 'add-column-rewrites-table mixed-ddl-dml no-where-delete',
  },
  'the CHECK of a table': {
    sql: 'CREATE FUNCTION f(int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; RETURN true; END $$; ALTER TABLE y ADD CHECK (f(a));',
    happens: 'constraint y_a_check is new, function f is new, x: a,b empty',
    reports: 'constraint-without-not-valid mixed-ddl-dml no-where-delete',
  },
  'the CHECK of a domain': {
    sql: 'CREATE FUNCTION f(int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; RETURN true; END $$; CREATE DOMAIN d AS int CHECK (f(VALUE)); SELECT 1::d;',
    happens: 'constraint d_check is new, function f is new, type d is new, x: a,b empty',
    reports: 'no-where-delete',
  },
  'a cast': {
    sql: "CREATE TYPE e AS ENUM ('a'); CREATE FUNCTION f(e) RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; RETURN 1; END $$; CREATE CAST (e AS int) WITH FUNCTION f(e) AS IMPLICIT; SELECT 'a'::e::int;",
    happens: 'cast of e to integer is new, function f is new, type e is new, x: a,b empty',
    reports: 'no-where-delete',
  },
  'an operator': {
    sql: 'CREATE FUNCTION f(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; RETURN 1; END $$; CREATE OPERATOR !!! (FUNCTION = f, RIGHTARG = int); SELECT !!! 1;',
    happens: 'function f is new, operator !!! is new, x: a,b empty',
    reports: 'no-where-delete',
  },
  'an operator in place of the usual one': {
    given: 'CREATE FUNCTION f(int, int) RETURNS bool LANGUAGE sql AS $$ SELECT true $$',
    sql: 'CREATE OPERATOR public.= (FUNCTION = f, LEFTARG = int, RIGHTARG = int); SET search_path = public, pg_catalog; DELETE FROM x WHERE a = 9;',
    happens: 'operator = is new, x: a,b empty',
    reports: 'session-settings',
  },
  'a function in place of a usual one': {
    sql: "CREATE FUNCTION lower(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; RETURN ''; END $$; SET search_path = public, pg_catalog; SELECT lower('A');",
    happens: 'function lower is new, x: a,b empty',
    reports: 'no-where-delete session-settings',
  },
  'an aggregate': {
    sql: 'CREATE FUNCTION f(int, int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; RETURN 1; END $$; CREATE AGGREGATE agg (int) (SFUNC = f, STYPE = int, INITCOND = 0); SELECT agg(a) FROM y;',
    happens: 'function agg is new, function f is new, x: a,b empty',
    reports: 'no-where-delete',
  },
  'a view': {
    sql: `${f}; CREATE VIEW v AS SELECT f(); TABLE v;`,
    happens: 'function f is new, v is new, x: a,b empty',
    reports: 'no-where-delete',
  },
  'a view that is materialized': {
    sql: `${f}; CREATE MATERIALIZED VIEW m AS SELECT f();`,
    happens: 'function f is new, m is new: f (1), x: a,b empty',
    reports: 'no-where-delete',
  },
  'the USING of a type change': {
    sql: 'CREATE FUNCTION f(int) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; RETURN 1; END $$; ALTER TABLE y ALTER a TYPE bigint USING f(a);',
    happens: 'function f is new, x: a,b empty, y: a,b (1,1) (1,2)',
    reports: 'alter-column-type mixed-ddl-dml no-where-delete',
  },
  'a cursor': {
    sql: `${f}; DECLARE c CURSOR FOR SELECT f(); FETCH c;`,
    happens: 'function f is new, x: a,b empty',
    reports: 'no-where-delete',
  },
  'COPY of a query': {
    sql: `${f}; COPY (SELECT f()) TO STDOUT;`,
    happens: 'function f is new, x: a,b empty',
    reports: 'no-where-delete unparsed',
  },
  'a condition of a trigger': {
    sql: 'CREATE FUNCTION f(int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; RETURN true; END $$; CREATE TRIGGER t BEFORE UPDATE ON y FOR EACH ROW WHEN (f(NEW.a)) EXECUTE FUNCTION suppress_redundant_updates_trigger(); UPDATE y SET b = 9 WHERE a = 1;',
    happens: 'function f is new, trigger t on y is new: O, x: a,b empty, y: a,b (1,9) (2,2)',
    reports: 'mixed-ddl-dml no-where-delete trigger-lock',
  },
  'in C': {
    sql: "CREATE FUNCTION f() RETURNS int AS '/var/spool/x.so', 'f' LANGUAGE c;",
    read: 'it is native code',
    reports: 'untrusted-language',
  },
  'of the server itself': {
    sql: "CREATE FUNCTION f() RETURNS bool LANGUAGE internal AS 'pg_reload_conf';",
    read: 'it is native code',
    reports: 'untrusted-language',
  },
  'in a language without limits': {
    sql: "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'import os';",
    read: 'it is code without limits',
    reports: 'untrusted-language',
  },
  'a language': {
    sql: 'CREATE LANGUAGE plmine HANDLER plpgsql_call_handler;',
    happens: 'language plmine is new',
    reports: 'untrusted-language',
  },
  'a library': { sql: "LOAD '/var/spool/x.so';", read: 'it is native code', reports: 'untrusted-language' },
}

export const rules: Tricks = {
  'a rule that also deletes': {
    sql: 'CREATE RULE r AS ON INSERT TO x DO ALSO DELETE FROM y;',
    happens: 'rule r on x is new',
    reports: 'hidden-code no-where-delete',
  },
  'a rule that is used at once': {
    sql: 'CREATE RULE r AS ON INSERT TO y DO ALSO DELETE FROM x; INSERT INTO y VALUES (9, 9);',
    happens: 'rule r on y is new, x: a,b empty, y: a,b (1,1) (2,2) (9,9)',
    reports: 'hidden-code mixed-ddl-dml no-where-delete',
  },
  'a rule with two actions': {
    sql: 'CREATE RULE r AS ON INSERT TO y DO ALSO (NOTIFY c; DELETE FROM x);',
    happens: 'rule r on y is new',
    reports: 'hidden-code no-where-delete',
  },
  'a rule in place of a DELETE': {
    sql: 'CREATE RULE r AS ON DELETE TO y DO INSTEAD DELETE FROM x; DELETE FROM y WHERE a = 1;',
    happens: 'rule r on y is new, x: a,b empty',
    reports: 'hidden-code mixed-ddl-dml no-where-delete',
  },
  'a rule in place of nothing': {
    sql: 'CREATE RULE r AS ON UPDATE TO x DO INSTEAD NOTHING;',
    happens: 'rule r on x is new',
    reports: 'hidden-code',
  },
  'a rule of a view': {
    sql: 'CREATE VIEW v AS SELECT 1 AS a; CREATE RULE r AS ON INSERT TO v DO INSTEAD DELETE FROM x; INSERT INTO v VALUES (1);',
    happens: 'rule r on v is new, v is new, x: a,b empty',
    reports: 'hidden-code mixed-ddl-dml no-where-delete',
  },
  'a trigger of a view': {
    sql: 'CREATE VIEW v AS SELECT 1 AS a; CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; RETURN NULL; END $$; CREATE TRIGGER t INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION g(); INSERT INTO v VALUES (1);',
    happens: 'function g is new, trigger t on v is new: O, v is new, x: a,b empty',
    reports: 'mixed-ddl-dml no-where-delete trigger-lock',
  },
}
