import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { split, tiles } from './split.ts'

const encode = (text: string) => new TextEncoder().encode(text)

async function textsOf(sql: string | Uint8Array): Promise<readonly string[]> {
  const bytes = typeof sql === 'string' ? encode(sql) : sql
  const { stmts } = await split(bytes, 'postgres')
  return stmts.map(({ off, len }) => new TextDecoder().decode(bytes.subarray(off, off + len)))
}

test.each([
  ['nothing', '', []],
  ['white space and comments', ' \n-- a;\n/* b; */ ;;', []],
  ['no comments around a statement', '-- a\nselect 1 /* b */ -- c\n;', ['select 1']],
  ['comments inside a statement', 'select /* ; */ 1 -- ;\n + 2', ['select /* ; */ 1 -- ;\n + 2']],
  ['no semicolon at the end', 'select 1; select 2', ['select 1', 'select 2']],
  [
    'semicolons in literals',
    "select ';', $$;$$, $a$;$$;$a$; select 2",
    ["select ';', $$;$$, $a$;$$;$a$", 'select 2'],
  ],
  ['bytes beyond ASCII', "select 'é𝄞'; select 'ü'", ["select 'é𝄞'", "select 'ü'"]],
  [
    'a body of SQL',
    'create function f() returns int begin atomic select 1; select case when true then 1 end; end; select 2',
    [
      'create function f() returns int begin atomic select 1; select case when true then 1 end; end',
      'select 2',
    ],
  ],
  [
    'a rule',
    'create or replace rule r as on insert to a do (select 1; select 2); select 3',
    ['create or replace rule r as on insert to a do (select 1; select 2)', 'select 3'],
  ],
  ['the up section only', '-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;', ['select 1']],
  [
    'the up section without its last semicolon',
    '-- note\n-- migrate:up\nselect 1 -- x\n-- migrate:down\nselect 2;',
    ['select 1'],
  ],
  [
    'statements around one that does not parse',
    'select 1; selec 2; select 3',
    ['select 1', 'selec 2', 'select 3'],
  ],
  ['an unbalanced parenthesis', 'select (1; select 2', ['select (1', 'select 2']],
  [
    'rows for COPY, as one',
    "copy t from stdin;\n1\t';\n\\.\nselect 2;",
    ["copy t from stdin;\n1\t';\n\\.", 'select 2'],
  ],
  ['a byte order mark', '\ufeffselect 1', ['select 1']],
] as const)('finds %s', async (_name, sql, statements) => {
  expect(await textsOf(sql)).toEqual(statements)
})

describe('says how a file runs', () => {
  test.each([
    ['auto', 'create index i on t (a);'],
    ['none', 'create index concurrently i on t (a);'],
    ['none', '-- alone\nvacuum t'],
    ['auto', 'create index concurrently i on t (a); select 1;'],
    ['auto', '-- migrate:up\ncreate index concurrently i on t (a);'],
    ['none', '-- migrate:up transaction:false\ncreate index concurrently i on t (a);'],
    ['auto', '-- migrate:up transaction:true\nselect 1;\n-- migrate:down transaction:false\n'],
  ] as const)('%s: %s', async (tx, sql) => {
    expect((await split(encode(sql), 'postgres')).tx).toBe(tx)
  })
})

test('names the kind of each statement', async () => {
  const sql =
    'create table a (x int); alter table a add y int; drop index i; drop materialized view v; with d as (select 1) select * from d; update a set x = 1; do $$ begin end $$; set a = 1; vacuum; nonsense'
  const { stmts } = await split(encode(sql), 'postgres')
  expect(stmts.map(({ kind }) => kind)).toEqual([
    ...[
      'create-table',
      'alter-table',
      'drop-index',
      'drop-matview',
      'select',
      'update',
      'do',
      'set',
      'vacuum',
      'opaque',
    ],
  ])
})

const long = 'x'.repeat(1024 * 1024)

describe('has a problem with', () => {
  test.each([
    ['a file over 1 MiB', `-- ${long}`, 'too-large'],
    ['bytes that are not UTF-8', new Uint8Array([0x2d, 0x2d, 0xff]), 'not-utf8'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x73, 0x00]), 'not-utf8'],
    ['a NUL', 'select 1;\0\ndrop table x;', 'hidden-character'],
    ['a second byte order mark', '\ufeff\ufeffselect 1', 'hidden-character'],
    ['a bidirectional control', "select '\u202e'", 'hidden-character'],
    ['a zero-width space', 'drop table x\u200b', 'hidden-character'],
    ['an escape sequence for terminals', '-- \u001b[2K', 'hidden-character'],
    ['a carriage return that hides a line', '-- a\rdrop table x;', 'hidden-character'],
    ['tag characters', '-- \u{e0041}', 'hidden-character'],
    ['over 5,000 statements', 'select 1;'.repeat(5001), 'too-many-statements'],
    [
      'over 20,000 commands in one',
      `alter table a ${'drop b,'.repeat(20_000)} drop b;`,
      'too-many-statements',
    ],
    ['a statement that is not SQL', 'select 1; nonsense', 'not-sql'],
    ['a malformed directive', '-- migrate:sideways\nselect 1', 'directive'],
    [
      'a second statement without a transaction',
      '-- migrate:up transaction:false\nselect 1; select 2',
      'no-transaction',
    ],
  ] as const)('%s', async (_name, sql, code) => {
    const { problems } = await split(typeof sql === 'string' ? encode(sql) : sql, 'postgres')
    expect(problems.map((problem) => problem.code)).toContain(code)
  })

  test('none of what is at a limit', async () => {
    const { stmts, problems } = await split(encode('select 1;'.repeat(5000)), 'postgres')
    expect([stmts.length, problems]).toEqual([5000, []])
    expect((await split(encode(`-- ${'x'.repeat(1024 * 1024 - 3)}`), 'postgres')).problems).toEqual([])
  })

  test('an engine that it does not know', async () => {
    await expect(split(encode('select 1'), 'oracle' as 'postgres')).rejects.toThrow(
      'expected an engine out of postgres, mysql, mariadb, got "oracle"',
    )
  })
})

describe('tiles', () => {
  const bytes = encode('-- a\nselect 1; /* b */ drop table x;\n')
  const drop = { off: 23, len: 12 }

  test.each([
    ['holds where all is there', [{ off: 5, len: 8 }, drop], true],
    ['sees a statement left out', [{ off: 5, len: 8 }], false],
    [
      'sees the rest of a statement left out',
      [
        { off: 5, len: 8 },
        { off: 23, len: 4 },
      ],
      false,
    ],
    ['sees one statement cut in two', [{ off: 5, len: 6 }, { off: 12, len: 1 }, drop], false],
    ['sees statements out of order', [drop, { off: 5, len: 8 }], false],
    ['sees statements that overlap', [{ off: 5, len: 18 }, drop, drop], false],
    ['sees a statement that begins in a comment', [{ off: 2, len: 11 }, drop], false],
    [
      'sees a statement beyond the end',
      [
        { off: 5, len: 8 },
        { off: 23, len: 99 },
      ],
      false,
    ],
    ['sees an empty one', [{ off: 5, len: 8 }, drop, { off: bytes.length, len: 0 }], false],
    ['sees what is no number', [{ off: Number.NaN, len: 8 }, drop], false],
  ] as const)('%s', (_name, statements, holds) => {
    expect(tiles(bytes, statements)).toBe(holds)
  })

  test.each([
    ['-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;', true],
    ['-- migrate:down\nselect 2;', false],
    ['-- migrate: down\nselect 2;', false],
    [' -- migrate:up\n-- migrate:down\nselect 2;', false],
  ] as const)('knows the down section of %j', (sql, holds) => {
    const off = sql.indexOf('select 1')
    expect(tiles(encode(sql), off === -1 ? [] : [{ off, len: 8 }])).toBe(holds)
  })
})

describe('for any bytes', () => {
  const fragments = fc.constantFrom(
    ...[
      'select 1',
      "'a;b'",
      '$$;$$',
      ';',
      '\n',
      ' ',
      '-- x;\n',
      '/* ; */',
      '(',
      ')',
      "E'\\'",
      '"',
      "'",
      '$a$',
      '/*',
      '*/',
    ],
    ...[
      '\\i x\n',
      'copy t from stdin;\n',
      '\\.\n',
      '-- migrate:up\n',
      '-- migrate:down\n',
      '\ufeff',
      'é',
      '𝄞',
      '\r\n',
    ],
    ...[
      'create rule r as on insert to a do (',
      'create function f() returns int begin atomic ',
      'end',
      'case',
      'delete from x',
    ],
  )
  const texts = fc.array(fragments, { maxLength: 25 }).map((parts) => encode(parts.join('')))

  test('every byte is accounted for, or the file has a problem', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 9, arbitrary: texts }, fc.uint8Array({ maxLength: 80 })),
        async (bytes) => {
          const { stmts, problems } = await split(bytes, 'postgres')
          expect(problems.length > 0 || tiles(bytes, stmts)).toBe(true)
          for (const { off, len } of stmts) {
            const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(off, off + len))
            expect(text).not.toBe('')
            expect(text).toBe(text.replace(/^[ \t\r\n\f\v]+|[ \t\r\n\f\v]+$/g, ''))
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('statements with anything between them come out as they went in', async () => {
    const statement = fc.constantFrom(
      ...[
        'select 1',
        "insert into é values (';', $x$;$$;$x$, E'\\';')",
        'create table "a;""b" (c int /* ; */)',
      ],
      ...[
        'create procedure p() begin atomic select 1; end',
        "do $$ begin perform ';'; end $$",
        'select 1 --;\n+ 2',
      ],
    )
    const gap = fc.array(fc.constantFrom(' ', '\n', '\r\n', '\t', '/* a; /* b */ */', '-- é;\n', ';'), {
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(gap, statement), { maxLength: 8 }), gap, async (parts, tail) => {
        const sql = parts.map(([before, text]) => `${before.join('')}${text};`).join('') + tail.join('')
        expect(await textsOf(sql)).toEqual(parts.map(([, text]) => text))
        const { problems, stmts } = await split(encode(sql), 'postgres')
        expect(problems).toEqual([])
        expect(tiles(encode(sql), stmts)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })
})
