import { describe, expect, it } from 'vitest'
import { type Effect, effectOf, indexStatement } from './probe-index.ts'

const t = { schema: null, name: 't' }

describe('a statement on an index', () => {
  it('is read with its names', () => {
    const table = { schema: 'Shop', name: 'order "lines"' }
    expect(
      indexStatement(
        'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS I_1 ON ONLY "Shop"."order ""lines""" (a)',
      ),
    ).toEqual({
      verb: 'create',
      index: { schema: null, name: 'i_1' },
      table,
      ifNotExists: true,
    })
    expect(
      indexStatement('drop /* a /* nested */ b */ index -- c\n concurrently if exists app.i cascade'),
    ).toEqual({
      verb: 'drop',
      index: { schema: 'app', name: 'i' },
      ifExists: true,
    })
    expect(indexStatement('reindex index concurrently "I"')).toEqual({
      verb: 'reindex',
      index: { schema: null, name: 'I' },
    })
  })

  it.each([
    'create index i on t (a)',
    'create index concurrently on t (a)',
    'drop index concurrently a, b',
    'drop index a',
    'reindex table concurrently t',
    'reindex (verbose) index concurrently i',
    'vacuum t',
    "select 'create index concurrently i on t (a)'",
    '"create" index concurrently i on t (a)',
    '/* create index concurrently i on t (a)',
    '',
  ])('is not seen in: %s', (sql) => {
    expect(indexStatement(sql)).toBeNull()
  })
})

describe('its effect', () => {
  const create = { verb: 'create', index: t, table: t, ifNotExists: false } as const
  const createIf = { ...create, ifNotExists: true } as const
  const drop = { verb: 'drop', index: t, ifExists: false } as const
  const reindex = { verb: 'reindex', index: t } as const
  it.each<[string, Parameters<typeof effectOf>[0], string, string, Effect]>([
    ['built', create, 'absent', '7 valid', 'applied'],
    ['not built', create, 'absent', 'absent', 'not_applied'],
    ['half built', create, 'absent', '7 invalid', 'partial'],
    ['there before', create, '7 valid', '7 valid', 'not_applied'],
    ['there before, and that is enough', createIf, '7 valid', '7 valid', 'applied'],
    ['invalid before', createIf, '7 invalid', '7 invalid', 'not_applied'],
    ['another one since', create, '7 valid', '8 valid', 'unknown'],
    ['gone since', create, '7 valid', 'absent', 'unknown'],
    ['dropped', drop, '7 valid', 'absent', 'applied'],
    ['not dropped', drop, '7 valid', '7 valid', 'not_applied'],
    ['half dropped', drop, '7 valid', '7 invalid', 'partial'],
    ['nothing to drop', drop, 'absent', 'absent', 'not_applied'],
    ['nothing to drop, and that is enough', { ...drop, ifExists: true }, 'absent', 'absent', 'applied'],
    ['dropped and built by somebody', drop, '7 valid', '8 valid', 'unknown'],
    ['rebuilt', reindex, '7 valid', '8 valid', 'applied'],
    ['not rebuilt', reindex, '7 valid', '7 valid', 'not_applied'],
    ['half rebuilt', reindex, '7 valid', '7 valid leftover', 'partial'],
    ['rebuilt, the old one left', reindex, '7 valid', '8 valid leftover', 'partial'],
    ['nothing to rebuild', reindex, 'absent', 'absent', 'not_applied'],
  ])('%s', (_, statement, before, now, effect) => {
    expect(effectOf(statement, before, now)).toBe(effect)
  })
})
