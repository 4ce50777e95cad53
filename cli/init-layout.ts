import { globMatches, plainPath } from '@dbward/protocol/glob'
import { compareMigrations, migrationVersion } from '@dbward/protocol/plan'
import type { ReadSource } from './engine-guess.ts'
import { foreignTool } from './foreign.ts'
import { isSql } from './walk.ts'

/** Migrations that belong together, and the glob by which a policy can govern them; null where none can. */
export type Layout = {
  /** from the root of the repository */
  readonly folder: string
  readonly kind: string
  readonly files: readonly string[]
  readonly glob: string | null
  /** why there is no glob, with what to do */
  readonly problems: readonly string[]
}

/** What a repository has: paths of files and of symbolic links from its root. */
export type Listing = { readonly files: readonly string[]; readonly links: readonly string[] }

/** Sorts the files of a repository into layouts, by their folders, names and directives. */
export function layoutsOf({ files, links }: Listing, read: ReadSource): readonly Layout[] {
  const folders = [...new Set(files.flatMap((path) => migrationFolder(path) ?? []))].sort()
  const layouts = folders.map((folder) => {
    const mine = (paths: readonly string[]) => paths.filter((path) => migrationFolder(path) === folder)
    return layoutOf(folder, mine(files), mine(links), read)
  })
  return layouts.map((one) => apart(one, layouts))
}

/** A glob with `**` takes a folder of migrations within it as well, whose files would belong to both. */
function apart(layout: Layout, all: readonly Layout[]): Layout {
  const { glob } = layout
  if (glob === null) return layout
  const others = all.filter((one) => one !== layout && one.files.some((path) => globMatches(glob, path)))
  if (others.length === 0) return layout
  const within = some(others.map(({ folder }) => folder))
  return {
    ...layout,
    glob: null,
    problems: [`${glob} would take the files of ${within} as well; move those out`],
  }
}

/** The files that one glob takes, as somebody named it. */
export function layoutFor(glob: string, folder: string, { files, links }: Listing, read: ReadSource): Layout {
  const takes = (paths: readonly string[]) => paths.filter((path) => globMatches(glob, path))
  const found = takes(files)
  const kind = found.length === 0 ? 'no files yet' : kindOf(folder, found, read).kind
  const problems = [...foreign(found, read), ...entryProblems(found, takes(links))]
  return { folder, kind, files: found, glob: problems.length > 0 ? null : glob, problems }
}

/** The folder up to the last one that is called like migrations (`drizzle` by that tool); a folder `sql` at the root is one, too. */
export function migrationFolder(path: string): string | null {
  const folders = path.split('/').slice(0, -1)
  const last = folders.findLastIndex((name) => /^(migrations?|migrate|drizzle)$/i.test(name))
  if (last !== -1) return folders.slice(0, last + 1).join('/')
  return folders[0] === 'sql' ? 'sql' : null
}

function layoutOf(
  folder: string,
  all: readonly string[],
  links: readonly string[],
  read: ReadSource,
): Layout {
  const sql = all.filter(isSql)
  if (sql.length === 0) {
    const problems = [
      'these are programs and no SQL, which dbward neither reviews nor runs; keep migrations as .sql files',
    ]
    return { folder, kind: `${endings(all)} files`, files: all, glob: null, problems }
  }
  const { kind, names, unfit } = kindOf(folder, sql, read)
  const within = sql.map((path) => path.slice(folder.length + 1))
  const deep = within.some((path) => path.includes('/') && globMatches(`**/${names}`, path))
  const glob = `${folder}/${deep ? '**/' : ''}${names}`
  const governed = sql.filter((path) => globMatches(glob, path))
  const problems =
    unfit.length > 0
      ? unfit
      : [
          ...(plainPath(folder)
            ? []
            : [
                'the path of the folder has characters other than letters, digits, ".", "_" and "-"; give it another name',
              ]),
          ...foreign(sql, read),
          ...entryProblems(
            governed,
            links.filter((path) => globMatches(glob, path)),
          ),
        ]
  return { folder, kind, files: sql, glob: problems.length > 0 ? null : glob, problems }
}

/** How migrations are called there, and a glob for the names of those that lead forth. */
type Kind = { readonly kind: string; readonly names: string; readonly unfit: readonly string[] }

function kindOf(folder: string, sql: readonly string[], read: ReadSource): Kind {
  const names = sql.map((path) => path.slice(path.lastIndexOf('/') + 1))
  const fit = (kind: string, glob: string): Kind => ({ kind, names: glob, unfit: [] })
  const unfit = (kind: string, ...why: readonly string[]): Kind => ({ kind, names: '*.sql', unfit: why })
  if (sql.every((path) => path.slice(folder.length + 1).endsWith('/migration.sql'))) {
    return fit("Prisma's folders", 'migration.sql')
  }
  if (names.some((name) => /^V\d[\d._]*__/.test(name))) {
    const again = names.some((name) => name.startsWith('R__'))
    return fit(
      `Flyway's names${again ? '; dbward runs nothing again, so R__ files are left out' : ''}`,
      'V*__*.sql',
    )
  }
  if (names.every((name) => name === 'up.sql' || name === 'down.sql')) {
    return fit("diesel's folders", 'up.sql')
  }
  const pairs = names.filter((name) => /\.(up|down)\.sql$/.test(name))
  if (pairs.length > 0 && pairs.length < names.length) {
    const others = sql.filter((path) => !/\.(up|down)\.sql$/.test(path))
    return unfit(
      '.up.sql and .down.sql files, mixed with others',
      `no glob takes ${some(others)} and leaves the .down.sql files out; name them .up.sql, or move them to another folder`,
    )
  }
  if (pairs.length > 0) return fit('.up.sql and .down.sql files, as of golang-migrate', '*.up.sql')
  const dbmate = sql.some((path) => /^--[ \t]*migrate:up\b/m.test(read(path) ?? ''))
  return fit(dbmate ? "dbmate's files, with -- migrate:up" : 'plain .sql files', '*.sql')
}

function foreign(sql: readonly string[], read: ReadSource): readonly string[] {
  const texts = sql.map((path) => ({ path, text: read(path) }))
  const unread = texts.filter(({ text }) => typeof text !== 'string').map(({ path }) => path)
  const divided = texts.flatMap(({ path, text }) => {
    const tool = foreignTool(text ?? '')
    return tool === null ? [] : [{ path, tool }]
  })
  const tools = [...new Set(divided.map(({ tool }) => tool))].join(' and ')
  return [
    ...(divided.length === 0
      ? []
      : [
          `${some(divided.map(({ path }) => path))} has the lines of ${tools} that divide it into a way forth and a way back; dbward would run both, so use -- migrate:up and -- migrate:down`,
        ]),
    ...(unread.length === 0 ? [] : [`${some(unread)} cannot be read, or has more than 1 MiB; mend that`]),
  ]
}

/** What the policy would take and a pull request be refused for: a file that never runs keeps all later ones waiting. */
function entryProblems(governed: readonly string[], links: readonly string[]): readonly string[] {
  const problems: string[] = []
  const unversioned = governed.filter((path) => migrationVersion(path) === null)
  if (unversioned.length > 0) {
    problems.push(
      `${some(unversioned)} has no version (digits and _ at the start of its name); name it so, or move it to another folder`,
    )
  }
  const versioned = governed.filter((path) => migrationVersion(path) !== null).sort(compareMigrations)
  const doubles = versioned.filter(
    (path, i) => migrationVersion(versioned[i - 1] ?? '') === migrationVersion(path),
  )
  if (doubles.length > 0) problems.push(`${some(doubles)} has the version of another file; give each its own`)
  const odd = governed.filter((path) => !plainPath(path))
  if (odd.length > 0) {
    problems.push(
      `${some(odd)} has a name with characters other than letters, digits, ".", "_" and "-"; give it another`,
    )
  }
  if (links.length > 0) problems.push(`${some(links)} is a symbolic link; put the SQL itself there`)
  return problems
}

function endings(files: readonly string[]): string {
  return [...new Set(files.map((path) => path.slice(path.lastIndexOf('.'))))].sort().join(' and ')
}

function some(paths: readonly string[]): string {
  const first = paths.slice(0, 3).join(', ')
  return paths.length > 3 ? `${first} and ${paths.length - 3} more` : first
}
