import { expect, test } from 'vitest'
import { configurableRules } from './configurable.ts'
import { review, type Severity } from './review.ts'
import { type RiskLimits, riskOf } from './risk.ts'
import { indexSizes, type SizedTable, type Sizes } from './sizes.ts'
import { stopwatch } from './testing.ts'

const limits: RiskLimits = {
  ...{ largeRows: 100_000, veryLargeRows: 10_000_000, largeSize: 1024 ** 3, veryLargeSize: 100 * 1024 ** 3 },
  ...{ cascadeDepth: 3, warnings: 3 },
}
const table = (name: string, over: Partial<SizedTable> = {}): SizedTable => ({
  ...{ schema: 'public', name, of: null, rows: 10, bytes: 8_192, indexes: [], foreign_keys: [] },
  ...over,
})
const key = (to_table: string, on_delete = 'cascade') => ({ to_schema: 'public', to_table, on_delete })
const sizes: Sizes = {
  path: ['public'],
  names: 'exact',
  truncated: false,
  tables: [
    table('small'),
    table('fresh', { rows: null }),
    table('unseen', { rows: null, bytes: 5_000_000 }),
    table('large', { rows: limits.largeRows, indexes: [{ name: 'large_i' }] }),
    table('wide', { rows: 1_000, bytes: limits.largeSize }),
    table('huge', { rows: limits.veryLargeRows }),
    table('small', { schema: 'archive', rows: limits.veryLargeRows }),
    table('lonely', { schema: 'archive', rows: limits.veryLargeRows }),
    table('parent'),
    table('child', { foreign_keys: [key('parent'), key('child')] }),
    table('kept', { foreign_keys: [key('parent', 'set null')] }),
    table('deep'),
    table('deep_1', { foreign_keys: [key('deep')] }),
    table('deep_2', { foreign_keys: [key('deep_1')] }),
    table('deep_3', { foreign_keys: [key('deep_2')] }),
    table('deep_4', { foreign_keys: [key('deep_3')] }),
    table('deep_5', { foreign_keys: [key('deep_4'), key('deep_1')] }),
    table('loop', { foreign_keys: [key('loop')] }),
  ],
}
/** What a statement does to tables is looked at here, and not what the review says of it. */
const calm = Object.fromEntries(configurableRules.map((id) => [id, 'off' as Severity]))

async function judged(
  sql: string,
  known: Sizes | null = sizes,
  stale = false,
  severities: Readonly<Record<string, Severity>> = calm,
  own: Partial<RiskLimits> = {},
) {
  const files = sql.split('-- next').map((text, i) => ({ path: `${i}.sql`, bytes: Buffer.from(text) }))
  const reviews = await review(files, { engine: 'postgres', severities })
  return riskOf(reviews, known, stale, { ...limits, ...own })
}
const said = ({ level, factors }: Awaited<ReturnType<typeof judged>>) => [
  level,
  ...factors.map((one) => one.message),
]

const unread = ['unknown', 'what some statement does or costs is not known']

test.each<[string, string, readonly string[]]>([
  ['a new table', 'create table t (id int); create index i on t (id); drop table t;', ['low']],
  ['a new table in an earlier file', 'create table t (id int);-- next\nalter table t add x int', ['low']],
  ['a column on a small table', 'alter table small add x int', ['low']],
  ['rows into any table', 'insert into huge values (1)', ['low']],
  ['a table of next to no bytes that nobody counted', 'alter table fresh add x int', ['low']],
  [
    'a table that nobody counted',
    'alter table unseen add x int',
    ['unknown', 'the size of public.unseen is not known'],
  ],
  [
    'a lock on a large table',
    'create index i on large (x)',
    ['medium', 'public.large is locked: it is large (about 100,000 rows)'],
  ],
  [
    'a lock on a very large table that does not last',
    'alter table huge add x int',
    ['medium', 'public.huge is locked for a moment: it is very large (about 10,000,000 rows)'],
  ],
  [
    'a lock on a table of many bytes',
    'create index i on wide (x)',
    ['medium', 'public.wide is locked: it is large (1.1 GB)'],
  ],
  [
    'a lock on a very large table',
    'create index i on huge (x)',
    ['high', 'public.huge is locked: it is very large (about 10,000,000 rows)'],
  ],
  [
    'a concurrent build',
    'create index concurrently i on huge (x)',
    ['medium', 'building an index on public.huge takes long: it is very large (about 10,000,000 rows)'],
  ],
  ['some rows of a small table', 'update small set x = 1 where id = 2', ['low']],
  [
    'some rows of a very large table',
    'update huge set x = 1 where id = 2',
    ['medium', 'at most about 10,000,000 rows of public.huge change'],
  ],
  [
    'all rows of a very large table',
    'update huge set x = 1',
    ['high', 'all rows of public.huge change: about 10,000,000 rows'],
  ],
  ['all rows deleted', 'delete from small', ['high', 'all rows of public.small are deleted: about 10 rows']],
  ['a drop', 'drop table small', ['high', 'public.small is dropped, with about 10 rows']],
  ['a truncate', 'truncate small', ['high', 'all rows of public.small are deleted: about 10 rows']],
  [
    'a dropped column',
    'alter table small drop column x',
    ['high', 'a column of public.small is dropped, with its values in about 10 rows'],
  ],
  [
    'a dropped index',
    'drop index large_i',
    [
      'medium',
      'the index large_i is dropped',
      'public.large is locked for a moment: it is large (about 100,000 rows)',
    ],
  ],
  [
    'another name',
    'alter table small rename to x',
    ['medium', 'public.small is renamed, and queries that name it fail'],
  ],
  [
    'deletes that cascade',
    'delete from parent where id = 1',
    [
      'medium',
      'rows of 1 other table go with those of public.parent (foreign keys, 1 deep), at most about 10: public.child',
    ],
  ],
  [
    'deletes that cascade far',
    'delete from deep where id = 1',
    [
      'high',
      'rows of 5 other tables go with those of public.deep (foreign keys, 4 deep), at most about 50: public.deep_1, public.deep_2, public.deep_5, public.deep_3, public.deep_4',
    ],
  ],
  ['deletes from a table that points to itself', 'delete from loop where id = 1', ['low']],
  [
    'a table that the snapshot does not have',
    'alter table gone add x int',
    ['unknown', 'gone is not in the schema snapshot'],
  ],
  [
    'a name in another schema',
    'alter table archive.small add unique (x)',
    ['high', 'archive.small is locked: it is very large (about 10,000,000 rows)'],
  ],
  [
    'a bare name that is not on the path',
    'alter table lonely add unique (x)',
    ['high', 'archive.lonely is locked: it is very large (about 10,000,000 rows)'],
  ],
  ['quoted names', 'alter table "Small" add x int', ['unknown', '"Small" is not in the schema snapshot']],
  [
    'a call that may do anything',
    'select f()',
    ['unknown', 'what some statement does or costs is not known'],
  ],
  ['harmless definitions', "create type mood as enum ('a'); comment on table huge is 'x'", ['low']],
  ['a function', 'create function f() returns int language sql as $$ select 1 $$', ['low']],
  ['a trigger', 'create trigger g before insert on small for each row execute function f()', ['low']],
  ['a function whose body is not read', 'create function f() returns int language c as $$a$$, $$b$$', unread],
  [
    'a function that is called in the same file',
    'create function f() returns void language sql as $$ insert into small values (1) $$; call f()',
    unread,
  ],
  ['a table from a call', 'create table zz as select f()', unread],
  ['a table from a query', 'select * into zz from huge', unread],
  ['a table from a query that is not run', 'create table zz as select * from huge with no data', ['low']],
  ['a view that is filled', 'create materialized view v as select * from huge', unread],
  ['a view that is filled again', 'refresh materialized view v', unread],
  ['a view that is not', 'create materialized view v as select * from huge with no data', ['low']],
  ['rows from a call', 'insert into small values (f())', unread],
  ['rows from a call with a name of the author', 'insert into small values (app.now())', unread],
  ['a change from a call', 'update small set x = f() where id = 1', unread],
  ['a condition with a call', 'delete from small where id = f()', unread],
  ['a default from a call', 'alter table small add column c int default f()', unread],
  ['an index of a call', 'create index i on small (f(x))', unread],
  ['a call in a WITH', 'with a as (select f()) insert into small select 1 from a', unread],
  [
    'calls of what is known',
    `insert into small values (now(), coalesce(lower(trim('a')), 'b'), gen_random_uuid(), pg_catalog.upper('c'),
       current_timestamp, extract(year from now()), now() at time zone 'utc', nextval('s'));
     update small set x = greatest(x, 1), y = substring(z from 2) where id = 1;
     alter table small add column c timestamptz default clock_timestamp()`,
    ['low'],
  ],
  ['a default of a new table', 'create table t (id uuid default f())', ['low']],
  [
    'a partition',
    'create table p partition of huge default',
    ['high', 'public.huge is locked: it is very large (about 10,000,000 rows)'],
  ],
  [
    'a partition of a new table',
    'create table t (i int) partition by list (i); create table p partition of t default',
    ['low'],
  ],
  [
    'what is in a DO',
    'do $$ begin delete from small; end $$',
    ['high', 'all rows of public.small are deleted: about 10 rows'],
  ],
])('%s', async (_, sql, expected) => expect(said(await judged(sql))).toEqual(expected))

test('a changed search path may make a bare name mean any table of that name', async () => {
  const { level } = await judged('set search_path to archive; create index i on small (x)')
  expect(level).toBe('high')
  const { level: made } = await judged(
    'create table small (id int); set search_path to archive; create index i on small (x)',
  )
  expect(made).toBe('high')
})

test.each<[string, string, string]>([
  [
    'dropped and made anew',
    'drop table small; create table small (id int)',
    'public.small is dropped, with about 10 rows',
  ],
  [
    'dropped and made anew later',
    'drop table small;-- next\ncreate table small (id int)',
    'public.small is dropped, with about 10 rows',
  ],
  [
    'made anew elsewhere, and dropped',
    'set search_path to x; create table small (id int);-- next\ndrop table small',
    'public.small is dropped, with about 10 rows',
  ],
  [
    'under the name of a new one, and dropped',
    'create table t (id int);-- next\ndrop table t; alter table huge rename to t; drop table t',
    't is dropped',
  ],
  [
    'reached through a new one',
    'create table t (id int); alter table huge inherit t;-- next\ndelete from t',
    'all rows of t are deleted',
  ],
  [
    'linked to a new one later',
    'create table t (id int);-- next\nalter table huge inherit t; delete from t',
    'all rows of t are deleted',
  ],
])('a table %s is no new one', async (_, sql, message) => {
  const { level, factors } = await judged(sql)
  expect([level, factors.map((one) => one.message)]).toEqual(['high', expect.arrayContaining([message])])
})

test('what the review found counts, and what it could not read is not known', async () => {
  expect(said(await judged('truncate small', sizes, false, {}))).toContain('the review found what blocks (1)')
  const opaque = await judged('alter table small ad x int')
  expect([opaque.level, opaque.factors.map((one) => one.level)]).toEqual(['high', ['high', 'unknown']])
  expect(riskOf(null, sizes, false, limits)).toMatchObject({ level: 'unknown' })
  expect(
    (await judged('alter table small alter x type int', sizes, false, { 'alter-column-type': 'warn' })).level,
  ).toBe('medium')
})

test('without a snapshot whatever depends on a size is unknown, and never low', async () => {
  expect(said(await judged('alter table small add x int', null))).toEqual([
    'unknown',
    'the size of small is not known',
  ])
  expect((await judged('drop table small', null)).level).toBe('high')
  expect((await judged('create table t (id int); insert into t values (1)', null)).level).toBe('low')
})

test('an old snapshot shows that a table is large, and not that it is small', async () => {
  expect(said(await judged('alter table small add x int', sizes, true))).toEqual([
    'unknown',
    'the size of small was seen too long ago',
  ])
  expect((await judged('create index i on huge (x)', sizes, true)).level).toBe('high')
  expect((await judged('create table t (id int)', sizes, true)).level).toBe('low')
})

test.each<[string, string, readonly string[]]>([
  [
    'a table',
    'alter table Huge add x int',
    ['high', 'public.huge is locked: it is very large (about 10,000,000 rows)'],
  ],
  [
    'a partition',
    'alter table small drop partition p',
    ['high', 'a part of public.small is emptied, of about 10 rows'],
  ],
  [
    'a database',
    'create table shop (id int) engine=innodb; drop database shop',
    ['high', 'the database shop is dropped'],
  ],
  [
    'a set of characters',
    'alter table large convert to character set utf8mb4',
    ['medium', 'public.large is locked: it is large (about 100,000 rows)'],
  ],
  [
    'an index',
    'drop index large_i on large',
    [
      'medium',
      'the index large.large_i is dropped',
      'public.large is locked: it is large (about 100,000 rows)',
    ],
  ],
  ['a call', 'call p()', ['unknown', 'what some statement does or costs is not known']],
  ['a grant', 'grant select on small to someone', ['low']],
  [
    'a function',
    'create function f() returns int begin insert into small values (1); return 1; end',
    ['low'],
  ],
  [
    'a procedure that is called in the same file',
    'create procedure p() insert into small values (1); call p()',
    unread,
  ],
  ['a table from a call', 'create table zz as select f()', unread],
  ['a table from a query', 'create table zz select * from huge', unread],
  ['a table from a query in parentheses', 'create table zz (select * from huge)', unread],
  ['a table from a table', 'create table zz as table huge', unread],
  ['rows from a call', 'insert into small (id) values (f())', unread],
  ['rows from a call of another database', 'replace small values (app . now())', unread],
  ['rows from a quoted call', 'insert small values (`f`())', unread],
  ['a change from a call', 'update small set x = f() where id = 1', unread],
  ['a condition with a call', 'delete from small where id in (1, f ( ))', unread],
  ['a default from a call', 'alter table small add column c int default f()', unread],
  ['a default from a call in parentheses', 'alter table small add column c int default (f())', unread],
  ['a variable from a call', 'set @a = f()', unread],
  ['a variable from a query', 'set @a = (select count(*) from huge)', unread],
  [
    'calls of what is known',
    `insert into small (id, x) values (uuid(), coalesce(lower(trim('a')), 'b')), (now(), if(1 in (2), 3, concat('c')))
       on duplicate key update x = values(x);
     insert into shop.small (id) values (1);
     update small set x = greatest(x, 1), y = date_sub(now(6), interval (1) day) where (id) = (1);
     alter table small add column (c varchar(20) default (uuid()), d decimal(10, 2), e enum('a')),
       add index i (x), add constraint j foreign key k (x) references small (id), add unique (c), add unique key l (c);
     set @a = concat('a', 'b')`,
    ['low'],
  ],
  [
    'a new table',
    "create temporary table t (id int default (uuid()), x int as (f(id)), key k (id)) comment = 'a'",
    ['low'],
  ],
])('on MySQL and MariaDB: %s', async (_, sql, expected) => {
  for (const engine of ['mysql', 'mariadb'] as const) {
    const reviews = await review([{ path: 'a.sql', bytes: Buffer.from(sql) }], { engine })
    const quiet = reviews.map((one) => ({ ...one, findings: [] }))
    expect(said(riskOf(quiet, { ...sizes, names: 'folded' }, false, limits))).toEqual(expected)
  }
})

test('names without regard to case, where the server has none', async () => {
  const folded = { ...sizes, names: 'folded' } as const
  expect((await judged('create index i on "HUGE" (x)', folded)).level).toBe('high')
})

test('tells the tables that are touched, the largest first, with who points to them', async () => {
  const { tables } = await judged(
    'delete from parent where id = 1; alter table parent add y int; alter table huge add x int',
  )
  expect(tables).toEqual([
    { schema: 'public', name: 'huge', hows: ['alter'], rows: 10_000_000, bytes: 8_192, referencedBy: 0 },
    { schema: 'public', name: 'parent', hows: ['delete', 'alter'], rows: 10, bytes: 8_192, referencedBy: 2 },
  ])
})

test('a change and a snapshot of any size are judged at once', async () => {
  const chain = Array.from({ length: 5_000 }, (_, i) =>
    table(`t${i}`, { foreign_keys: [key(`t${i - 1}`), key('t0'), key(`t${i + 1}`)] }),
  )
  const touches = Array.from({ length: 20_000 }, (_, i) => ({
    ...{ how: 'delete' as const, name: { name: `t${i % 5_000}` }, anywhere: i >= 5_000 },
  }))
  const elapsed = stopwatch()
  const risk = riskOf([{ findings: [], allowed: [], touches }], { ...sizes, tables: chain }, false, limits)
  expect(elapsed()).toBeLessThan(10_000)
  expect(risk.factors.map((one) => one.message)).toContain('the change touches too much to look at')
  expect(risk.tables).toHaveLength(500)
})

test('a finding that a comment allows is as dangerous as it was', async () => {
  const allow = (rule: string) => `-- dbward: allow ${rule}: nobody asks for it`
  const sql = `${allow('large-in-list')}\nselect 1 where 1 in (${Array.from({ length: 200 }, (_, i) => i)});`
  const severities = { ...calm, 'large-in-list': 'block' } as const
  const risk = await judged(sql, sizes, false, severities)
  expect(said(risk)).toEqual(['high', '1 finding is allowed by a comment', ...unread.slice(1)])
  const warned = await judged(`${sql}\n${sql}`, sizes, false, { ...calm, 'large-in-list': 'warn' })
  expect(said(warned)).toContain('2 findings are allowed by comments')
  expect(warned.factors.find((one) => /allowed/.test(one.message))?.level).toBe('medium')
})

test('a cascade that reaches very many tables is high, however flat it is', async () => {
  const star = (n: number) => {
    const children = Array.from({ length: n }, (_, i) => table(`c${i}`, { foreign_keys: [key('small')] }))
    return judged('delete from small where id = 1', { ...sizes, tables: [table('small'), ...children] })
  }
  expect(said(await star(99))).toEqual([
    'medium',
    expect.stringMatching(
      /^rows of 99 other tables go with those of public.small \(foreign keys, 1 deep\), at most about 990: public.c0, .* and \d+ more$/,
    ),
  ])
  expect(said(await star(4_000))).toEqual([
    'high',
    expect.stringMatching(
      /^rows of 100 or more other tables go with those of public.small \(foreign keys, 1 deep\), how many is not known: public.c0, .* and \d+ more$/,
    ),
  ])
})

test('a name that may mean very many tables is not known, and no more of them are looked at', async () => {
  const tables = Array.from({ length: 5_000 }, (_, i) =>
    table('users', { schema: `s${i}`, foreign_keys: [{ ...key('users'), to_schema: `s${i - 1}` }] }),
  )
  const touches = Array.from({ length: 500 }, (_, i) => ({
    ...{
      how: i % 2 === 0 ? ('delete' as const) : ('drop' as const),
      name: { name: 'users' },
      anywhere: true,
    },
  }))
  const risk = riskOf([{ findings: [], allowed: [], touches }], { ...sizes, tables }, false, limits)
  expect(risk.factors.map((one) => one.message)).toContain('users may be any of 5000 tables')
  expect(risk.tables).toHaveLength(20)
})

test('a name may mean one table only where a schema is said', () => {
  const index = indexSizes(sizes)
  const find = (name: { readonly schema?: string; readonly name: string }, anywhere = false) =>
    index.find({ how: 'alter', name, anywhere }).map((one) => one.schema)
  expect(find({ name: 'small' })).toEqual(['public'])
  expect(find({ name: 'small' }, true)).toEqual(['public', 'archive'])
  expect(find({ schema: 'archive', name: 'small' }, true)).toEqual(['archive'])
  expect(find({ schema: 'none', name: 'small' })).toEqual([])
})
