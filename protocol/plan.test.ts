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
