import type { Engine } from '@dbward/rules/engine'

/** A file that was made to hurt whoever reads it. */
export type Hostile = { readonly name: string; readonly engines: readonly Engine[]; readonly sql: string }

const mega = 1024 * 1024
/** As often as fits into the largest file that is read at all. */
const fill = (text: string, around = 0) => text.repeat(Math.floor((mega - around) / text.length))
const nest = (open: string, close: string, depth: number, inside = '1') =>
  `${open.repeat(depth)}${inside}${close.repeat(depth)}`

const postgres = ['postgres'] as const
// MariaDB's files are read by the same code.
const mysql = ['mysql'] as const
const both = ['postgres', 'mysql'] as const

export const hostile: readonly Hostile[] = [
  ...nested(),
  ...long(),
  ...many(),
  ...wide(),
  ...ofPostgres(),
  ...ofMysql(),
]

function nested(): readonly Hostile[] {
  const cases: readonly (readonly [string, string])[] = [
    ['parentheses, closed', `select ${nest('(', ')', 200_000)};`],
    ['parentheses, open', `select ${fill('(', 10)}`],
    ['CASE', `select ${nest('case when 1 = 1 then ', ' else 0 end', 30_000)};`],
    ['comments', `${nest('/* ', ' */', 150_000)} select 1;`],
    ['opened comments', fill('/*')],
    ['subselects', `select ${nest('(select ', ')', 90_000)};`],
    ['subselects in FROM', `select * from ${nest('(select * from ', ') t', 40_000, 'a')};`],
    ['EXISTS', `delete from a where ${nest('exists (select 1 where ', ')', 30_000, 'true')};`],
    ['WITH', `${'with a as ('.repeat(40_000)}select 1${') select 1'.repeat(40_000)};`],
    ['functions', `select ${nest('abs(', ')', 150_000)};`],
    ['NOT', `delete from a where ${fill('not ', 40)} true;`],
    ['minus signs', `select ${fill('- ', 20)}1;`],
    ['BEGIN blocks', `do $$ ${nest('begin ', ' end;', 60_000, 'null;')} $$;`],
    ['IN in IN', `delete from a where ${nest('b in (', ')', 100_000)};`],
  ]
  return cases.map(([name, sql]) => ({ name: `nested ${name}`, engines: both, sql }))
}

function long(): readonly Hostile[] {
  const cases: readonly (readonly [string, string])[] = [
    ['a file of 10 MB', 'select 1;\n'.repeat(mega)],
    ['a literal', `insert into a values ('${fill('x', 40)}');`],
    ['a literal of quotes', `insert into a values ('${fill("''", 40)}');`],
    ['a quoted name', `drop table "${fill('n', 40)}";`],
    ['a word', `drop table ${fill('n', 40)};`],
    ['a number', `select ${fill('9', 20)};`],
    ['a comment', `-- ${fill('c', 20)}\nselect 1;`],
    ['a chain of ANDs', `delete from a where b = 1 ${fill('and b = 1 ', 40)};`],
    ['a chain of ORs', `delete from a where b = 1 ${fill('or b = 2 ', 40)};`],
    ['a chain of UNIONs', `select 1 ${fill('union select 1 ', 20)};`],
    ['a chain of UNION ALLs in an INSERT', `insert into a select 1 ${fill('union all select 1 ', 40)};`],
    ['a chain of joins', `select 1 from a ${fill('join b on true ', 40)};`],
    ['a chain of plus signs', `update a set b = 1 ${fill('+ 1 ', 40)};`],
    ['100,000 values in IN', `delete from a where b in (${'1,'.repeat(100_000)}1);`],
    ['100,000 rows in VALUES', `insert into a values (1)${',(1)'.repeat(100_000)};`],
    ['100,000 columns', `create table a (b int${',b int'.repeat(100_000)});`],
    ['white space', `${fill(' \n', 20)}select 1;`],
  ]
  return cases.map(([name, sql]) => ({ name, engines: both, sql }))
}

function many(): readonly Hostile[] {
  const cases: readonly (readonly [string, string])[] = [
    ['20,000 statements', 'drop table a;\n'.repeat(20_000)],
    ['as many statements as are read', 'drop table a, b, c;\n'.repeat(5_000)],
    ['5,000 indexes', 'create index i on a (b);\n'.repeat(5_000)],
    ['5,000 names of tables', `drop table a${', a'.repeat(5_000)};`],
    ['200,000 names of tables', `drop table a${', a'.repeat(200_000)};`],
    [
      '5,000 changed types',
      Array.from({ length: 5_000 }, (_, i) => `alter table t${i} add c int;`).join('\n'),
    ],
    ['semicolons', fill(';')],
    ['dashes', fill('--')],
    ['lines of comments', fill('-- \n')],
    ['block comments', fill('/**/')],
    ['comments that allow', fill('-- dbward: allow drop-table: because\n')],
    [
      'comments that allow something, each with a statement',
      '-- dbward: allow drop-table: it\ndrop table a;\n'.repeat(5_000),
    ],
    ['directives', fill('-- migrate:up\n')],
    ['commas', fill(',')],
    ['quotes', fill("'")],
    ['line ends of two kinds', fill('\r\n')],
    ['carriage returns', fill('\r')],
    ['bytes of zero', fill('\0')],
    ['bidirectional controls', fill('\u202e')],
  ]
  return cases.map(([name, sql]) => ({ name, engines: both, sql }))
}

function wide(): readonly Hostile[] {
  const add = Array.from({ length: 5_000 }, (_, i) => `add column c${i} int not null default 1`)
  const drop = Array.from({ length: 5_000 }, (_, i) => `drop column c${i}`)
  const types = Array.from({ length: 5_000 }, (_, i) => `alter column c${i} type text`)
  const modify = Array.from({ length: 5_000 }, (_, i) => `modify column c${i} varchar(10)`)
  return [
    { name: '5,000 ADD COLUMN in one statement', engines: both, sql: `alter table a ${add.join(', ')};` },
    { name: '5,000 DROP COLUMN in one statement', engines: both, sql: `alter table a ${drop.join(', ')};` },
    { name: '5,000 types in one statement', engines: postgres, sql: `alter table a ${types.join(', ')};` },
    { name: '5,000 MODIFY in one statement', engines: mysql, sql: `alter table a ${modify.join(', ')};` },
    {
      name: 'as many DROP COLUMN as fit into one statement',
      engines: both,
      sql: `alter table a ${fill('drop c,', 40)}drop c;`,
    },
  ]
}

function ofPostgres(): readonly Hostile[] {
  const marks = Array.from({ length: 2_000 }, (_, i) => `$m${i}$`)
  const cases: readonly (readonly [string, string])[] = [
    ['arrays in arrays', `select ${nest('array[', ']', 60_000)};`],
    ['subscripts', `select a${fill('[1]', 20)};`],
    ['casts', `select 1${fill('::int', 20)};`],
    ['dollar quotes in each other', `do ${marks.join(' ')} x ${marks.toReversed().join(' ')};`],
    ['dollar signs', fill('$')],
    ['opened dollar quotes', Array.from({ length: 90_000 }, (_, i) => `$q${i}$`).join(' ')],
    ['the beginning of one dollar quote', `select $a$ ${fill('$a ', 40)}`],
    ['a DO body of as many findings as fit', `do $$ begin ${fill('drop table a;', 60)} end $$;`],
    ['tiny DO bodies', 'do $$begin end$$;\n'.repeat(5_000)],
    ['tiny DO bodies with a DELETE', 'do $$begin delete from a; end$$;\n'.repeat(5_000)],
    ['a DO body of many statements', `do $$ begin ${fill('delete from a; ', 60)} end $$;`],
    ['a DO body of many EXECUTEs', `do $$ begin ${fill("execute 'drop table a'; ", 60)} end $$;`],
    ['a DO body of many assignments', `do $$ declare a int; begin ${fill('a := a + 1; ', 60)} end $$;`],
    ['a DO body of nested IFs', `do $$ begin ${nest('if true then ', ' end if;', 20_000, 'null;')} end $$;`],
    ['a DO body with one long expression', `do $$ begin perform 1 ${fill('+ 1 ', 60)}; end $$;`],
    [
      'bodies of functions',
      'create function f() returns int language sql as $$ select 1; $$;\n'.repeat(5_000),
    ],
    [
      'a function of many statements',
      `create function f() returns int language sql as $$ ${fill('delete from a; ', 90)} $$;`,
    ],
    ['BEGIN ATOMIC', `create function f() returns int begin atomic ${fill('select 1; ', 90)} end;`],
    ['names of the ledger', `select ${fill("'dbward', ", 20)} 1;`],
    ['calls with the name of the ledger', `select ${fill("f('dbward.x'), ", 20)} 1;`],
    ['a string that names the ledger', `select f('${fill('dbward ', 20)}');`],
    ['strings in strings', `select f('${fill("''", 40)}dbward');`],
    ['a CREATE SCHEMA of many tables', `create schema s ${fill('create table a (b int) ', 20)};`],
    ['rules', 'create rule r as on insert to a do also (delete from b; delete from c);\n'.repeat(5_000)],
    ['SET', 'set search_path = a;\n'.repeat(5_000)],
    ['psql', fill('\\i a\n')],
    ['copies', fill('copy a from stdin;\n1\n\\.\n')],
    ['unicode escapes', `select ${fill("U&'\\0064', ", 20)} 1;`],
    ['statements that are none', 'frobnicate;\n'.repeat(5_000)],
    ['a mistake at the end', `${'create table a (b int);\n'.repeat(4_990)}selekt 1;`],
  ]
  return cases.map(([name, sql]) => ({ name, engines: postgres, sql }))
}

function ofMysql(): readonly Hostile[] {
  const cases: readonly (readonly [string, string])[] = [
    ['DELIMITER', fill('delimiter ;;\n')],
    [
      'delimiters of many lengths',
      Array.from({ length: 5_000 }, (_, i) => `delimiter ${'x'.repeat(i % 90)}y\n`).join(''),
    ],
    ['a delimiter that nothing ends', `delimiter //\n${fill('select 1; ', 40)}`],
    ['executable comments', fill('/*!')],
    ['executable comments, closed', `select 1 ${fill('/*!50000 , 1 */ ', 20)};`],
    ['executable comments with a DROP', '/*!50000 drop table a */;\n'.repeat(5_000)],
    ['hints', fill('/*+ a */ select ')],
    ['a procedure of many statements', `create procedure p() begin ${fill('delete from a; ', 60)} end;`],
    ['tiny procedures', 'create procedure p() begin delete from a; end;\n'.repeat(5_000)],
    ['nested blocks', `create procedure p() ${nest('begin ', ' end;', 60_000, 'select 1;')}`],
    ['nested IFs', `create procedure p() begin ${nest('if 1 then ', ' end if;', 40_000, 'select 1;')} end;`],
    ['labels', fill('a:')],
    ['backslashes', `select '${fill('\\', 20)}';`],
    ['backticks', fill('`')],
    ['client commands', fill('\\! a\n')],
    ['statements that are none', 'frobnicate;\n'.repeat(5_000)],
  ]
  return cases.map(([name, sql]) => ({ name, engines: mysql, sql }))
}
