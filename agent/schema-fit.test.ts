import { canonical } from '@dbward/protocol/json'
import { schemaLimits } from '@dbward/protocol/schema'
import { describe, expect, it, test } from 'vitest'
import { fitSchema, type SeenSchema, type SeenTable, twoDigits } from './schema-fit.ts'
import { typeOf } from './schema-mysql.ts'

const table = (name: string, over: Partial<SeenTable> = {}): SeenTable => ({
  ...{ schema: 'public', name, kind: 'table', of: null, rows: 5, bytes: 8_192 },
  ...{ columns: [], primary_key: [], indexes: [], foreign_keys: [] },
  ...over,
})
const seen = (tables: readonly SeenTable[], cut = false): SeenSchema => ({
  ...{ engine: 'postgres', server_version: '18.1', names: 'exact', path: ['public'] },
  ...{ tables, cut },
})
const part = (name: string, of: string, over: Partial<SeenTable> = {}) =>
  table(name, { kind: 'partition', of: { schema: 'public', name: of }, ...over })
const sumOf = (tables: readonly SeenTable[], cut = false) => {
  const parent = table('parent', { kind: 'partitioned', rows: null, bytes: null })
  const found = fitSchema(seen([parent, ...tables], cut)).tables.find((one) => one.name === 'parent')
  return [found?.rows, found?.bytes]
}

describe('a partitioned table', () => {
  it('has the rows and bytes of its partitions', () => {
    expect(sumOf([part('a', 'parent'), part('b', 'parent', { rows: 90 })])).toEqual([95, 16_000])
    const nested = part('a', 'parent', { kind: 'partitioned', rows: null, bytes: null })
    expect(sumOf([nested, part('b', 'a'), part('c', 'a')])).toEqual([10, 16_000])
  })
  it('is not known where a partition of some size is not counted, or where not all were seen', () => {
    expect(sumOf([part('a', 'parent'), part('b', 'parent', { rows: null })])).toEqual([5, 16_000])
    expect(sumOf([part('a', 'parent', { rows: null, bytes: 2_000_000 })])).toEqual([null, 2_000_000])
    expect(sumOf([part('a', 'parent', { kind: 'foreign', rows: null, bytes: null })])).toEqual([null, null])
    expect(sumOf([part('a', 'parent')], true)).toEqual([null, null])
  })
  it('ends where partitions go round in a circle', () => {
    const round = part('a', 'b', { kind: 'partitioned' })
    const back = part('b', 'a', { kind: 'partitioned' })
    expect(fitSchema(seen([round, back])).tables).toHaveLength(2)
  })
})

describe('a snapshot', () => {
  it('has one order, partitions last', () => {
    const tables = [
      part('a', 'z'),
      table('z', { kind: 'partitioned' }),
      table('b'),
      table('a', { schema: 'a' }),
    ]
    const names = fitSchema(seen(tables)).tables.map((one) => `${one.schema}.${one.name}`)
    expect(names).toEqual(['a.a', 'public.b', 'public.z', 'public.a'])
    expect(fitSchema(seen([...tables].reverse()))).toEqual(fitSchema(seen(tables)))
  })
  it('is cut where there is too much, and says so', () => {
    const many = Array.from({ length: schemaLimits.tables + 1 }, (_, i) => table(`t${i}`))
    expect(fitSchema(seen(many.slice(1))).truncated).toBe(false)
    expect(fitSchema(seen(many))).toMatchObject({ truncated: true, tables: { length: schemaLimits.tables } })
    expect(fitSchema(seen([], true)).truncated).toBe(true)
    const indexes = Array.from({ length: 201 }, (_, i) => ({
      name: `${i}`,
      columns: [],
      unique: false,
      valid: true,
    }))
    const cut = fitSchema(seen([table('a', { indexes })]))
    expect([cut.truncated, cut.tables[0]?.indexes.length]).toEqual([true, 200])
  })
  it('has an end in bytes, whatever the names are', () => {
    const columns = Array.from({ length: 1_000 }, () => ({
      name: '\u0001'.repeat(64),
      type: '€'.repeat(900),
      nullable: true,
    }))
    const tables = Array.from({ length: 50 }, (_, i) => table(`t${i}`, { columns }))
    const fit = fitSchema(seen(tables))
    expect(fit.truncated).toBe(true)
    expect(Buffer.byteLength(canonical({ ...fit }))).toBeLessThan(schemaLimits.bytes)
    expect(fit.tables.length).toBeGreaterThan(0)
  })
})

test.each([
  [null, null],
  [-1, null],
  [Number.NaN, null],
  [0, 0],
  [99, 99],
  [1_249, 1_200],
  [99_500, 100_000],
  [1_234_567.8, 1_200_000],
  [1e30, Number.MAX_SAFE_INTEGER],
])('%s to two digits', (n, expected) => expect(twoDigits(n)).toBe(expected))

test.each([
  ['varchar', 'varchar(255)', 'varchar(255)'],
  ['decimal', 'decimal(10,2) unsigned zerofill', 'decimal(10,2) unsigned zerofill'],
  ['double', 'double', 'double'],
  ['enum', "enum('a','it''s','b,c')", 'enum(3)'],
  ['enum', "enum('')", 'enum(1)'],
  ['set', "set('secret','b')", 'set(2)'],
  ['ENUM', "ENUM('secret')", 'enum(1)'],
  ['varchar', 'varchar(10) /*!100301 COMPRESSED*/', 'varchar'],
  ['new', "new('secret')", 'new'],
])('the type %s %s', (data_type, type, expected) => expect(typeOf({ data_type, type })).toBe(expected))
