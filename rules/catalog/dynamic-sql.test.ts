import { testRule } from '../testing.ts'
import { dynamicSql } from './dynamic-sql.ts'

const fn = (body: string) =>
  `CREATE FUNCTION f(a text) RETURNS SETOF text LANGUAGE plpgsql AS $$\n${body}\n$$;`
const found = (line: number) =>
  `${line}: This executes SQL that is put together at run time. It happens when this stored program runs.`

testRule(dynamicSql, {
  reports: {
    'a name': [fn("BEGIN\nEXECUTE format('DROP TABLE %I', a);\nEND"), found(3)],
    'a variable': [fn("DECLARE s text := 'x';\nBEGIN\nEXECUTE s;\nEND"), found(4)],
    'a loop': [fn('DECLARE r record; BEGIN\nFOR r IN EXECUTE a LOOP NULL; END LOOP;\nEND'), found(3)],
    'a cursor': [fn('DECLARE c refcursor; BEGIN\nOPEN c FOR EXECUTE a;\nEND'), found(3)],
    'a query that is returned': [fn('BEGIN\nRETURN QUERY EXECUTE a;\nEND'), found(3)],
    'a format that is not decided here': [fn("BEGIN\nEXECUTE format('%10s', 'x');\nEND"), found(3)],
    'one in a file that runs nothing of its own': [
      `${fn('BEGIN\nEXECUTE a;\nEND')}\nCREATE TRIGGER t BEFORE INSERT ON x EXECUTE FUNCTION f();\nDO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_type) THEN NULL; END IF; END $$;`,
      found(3),
    ],
  },
  allows: {
    'a literal': fn("BEGIN EXECUTE 'UPDATE x SET a = 1 WHERE b = $1' USING a; END"),
    'literals put together': fn("BEGIN EXECUTE 'UPDATE x SET a = 1 ' || E'WHERE b = \\'c\\''::text; END"),
    'a format of literals': fn(
      "BEGIN EXECUTE format('UPDATE %I SET %2$I = %3$L WHERE b = 100 %%%1$s', 'x', 'a', 'it''s'); END",
    ),
    // These are `unparsed`.
    'one that the file calls': `${fn('BEGIN EXECUTE a; END')} SELECT f('x');`,
    'one that a changed row may run': `${fn('BEGIN EXECUTE a; END')} UPDATE x SET a = 1 WHERE id = 1;`,
    'one that a DO runs': `${fn('BEGIN EXECUTE a; END')} DO $$ BEGIN PERFORM f('x'); END $$;`,
    'a DO': 'DO $$ BEGIN EXECUTE current_user; END $$;',
  },
})

testRule(
  dynamicSql,
  {
    reports: {
      'a prepared statement, once': [
        'CREATE PROCEDURE p() BEGIN\nPREPARE s FROM @a;\nEXECUTE s;\nDEALLOCATE PREPARE s;\nEND',
        found(2),
      ],
    },
    allows: {
      'one that the file calls': 'CREATE PROCEDURE p() EXECUTE IMMEDIATE @a; CALL p();',
      'plain SQL': 'CREATE PROCEDURE p() SELECT 1;',
    },
  },
  { engine: 'mariadb' },
)
