import { expect, test } from 'vitest'
import { Undecidable } from './errors.ts'
import type { TreeEntry } from './github.ts'
import { governedIn } from './repository.ts'

type Folder = { readonly [name: string]: Folder | string }

/** Trees whose ids are paths; a leaf's text is its mode. */
function forest(root: Folder) {
  const asked: string[] = []
  const at = (path: string): Folder =>
    path
      .split('/')
      .filter(Boolean)
      .reduce<Folder>((folder, name) => folder[name] as Folder, root)
  const entry = (path: string, name: string, value: Folder | string): TreeEntry => ({
    path: name,
    sha: `${path}/${name}`,
    mode: typeof value === 'string' ? value : '040000',
    type: typeof value === 'string' ? 'blob' : 'tree',
    size: null,
  })
  const tree = async (sha: string) => {
    asked.push(sha)
    return Object.entries(at(sha)).map(([name, value]) => entry(sha, name, value))
  }
  const below = async (sha: string): Promise<TreeEntry[]> => {
    const inner = async (path: string, prefix: string): Promise<TreeEntry[]> => {
      const own = Object.entries(at(path)).map(([name, value]) => entry(path, name, value))
      const deep = await Promise.all(
        own
          .filter((one) => one.type === 'tree')
          .map((one) => inner(`${path}/${one.path}`, `${prefix}${one.path}/`)),
      )
      return [...own.map((one) => ({ ...one, path: prefix + one.path })), ...deep.flat()]
    }
    asked.push(`${sha} and below`)
    return inner(sha, '')
  }
  return { asked, tree, below }
}

const file = '100644'
const link = '120000'
const shop: Folder = {
  '.dbward.yml': file,
  src: { 'x.sql': file },
  db: {
    migrate: { '1_a.sql': file, old: { '0_z.sql': file }, 'README.md': file },
    other: { '9_x.sql': file },
  },
  prisma: {
    migrations: {
      '1_a': { 'migration.sql': file, deep: { 'migration.sql': file } },
      '2_b': { 'migration.sql': file },
      'migration_lock.toml': file,
    },
  },
  links: link,
}

test.each<[string, readonly string[], readonly string[]]>([
  ['one folder', ['db/migrate/*.sql'], ['db/migrate/1_a.sql']],
  ['folders below', ['db/migrate/**/*.sql'], ['db/migrate/1_a.sql', 'db/migrate/old/0_z.sql']],
  [
    'one level of folders',
    ['prisma/migrations/*/migration.sql'],
    ['prisma/migrations/1_a/migration.sql', 'prisma/migrations/2_b/migration.sql'],
  ],
  ['an exact path', ['.dbward.yml'], ['.dbward.yml']],
  ['several', ['.dbward.yml', 'db/migrate/*.sql'], ['.dbward.yml', 'db/migrate/1_a.sql']],
  ['everywhere', ['**/x.sql'], ['src/x.sql']],
  ['a link where a folder should be', ['links/*.sql'], ['links']],
  ['a wildcard in a folder', ['db/m*/*.sql'], ['db/migrate/1_a.sql']],
  ['nothing', ['nowhere/*.sql'], []],
])('%s', async (_name, globs, paths) => {
  for (const reader of [forest(shop), { tree: forest(shop).tree }]) {
    expect([...(await governedIn('', globs, reader)).keys()].sort()).toEqual(paths)
  }
})

test('only folders that lead there are read, and what is deep at once', async () => {
  const flat = forest(shop)
  await governedIn('', ['db/migrate/*.sql'], flat)
  expect(flat.asked).toEqual(['', '/db', '/db/migrate'])
  const deep = forest(shop)
  await governedIn('', ['prisma/migrations/**/migration.sql'], deep)
  expect(deep.asked).toEqual(['', '/prisma', '/prisma/migrations and below'])
  const oneLevel = forest(shop)
  await governedIn('', ['prisma/migrations/*/migration.sql'], { tree: oneLevel.tree })
  expect(oneLevel.asked).not.toContain('/prisma/migrations/1_a/deep')
})

test('few trees that unfold into endless paths are refused, and others have their turn meanwhile', async () => {
  const levels = 12
  const tree = async (sha: string): Promise<TreeEntry[]> =>
    Array.from({ length: 10 }, (_, i) => ({
      path: `d${i}`,
      sha: String(Number(sha) + 1),
      mode: Number(sha) < levels ? '040000' : file,
      type: Number(sha) < levels ? 'tree' : 'blob',
      size: null,
    }))
  let turns = 0
  const turn = setInterval(() => {
    turns += 1
  }, 1)
  try {
    await expect(governedIn('0', ['**/*.sql'], { tree })).rejects.toThrow(Undecidable)
    expect(turns).toBeGreaterThan(5)
    const below = async () => Array.from({ length: 100_001 }, (_, i) => ({ ...leaf, path: `${i}.md` }))
    await expect(governedIn('0', ['**/*.sql'], { tree, below })).rejects.toThrow(/more than 100000 entries/)
  } finally {
    clearInterval(turn)
  }
})

const leaf: TreeEntry = { path: '', sha: 'x', mode: file, type: 'blob', size: 1 }
