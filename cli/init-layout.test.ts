import { describe, expect, test } from 'vitest'
import { foreignTool } from './foreign.ts'
import { type Listing, layoutFor, layoutsOf } from './init-layout.ts'
import { undoOf } from './undo.ts'

type Files = Readonly<Record<string, string | undefined>>

const up = '-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;\n'
const listing = (files: Files, links: readonly string[] = []): Listing => ({
  files: Object.keys(files).sort(),
  links,
})
const reader = (files: Files) => (path: string) => (Object.hasOwn(files, path) ? files[path] : null)

function layouts(files: Files, links: readonly string[] = []) {
  return layoutsOf(listing(files, links), reader(files))
}

describe('what a glob can govern', () => {
  test.each<[string, Files, string, RegExp]>([
    [
      'dbmate',
      { 'db/migrations/1_a.sql': up, 'db/migrations/2_b.sql': up },
      'db/migrations/*.sql',
      /^dbmate/,
    ],
    ['plain files', { 'db/migrate/20260101_a.sql': 'select 1' }, 'db/migrate/*.sql', /^plain/],
    ['Supabase', { 'supabase/migrations/20260101_a.sql': '' }, 'supabase/migrations/*.sql', /^plain/],
    [
      'golang-migrate',
      { 'migrations/1_a.up.sql': '', 'migrations/1_a.down.sql': '' },
      'migrations/*.up.sql',
      /golang-migrate/,
    ],
    [
      'folders below',
      { 'migrations/2026/1_a.sql': '', 'migrations/2_b.sql': '' },
      'migrations/**/*.sql',
      /^plain/,
    ],
    [
      'Prisma',
      { 'prisma/migrations/20260101_a/migration.sql': '', 'prisma/migrations/0_init/migration.sql': '' },
      'prisma/migrations/**/migration.sql',
      /^Prisma/,
    ],
    [
      'Flyway',
      {
        'src/main/resources/db/migration/V1__a.sql': '',
        'src/main/resources/db/migration/V1_1__b.sql': '',
        'src/main/resources/db/migration/U1__a.sql': '',
        'src/main/resources/db/migration/R__v.sql': '',
      },
      'src/main/resources/db/migration/V*__*.sql',
      /^Flyway.*R__ files are left out/,
    ],
    [
      'Flyway in folders',
      { 'db/migration/2026/V1__a.sql': '', 'db/migration/V1.2__b.sql': '' },
      'db/migration/**/V*__*.sql',
      /^Flyway's names$/,
    ],
    [
      'diesel',
      { 'migrations/2026-01-01-000000_a/up.sql': '', 'migrations/2026-01-01-000000_a/down.sql': '' },
      'migrations/**/up.sql',
      /^diesel/,
    ],
    ['a folder sql at the root', { 'sql/1_a.sql': '' }, 'sql/*.sql', /^plain/],
  ])('%s', (_name, files, glob, kind) => {
    expect(layouts(files)).toEqual([
      expect.objectContaining({ glob, problems: [], kind: expect.stringMatching(kind) }),
    ])
  })
})

describe('what none can, with the reason and the way out', () => {
  test.each<[string, Files, RegExp]>([
    [
      'a file of its own beside those of Prisma',
      { 'prisma/migrations/1_a/migration.sql': '', 'prisma/migrations/1_a/more.sql': '' },
      /migration\.sql.* has no version|more\.sql has no version/,
    ],
    [
      'a folder of Prisma without a version',
      { 'prisma/migrations/1_a/migration.sql': '', 'prisma/migrations/init/migration.sql': '' },
      /init\/migration\.sql has no version/,
    ],
    [
      'Flyway with one version twice',
      { 'db/migration/V1__a.sql': '', 'db/migration/V1.0__b.sql': '' },
      /has the version of another/,
    ],
    ['Flyway with nothing but what runs again', { 'db/migration/R__v.sql': '' }, /R__v\.sql has no version/],
    ['Rails', { 'db/migrate/1_a.rb': '' }, /programs and no SQL/],
    [
      'pairs mixed with others',
      { 'migrations/1_a.up.sql': '', 'migrations/1_a.down.sql': '', 'migrations/2_b.sql': '' },
      /no glob takes migrations\/2_b\.sql and leaves/,
    ],
    [
      'goose',
      { 'migrations/1_a.sql': '-- +goose Up\nselect 1;\n-- +goose Down\ndrop table a;' },
      /lines of goose .* would run both/,
    ],
    [
      'a name without a version',
      { 'db/migrate/1_a.sql': '', 'db/migrate/seed.sql': '' },
      /seed\.sql has no version/,
    ],
    ['a dash', { 'db/migrate/20260101-a.sql': '' }, /20260101-a\.sql has no version/],
    [
      'two of one version',
      { 'db/migrate/1_a.sql': '', 'db/migrate/01_b.sql': '' },
      /has the version of another/,
    ],
    [
      'the same in two folders',
      { 'migrations/pg/1_a.sql': '', 'migrations/my/1_a.sql': '' },
      /has the version of another/,
    ],
    ['a hostile name', { 'db/migrate/1_a\n::error::.sql': '' }, /characters other than/],
    ['a folder with a space', { 'my db/migrate/1_a.sql': '' }, /path of the folder has characters/],
    ['a file that cannot be read', { 'db/migrate/1_a.sql': undefined }, /cannot be read/],
  ])('%s', (_name, files, why) => {
    const found = layouts(files)
    expect(found).toHaveLength(1)
    expect(found[0]?.glob).toBeNull()
    expect(found[0]?.problems.join('\n')).toMatch(why)
  })

  test('a link that a glob would take', () => {
    const [found] = layouts({ 'db/migrate/1_a.sql': '' }, ['db/migrate/2_b.sql'])
    expect(found).toMatchObject({
      glob: null,
      problems: [expect.stringMatching(/2_b\.sql is a symbolic link/)],
    })
  })
})

test('several layouts are told apart by their folders', () => {
  const found = layouts({
    'api/prisma/migrations/1_a/migration.sql': '',
    'db/migrate/1_a.sql': '',
    'shop/migrations/1_a.up.sql': '',
    'docs/query.sql': '',
  })
  expect(found.map(({ folder, glob }) => [folder, glob])).toEqual([
    ['api/prisma/migrations', 'api/prisma/migrations/**/migration.sql'],
    ['db/migrate', 'db/migrate/*.sql'],
    ['shop/migrations', 'shop/migrations/*.up.sql'],
  ])
})

test('no file gets two databases, and no glob takes what cannot be governed', () => {
  const found = layouts({
    'migrations/1_a.sql': '',
    'migrations/2026/2_b.sql': '',
    'migrations/old/migrate/R__a.sql': '',
  })
  expect(found).toMatchObject([
    {
      folder: 'migrations',
      glob: null,
      problems: [expect.stringMatching(/take the files of migrations\/old\/migrate/)],
    },
    { folder: 'migrations/old/migrate', glob: null },
  ])
})

test('a glob that somebody named is judged alike', () => {
  const files = { 'x/1_a.sql': '', 'x/seed.sql': '', 'x/y/1_a.sql': '' }
  const named = (glob: string) => layoutFor(glob, 'x', listing(files), reader(files))
  expect(named('x/1*.sql')).toMatchObject({ glob: 'x/1*.sql', files: ['x/1_a.sql'] })
  expect(named('x/*.sql')).toMatchObject({ glob: null, problems: [expect.stringMatching(/seed\.sql/)] })
  expect(named('z/*.sql')).toMatchObject({ glob: 'z/*.sql', files: [], kind: 'no files yet' })
})

test.each([
  ['-- +goose Down', 'goose'],
  ['select 1;\n-- +migrate Up\n', 'sql-migrate'],
  ['-- Down Migration\r\n', 'node-pg-migrate'],
  ['--liquibase formatted sql', 'Liquibase'],
  ['---- create above / drop below ----', 'tern'],
  ['# --- !Downs', 'Play evolutions'],
  ['-- down\n', 'another tool'],
  ['-- rollback:\r\n', 'another tool'],
  ['-- migrate:down', null],
  ['-- down with this table\n', null],
  ["select '-- rollback plan';", null],
])('%j is of %s', (sql, tool) => expect(foreignTool(sql)).toBe(tool))

test.each([
  ['1_a.down.sql', ['1_a.up.sql'], true],
  ['x/down.sql', ['x/up.sql'], true],
  ['x/down.sql', ['y/up.sql'], false],
  ['1_a.down.sql', ['1_b.up.sql'], false],
  ['U1__a.sql', ['V1__b.sql'], true],
  ['U1__a.sql', ['V11__b.sql'], false],
  ['1_shutdown.sql', ['1_shutup.sql'], false],
])('%s beside %j takes back: %s', (path, others, expected) => {
  expect(undoOf(path, [path, ...others])).toBe(expected)
})
