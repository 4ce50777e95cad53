import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { globMatches, globRoot, plainPath } from './glob.ts'
import {
  compareMigrations,
  makePlan,
  migrationVersion,
  parsePlan,
  planDigest,
  sha256,
  statementCount,
} from './plan.ts'

const bytes = new TextEncoder().encode('create table a (i int);\nselect 1;')
const file = (path: string) => ({
  path,
  bytes,
  tx: 'auto' as const,
  stmts: [
    { off: 0, len: 22, kind: 'create-table' },
    { off: 24, len: 8, kind: 'select' },
  ],
})

describe('a plan', () => {
  it('orders files by version as a number, then by path', () => {
    const plan = makePlan([file('m/10_b.sql'), file('m/9_a.sql'), file('m/0010_a.sql')])
    expect(plan.files.map((one) => one.path)).toEqual(['m/9_a.sql', 'm/0010_a.sql', 'm/10_b.sql'])
    expect(statementCount(plan)).toBe(6)
  })

  it('hashes exactly the bytes of each statement', () => {
    expect(makePlan([file('m/1_a.sql')]).files[0]?.stmts[1]?.sha256).toBe(sha256('select 1'))
  })

  it('has another digest when one byte, one span or one path is another', () => {
    const digest = planDigest(makePlan([file('m/1_a.sql')]))
    const other = Uint8Array.from(bytes)
    other[0] = 0x43
    expect(planDigest(makePlan([{ ...file('m/1_a.sql'), bytes: other }]))).not.toBe(digest)
    expect(planDigest(makePlan([file('m/1_b.sql')]))).not.toBe(digest)
    expect(planDigest(makePlan([{ ...file('m/1_a.sql'), tx: 'none' }]))).not.toBe(digest)
    expect(planDigest(makePlan([file('m/1_a.sql')]))).toBe(digest)
  })

  it('is read back as it was, and nothing else is', () => {
    const plan = makePlan([file('m/1_a.sql')])
    expect(parsePlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan)
    expect(() => parsePlan({ ...plan, more: 1 })).toThrow(/no unknown member/)
    expect(() => parsePlan({ ...plan, v: 2 })).toThrow(/expected 1/)
  })
})

it('versions of any length compare as numbers', () => {
  expect(migrationVersion('a/0007_x.sql')).toBe('7')
  expect(migrationVersion('a/x.sql')).toBeNull()
  const version = fc.bigInt({ min: 0n, max: 10n ** 30n })
  fc.assert(
    fc.property(version, version, (a, b) => {
      const order = Math.sign(compareMigrations(`m/${a}_x.sql`, `m/${b}_x.sql`))
      expect(order).toBe(a === b ? 0 : a < b ? -1 : 1)
    }),
  )
})

it.each([
  ['db/20260101120000_add_users.sql', '20260101120000'],
  ['V1__x.sql', '1'],
  ['db/V1.2__x.sql', '1.2'],
  ['db/V1_02__x.sql', '1.2'],
  ['db/V1.0.0__x.sql', '1'],
  ['db/V0__x.sql', '0'],
  ['prisma/migrations/20260101120000_init/migration.sql', '20260101120000'],
  ['prisma/migrations/0_init/migration.sql', '0'],
  ['migrations/2026-01-02-000000_x/up.sql', '20260102000000'],
  ['migrations/2026-01-02-000000-0001_x/up.sql', '202601020000000001'],
  [`db/${'9'.repeat(64)}_x.sql`, '9'.repeat(64)],
  [`db/${'9'.repeat(65)}_x.sql`, null],
  ['db/v1__x.sql', null],
  ['db/V1_x.sql', null],
  ['db/V1.__x.sql', null],
  ['db/V1-2__x.sql', null],
  ['db/U1__x.sql', null],
  ['db/R__x.sql', null],
  ['migrations/2026-01-02-000000_x/down.sql', null],
  ['migrations/20260101120000_init/other.sql', null],
  ['migrations/20260101120000/migration.sql', null],
  ['migrations/-1_x/migration.sql', null],
  ['1_x/y/migration.sql', null],
  ['migration.sql', null],
  ['', null],
])('%s has the version %s', (path, version) => {
  expect(migrationVersion(path)).toBe(version)
})

it('versions with parts compare part by part', () => {
  const order = [
    'R__x',
    'V0.9__x',
    'V1__x',
    'V1.0.1__x',
    'V1_1__x',
    'V1.9__x',
    'V1.10__x',
    'V2__a',
    '3_x',
    'V20__x',
  ]
  const paths = order.map((name) => `db/${name}.sql`)
  expect([...paths].reverse().sort(compareMigrations)).toEqual(paths)
  expect(compareMigrations('V1.0__a.sql', 'V1__a.sql')).toBeLessThan(0)
})

it('the order is total', () => {
  const name = fc.oneof(
    fc
      .array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 })
      .map((v) => `V${v.join('.')}__x.sql`),
    fc.integer({ min: 0, max: 120 }).map((v) => `${v}_x.sql`),
    fc.constantFrom('R__x.sql', 'x.sql', '1_x/migration.sql', '2026-01-01-000000_x/up.sql'),
  )
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      const sign = (x: string, y: string) => Math.sign(compareMigrations(x, y))
      expect(sign(a, b)).toBe(0 - sign(b, a))
      if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0)
      expect(sign(a, b) === 0).toBe(a === b)
    }),
  )
})

describe('globs', () => {
  it.each([
    ['db/*.sql', 'db/1.sql', true],
    ['db/*.sql', 'db/a/1.sql', false],
    ['db/**/*.sql', 'db/1.sql', true],
    ['db/**/*.sql', 'db/a/b/1.sql', true],
    ['db/?.sql', 'db/12.sql', false],
    ['db/*.sql', 'xdb/1.sql', false],
    ['db/*.sql', 'db/1xsql', false],
    ['db/*.sql', 'db/\n.sql', true],
  ])('%s and %s: %s', (glob, path, matches) => {
    expect(globMatches(glob, path)).toBe(matches)
  })

  it('know the folder they start in, and plain paths', () => {
    expect([
      globRoot('db/migrate/*.sql'),
      globRoot('*.sql'),
      globRoot('db/**/x/*.sql'),
      globRoot('a/b.sql'),
    ]).toEqual(['db/migrate', '', 'db', 'a'])
    expect(['a/b.sql', 'a/../b', 'a//b', '/a', 'a b', 'café', 'a\n'].map(plainPath)).toEqual([
      true,
      ...Array(6).fill(false),
    ])
  })
})
