import { makePlan } from '@dbward/protocol/plan'
import { describe, expect, it } from 'vitest'
import { checkGap, missingFrom } from './gap.ts'

const hash = (letter: string) => letter.repeat(64)
const had = (path: string, sha256 = hash('a')) => ({ path, sha256, version: null })
const plan = (...paths: readonly string[]) =>
  makePlan(paths.map((path) => ({ path, bytes: new Uint8Array(), tx: 'auto', stmts: [] })))
const tree = (...paths: readonly string[]) => new Map(paths.map((path) => [path, hash('a')]))

describe('a plan is what comes next', () => {
  it.each([
    ['on an empty database', tree('m/1_a.sql'), [], plan('m/1_a.sql')],
    ['after what was applied', tree('m/1_a.sql', 'm/2_b.sql'), [had('m/1_a.sql')], plan('m/2_b.sql')],
    [
      'in part applied already',
      tree('m/1_a.sql', 'm/2_b.sql'),
      [had('m/1_a.sql')],
      plan('m/1_a.sql', 'm/2_b.sql'),
    ],
    ['with versions as numbers', tree('m/9_a.sql', 'm/10_b.sql'), [had('m/9_a.sql')], plan('m/10_b.sql')],
  ])('%s', (_, files, ledger, planned) => {
    expect(() => checkGap(files, ledger, planned)).not.toThrow()
  })

  it('where what is missing before it was skipped, and only that', () => {
    const files = tree('m/1_a.sql', 'm/2_b.sql', 'm/3_c.sql')
    const both = new Set(['m/1_a.sql', 'm/2_b.sql'])
    expect([...missingFrom(files, [had('m/2_b.sql')], plan('m/3_c.sql')).keys()]).toEqual(['m/1_a.sql'])
    expect(() => checkGap(files, [], plan('m/3_c.sql'), undefined, both)).not.toThrow()
    const one = () => checkGap(files, [], plan('m/3_c.sql'), undefined, new Set(['m/1_a.sql']))
    expect(one).toThrow(expect.objectContaining({ code: 'GAP', message: expect.stringContaining('2_b') }))
    const edited = () => checkGap(files, [had('m/1_a.sql', hash('b'))], plan('m/3_c.sql'), undefined, both)
    expect(edited).toThrow(expect.objectContaining({ code: 'IMMUTABLE' }))
  })

  it.each([
    ['GAP', 'a predecessor is missing', tree('m/1_a.sql', 'm/2_b.sql'), [], plan('m/2_b.sql')],
    ['GAP', 'a later file is there too', tree('m/1_a.sql', 'm/2_b.sql'), [], plan('m/1_a.sql')],
    ['IMMUTABLE', 'an applied file was edited', tree('m/1_a.sql'), [had('m/1_a.sql', hash('b'))], plan()],
    ['IMMUTABLE', 'an applied file was deleted', tree('m/2_b.sql'), [had('m/1_a.sql')], plan('m/2_b.sql')],
    ['ORDER', 'a version from behind', tree('m/1_a.sql', 'm/2_b.sql'), [had('m/2_b.sql')], plan('m/1_a.sql')],
  ])('%s where %s', (code, _, files, ledger, planned) => {
    expect(() => checkGap(files, ledger, planned)).toThrow(expect.objectContaining({ code }))
  })
})

describe('a plan that mends a file which failed', () => {
  const failed = tree('m/1_a.sql', 'm/2_b.sql', 'm/3_c.sql')
  const first = [had('m/1_a.sql')]
  const mends = { mends: true, since: new Map<string, string>() }

  it('runs before the later ones that wait', () => {
    expect(() => checkGap(failed, first, plan('m/2_b.sql'), mends)).not.toThrow()
  })

  it.each([
    ['GAP', 'an earlier one is missing', failed, [], plan('m/2_b.sql')],
    [
      'GAP',
      'one without a version is missing',
      new Map([...failed, ['m/x.sql', 'a']]),
      first,
      plan('m/2_b.sql'),
    ],
    ['IMMUTABLE', 'it edits what ran', failed, [had('m/1_a.sql', hash('b'))], plan('m/1_a.sql')],
  ])('%s where %s', (code, _, files, ledger, planned) => {
    const since = new Map([['m/1_a.sql', hash('b')]])
    expect(() => checkGap(files, ledger, planned, { mends: true, since })).toThrow(
      expect.objectContaining({ code }),
    )
  })
})

describe('a plan that waited while a file before it was mended', () => {
  const ledger = [had('m/1_a.sql', hash('b'))]
  const check = (mended: string) => () =>
    checkGap(tree('m/1_a.sql', 'm/2_b.sql'), ledger, plan('m/2_b.sql'), {
      mends: false,
      since: new Map([['m/1_a.sql', mended]]),
    })

  it('runs where the ledger has the bytes that are on the branch now', () => {
    expect(check(hash('b'))).not.toThrow()
  })
  it('is refused where the ledger has others', () => {
    expect(check(hash('c'))).toThrow(expect.objectContaining({ code: 'IMMUTABLE' }))
  })
})
