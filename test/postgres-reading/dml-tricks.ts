import type { Trick } from './trick.ts'

const rows = (sql: string): Trick => ({ sql, happens: 'rows', ours: 'seen' })
const values = (sql: string): Trick => ({ sql, happens: 'values', ours: 'seen' })

/** Where DML hides. */
export const places: Readonly<Record<string, Trick>> = {
  'a DELETE': rows('DELETE FROM x'),
  'a WITH': rows('WITH d AS (DELETE FROM x RETURNING a) SELECT count(*) FROM d'),
  'a WITH that nobody reads': rows('WITH d AS (DELETE FROM x) SELECT 1'),
  'a WITH of an INSERT': rows('WITH d AS (DELETE FROM x RETURNING *) INSERT INTO y SELECT a, b FROM d'),
  'a WITH in an INSERT': {
    sql: 'INSERT INTO y WITH d AS (DELETE FROM x RETURNING *) SELECT a, b FROM d',
    happens: 'nothing',
    ours: 'seen',
  },
  'a WITH of an UPDATE': rows(
    'WITH d AS (DELETE FROM x RETURNING a) UPDATE y SET b = 9 FROM d WHERE d.a = y.a',
  ),
  'a WITH of a MERGE': rows(
    'WITH d AS (DELETE FROM x RETURNING a) MERGE INTO y USING d ON d.a = y.a WHEN MATCHED THEN DO NOTHING',
  ),
  'the second of two': values(
    'WITH d AS (SELECT 1), e AS (UPDATE x SET b = 9 RETURNING a) SELECT * FROM d, e',
  ),
  'a WITH below the top': {
    sql: 'SELECT * FROM (WITH d AS (DELETE FROM x RETURNING a) SELECT * FROM d) e',
    happens: 'nothing',
    ours: 'seen',
  },
  'CREATE TABLE AS': rows('CREATE TABLE z AS WITH d AS (DELETE FROM x RETURNING a) SELECT * FROM d'),
  'SELECT INTO': rows('WITH d AS (DELETE FROM x RETURNING a) SELECT a INTO z FROM d'),
  'EXPLAIN ANALYZE': rows('EXPLAIN ANALYZE DELETE FROM x'),
  'EXPLAIN with options': rows('EXPLAIN (COSTS OFF, ANALYZE 1) DELETE FROM x'),
  EXPLAIN: { sql: 'EXPLAIN DELETE FROM x', happens: 'nothing', ours: 'silent' },
  'EXPLAIN ANALYZE of what is prepared': rows('PREPARE p AS DELETE FROM x; EXPLAIN ANALYZE EXECUTE p'),
  'a prepared statement': rows('PREPARE p AS DELETE FROM x; EXECUTE p'),
  'a prepared statement that is not run': {
    sql: 'PREPARE p AS DELETE FROM x',
    happens: 'nothing',
    ours: 'seen',
  },
  'a cursor': {
    sql: 'DECLARE c CURSOR FOR WITH d AS (DELETE FROM x RETURNING a) SELECT * FROM d; FETCH ALL c',
    happens: 'nothing',
    ours: 'seen',
  },
  'a nested comment': rows('/* /* */ SELECT 1; */ SELECT 2; /* */ DELETE FROM x'),
  'a MERGE on true': rows('MERGE INTO x USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE'),
  'a MERGE on its source': rows('MERGE INTO x USING y ON y.a = 1 WHEN MATCHED THEN DELETE'),
  'a MERGE with a condition': rows(
    'MERGE INTO x USING (SELECT 1) s ON 1 = 1 WHEN MATCHED AND 2 > 1 THEN DELETE',
  ),
  'a MERGE with itself': rows('MERGE INTO x USING x z ON x.a = z.a WHEN MATCHED THEN DELETE'),
  'a MERGE that updates': values(
    'MERGE INTO x USING (SELECT 1) s ON true WHEN MATCHED THEN UPDATE SET b = 9',
  ),
  'a MERGE with an empty source': rows(
    'MERGE INTO x USING (SELECT 1 AS a WHERE false) s ON s.a = x.a WHEN NOT MATCHED BY SOURCE THEN DELETE',
  ),
  'a MERGE that ties its tables': {
    sql: 'MERGE INTO x USING y ON x.a = y.a + 1 WHEN MATCHED THEN DELETE',
    happens: 'nothing',
    ours: 'silent',
  },
  USING: rows('DELETE FROM x USING y'),
  'USING that ties nothing': rows('DELETE FROM x USING y WHERE y.a = 1'),
  'USING itself': rows('DELETE FROM x USING x z WHERE x.a = z.a'),
  'USING that ties': { sql: 'DELETE FROM x USING y WHERE x.a = y.a + 1', happens: 'nothing', ours: 'silent' },
  'FROM that ties nothing': values('UPDATE x SET b = 9 FROM y WHERE y.a = 1'),
  'a subquery that speaks of another table': rows('DELETE FROM x WHERE EXISTS (SELECT FROM y WHERE y.a = 1)'),
  'rows by themselves': rows('DELETE FROM x WHERE ctid IN (SELECT ctid FROM x)'),
  'a rule that is fired': rows(
    'CREATE RULE r AS ON INSERT TO y DO ALSO DELETE FROM x; INSERT INTO y VALUES (9, 9)',
  ),
  'a rule that nothing fires': {
    sql: 'CREATE RULE r AS ON INSERT TO y DO ALSO DELETE FROM x',
    happens: 'nothing',
    ours: 'seen',
  },
  'an upsert': {
    sql: 'CREATE UNIQUE INDEX i ON y (a); INSERT INTO y SELECT a, b FROM x WHERE a = 1 ON CONFLICT (a) DO UPDATE SET b = 9',
    happens: 'nothing',
    ours: 'seen',
  },
}

const fn = (body: string, more = 'RETURNS int LANGUAGE plpgsql') =>
  `CREATE FUNCTION f() ${more} AS $$ ${body} $$;`
const deletes = fn('BEGIN DELETE FROM x; RETURN 1; END')
const table = (sql: string): Trick => ({ sql, happens: 'table', ours: 'seen' })

/** What a file makes and runs itself. */
export const programs: Readonly<Record<string, Trick>> = {
  'a DO': rows('DO $$ BEGIN DELETE FROM x; END $$'),
  'a DO in quotes': rows("DO 'BEGIN DELETE FROM x; END'"),
  'a DO in a DO': rows('DO $a$ BEGIN DO $b$ BEGIN DELETE FROM x; END $b$; END $a$'),
  'a handler': rows("DO $$ BEGIN RAISE 'a'; EXCEPTION WHEN OTHERS THEN DELETE FROM x; END $$"),
  'a query of a loop': rows(
    'DO $$ DECLARE r record; BEGIN FOR r IN DELETE FROM x RETURNING a LOOP END LOOP; END $$',
  ),
  'a condition': {
    sql: 'DO $$ BEGIN IF (WITH d AS (DELETE FROM x RETURNING 1) SELECT count(*) FROM d) > 0 THEN END IF; END $$',
    happens: 'nothing',
    ours: 'seen',
  },
  'a literal that is executed': rows("DO $$ BEGIN EXECUTE 'DELETE FROM x'; END $$"),
  escapes: table("DO $$ BEGIN EXECUTE U&'\\0044ROP TABLE x'; END $$"),
  'other escapes': table("DO $$ BEGIN EXECUTE E'\\x44ROP TABLE x'; END $$"),
  'literals put together': table("DO $$ BEGIN EXECUTE 'DR' || 'OP TABLE ' || 'x'; END $$"),
  'a format of literals': table("DO $$ BEGIN EXECUTE format('%2$s TABLE %1$I', 'x', 'DROP'); END $$"),
  concat: table("DO $$ BEGIN EXECUTE concat('DROP TABLE ', quote_ident('x')); END $$"),
  'what is not decided': {
    sql: "DO $$ BEGIN EXECUTE reverse('x ELBAT PORD'); END $$",
    happens: 'table',
    ours: 'blocked',
  },
  'a variable': {
    sql: "DO $$ DECLARE s text := 'DROP TABLE x'; BEGIN EXECUTE s; END $$",
    happens: 'table',
    ours: 'blocked',
  },
  'a cursor over what is put together': {
    sql: "DO $$ DECLARE c refcursor; BEGIN OPEN c FOR EXECUTE reverse('a GNINRUTER x MORF ETELED'); END $$",
    happens: 'nothing',
    ours: 'blocked',
  },
  'a function that is selected': rows(`${deletes} SELECT f()`),
  'a function in a row': rows(`${deletes} INSERT INTO y VALUES (f(), 1)`),
  'a function in a default': rows(`${deletes} ALTER TABLE y ADD c int DEFAULT f()`),
  'a function in a view': rows(`${deletes} CREATE VIEW v AS SELECT f(); SELECT * FROM v`),
  'a function in a condition': rows(`${deletes} SELECT 1 FROM y WHERE f() = 1`),
  'a function behind an operator': rows(
    `CREATE FUNCTION f(int, int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM x; RETURN 1; END $$;
     CREATE OPERATOR @#@ (FUNCTION = f, LEFTARG = int, RIGHTARG = int); SELECT 1 @#@ 2`,
  ),
  'a function in a setting': { sql: `${deletes} SET application_name = f`, happens: 'nothing', ours: 'seen' },
  'a body in SQL': table(`${fn('DROP TABLE x; SELECT 1', 'RETURNS int LANGUAGE sql')} SELECT f()`),
  'BEGIN ATOMIC': rows('CREATE PROCEDURE p() BEGIN ATOMIC DELETE FROM x; END; CALL p()'),
  'a procedure': table('CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN DROP TABLE x; END $$; CALL p()'),
  'dynamic SQL in a function that is called': {
    sql: `${fn("BEGIN EXECUTE reverse('x ELBAT PORD'); RETURN 1; END")} SELECT f()`,
    happens: 'table',
    ours: 'blocked',
  },
  'a trigger that is fired': rows(
    `${fn('BEGIN DELETE FROM x; RETURN NEW; END', 'RETURNS trigger LANGUAGE plpgsql')}
     CREATE TRIGGER t BEFORE INSERT ON y FOR EACH ROW EXECUTE FUNCTION f(); INSERT INTO y VALUES (9, 9)`,
  ),
  'dynamic SQL in a trigger that is fired': {
    sql: `${fn("BEGIN EXECUTE reverse('x MORF ETELED'); RETURN NEW; END", 'RETURNS trigger LANGUAGE plpgsql')}
     CREATE TRIGGER t BEFORE INSERT ON y FOR EACH ROW EXECUTE FUNCTION f(); INSERT INTO y VALUES (9, 9)`,
    happens: 'rows',
    ours: 'blocked',
  },
  'a function that a function makes': table(
    `${fn('BEGIN CREATE FUNCTION g() RETURNS void LANGUAGE sql AS $x$ DROP TABLE x $x$; PERFORM g(); RETURN 1; END')} SELECT f()`,
  ),
  'a function made in a DO': table(
    'DO $a$ BEGIN CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $b$ DROP TABLE x $b$; PERFORM f(); END $a$',
  ),
  'a row of a table': rows(
    `${fn('DECLARE r x%ROWTYPE; BEGIN r.a := 1; DELETE FROM x; RETURN r.a; END')} SELECT f()`,
  ),
  'a function that is only defined': { sql: deletes, happens: 'nothing', ours: 'seen' },
}

type LaterFile = Pick<Trick, 'happens'> & {
  readonly makes: string
  readonly runs: string
  /** rules that speak up in the file that makes it, maybe among others */
  readonly ours: readonly string[]
}

/** What is defined in a file, and runs in the next one. */
export const laterFiles: Readonly<Record<string, LaterFile>> = {
  'dynamic SQL': {
    makes: fn("BEGIN EXECUTE reverse('x ELBAT PORD'); RETURN 1; END"),
    runs: 'SELECT f()',
    happens: 'table',
    ours: ['dynamic-sql'],
  },
  'a function': { makes: deletes, runs: 'SELECT f()', happens: 'rows', ours: ['no-where-delete'] },
  'a function in a row': {
    makes: deletes,
    runs: 'INSERT INTO y VALUES (f(), 1)',
    happens: 'rows',
    ours: ['no-where-delete'],
  },
  'a procedure': {
    makes: 'CREATE PROCEDURE p() BEGIN ATOMIC UPDATE x SET b = 9; END',
    runs: 'CALL p()',
    happens: 'values',
    ours: ['no-where-update'],
  },
  'a rule': {
    makes: 'CREATE RULE r AS ON INSERT TO y DO ALSO DELETE FROM x',
    runs: 'INSERT INTO y VALUES (9, 9)',
    happens: 'rows',
    ours: ['no-where-delete'],
  },
  'a rule for an update': {
    makes: 'CREATE RULE r AS ON UPDATE TO y DO INSTEAD (SELECT 1; UPDATE x SET b = 9)',
    runs: 'UPDATE y SET a = 1 WHERE a = 2',
    happens: 'values',
    ours: ['no-where-update'],
  },
  'a column': {
    makes: fn('ALTER TABLE x DROP COLUMN b', 'RETURNS void LANGUAGE sql'),
    runs: 'SELECT f()',
    happens: 'column',
    ours: ['drop-column'],
  },
}
