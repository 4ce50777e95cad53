import fc from 'fast-check'
import { corpus } from '../corpus/corpus.ts'

/** Bytes that somebody may call a migration, and how they were made. */
export type Input = {
  readonly made: 'bytes' | 'tokens' | 'statements' | 'mutation'
  readonly bytes: Uint8Array
}

/** Any bytes, tokens of SQL in any order, statements with texts that look like their ends, and files of the corpus with a few things changed. */
export function inputs(): fc.Arbitrary<Input> {
  return fc.oneof(
    { weight: 1, arbitrary: bytes.map((one) => ({ made: 'bytes' as const, bytes: one })) },
    {
      weight: 4,
      arbitrary: tokens.map((text) => ({ made: 'tokens' as const, bytes: encoder.encode(text) })),
    },
    {
      weight: 4,
      arbitrary: statements.map((text) => ({ made: 'statements' as const, bytes: encoder.encode(text) })),
    },
    { weight: 3, arbitrary: mutations().map((one) => ({ made: 'mutation' as const, bytes: one })) },
  )
}

const encoder = new TextEncoder()

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  // Of these few all kinds of quotes, comments and ends are made.
  fc
    .array(fc.constantFrom(...encoder.encode('\'"`$-/*;#\\\n\r \tab1!.,()@:Ee')), { maxLength: 60 })
    .map((list) => Uint8Array.from(list)),
)

const words = [
  ...[
    'select 1',
    'drop table a',
    'delete from a where b = 1',
    'update a set b = 2',
    'insert into a values (1)',
  ],
  ...[
    'create table a (b int)',
    'alter table a add b int',
    'create index i on a (b)',
    'commit',
    'begin',
    'end',
  ],
  ...[
    'case',
    'when',
    'then',
    'if',
    'loop',
    'while',
    'repeat',
    'until',
    'do',
    'declare',
    'atomic',
    'as',
    'is',
  ],
  ...['create function f() returns int', 'language sql', 'create procedure p()', 'begin atomic', 'return 1'],
  ...['create rule r as on insert to a do also (', 'create trigger t before insert on a for each row'],
  ...[
    'copy a from stdin',
    'copy b to stdout',
    'E',
    'U&',
    'N',
    'x',
    'b',
    '_utf8',
    'uescape',
    'null',
    'a.b',
    '1.e',
  ],
]
const marks = [
  ...[
    "'",
    "''",
    "\\'",
    '"',
    '""',
    '`',
    '``',
    '$$',
    '$a$',
    '$a',
    '$',
    '$1',
    '\\',
    '\\\\',
    '\\.',
    '\\i x',
    '\\!',
  ],
  ...['--', '-- ', '--\t', '---', '#', '/*', '*/', '/**/', '/*!', '/*!50000 ', '/*M!', '/*+', '//', '*', '/'],
  ...[';', ';;', ' ;', '(', ')', '[', ']', ',', '.', ':', '::', ':=', '@', '@@', '=', '<', '!', '&&', '|'],
  ...[
    '\n',
    '\r\n',
    '\r',
    '\t',
    '\f',
    '\v',
    ' ',
    '  ',
    '\0',
    '\u00a0',
    '\u200b',
    '\ufeff',
    '\u202e',
    'é',
    '😀',
  ],
]
const lines = [
  ...[
    '\n-- migrate:up\n',
    '\n-- migrate:down\n',
    '-- migrate:up transaction:false\n',
    '--migrate:up',
    '-- migrate:',
  ],
  ...[
    '\ndelimiter //\n',
    '\nDELIMITER ;\n',
    '\ndelimiter $$\n',
    'delimiter',
    '//\n',
    '$$\n',
    '\ngo\n',
    '\nsource x\n',
  ],
  ...[
    '\n-- dbward: allow drop-table: it is empty\n',
    '-- dbward: allow',
    '\n\\connect x\n',
    '\nuse x\n',
    '\nexit\n',
  ],
]

const tokens = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...words) },
      { weight: 6, arbitrary: fc.constantFrom(...marks) },
      { weight: 1, arbitrary: fc.constantFrom(...lines) },
      { weight: 1, arbitrary: fc.constantFrom(' ', '\n', ';\n') },
    ),
    { maxLength: 24 },
  )
  .chain((parts) => fc.constantFrom('', ' ').map((between) => parts.join(between)))

const harmless = marks.filter((one) => !/[\0\r\u200b\ufeff\u202e]/.test(one))
const content = fc
  .array(fc.oneof(fc.constantFrom(...harmless), fc.constantFrom(...words)), { maxLength: 4 })
  .map((parts) => parts.join(''))

/** Texts that hold what ends other texts, and now and then what ends their own. */
const quoted = fc
  .tuple(
    fc.constantFrom(
      ...([
        ["'", "'"],
        ["'", "'"],
        ["E'", "'"],
        ['"', '"'],
        ['$$', '$$'],
        ['$a$', '$a$'],
        ['`', '`'],
        ["N'", "'"],
      ] as const),
      ...([
        ["U&'", "'"],
        ["x'", "'"],
        ['/*', '*/ 1'],
        ['-- ', '\n1'],
        ['#', '\n1'],
        ['1 /* a /*', '*/ */'],
        ['(', ')'],
        ['/*!', '*/ 1'],
        ['/*M!50000 ', '*/ 1'],
      ] as const),
    ),
    content,
    fc.integer({ min: 0, max: 9 }),
  )
  .map(([[open, close], inside, kept]) => {
    const end = /^[*$]/.test(close) ? close.trim().split(' ', 1)[0] : close.slice(0, 1)
    const clean = end === undefined ? inside : inside.replaceAll(end, '').replaceAll('\\', '')
    return `${open}${kept === 0 ? inside : clean}${close}`
  })

const forms: readonly ((text: string) => string)[] = [
  (text) => `select ${text}`,
  (text) => `select ${text}`,
  (text) => `select 1, ${text}, 2`,
  (text) => `insert into a (b) values (${text})`,
  (text) => `update a set b = ${text} where c = 1`,
  (text) => `delete from a where b = ${text}`,
  (text) => `create table a (b text default ${text})`,
  (text) => `comment on table a is ${text}`,
  (text) => `create function f() returns int language sql as ${text}`,
  (text) => `create procedure p() begin select ${text}; delete from a; end`,
  (text) =>
    `create function f() returns int begin atomic select ${text}; select case 1 when 1 then 2 end; end`,
  (text) => `create rule r as on insert to a do also (select ${text}; delete from b)`,
  (text) =>
    `create trigger t before insert on a for each row begin if new.b = ${text} then set new.b = 1; end if; end`,
  (text) => `do ${text}`,
  (text) => `drop table ${text}`,
]
const between = fc.constantFrom(
  ...[
    ';',
    ';',
    ';\n',
    ';\n',
    ';\n\n',
    ' ;',
    ';;',
    '; -- a; b\n',
    ';\n/* ; */',
    ";\n-- it's\n",
    ';/* "a */\n',
    '; /*!50000 drop table b */;\n',
    ';\n/*M! , 2 */',
    '\n',
    '\n-- a\n',
  ],
)

const statements = fc
  .array(fc.tuple(fc.constantFrom(...forms), quoted, between), { minLength: 1, maxLength: 5 })
  .map((list) => list.map(([form, text, end]) => `${form(text)}${end}`).join(''))

/** What may stand almost anywhere and changes nothing, if it is read as what it is. */
const quiet = [
  ' ',
  '\n',
  '/* ; */',
  "/* ' */",
  '/* $$ */',
  ' -- ;\n',
  ' -- "\n',
  ';',
  ';\n;',
  '/**/',
  '\t',
  "/* it's */",
]

type Edit = { readonly at: number; readonly cut: number; readonly put: string }

/** A short file of either engine, with pieces cut out and tokens put in. */
function mutations(): fc.Arbitrary<Uint8Array> {
  const files = (['postgres', 'mysql'] as const)
    .flatMap((engine) => corpus(engine, 400, 7))
    .map((file) => encoder.encode(file.text))
    .filter((file) => file.length < 1_200)
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) },
    ),
    put: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...quiet) },
      { weight: 1, arbitrary: fc.constantFrom('', ...marks, ...lines) },
      { weight: 1, arbitrary: fc.constantFrom(...words) },
    ),
  })
  return fc
    .tuple(fc.constantFrom(...files), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([file, edits]) => edits.reduce(edited, file))
}

function edited(file: Uint8Array, { at, cut, put }: Edit): Uint8Array {
  const from = Math.floor(at * file.length)
  const inside = encoder.encode(put)
  const rest = file.subarray(Math.min(file.length, from + cut))
  const made = new Uint8Array(from + inside.length + rest.length)
  made.set(file.subarray(0, from))
  made.set(inside, from)
  made.set(rest, from + inside.length)
  return made
}
