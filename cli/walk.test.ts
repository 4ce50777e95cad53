import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { placeOf } from './repository.ts'
import { pickGiven, pickUsual } from './review-files.ts'
import { folder } from './testing.ts'
import { isSql, ordinaryFolder, walk, walkLimits } from './walk.ts'

function write(...names: readonly string[]): string {
  const top = folder()
  for (const name of names) {
    mkdirSync(dirname(join(top, name)), { recursive: true })
    writeFileSync(join(top, name), 'select 1;')
  }
  return top
}

const shorter = (top: string, paths: readonly string[]) => paths.map((path) => path.slice(top.length + 1))
const pickedFrom = (top: string) =>
  shorter(
    top,
    pickGiven([top], placeOf(top)).files.map(({ path }) => path),
  )

test('a folder gives its .sql files as migrations run, without hidden folders and node_modules', () => {
  const top = write(
    '10_a.sql',
    '9_b.sql',
    'x/8_c.SQL',
    '.git/1.sql',
    'node_modules/m/2_d.sql',
    'a.txt',
    'seed.sql',
  )
  expect(pickedFrom(top)).toEqual(['seed.sql', 'x/8_c.SQL', '9_b.sql', '10_a.sql'])
})

test('what takes a migration back is left out of a folder, and said; named, it is reviewed', () => {
  const top = write(
    '1_a.up.sql',
    '1_a.down.sql',
    '2_b.down.sql',
    'x/up.sql',
    'x/down.sql',
    'V1__a.sql',
    'U1__a.sql',
  )
  const { files, notes } = pickGiven([top], placeOf(top))
  expect(
    shorter(
      top,
      files.map(({ path }) => path),
    ),
  ).toEqual(['x/up.sql', '1_a.up.sql', 'V1__a.sql', '2_b.down.sql'])
  expect(notes).toEqual([
    expect.stringMatching(/^left out: 3 files that take a migration back \(.*1_a\.down\.sql/),
  ])
  expect(pickGiven([join(top, '1_a.down.sql')], placeOf(top)).files).toHaveLength(1)
})

test('no link is followed, so a loop ends and nothing outside is read; it is said', () => {
  const top = write('a/1_x.sql')
  const outside = write('2_secret.sql')
  symlinkSync('.', join(top, 'a/loop'))
  symlinkSync(outside, join(top, 'a/out'))
  symlinkSync(join(outside, '2_secret.sql'), join(top, 'a/3_link.sql'))
  const { files, notes } = pickGiven([top], placeOf(top))
  expect(
    shorter(
      top,
      files.map(({ path }) => path),
    ),
  ).toEqual(['a/1_x.sql'])
  expect(notes).toEqual([expect.stringMatching(/^left out: 3 symbolic links \(/)])
})

test('an empty folder is no review that found nothing', () => {
  const top = write('a.txt')
  expect(() => pickGiven([top], placeOf(top))).toThrow(
    /expected \.sql files in this folder, found none; name/,
  )
})

test('a folder without end is refused with what to do', () => {
  const top = write('a/b/c/1_x.sql', 'a/2_x.sql', '3_x.sql')
  const limited = (limits: Partial<typeof walkLimits>) => () =>
    walk(top, {
      keep: isSql,
      enter: ordinaryFolder,
      fix: 'name the folder',
      limits: { ...walkLimits, ...limits },
    })
  expect(limited({ files: 2 })).toThrow(/found more than 2 \.sql files; name the folder/)
  expect(limited({ entries: 4 })).toThrow(/found more than 4 entries/)
  expect(limited({ depth: 2 })).toThrow(/found folders 2 deep/)
  expect(limited({})().files).toHaveLength(3)
})

test('the usual places are those here, else those at the root of the repository', () => {
  const top = write('db/migrate/1_a.sql', 'sql/2_b.sql', 'api/migrations/3_c.sql', 'web/index.html')
  mkdirSync(join(top, '.git'))
  const usual = (below: string) => {
    const { notes, files } = pickUsual(placeOf(join(top, below)))
    return [notes, files.map(({ inside }) => inside)]
  }
  expect(usual('api')).toEqual([['migrations: migrations'], ['api/migrations/3_c.sql']])
  expect(usual('web')[0]).toEqual(['migrations: ../db/migrate, ../sql'])
})
