import { describe, expect, test } from 'vitest'
import { reviewSql } from '../testing.ts'

async function isReported(sql: string): Promise<boolean> {
  const [reviewed] = await reviewSql(sql, { engine: 'mariadb' })
  expect(reviewed?.findings.map(({ rule }) => rule)).not.toContain('unparsed')
  return reviewed?.findings.some(({ rule }) => rule.startsWith('no-where')) === true
}

test.each([
  ...[
    'true',
    '1',
    "'1'",
    '-1',
    '1e0',
    "b'1'",

    '0x1',
    '!0',
    '!!1',
    'NOT false',
    'NOT NOT 1',
    '((1))',
  ],
  ...[
    '1 = 1',
    "'a' = 'a'",
    '2 > 1',
    '1 <> 0',
    '1 <=> 1',
    'NULL <=> NULL',
    '1 + 1 = 2',
    '3 - 1',
    '(1 = 1) = 1',
    '1 < 2 < 3',
  ],
  ...[
    'id = id',
    'x.id = id',
    '`id` = ID',
    'id = id OR id IS NULL',
    'id IS NOT NULL',
    'NOT id IS NULL',
    'id <=> id',
    'NOT ISNULL(id)',
  ],
  ...[
    'a = 9 || 1',
    '1 && 1',
    'a = 1 OR true',
    'a IS NULL OR a IS NOT NULL',
    'a = 1 OR a <> 1 OR a IS NULL',
    'a <=> 1 OR NOT a <=> 1',
  ],
  ...[
    '1 IN (1)',
    '1 IN (2, 1)',
    'id IN (id)',
    '3 NOT IN (1, 2)',
    '1 BETWEEN 0 AND 2',
    '5 NOT BETWEEN 0 AND 2',
    'id BETWEEN id AND id',
  ],
  ...[
    'COALESCE(true)',
    'IFNULL(NULL, 1)',
    'IF(1, 1, 0)',
    'IF(a = 1, 1, 2)',
    'EXISTS (SELECT 1)',
    '(SELECT 1)',
    '(SELECT true FROM dual)',
  ],
  ...[
    "id LIKE '%'",
    "id REGEXP '.*'",
    "id RLIKE ''",
    'id > 0',
    'id >= 0',
    '0 < id',
    'id <> 0',
    'LENGTH(id) >= 0',
    'CHAR_LENGTH(a) >= 0 OR a IS NULL',
  ],
  ...[
    'NULL IS NULL',
    '1 IS NOT NULL',
    'true IS TRUE',
    '0 IS FALSE',
    'NULL IS UNKNOWN',
    '(1, 2) = (1, 2)',
    '(id, a) = (id, a)',
  ],
  ...[
    'CASE WHEN true THEN 1 END',
    'CASE WHEN a = 1 THEN 1 ELSE 1 END',
    'CASE 1 WHEN 1 THEN 1 END',
    'LOWER(id) = LOWER(id)',
    'id + 1 = id + 1',
  ],
  ...[
    "'a' COLLATE utf8mb4_bin = 'a'",
    'BINARY 1 = 1',
    '1 LIMIT 10',
    'true ORDER BY id LIMIT 10',
    "id = 1 OR id IN (SELECT id FROM y) OR 'b' = 'b'",
  ],
])('%s leaves no row out', async (where) => {
  expect(await isReported(`DELETE FROM x WHERE ${where}`)).toBe(true)
})

test.each([
  ...[
    'false',
    '0',
    "'0'",
    "'a'",
    'NULL',
    '1 = 2',
    'NOT 1',
    '!1',
    'NULL = NULL',
    '1 - 1',
    "b'0'",
    '(1 = 1) = 0',
  ],
  ...[
    'id = 1',
    'a = b',
    'a',
    'NOT a',
    'a IS NULL',
    'a IS NOT NULL',
    'a IS TRUE',
    'id > 1',
    'id < 10',
    'id <> 5',
    'user_id > 0',
    'id & 1',
  ],
  ...[
    "a LIKE '%'",
    "id LIKE '1%'",
    "b REGEXP 'x'",
    'a = 1 OR b = 2',
    'a = 1 || b = 2',
    'true AND a = 1',
    'true XOR true',
    'true XOR a = 1',
  ],
  ...[
    '1 IN (2)',
    'a IN (1, 2)',
    'id IN (SELECT id FROM y)',
    'a BETWEEN 1 AND 2',
    'COALESCE(a, 0)',
    'IF(a = 1, 1, 0)',
    'EXISTS (SELECT 1 FROM y)',
  ],
  ...[
    'EXISTS (SELECT 1 WHERE 0)',
    'RAND() < 0.5',
    'RAND() = RAND()',
    'f(a) = f(a)',
    'f(a)',
    '@a',
    '@a = 1',
    'CASE WHEN a = 1 THEN 1 END',
  ],
  ...[
    '(a, b) = (1, 2)',
    'created_at < NOW() - INTERVAL 30 DAY',
    'a IS NULL LIMIT 10',
    'a > 1 OR a < 1',
    'a MOD 2 = 1',
    'LENGTH(a) > 0',
    'y.id IS NOT NULL',
  ],
])('%s may leave rows out', async (where) => {
  expect(await isReported(`DELETE FROM x WHERE ${where}`)).toBe(false)
})

describe('of several tables:', () => {
  test.each([
    ['DELETE x FROM x JOIN y ON true', true],
    ['DELETE x FROM x, y', true],
    ['DELETE x FROM x CROSS JOIN y', true],
    ['DELETE x FROM x LEFT JOIN y ON x.a = y.a', true],
    ['DELETE x FROM x JOIN y ON x.a = y.a WHERE true', false],
    ['DELETE x FROM x JOIN y ON x.a = y.a', false],
    ['DELETE x FROM x JOIN y USING (a)', false],
    ['DELETE x FROM x NATURAL JOIN y', false],
    ['DELETE x FROM x JOIN y ON x.id IS NOT NULL', true],
    ['DELETE x FROM x LEFT JOIN y ON x.a = y.a WHERE y.id IS NULL', false],
    ['DELETE x FROM x LEFT JOIN y ON x.a = y.a WHERE y.id IS NOT NULL', false],
    ['DELETE x FROM x, y WHERE y.a = 1', true],
    ['DELETE x FROM x, y WHERE y.a = 1 AND b = 1', false],
    ['DELETE x FROM x, y WHERE y.a = x.a', false],
    ['DELETE FROM x USING x JOIN y ON x.a = y.a JOIN z ON z.a = y.a', false],
    ['UPDATE x JOIN y ON 1 = 1 SET x.a = y.a', true],
    ['UPDATE x JOIN y ON x.a = y.a SET x.b = y.b', false],
    ['UPDATE x, y SET x.a = 1 WHERE y.id = 1', true],
    ['UPDATE x AS p SET p.a = 1 WHERE p.id = p.id', true],
    ['DELETE FROM x AS p WHERE p.id IS NOT NULL', true],
    ['DELETE a FROM x AS a, x AS b WHERE a.id > b.id AND a.c = b.c', false],
  ])('%s', async (sql, expected) => expect(await isReported(sql)).toBe(expected))
})

test('a key of the same file counts', async () => {
  const table = 'CREATE TABLE IF NOT EXISTS x'
  expect(await isReported(`${table} (code INT PRIMARY KEY); DELETE FROM x WHERE code IS NOT NULL`)).toBe(true)
  expect(
    await isReported(`${table} (code INT, PRIMARY KEY (code)); DELETE FROM x WHERE code IS NOT NULL`),
  ).toBe(true)
  expect(await isReported('ALTER TABLE x ADD PRIMARY KEY (code); DELETE FROM x WHERE code IS NOT NULL')).toBe(
    true,
  )
  expect(await isReported(`${table} (code INT, KEY (code)); DELETE FROM x WHERE code IS NOT NULL`)).toBe(
    false,
  )
})

test('what is not known in a condition hides nothing of the rest', async () => {
  const deep = `${'('.repeat(3000)}1 = 2${')'.repeat(3000)}`
  expect(await isReported(`DELETE FROM x WHERE a SOUNDS LIKE 'b' OR ${deep} OR true`)).toBe(true)
  expect(await isReported(`DELETE FROM x WHERE ${'a = 1 OR '.repeat(3000)} 1`)).toBe(true)
})

test('what is nested deeper than it is looked into hides no `true`', async () => {
  expect(await isReported(`DELETE FROM x WHERE ${'('.repeat(60)}1${')'.repeat(60)};`)).toBe(true)
  expect(await isReported(`DELETE FROM x WHERE ${'('.repeat(30)}a = 1${')'.repeat(30)};`)).toBe(false)
})

test.each([
  // What a join asks of other tables alone leaves no row of this one out.
  'UPDATE x JOIN y ON y.a = 5 SET x.a = 1',
  'UPDATE x, y JOIN z ON y.id = z.id SET x.a = 1',
  'UPDATE x JOIN (SELECT a.id FROM a JOIN b ON a.id = b.id) y SET x.a = 1',
  'UPDATE x NATURAL LEFT JOIN y SET x.a = 1',
  'DELETE x FROM x JOIN x y USING (id)',
  'DELETE x FROM x NATURAL JOIN x y',
])('%s changes every row', async (sql) => {
  expect(await isReported(sql)).toBe(true)
})

test.each([
  'UPDATE x JOIN y ON y.id = x.id SET x.a = 1',
  'UPDATE x JOIN y USING (id) SET x.a = 1',
  'UPDATE x NATURAL JOIN y SET x.a = 1',
  'UPDATE x JOIN y ON y.a = 5 SET x.a = 1 WHERE x.id = y.id',
  'UPDATE x JOIN y ON y.id = x.id JOIN z ON z.id = y.id SET x.a = 1',
  'UPDATE x JOIN (SELECT id, sum(b) s FROM y GROUP BY id) y ON y.id = x.id SET x.a = y.s',
])('%s changes some', async (sql) => {
  expect(await isReported(sql)).toBe(false)
})
