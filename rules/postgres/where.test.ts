import { expect, test } from 'vitest'
import { reviewSql } from '../testing.ts'
import { everyRow } from './samples.ts'

async function isReported(where: string, before = ''): Promise<boolean> {
  const [reviewed] = await reviewSql(`${before}DELETE FROM x WHERE ${where};`)
  expect(reviewed?.findings.map(({ rule }) => rule)).not.toContain('unparsed')
  return reviewed?.findings.some(({ rule }) => rule === 'no-where-delete') === true
}

test.each(everyRow)('%s leaves no row out', async (where) => {
  expect(await isReported(where)).toBe(true)
})

test.each([
  ...[
    'id = 1',
    'a = b',
    'id <> a',
    'id IS NULL',
    'a IS NOT NULL',
    'a IS NULL',
    'a',
    'NOT a',
    'a IS TRUE',
    'false',
  ],
  ...['1 = 2', 'NULL', 'NULL = NULL', 'NULL <> 1', 'id > 1', 'id >= 2', 'id < 10', 'id <> 5', 'user_id > 0'],
  ...[
    "a LIKE '%'",
    "id::text LIKE '1%'",
    "b ~ 'x'",
    "b NOT LIKE '%'",
    "b LIKE '_%'",
    'a = 1 OR b = 2',
    'id = a OR a IS NULL',
  ],
  ...[
    'true AND a = 1',
    'NOT true',
    '1 IN (2)',
    '1 NOT IN (1)',
    'a IN (1, 2)',
    'a BETWEEN 1 AND 2',
    'coalesce(a, false)',
  ],
  ...[
    'coalesce(NULL, false)',
    'EXISTS (SELECT 1 FROM y)',
    'EXISTS (SELECT 1 WHERE false)',
    'EXISTS (SELECT 1 LIMIT 0)',
  ],
  ...[
    'EXISTS (SELECT 1 FROM y WHERE y.id = x.id)',
    'id IN (SELECT id FROM x WHERE a IS NULL LIMIT 10)',
    'id IN (SELECT id FROM y)',
  ],
  ...[
    'NOT EXISTS (SELECT 1 FROM y WHERE y.id = x.id)',
    '(SELECT count(*) FROM y) > 0',
    'random() < 0.5',
    'random() = random()',
  ],
  ...[
    'f(a) = f(a)',
    'a IS DISTINCT FROM b',
    'NULL IS DISTINCT FROM NULL',
    'CASE WHEN a = 1 THEN true END',
    "'b' > 'a'::text COLLATE \"C\" AND a = 1",
  ],
  ...[
    'a = 1 OR a <> 1 AND b = 1',
    '(a, b) = (1, 2)',
    'now() > created_at',
    "created_at < now() - interval '30 days'",
    'length(b) > 0',
  ],
  ...[
    'CURRENT OF c',
    '$1',
    'a = $1',
    'a IS NULL OR b IS NOT NULL',
    'a > 1 OR a < 1',
    'a = ANY (ARRAY[1, 2])',
    'id - 1 > 0',
  ],
  ...[
    'id IN (SELECT max(id) FROM x GROUP BY a)',
    'ctid NOT IN (SELECT min(ctid) FROM x GROUP BY a)',
    '0 > id',
    "'a'::boolean",
  ],
])('%s may leave rows out', async (where) => {
  expect(await isReported(where)).toBe(false)
})

test.each([
  ['CREATE TABLE IF NOT EXISTS x (code text PRIMARY KEY);', true],
  ['CREATE TABLE IF NOT EXISTS x (code text, PRIMARY KEY (code));', true],
  ['ALTER TABLE x ADD PRIMARY KEY (code);', true],
  ['ALTER TABLE x ADD UNIQUE (code);', false],
  ['CREATE TABLE IF NOT EXISTS y (code text PRIMARY KEY);', false],
])('a key of the same file counts: %s', async (before, expected) => {
  expect(await isReported('code IS NOT NULL', before)).toBe(expected)
})

test.each([
  ['DELETE FROM x USING y WHERE y.a = 1', true],
  ['DELETE FROM x USING y WHERE y.a = y.b', true],
  ['UPDATE x SET a = 1 FROM y z WHERE z.a = 1', true],
  ['DELETE FROM x WHERE EXISTS (SELECT 1 FROM y WHERE y.a = 1)', true],
  ['DELETE FROM x USING x z WHERE x.id = z.id', true],
  ['DELETE FROM x USING y WHERE y.a = x.a', false],
  ['DELETE FROM x USING y WHERE a = 1', false],
  ['DELETE FROM x p USING y WHERE y.a = p.a', false],
  ['DELETE FROM x USING x z WHERE x.id < z.id AND x.a = z.a', false],
  ['DELETE FROM x WHERE NEW.a', false],
  ['UPDATE x SET a = 1 FROM y LEFT JOIN z ON z.id = y.id WHERE z.id IS NOT NULL AND y.a = x.a', false],
  ['DELETE FROM x USING y WHERE y.id IS NOT NULL AND x.a = 1', false],
])('%s', async (sql, expected) => {
  const [reviewed] = await reviewSql(sql)
  expect(reviewed?.findings.some(({ rule }) => rule.startsWith('no-where'))).toBe(expected)
})

test('the end of a long condition counts, and a deep one costs nothing', async () => {
  expect(await isReported(`${'a = 1 OR '.repeat(3000)} true`)).toBe(true)
  expect(await isReported(`${'('.repeat(900)}a = 1${')'.repeat(900)}`)).toBe(false)
  expect(
    await isReported(Array.from({ length: 3000 }, (_, i) => `a${i} IS NULL OR a${i} = 1`).join(' OR ')),
  ).toBe(false)
})

test('what is nested deeper than it is looked into hides no `true`', async () => {
  expect(await isReported(`${'NOT '.repeat(80)}true`)).toBe(true)
  expect(await isReported(`${'NOT '.repeat(40)}(a = 1)`)).toBe(false)
})
