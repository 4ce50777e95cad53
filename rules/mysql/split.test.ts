import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { split, tiles } from '../split.ts'

const encode = (text: string) => new TextEncoder().encode(text)

async function textsOf(sql: string, engine: 'mysql' | 'mariadb' = 'mysql'): Promise<readonly string[]> {
  const bytes = encode(sql)
  const { stmts } = await split(bytes, engine)
  return stmts.map(({ off, len }) => new TextDecoder().decode(bytes.subarray(off, off + len)))
}

const body = 'CREATE PROCEDURE p(IN a INT) BEGIN IF a THEN SELECT 1; ELSE SELECT 2; END IF; END'

describe('finds', () => {
  test.each([
    ['nothing', '', []],
    ['white space and comments', ' \n-- a;\n/* b; */ ;;# c;', []],
    ['no comments around a statement', '# a\nselect 1 /* b */ -- c\n;', ['select 1']],
    ['arithmetic where no comment is', 'select 1--1; drop table x', ['select 1--1', 'drop table x']],
    ['no nesting of comments', '/* a /* b */ drop table x; /* */', ['drop table x']],
    ['a comment of two dashes and a tab', '--\tnote;\ndrop table x', ['drop table x']],
    ['a comment of two dashes at the end', 'drop table x; --', ['drop table x']],
    [
      'semicolons in quotes',
      'select \';\', ";", `;`, \'\'\';\', "a"";", `a``;`; select 2',
      ['select \';\', ";", `;`, \'\'\';\', "a"";", `a``;`', 'select 2'],
    ],
    ['backslashes', "select 'a\\\\'; select 2", ["select 'a\\\\'", 'select 2']],
    ['null as a backslash and an N', 'select \\N; select 2', ['select \\N', 'select 2']],
    ['names that begin with digits', 'select 2fa from 3d; select 1e5', ['select 2fa from 3d', 'select 1e5']],
    ['a body without DELIMITER', `${body}; select 3`, [body, 'select 3']],
    ['a body with DELIMITER', `DELIMITER //\n${body};\n//\nDELIMITER ;\nselect 3;`, [body, 'select 3']],
    ['a mark that touches a word', `delimiter $$\r\n${body}$$\r\ndelimiter ;\r\n`, [body]],
    ['several units', 'DELIMITER |\nselect 1|\nselect 2|\n', ['select 1', 'select 2']],
    ['the up section only', '-- migrate:up\r\nselect 1;\r\n-- migrate:down\r\nselect 2;', ['select 1']],
    ['a byte order mark', '\ufeffselect 1', ['select 1']],
    [
      'what stands in an executable comment',
      'select 1; /*! drop table x; */ select 2',
      ['select 1', '/*! drop table x; */ select 2'],
    ],
    ['commands of the client by their line', 'source a.sql\ndrop table x;', ['source a.sql', 'drop table x']],
  ] as const)('%s', async (_name, sql, statements) => {
    expect(await textsOf(sql)).toEqual(statements)
    expect(await textsOf(sql, 'mariadb')).toEqual(statements)
  })
})

describe('ends the body of', () => {
  test.each([
    ['a procedure of one statement', 'CREATE PROCEDURE p() SELECT 1'],
    ['a procedure that is named begin', 'CREATE PROCEDURE begin() SELECT 1'],
    [
      'a procedure with many clauses',
      "CREATE DEFINER=`a`@`%` PROCEDURE d.p(a VARCHAR(10), INOUT b INT) COMMENT 'begin' LANGUAGE SQL NOT DETERMINISTIC READS SQL DATA SQL SECURITY INVOKER BEGIN END",
    ],
    ['a procedure with a column named end', 'CREATE PROCEDURE p() BEGIN SELECT a.end, begin FROM t; END'],
    [
      'a function',
      'CREATE FUNCTION f(a INT) RETURNS VARCHAR(10) CHARACTER SET utf8mb4 DETERMINISTIC RETURN a',
    ],
    [
      'a function with loops',
      'CREATE FUNCTION f() RETURNS INT BEGIN l: LOOP LEAVE l; END LOOP l; WHILE 1 DO SET @a=1; END WHILE; REPEAT SET @a=1; UNTIL 1 END REPEAT; RETURN 1; END',
    ],
    ['a function of a library', "CREATE FUNCTION f RETURNS INTEGER SONAME 'f.so'"],
    ['a trigger', 'CREATE TRIGGER t AFTER UPDATE ON d.a FOR EACH ROW FOLLOWS s SET @a = 1'],
    [
      'a trigger with CASE in an expression',
      'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.a = CASE WHEN 1 THEN IF(1, 2, 3) END; END',
    ],
    [
      'a trigger with CASE as a statement',
      'CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW CASE NEW.a WHEN CASE 1 WHEN 1 THEN 1 END THEN SET @a = 1; ELSE BEGIN END; END CASE',
    ],
    ['an event', 'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM a WHERE b = 1; END'],
    ['an event that is altered', 'ALTER EVENT e DISABLE'],
    [
      'handlers',
      "CREATE PROCEDURE p() BEGIN DECLARE c CURSOR FOR SELECT 1; DECLARE EXIT HANDLER FOR SQLSTATE VALUE '23000', NOT FOUND, 1062 BEGIN ROLLBACK; END; IF 1 THEN SELECT 1; ELSEIF 2 THEN SELECT 2; END IF; END",
    ],
    ['a compound statement of MariaDB', 'BEGIN NOT ATOMIC DROP TABLE x; END'],
  ])('%s', async (_name, sql) => {
    expect(await textsOf(`${sql}; DROP TABLE y; SELECT 1`, 'mariadb')).toEqual([
      sql,
      'DROP TABLE y',
      'SELECT 1',
    ])
    const delimited = `DELIMITER $$\n${sql};$$\nDROP TABLE y$$\nDELIMITER ;\nSELECT 1;`
    expect(await textsOf(delimited, 'mariadb')).toEqual([sql, 'DROP TABLE y', 'SELECT 1'])
  })
})

describe('says how a file runs', () => {
  test.each([
    [
      'auto',
      'INSERT INTO a VALUES (1); REPLACE INTO a VALUES (1); UPDATE a SET b = 1; DELETE FROM a; SELECT 1',
    ],
    [
      'auto',
      'WITH a AS (SELECT 1) SELECT * FROM a; (SELECT 1) UNION (SELECT 2); SET @a = 1; SET NAMES utf8mb4',
    ],
    ['none', 'INSERT INTO a VALUES (1); ALTER TABLE a ADD b INT'],
    ['none', 'CALL p()'],
    ['none', "LOAD DATA INFILE 'a' INTO TABLE b"],
    ['none', 'CREATE TEMPORARY TABLE a (b INT)'],
    ['none', '-- migrate:up transaction:false\nINSERT INTO a VALUES (1); INSERT INTO a VALUES (2)'],
    ['auto', '-- migrate:up\nINSERT INTO a VALUES (1); INSERT INTO a VALUES (2)'],
  ] as const)('%s: %s', async (tx, sql) => {
    expect(await split(encode(sql), 'mysql')).toMatchObject({ tx, problems: [] })
  })
})

describe('has a problem with', () => {
  test.each([
    ['a NUL', 'select 1;\0\ndrop table x;', 'hidden-character'],
    ['a carriage return that hides a line', '# a\rdrop table x;', 'hidden-character'],
    ['a control character after two dashes', '--\x01 drop table x', 'hidden-character'],
    ['a directive without the space that makes a comment', '--migrate:up\nselect 1', 'directive'],
    ['two statements between delimiters', 'DELIMITER $$\nSELECT 1; DROP TABLE x$$\n', 'not-sql'],
    ['a statement behind a body', `DELIMITER $$\n${body}; DROP TABLE x$$\n`, 'not-sql'],
    ['a delimiter that is a word', 'DELIMITER go\nselect 1\ngo', 'not-sql'],
    ['a delimiter with something behind it', 'DELIMITER $$ -- note\nselect 1$$', 'not-sql'],
    ['a command of the client', 'select 1 \\g drop table x', 'not-sql'],
    ['an executable comment', '/*!40101 SET NAMES utf8 */;', 'not-sql'],
    ['one of MariaDB', '/*M!100100 SELECT 1 */;', 'not-sql'],
    ['a setting in a hint', 'SELECT /*+ SET_VAR(foreign_key_checks=OFF) */ 1', 'not-sql'],
    ['a quote in a hint', 'SELECT /*+ BKA(`a*/`) */ 1', 'not-sql'],
    ['a number without its exponent', 'SELECT 2 1.e-- 1; DROP TABLE x', 'not-sql'],
    ['a name that begins with a dollar', 'SELECT $$ ; DROP TABLE x; $$', 'not-sql'],
    ['a changed sql_mode', "SET sql_mode = 'NO_BACKSLASH_ESCAPES'", 'not-sql'],
    ['a changed character set', 'SET NAMES gbk', 'not-sql'],
    ['a string whose end the sql_mode decides', "select 'a\\'; drop table x; -- '", 'split-disagrees'],
    ['the same in double quotes', 'select "a\\"; drop table x; -- "', 'split-disagrees'],
    ['quotes that only ANSI_QUOTES ends', 'select "\\"", 1', 'split-disagrees'],
    ['a string that is never closed', "select 'a; drop table x", 'not-sql'],
    ['a comment that is never closed', 'select 1 /* ; drop table x', 'not-sql'],
    ['a compound statement', 'BEGIN NOT ATOMIC DROP TABLE x; END', 'not-sql'],
    ['dynamic SQL', "EXECUTE IMMEDIATE 'DROP TABLE x'", 'not-sql'],
    ['what it does not know', 'FROBNICATE x', 'not-sql'],
    ['over 5,000 statements', 'select 1;'.repeat(5001), 'too-many-statements'],
  ] as const)('%s', async (_name, sql, code) => {
    const { problems } = await split(encode(sql), 'mysql')
    expect(problems.map((problem) => problem.code)).toContain(code)
  })
})

test('names the kind of each statement', async () => {
  const sql = [
    'create table a (x int); alter table a add y int; drop index i on a; drop view v; create index i on a (x)',
    'with d as (select 1) select * from d; update a set x = 1; rename table a to b; truncate a; set @a = 1',
    'create or replace view v as select 1; create trigger t before insert on a for each row set @a = 1',
    'grant select on a.* to b; optimize table a; analyze table a; explain select 1; analyze update a set x = 1',
    'create user a; alter database d charset utf8mb4; create sequence s; lock tables a read; commit; nonsense',
  ]
  const { stmts } = await split(encode(sql.join(';')), 'mariadb')
  expect(stmts.map(({ kind }) => kind)).toEqual([
    ...['create-table', 'alter-table', 'drop-index', 'drop-view', 'create-index'],
    ...['select', 'update', 'rename-table', 'truncate', 'set'],
    ...['create-view', 'create-trigger'],
    ...['grant', 'optimize-table', 'analyze-table', 'explain', 'explain-analyze'],
    ...['create-user', 'alter-database', 'create-sequence', 'lock-tables', 'commit', 'opaque'],
  ])
})

describe('for any bytes', () => {
  const fragments = fc.constantFrom(
    ...[
      'select 1',
      "'a;b'",
      '"',
      "'",
      '`',
      ';',
      '\n',
      ' ',
      '-- x;\n',
      '--',
      '#',
      '/* ; */',
      '/*',
      '*/',
      '/*!',
      '/*!50000 ',
    ],
    ...[
      '/*M!',
      '/*+ x */',
      '(',
      ')',
      '\\',
      "\\'",
      '$$',
      '//',
      'DELIMITER $$\n',
      'DELIMITER //\n',
      'DELIMITER ;\n',
    ],
    ...[
      'source x\n',
      '-- migrate:up\n',
      '-- migrate:down\n',
      '\ufeff',
      'é',
      '𝄞',
      '\r\n',
      '1.e',
      '2fa',
      '\\N',
    ],
    ...[
      'create procedure p() begin ',
      'create trigger t before insert on a for each row ',
      'begin not atomic ',
    ],
    ...['if a then ', 'end if', 'end', 'case ', 'when 1 then ', 'loop ', 'end loop', 'delete from x', 'l: '],
  )
  const texts = fc.array(fragments, { maxLength: 25 }).map((parts) => encode(parts.join('')))

  test('every byte is accounted for, or the file has a problem', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 9, arbitrary: texts }, fc.uint8Array({ maxLength: 80 })),
        fc.constantFrom('mysql', 'mariadb'),
        async (bytes, engine) => {
          const { stmts, problems } = await split(bytes, engine)
          expect(problems.length > 0 || tiles(bytes, stmts, engine)).toBe(true)
          for (const { off, len } of stmts) {
            const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(off, off + len))
            expect(text).not.toBe('')
            expect(text).toBe(text.replace(/^[ \t\r\n\f\v]+|[ \t\r\n\f\v]+$/g, ''))
          }
        },
      ),
      { numRuns: 4000, seed: 20260401 },
    )
  })

  test('statements with anything between them come out as they went in', async () => {
    const statement = fc.constantFrom(
      ...[
        'select 1',
        "insert into é values (';', \"--\", '''', 'a\\\\')",
        'create table `a;``b` (c int /* ; */)',
        body,
      ],
      ...['select 1 -- ;\n+ 2', 'select 1 # ;\n+ 2', 'select a -- ;\nfrom b', 'select 5--4'],
    )
    const gap = fc.array(
      fc.constantFrom(' ', '\n', '\r\n', '\t', '/* a; /* b */', '-- é;\n', '# ;\n', ';', '--\n'),
      {
        maxLength: 4,
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(gap, statement), { maxLength: 8 }), gap, async (parts, tail) => {
        const sql = parts.map(([before, text]) => `${before.join('')}${text};`).join('') + tail.join('')
        expect(await textsOf(sql)).toEqual(parts.map(([, text]) => text))
        const { problems, stmts } = await split(encode(sql), 'mysql')
        expect(problems).toEqual([])
        expect(tiles(encode(sql), stmts, 'mysql')).toBe(true)
      }),
      { numRuns: 400, seed: 20260402 },
    )
  })
})

describe('tiles', () => {
  test.each([
    ['DELIMITER $$\nSELECT 1$$\nDELIMITER ;', [[13, 8]], true],
    ['DELIMITER $$\nSELECT 1$$\nDELIMITER ;', [], false],
    ['SELECT 1; /*! DROP TABLE x */', [[0, 8]], false],
    ['SELECT 1; --1', [[0, 8]], false],
    ['SELECT 1; -- 1', [[0, 8]], true],
  ] as const)('of %j', (sql, spans, holds) => {
    const statements = spans.map(([off, len]) => ({ off, len }))
    expect(tiles(encode(sql), statements, 'mysql')).toBe(holds)
  })
})
