import { describe, expect, test } from 'vitest'
import { reviewSql } from '../testing.ts'

async function findings(sql: string): Promise<readonly string[]> {
  const [reviewed] = await reviewSql(sql)
  return (reviewed?.findings ?? []).map(({ line, rule }) => `${line}: ${rule}`)
}

const fn = (body: string, head = 'f() RETURNS int') =>
  `CREATE FUNCTION ${head} LANGUAGE plpgsql AS $$\n${body}\n$$;`

describe('a program that no statement of its file runs:', () => {
  test.each<[string, string, readonly string[]]>([
    ['a function that deletes', fn('BEGIN\n  DELETE FROM users;\n  RETURN 1;\nEND'), ['3: no-where-delete']],
    [
      'a quoted body',
      "CREATE FUNCTION f() RETURNS int LANGUAGE 'plpgsql' AS 'BEGIN\nDELETE FROM x; END'",
      ['2: no-where-delete'],
    ],
    [
      'a quoted body with quotes',
      "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN\nRAISE NOTICE ''a''; DELETE FROM x; END'",
      ['1: no-where-delete'],
    ],
    [
      'a body in SQL',
      'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$\nSELECT 1;\nUPDATE x SET a = 1;\nDROP TABLE y $$',
      ['3: no-where-update', '4: drop-table'],
    ],
    [
      'BEGIN ATOMIC',
      'CREATE PROCEDURE p() BEGIN ATOMIC\nSELECT 1;;\nDELETE FROM x;\nEND',
      ['3: no-where-delete'],
    ],
    ['a trigger function', fn('BEGIN\nTRUNCATE x; RETURN NEW; END', 'f() RETURNS trigger'), ['3: truncate']],
    ['a handler', fn('BEGIN NULL; EXCEPTION WHEN OTHERS THEN\nDELETE FROM x; END'), ['3: no-where-delete']],
    [
      'a query of a loop',
      fn('DECLARE r record; BEGIN FOR r IN\nDELETE FROM x RETURNING * LOOP NULL; END LOOP; END'),
      ['3: no-where-delete'],
    ],
    [
      'an expression',
      fn('DECLARE a int; BEGIN\na := (WITH d AS (DELETE FROM x RETURNING 1) SELECT count(*) FROM d); END'),
      ['3: no-where-delete'],
    ],
    [
      'a literal that is executed',
      fn("BEGIN\nEXECUTE U&'\\0044ELETE ' || 'FROM x'; END"),
      ['3: no-where-delete'],
    ],
    [
      'a function made by one',
      fn('BEGIN\nCREATE FUNCTION g() RETURNS void LANGUAGE sql AS $x$ DELETE FROM x $x$; END'),
      ['3: no-where-delete'],
    ],
    ['a DO in it', fn('BEGIN\nDO $x$ BEGIN DELETE FROM x; END $x$; END'), ['3: no-where-delete']],
    ['a role', fn('BEGIN\nSET ROLE a; END'), ['3: transaction-control']],
    [
      'a role while it runs',
      `${fn('BEGIN RETURN 1; END').slice(0, -1)} SET role = 'a'`,
      ['1: transaction-control'],
    ],
    [
      'a table that was new when the program was made',
      `CREATE TABLE x (a int);\n${fn('BEGIN DELETE FROM x; END')}`,
      ['3: no-where-delete'],
    ],
    [
      'the ledger in pieces',
      fn("BEGIN\nEXECUTE 'DELETE FROM dbw' || 'ard.ledger WHERE a = 1'; END"),
      ['3: dbward-schema'],
    ],
    ['what is no PL/pgSQL', fn('BEGIN GO HOME'), ['1: unparsed']],
  ])('%s', async (_name, sql, expected) => expect(await findings(sql)).toEqual(expected))

  test.each([
    ['a condition', fn('BEGIN DELETE FROM x WHERE a = 1; RETURN 1; END')],
    [
      'a transaction of its own',
      'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; ROLLBACK; END $$',
    ],
    ['an index', fn('BEGIN CREATE INDEX i ON x (a); ALTER TABLE x ADD b int; RETURN 1; END')],
    [
      'a row of a table',
      fn(
        "DECLARE r app.users%ROWTYPE; s app.status; n int; BEGIN r.name := 'x'; SELECT 1, 2 INTO s, n; RETURN r.id; END",
      ),
    ],
    [
      'a parameter that is a row',
      fn(
        'BEGIN u.name := 1; s := 2; SELECT 1, 2 INTO s, n; RETURN 1; END',
        'f(u users, s app.status, n anyelement) RETURNS int',
      ),
    ],
    [
      'all its parameters',
      fn(
        "BEGIN a := 1; b := a; RETURN NEXT; RETURN QUERY SELECT 1, 'x'; END",
        'f(IN c int[], VARIADIC d text[]) RETURNS TABLE (a int, b text)',
      ),
    ],
    [
      'a cursor',
      fn(
        'DECLARE c CURSOR (k int) FOR SELECT 1; d refcursor; r record; BEGIN OPEN c(1); FETCH c INTO r; UPDATE x SET a = 1 WHERE CURRENT OF c; OPEN d FOR SELECT 1; RETURN 1; END',
      ),
    ],
    [
      'a domain and a default',
      fn(
        'DECLARE a public.email NOT NULL DEFAULT 1; b CONSTANT numeric(10,\n2) := 1; c alias for $1; BEGIN RETURN 1; END',
        'f(int) RETURNS int',
      ),
    ],
    [
      'an alias of a row',
      fn('DECLARE a ALIAS FOR $2; BEGIN a.id := 1; RETURN a.id; END', 'f(int, users) RETURNS int'),
    ],
    ['an upsert', fn('BEGIN INSERT INTO x VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1; RETURN 1; END')],
    ['RETURN', 'CREATE FUNCTION f(a int) RETURNS int RETURN a + 1'],
  ])('says nothing of %s', async (_name, sql) => expect(await findings(sql)).toEqual([]))

  test('says when it happens, and counts nothing as done by the file', async () => {
    const [reviewed] = await reviewSql(fn('BEGIN DROP TABLE x; END'))
    expect(reviewed?.findings[0]?.message).toMatch(/It happens when this stored program runs\.$/)
    expect(reviewed?.touches).toEqual([])
  })
})

const drops = fn('BEGIN\nCREATE INDEX i ON x (a); RETURN 1; END')

describe('a program counts as the file', () => {
  test.each([
    ['where it is called', 'CALL f();', true],
    ['where it is selected', 'SELECT f();', true],
    ['where a view may call it', 'SELECT * FROM v;', true],
    ['where a row changes', 'INSERT INTO y VALUES (1);', true],
    ['where a check may call it', 'ALTER TABLE y VALIDATE CONSTRAINT c;', true],
    ['where a DO calls it', 'DO $$ BEGIN PERFORM f(); END $$;', true],
    [
      'where its name is that of a built-in one',
      'CREATE FUNCTION lower(int) RETURNS int RETURN 1; SELECT lower(1);',
      true,
    ],
    ['not beside a setting', "SELECT pg_catalog.set_config('a.b', '', false); SELECT nextval('s');", false],
    [
      'not beside definitions',
      'CREATE TABLE z (a int DEFAULT 1); CREATE TRIGGER t BEFORE INSERT ON z EXECUTE FUNCTION f();',
      false,
    ],
    [
      'not beside a DO that reads the catalogue',
      'DO $$ BEGIN IF EXISTS (SELECT FROM pg_class) THEN CREATE TABLE z (a int); END IF; END $$;',
      false,
    ],
  ])('%s: %s', async (_name, beside, expected) => {
    const found = await findings(`${drops}\n${beside}`)
    expect(found.includes('3: create-index-not-concurrently')).toBe(expected)
  })
})

test('a body in a body in a body ends somewhere', async () => {
  let sql = 'DELETE FROM x;'
  for (let i = 0; i < 12; i++) sql = `DO $a${i}$ BEGIN ${sql} END $a${i}$;`
  expect(await findings(sql)).toEqual(['1: unparsed'])
})

test.each([
  ['blocks', `BEGIN ${'BEGIN '.repeat(5000)}${'END; '.repeat(5000)}END`],
  ['parentheses', `BEGIN RETURN ${'('.repeat(5000)}1${')'.repeat(5000)}; END`],
  ['operators', `BEGIN RETURN 1${' + 1'.repeat(50_000)}; END`],
  ['queries', `BEGIN RETURN ${'(SELECT '.repeat(2000)}1${')'.repeat(2000)}; END`],
])('many %s break no parser', async (_name, body) => {
  await findings(fn(body))
  expect(await findings('DELETE FROM x')).toEqual(['1: no-where-delete'])
})

test('a function that an operator calls may run in the same file', async () => {
  const sql = `${fn('BEGIN\n  ALTER TABLE users ADD COLUMN a int UNIQUE;\n  RETURN 1;\nEND', 'f(int) RETURNS int')}
CREATE OPERATOR @@@ (RIGHTARG = int, FUNCTION = f);
SELECT @@@ 1;`
  expect(await findings(sql)).toEqual(['3: constraint-builds-index'])
})

test('a body that declares too much for the parser is not read', async () => {
  const many = Array.from({ length: 3001 }, (_, i) => `v${i} int;`).join(' ')
  expect(await findings(fn(`DECLARE ${many} BEGIN RETURN 1; END`))).toEqual(['1: unparsed'])
})
