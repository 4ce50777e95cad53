import { expect, test } from 'vitest'
import { configurableRules } from './configurable.ts'
import type { Engine } from './engine.ts'
import { review } from './review.ts'
import { type RiskLimits, riskOf } from './risk.ts'
import type { SizedTable, Sizes } from './sizes.ts'

const limits: RiskLimits = {
  ...{ largeRows: 1_000, veryLargeRows: 10_000, largeSize: 1e9, veryLargeSize: 1e10 },
  ...{ cascadeDepth: 3, warnings: 3 },
}
const table = (name: string, over: Partial<SizedTable> = {}): SizedTable => ({
  ...{ schema: 'public', name, of: null, rows: 10, bytes: 8_192, indexes: [], foreign_keys: [] },
  ...over,
})
const points = (to_table: string, on_delete: string) => ({
  foreign_keys: [{ to_schema: 'public', to_table, on_delete }],
})
const part = { of: { schema: 'public', name: 'events' } }
const silent = Object.fromEntries(configurableRules.map((id) => [id, 'off' as const]))

async function judged(
  sql: string,
  tables: readonly SizedTable[],
  over: {
    readonly sizes?: Partial<Sizes>
    readonly limits?: Partial<RiskLimits>
    readonly engine?: Engine
  } = {},
) {
  const engine = over.engine ?? 'postgres'
  const reviews = await review([{ path: 'a.sql', bytes: Buffer.from(sql) }], { engine, severities: silent })
  const sizes: Sizes = { path: ['public'], names: 'exact', truncated: false, tables, ...over.sizes }
  const risk = riskOf(reviews, sizes, false, { ...limits, ...over.limits })
  return [risk.level, ...risk.factors.map((one) => one.message)]
}

const one = 'delete from parent where id = 1'
const all = 'delete from parent'
const allGone = 'all rows of public.parent are deleted: about 10 rows'

test.each<[string, string, readonly SizedTable[], readonly string[]]>([
  ['that is small, and is set to null', one, [table('kept', points('parent', 'set null'))], ['low']],
  [
    'that is large, and is set to null',
    one,
    [table('kept', { ...points('parent', 'set null'), rows: 5_000 })],
    [
      'medium',
      'rows of 1 other table change with those of public.parent (ON DELETE SET NULL or DEFAULT), at most about 5,000: public.kept',
    ],
  ],
  [
    'that is very large, and set to a default where all rows go',
    all,
    [table('kept', { ...points('parent', 'set default'), rows: 50_000 })],
    [
      'high',
      allGone,
      'rows of 1 other table change with those of public.parent (ON DELETE SET NULL or DEFAULT), at most about 50,000: public.kept',
    ],
  ],
  [
    'that nobody counted, and is set to null',
    one,
    [table('kept', { ...points('parent', 'set null'), rows: null, bytes: 5_000_000 })],
    [
      'unknown',
      'rows of 1 other table change with those of public.parent (ON DELETE SET NULL or DEFAULT), how many is not known: public.kept',
    ],
  ],
  [
    'that is set to null with those of one that goes',
    one,
    [
      table('child', points('parent', 'cascade')),
      table('kept', { ...points('child', 'set null'), rows: 5_000 }),
    ],
    [
      'medium',
      'rows of 1 other table go with those of public.parent (foreign keys, 1 deep), at most about 10: public.child',
      'rows of 1 other table change with those of public.parent (ON DELETE SET NULL or DEFAULT), at most about 5,000: public.kept',
    ],
  ],
  [
    'of many together',
    one,
    [1, 2, 3, 4].map((n) => table(`c${n}`, { ...points('parent', 'cascade'), rows: 3_000 })),
    [
      'high',
      'rows of 4 other tables go with those of public.parent (foreign keys, 1 deep), at most about 12,000: public.c1, public.c2, public.c3, public.c4',
    ],
  ],
  ['that forbids it', one, [table('kept', points('parent', 'restrict'))], ['low']],
  [
    'that is dropped keeps the rows of others',
    'drop table parent cascade',
    [table('child', points('parent', 'cascade'))],
    ['high', 'public.parent is dropped, with about 10 rows'],
  ],
  [
    'that is truncated alone',
    'truncate parent',
    [table('child', points('parent', 'cascade'))],
    ['high', allGone],
  ],
  [
    'that is truncated with all that point to it, whatever they say of deletes',
    'truncate parent cascade',
    [table('child', points('parent', 'restrict')), table('grandchild', points('child', 'no action'))],
    [
      'high',
      allGone,
      'all rows of 2 other tables go with those of public.parent (TRUNCATE CASCADE, 2 deep), about 20: public.child, public.grandchild',
    ],
  ],
])('rows of a table %s', async (_, sql, others, expected) => {
  expect(await judged(sql, [table('parent'), ...others])).toEqual(expected)
})

const byCascade = (of: string, who: string) =>
  `rows of 1 other table go with those of public.${of} (foreign keys, 1 deep), at most about 10: public.${who}`

test('a partition goes by the keys of its table, and the table by those of its partitions', async () => {
  const events = [
    table('events', { rows: 2_000 }),
    table('events_1', { ...part, rows: 900 }),
    table('events_2', { ...part, rows: 900 }),
    table('of_all', points('events', 'cascade')),
    table('of_one', points('events_1', 'cascade')),
  ]
  const from = (name: string) => judged(`delete from ${name} where id = 1`, events)
  expect(await from('events')).toEqual([
    'medium',
    'at most about 2,000 rows of public.events are deleted',
    expect.stringContaining('rows of 2 other tables go with those of public.events'),
  ])
  expect(await from('events_2')).toEqual(['medium', byCascade('events_2', 'of_all')])
  expect(await from('events_1')).toEqual(['medium', expect.stringContaining('of 2 other tables')])
})

test('a partitioned table whose parts were not all seen is of unknown size, and not empty', async () => {
  const events = [table('events', { rows: null, bytes: null }), table('events_1', part)]
  expect(await judged('update events set x = 1', events)).toEqual([
    'unknown',
    'the size of public.events is not known',
  ])
})

test('partitions that go round in circles have an end', async () => {
  const circle = [
    table('a', { of: { schema: 'public', name: 'b' }, ...points('a', 'cascade') }),
    table('b', { of: { schema: 'public', name: 'a' } }),
  ]
  expect((await judged('delete from b where id = 1', circle))[0]).toBe('medium')
})

test('where tables are missing in the snapshot, nobody knows what goes with deleted rows', async () => {
  const cut = { sizes: { truncated: true } }
  expect(await judged(one, [table('parent')], cut)).toEqual([
    'unknown',
    'which tables follow public.parent is not known: not all are in the schema snapshot',
  ])
  expect(await judged('alter table parent add x int', [table('parent')], cut)).toEqual(['low'])
})

test.each(['replace into parent values (1)', "load data infile 'a' replace into table parent"])(
  'rows that are replaced are deleted first: %s',
  async (sql) => {
    const tables = [table('parent'), table('child', points('parent', 'cascade'))]
    for (const engine of ['mysql', 'mariadb'] as const) {
      expect(await judged(sql, tables, { engine })).toContain(byCascade('parent', 'child'))
    }
  },
)

test('a table that is large by its bytes shows them', async () => {
  const heavy = [table('t', { rows: 20, bytes: 5_400_000_000 })]
  expect(await judged('update t set x = 1 where id = 1', heavy)).toEqual([
    'medium',
    'at most about 20 rows of public.t change (5.4 GB)',
  ])
  expect(await judged('update t set x = 1', heavy)).toEqual(['medium', 'all rows of public.t change: 5.4 GB'])
  const uncounted = [table('t', { rows: null, bytes: 5_400_000_000 })]
  expect(await judged('delete from t where id = 1', uncounted)).toContain(
    'how many rows of public.t are deleted is not known: it has 5.4 GB',
  )
})

test('the limits say what is large, very large and deep', async () => {
  const t = [table('t', { rows: 500 })]
  const lock = 'create index i on t (x)'
  expect(await judged(lock, t)).toEqual(['low'])
  expect((await judged(lock, t, { limits: { largeRows: 500 } }))[0]).toBe('medium')
  expect((await judged(lock, t, { limits: { largeRows: 100, veryLargeRows: 500 } }))[0]).toBe('high')
  expect((await judged(lock, t, { limits: { largeSize: 8_192 } }))[0]).toBe('medium')
  expect((await judged(lock, t, { limits: { largeSize: 1, veryLargeSize: 8_192 } }))[0]).toBe('high')
  const deep = [table('parent'), table('child', points('parent', 'cascade'))]
  expect((await judged(one, deep))[0]).toBe('medium')
  expect((await judged(one, deep, { limits: { cascadeDepth: 1 } }))[0]).toBe('high')
})

test('from so many warnings on the risk is high, allowed or not, and notes are none', () => {
  const found = (severity: 'warn' | 'note', n: number, allowed = 0) => {
    const many = (count: number) => Array.from({ length: count }, () => ({ severity }))
    const reviews = [{ findings: many(n), allowed: many(allowed), touches: [] }]
    const { level, factors } = riskOf(reviews, null, false, limits)
    return [level, ...factors.map((factor) => factor.message)]
  }
  const high = '3 findings warn: from 3 on that is high'
  expect(found('warn', 2)).toEqual(['medium', 'the review warns (2)'])
  expect(found('warn', 3)).toEqual(['high', high, 'the review warns (3)'])
  expect(found('warn', 2, 1)).toEqual([
    'high',
    high,
    'the review warns (2)',
    '1 finding is allowed by a comment',
  ])
  expect(found('note', 50, 50)).toEqual(['low'])
})

test.each<[string, string, boolean]>([
  ['a column', 'alter table t add x int', true],
  ['a column with a constant', 'alter table t add x int default 5', true],
  ['a column with a value for each row', 'alter table t add x uuid default gen_random_uuid()', false],
  ['what is read', 'alter table t alter x set not null', false],
  ['what may be written anew', 'alter table t alter x type text', false],
  ['a name', 'alter table t rename x to y', true],
  ['a lock after what takes long', 'update s set x = 1 where id = 1; alter table t add x int', true],
  ['a lock before what takes long', 'alter table t add x int; update s set x = 1 where id = 1', false],
  ['a lock before rows from a query', 'alter table t add x int; insert into s select 1', false],
  ['a lock before what nobody knows', 'alter table t add x int; select f()', false],
  ['two that are brief', 'alter table t add x int; alter table t add y int', true],
  ['one that is and one that is not', 'alter table t add x int; alter table t alter x set not null', false],
  ['a key to it that is checked', 'alter table s add foreign key (x) references t', false],
  ['a key to it that is not', 'alter table s add foreign key (x) references t not valid', true],
  ['one that may wait for ever', 'set lock_timeout = 0; alter table t add x int', false],
])('a lock is brief where nothing that grows is done under it: %s', async (_, sql, brief) => {
  const tables = [table('t', { rows: 50_000 }), table('s')]
  const message = `public.t is locked${brief ? ' for a moment' : ''}: it is very large (about 50,000 rows)`
  const [level, ...factors] = await judged(sql, tables)
  expect([level, factors.filter((one) => one.includes('is locked'))]).toEqual([
    brief ? 'medium' : expect.stringMatching(/^(high|unknown)$/),
    [message],
  ])
})

test('a lock that is brief in one file is not in another', async () => {
  const files = ['alter table t add x int', 'alter table t add y uuid default gen_random_uuid()']
  for (const order of [files, files.toReversed()]) {
    const reviews = await review(
      order.map((sql, i) => ({ path: `${i}.sql`, bytes: Buffer.from(sql) })),
      { engine: 'postgres', severities: silent },
    )
    const tables = [table('t', { rows: 50_000 })]
    const sizes: Sizes = { path: ['public'], names: 'exact', truncated: false, tables }
    expect(riskOf(reviews, sizes, false, limits).level).toBe('high')
  }
})

test('of MySQL and MariaDB no lock is known to be brief', async () => {
  const [level] = await judged('alter table t add x int', [table('t', { rows: 50_000 })], { engine: 'mysql' })
  expect(level).toBe('high')
})
