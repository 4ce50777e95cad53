import { describe, expect, test } from 'vitest'
import { review } from '../review.ts'

async function findings(...files: readonly string[]): Promise<readonly (readonly string[])[]> {
  const named = files.map((sql, i) => ({ path: `${i}.sql`, bytes: Buffer.from(sql) }))
  const reviews = await review(named, { engine: 'mariadb' })
  return reviews.map((one) => one.findings.map(({ line, rule }) => `${line}: ${rule}`))
}

const dynamic = `CREATE PROCEDURE p()
BEGIN
  EXECUTE IMMEDIATE CONCAT('insert into dbw', 'ard.led', 'ger values (1)');
  EXECUTE IMMEDIATE CONCAT('do rele', 'ase_all_locks()');
END`

test('SQL put together at run time blocks in the file that makes the program, whichever file runs it', async () => {
  expect(await findings(dynamic, 'CALL p()')).toEqual([['3: dynamic-sql', '4: dynamic-sql'], []])
})

describe('a program that no statement of its file runs:', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'a function that deletes',
      'CREATE FUNCTION f() RETURNS INT BEGIN\nDELETE FROM users; RETURN 1; END',
      ['2: no-where-delete'],
    ],
    [
      'a trigger',
      'CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW UPDATE b SET c = 1',
      ['1: no-where-update'],
    ],
    ['a procedure that drops', 'CREATE PROCEDURE p() DROP TABLE a', ['1: drop-table']],
    [
      'a procedure that empties',
      'CREATE PROCEDURE p() BEGIN l: LOOP TRUNCATE a; END LOOP; END',
      ['1: truncate'],
    ],
    [
      'a procedure that drops a column',
      'CREATE PROCEDURE p() IF 1 THEN SELECT 1; ELSE ALTER TABLE a DROP b; END IF',
      ['1: drop-column'],
    ],
    [
      'a handler',
      'CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR NOT FOUND, 1062 EXECUTE IMMEDIATE @a; SELECT 1; END',
      ['1: dynamic-sql'],
    ],
    [
      'a prepared statement',
      'CREATE PROCEDURE p() BEGIN\nPREPARE s FROM @a;\nEXECUTE s;\nEND',
      ['2: dynamic-sql'],
    ],
    ['what another one prepared', 'CREATE PROCEDURE p() EXECUTE s', ['1: dynamic-sql']],
    ['a setting', 'CREATE PROCEDURE p() SET autocommit = 0', ['1: transaction-control']],
    [
      'a setting that a variable has the name of',
      'CREATE PROCEDURE p() BEGIN BEGIN DECLARE autocommit INT; END; SET autocommit = 0; END',
      ['1: transaction-control'],
    ],
    ['a setting of the session', 'CREATE PROCEDURE p(a INT) SET SESSION a = 1', ['1: transaction-control']],
    [
      'an isolation that stays',
      'CREATE PROCEDURE p() SET SESSION TRANSACTION READ ONLY',
      ['1: transaction-control'],
    ],
    ['accounts', 'CREATE PROCEDURE p() INSERT INTO mysql.user (user) VALUES (1)', ['1: transaction-control']],
    ['a grant of all', 'CREATE PROCEDURE p() GRANT ALL ON *.* TO a', ['1: dbward-schema']],
    ['a grant by a pattern', 'CREATE PROCEDURE p() GRANT ALL ON dbw_rd.* TO a', ['1: dbward-schema']],
    [
      'what is not known',
      'CREATE PROCEDURE p() SET STATEMENT max_statement_time = 9 FOR DELETE FROM a',
      ['1: unparsed'],
    ],
    ['a procedure named event', 'CREATE PROCEDURE event() DELETE FROM a', ['1: no-where-delete']],
    [
      'a function with a soname in it',
      'CREATE PROCEDURE p() BEGIN SELECT 1 AS soname; DELETE FROM a; END',
      ['1: no-where-delete'],
    ],
    [
      'a language that is not SQL',
      'DELIMITER $$\nCREATE PROCEDURE p() LANGUAGE other DELETE FROM a$$\n',
      ['2: unparsed'],
    ],
    [
      'a table that was new when the program was made',
      'CREATE TABLE a (b INT);\nCREATE PROCEDURE p() DELETE FROM a',
      ['2: no-where-delete'],
    ],
    ['a package', 'CREATE PACKAGE BODY p AS PROCEDURE q() BEGIN SELECT 1; END; END', ['1: unparsed']],
  ])('%s', async (_name, sql, expected) => {
    const [found] = await findings(sql)
    expect(found).toEqual(expect.arrayContaining([...expected]))
  })

  test.each([
    ['rows by a condition', 'CREATE PROCEDURE p(a INT) DELETE FROM b WHERE c = a'],
    [
      'CASE in an expression',
      'CREATE PROCEDURE p() UPDATE a SET b = CASE WHEN c THEN 1 ELSE 2 END WHERE d = 1',
    ],
    [
      'variables',
      'CREATE PROCEDURE p(IN a INT, OUT b INT) BEGIN DECLARE c, d INT DEFAULT 1; SET b = 1, d = a, @e = c; SET c := 2; END',
    ],
    [
      'the new row',
      'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1, NEW.c = CASE WHEN 1 THEN 2 END',
    ],
    [
      'a transaction of its own',
      'CREATE PROCEDURE p() BEGIN SET TRANSACTION READ WRITE; START TRANSACTION; COMMIT; END',
    ],
    [
      'a cursor',
      'CREATE PROCEDURE p() BEGIN DECLARE a INT; DECLARE c CURSOR FOR SELECT 1; DECLARE EXIT HANDLER FOR NOT FOUND BEGIN ROLLBACK; RESIGNAL; END; OPEN c; FETCH c INTO a; CLOSE c; END',
    ],
    ['an index on a table', 'CREATE PROCEDURE p() CREATE INDEX i ON a (b)'],
    [
      'a temporary table',
      'CREATE PROCEDURE p() BEGIN CREATE TEMPORARY TABLE a (b INT); INSERT INTO a VALUES (1); DROP TEMPORARY TABLE a; END',
    ],
    ['an event without a body', 'ALTER EVENT e DISABLE'],
  ])('says nothing of %s', async (_name, sql) => expect(await findings(sql)).toEqual([[]]))

  test('says when it happens, and counts nothing as done by the file', async () => {
    const sql = 'CREATE PROCEDURE p() DROP TABLE a'
    const [reviewed] = await review([{ path: 'a.sql', bytes: Buffer.from(sql) }], { engine: 'mysql' })
    expect(reviewed?.findings[0]?.message).toMatch(/It happens when this stored program runs\.$/)
    expect(reviewed?.touches).toEqual([])
  })
})
