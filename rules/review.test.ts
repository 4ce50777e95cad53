import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { review } from './review.ts'
import { places, reviewSql, stopwatch } from './testing.ts'

const encode = (text: string) => new TextEncoder().encode(text)

test('answers for each file, in their order, with what a person needs', async () => {
  const reviews = await review(
    [
      { path: 'b.sql', bytes: encode('DROP TABLE "Users";') },
      { path: 'a.sql', bytes: encode('SELECT 1;') },
    ],
    { engine: 'postgres', serverVersion: '16.3' },
  )
  expect(reviews).toEqual([
    {
      path: 'b.sql',
      engine: 'postgres',
      statements: 1,
      classes: { structural: 1, semantic: 0, opaque: 0 },
      locks: [{ line: 1, relation: '"Users"', lock: 'ACCESS EXCLUSIVE', scans: 'no', rewrites: 'no' }],
      findings: [
        {
          ...{ rule: 'drop-table', severity: 'block', line: 1, column: 1, end_line: 1, end_column: 19 },
          message: 'Dropping "Users" deletes its rows, and queries that name it fail.',
          instead: expect.stringContaining('Stop using the table first'),
        },
      ],
      allowed: [],
      touches: [{ how: 'drop', name: { name: 'Users' }, anywhere: false }],
    },
    {
      path: 'a.sql',
      engine: 'postgres',
      statements: 1,
      classes: { structural: 0, semantic: 1, opaque: 0 },
      locks: [],
      findings: [],
      allowed: [],
      touches: [{ how: 'unread', name: null, anywhere: false }],
    },
  ])
})

describe('places', () => {
  test.each([
    ['a statement over lines', 'SELECT 1;\n\n  DROP\n TABLE x ;', ['3:3-4:9 drop-table']],
    [
      'CRLF lines',
      'SELECT 1;\r\nDROP TABLE x;\r\nDROP TABLE y;\r\n',
      ['2:1-2:13 drop-table', '3:1-3:13 drop-table'],
    ],
    ['columns after characters of two units', "SELECT '𝄞é'; DROP TABLE x;", ['1:15-1:27 drop-table']],
    ['columns after a byte order mark', '\ufeffDROP TABLE x;', ['1:1-1:13 drop-table']],
    [
      'one command of an ALTER TABLE',
      'ALTER TABLE é ADD a int, DROP COLUMN b , DROP c;',
      ['1:26-1:39 drop-column', '1:42-1:48 drop-column'],
    ],
    [
      'one command where the second parser gives up',
      'ALTER TABLE ONLY a.t\n  ADD CONSTRAINT k CHECK (f(a, b)) NOT VALID,\n  DROP COLUMN é;',
      ['3:3-3:16 drop-column'],
    ],
    [
      'a part of a WITH',
      'WITH a AS (SELECT 1), b AS (DELETE FROM x RETURNING (1)) SELECT 1;',
      ['1:29-1:56 no-where-delete'],
    ],
    [
      'a statement in a DO',
      'DO $b$\nBEGIN\n  -- é\n  DELETE\n    FROM x;\nEND $b$;',
      ['4:3-5:11 no-where-delete'],
    ],
    ['a statement in a DO in quotes', "DO 'BEGIN\n  TRUNCATE x; END';", ['2:3-2:13 truncate']],
    [
      'a DO in quotes with escapes, as a whole',
      "DO 'BEGIN\n  PERFORM ''é''; TRUNCATE x; END';",
      ['1:1-2:34 truncate'],
    ],
    ['the word that is wrong', 'SELECT 1;\nSELECT é FORM x WHERE 1;', ['2:15-2:16 unparsed']],
    ['a call', 'SELECT 1, pg_advisory_unlock(1, (2)) FROM x;', ['1:11-1:37 transaction-control']],
    [
      'an invisible character',
      'SELECT 1;\nDROP TABLE é\u200bx;',
      ['2:1-2:15 drop-table', '2:13-2:14 unparsed'],
    ],
    ['a file that cannot be read', new Uint8Array([0x61, 0x0a, 0x62, 0xff, 0x0a]), ['2:1-2:3 unparsed']],
  ] as const)('%s', async (_name, sql, expected) => {
    expect(await places(sql)).toEqual(expected)
  })
})

test('one error does not hide the findings around it', async () => {
  expect(await places('DROP TABLE a; DROPP TABLE b; DROP TABLE c;')).toEqual([
    '1:1-1:13 drop-table',
    '1:15-1:20 unparsed',
    '1:30-1:42 drop-table',
  ])
})

test('a message shows no literal, and a hostile name cannot break it', async () => {
  const sql = `DROP TABLE "a\nb@everyone \`x\`${'y'.repeat(100)}"; UPDATE t SET password = 's3cret'; SELECT 's3cret' 's3cret'; DO $$ BEGIN s3cret'; END $$;`
  const [reviewed] = await reviewSql(sql)
  const said = JSON.stringify(reviewed?.findings.map(({ message, instead }) => message + instead))
  expect(reviewed?.findings.length).toBe(5)
  expect(said).not.toContain("'s3cret")
  expect(said).not.toContain('\\n')
  expect(said).not.toContain('y'.repeat(60))
})

// Each of these either fits the parser or is refused before it: none overflows its stack, which it would not
// survive many times. So after all of them it still answers.
describe('hostile files', () => {
  const nested: Readonly<Record<string, string>> = {
    parentheses: `SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)};`,
    sums: `SELECT 1${'+1'.repeat(20_000)};`,
    casts: `SELECT 1${'::int'.repeat(20_000)};`,
    signs: `SELECT ${'- '.repeat(20_000)}1;`,
    negations: `SELECT ${'NOT '.repeat(5_000)}true;`,
    unions: `SELECT 1${' UNION SELECT 1, 2'.repeat(5_000)};`,
    joins: `SELECT 1 FROM a${' JOIN b ON x AND y'.repeat(5_000)};`,
    queries: `SELECT ${'(SELECT '.repeat(2_000)}1${')'.repeat(2_000)};`,
    'WITH in WITH': `${'WITH a AS ('.repeat(1_000)}SELECT 1${') SELECT 1'.repeat(1_000)};`,
    'CASE in CASE': `SELECT ${'CASE WHEN true THEN '.repeat(2_000)}1${' END'.repeat(2_000)};`,
    calls: `SELECT ${'f('.repeat(4_000)}1${')'.repeat(4_000)};`,
    collations: `SELECT a${' COLLATE "C"'.repeat(5_000)};`,
    'time zones': `SELECT a${' AT TIME ZONE b'.repeat(5_000)};`,
    comments: `${'/*'.repeat(20_000)}${'*/'.repeat(20_000)} SELECT 1;`,
    blocks: `DO $$ BEGIN ${'BEGIN '.repeat(3_000)}NULL; ${'END; '.repeat(3_000)}END $$;`,
    conditions: `DO $$ BEGIN ${'IF true THEN '.repeat(3_000)}NULL; ${'END IF; '.repeat(3_000)}END $$;`,
    'a sum in a DO': `DO $$ BEGIN PERFORM 1${'+1'.repeat(20_000)}; END $$;`,
    'a sum in a string in a DO': `DO $$ BEGIN EXECUTE 'SELECT 1${'+1'.repeat(20_000)}'; END $$;`,
  }

  test.each(Object.entries(nested))('%s nested too deeply', async (_name, sql) => {
    for (let times = 0; times < 3; times++) {
      const elapsed = stopwatch()
      const found = await places(`${sql}\nDROP TABLE x;`)
      expect(elapsed()).toBeLessThan(5000)
      expect(found.some((place) => place.endsWith(' unparsed'))).toBe(true)
    }
    expect(await places('DROP TABLE x;')).toEqual(['1:1-1:13 drop-table'])
  })

  const fitting: Readonly<Record<string, (n: number) => string>> = {
    parentheses: (n) => `SELECT ${'('.repeat(n)}1${')'.repeat(n)};`,
    sums: (n) => `SELECT 1${'+1'.repeat(n)};`,
    queries: (n) => `SELECT ${'(SELECT '.repeat(n / 2)}1${')'.repeat(n / 2)};`,
    'WITH in WITH': (n) => `${'WITH a AS ('.repeat(n / 3)}SELECT 1${') SELECT 1'.repeat(n / 3)};`,
    'CASE with many branches': (n) => `SELECT CASE ${'WHEN a = 1 AND b THEN 2 '.repeat(n * 10)}END;`,
    'CASE closed early by a name': (n) =>
      `SELECT ${'CASE WHEN a.end THEN '.repeat(n / 2)}1${' END'.repeat(n / 2)};`,
    conditions: (n) => `SELECT 1 WHERE a = 1${' AND a = 1 OR b = 2'.repeat(n * 10)};`,
    rows: (n) => `VALUES (1, 'a', -2)${', (1, 2 + 3, NULL::int)'.repeat(n * 10)};`,
  }

  test.each(Object.entries(fitting))('%s within the limits are read', async (_name, sql) => {
    expect(await places(`${sql(900)}\nDROP TABLE x;`)).toEqual(['2:1-2:13 drop-table'])
  })

  test.each([
    ['a long list', `SELECT 1 IN (1${',1'.repeat(450_000)});`],
    ['many statements', 'UPDATE a SET b = 1 WHERE c = 2;'.repeat(5_000)],
    ['a long body', `DO $$ BEGIN ${'x := 1; PERFORM é(1);\n'.repeat(20_000)} END $$;`],
    ['many commands', `ALTER TABLE a DROP b${', DROP b'.repeat(100_000)};`],
    ['many directives', '-- migrate:up\n'.repeat(70_000)],
    ['many commands of psql', '\\x\n'.repeat(5_000)],
    ['many dollars', `SELECT $a$${'$a '.repeat(300_000)}$a$;`],
    ['many quotes', `SELECT '${"''".repeat(400_000)}';`],
  ])('%s within ten seconds', async (_name, sql) => {
    const elapsed = stopwatch()
    await expect(reviewSql(sql)).resolves.toHaveLength(1)
    expect(elapsed()).toBeLessThan(10_000)
  })
})

test('never throws, and says something about what it could not read', async () => {
  const words = fc.constantFrom(
    ...[
      'drop',
      'table',
      'x',
      'select',
      'from',
      'where',
      'do',
      '$$',
      'begin',
      'end',
      "'",
      '"',
      '(',
      ')',
      ';',
      ',',
      '1',
      '=',
    ],
    ...[
      'with',
      'as',
      'execute',
      'alter',
      'column',
      'add',
      'explain',
      'analyze',
      'delete',
      'case',
      '\\',
      '--',
      '/*',
      '*/',
      '\n',
    ],
  )
  const texts = fc.array(words, { maxLength: 30 }).map((parts) => encode(parts.join(' ')))
  await fc.assert(
    fc.asyncProperty(fc.oneof(texts, fc.uint8Array({ maxLength: 60 })), async (bytes) => {
      const [reviewed] = await reviewSql(bytes)
      expect(reviewed?.findings.every(({ line, column }) => line >= 1 && column >= 1)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('refuses a server version that is none', async () => {
  await expect(review([], { engine: 'postgres', serverVersion: 'new' })).rejects.toThrow(
    'expected a server version such as "16"',
  )
})
