import type { Tricks } from '../trick.ts'

const f =
  'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.x; RETURN 1; END $$'
const given = f

// A DO block, which runs at once.
export const blocks: Tricks = {
  'a DELETE in DO': {
    sql: 'DO $$ BEGIN DELETE FROM x; END $$;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'DO in plain quotes': {
    sql: "DO 'BEGIN DELETE FROM x; END';",
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'DO in escaped quotes': {
    sql: "DO E'BEGIN DELETE FROM x\\x3b END';",
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'DO in Unicode quotes': {
    sql: "DO U&'BEGIN \\0044ELETE FROM x; END';",
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'DO with its language first': {
    sql: 'DO LANGUAGE plpgsql $a$ BEGIN DELETE FROM x; END $a$;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a fixed text that is executed': {
    sql: 'DO $a$ BEGIN EXECUTE $b$DELETE FROM x$b$; END $a$;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a text with Unicode escapes': {
    sql: "DO $$ BEGIN EXECUTE U&'\\0044ROP TABLE x'; END $$;",
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a text with escapes': {
    sql: "DO $$ BEGIN EXECUTE E'\\x44ROP TABLE x'; END $$;",
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a text in two parts': {
    sql: "DO $$ BEGIN EXECUTE 'DROP TAB' || 'LE x'; END $$;",
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a text from format': {
    sql: "DO $$ BEGIN EXECUTE format('DROP %s %I', 'TABLE', 'x'); END $$;",
    happens: 'x is gone',
    reports: 'drop-table',
  },
  'a text that is replaced': {
    sql: "DO $$ BEGIN EXECUTE replace('DROP_TABLE_x', '_', ' '); END $$;",
    happens: 'x is gone',
    reports: 'unparsed',
  },
  'a text from letters': {
    sql: "DO $$ BEGIN EXECUTE chr(68) || 'ROP TABLE x'; END $$;",
    happens: 'x is gone',
    reports: 'unparsed',
  },
  'a text from a variable': {
    sql: "DO $$ DECLARE s text := 'DROP TABLE x'; BEGIN EXECUTE s; END $$;",
    happens: 'x is gone',
    reports: 'unparsed',
  },
  'a text from a table': {
    given: "CREATE TABLE t AS SELECT 'DROP TABLE x' AS s",
    sql: 'DO $$ BEGIN EXECUTE (SELECT s FROM t); END $$;',
    happens: 'x is gone',
    reports: 'unparsed',
  },
  'a text from encoded bytes': {
    sql: "DO $$ BEGIN EXECUTE convert_from(decode('RFJPUCBUQUJMRSB4', 'base64'), 'UTF8'); END $$;",
    happens: 'x is gone',
    reports: 'unparsed',
  },
  'a loop over a text': {
    sql: "DO $$ DECLARE r record; BEGIN FOR r IN EXECUTE 'DELETE FROM x RETURNING 1' LOOP END LOOP; END $$;",
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a cursor over a text': {
    sql: "DO $$ DECLARE c refcursor; BEGIN OPEN c FOR EXECUTE 'SELECT f' || chr(40) || ')'; END $$;",
    given,
    happens: 'nothing',
    reports: 'unparsed',
  },
  'a DELETE where an error is caught': {
    sql: 'DO $$ BEGIN RAISE division_by_zero; EXCEPTION WHEN OTHERS THEN DELETE FROM x; END $$;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a DELETE in WITH in DO': {
    sql: 'DO $$ DECLARE n int; BEGIN WITH d AS (DELETE FROM x RETURNING 1) SELECT count(*) INTO n FROM d; END $$;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a DELETE that returns into a variable': {
    sql: 'DO $$ DECLARE n int; BEGIN DELETE FROM x WHERE true RETURNING a INTO n; EXCEPTION WHEN OTHERS THEN DELETE FROM y; END $$;',
    happens: 'y: a,b empty',
    reports: 'no-where-delete',
  },
  'a DELETE behind a condition': {
    sql: 'DO $$ BEGIN IF (SELECT count(*) FROM y) > 1 THEN DELETE FROM x; END IF; END $$;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a DO in a DO': {
    sql: 'DO $a$ BEGIN DO $b$ BEGIN DELETE FROM x; END $b$; END $a$;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a COMMIT in DO': {
    sql: 'DO $$ BEGIN DELETE FROM x; COMMIT; RAISE division_by_zero; END $$;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete transaction-control',
  },
  'a setting in DO': {
    sql: 'DO $$ BEGIN SET lock_timeout = 0; END $$; ALTER TABLE x ADD COLUMN c int;',
    shows: "current_setting('lock_timeout')",
    happens: 'x: a,b,c (1,1,) (2,2,), shows 0',
    reports: 'lock-timeout-off',
  },
  'a label and comments in DO': {
    sql: 'DO $$ <<a>> BEGIN /* ; */ DELETE -- FROM y\nFROM x; END a $$;',
    happens: 'x: a,b empty',
    reports: 'no-where-delete',
  },
  'a table that is made on a condition': {
    given: 'CREATE TABLE z (a int); INSERT INTO z VALUES (1)',
    sql: 'DO $$ BEGIN IF false THEN CREATE TABLE z (a int); END IF; END $$; DELETE FROM z;',
    happens: 'z: a empty',
    reports: 'no-where-delete',
  },
  'DO in a language that is not there': {
    sql: "DO LANGUAGE plpython3u 'import os';",
    happens: 'nothing',
    reports: 'unparsed',
  },
}
