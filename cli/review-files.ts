import { lstatSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { globMatches, globRoot } from '@dbward/protocol/glob'
import { compareMigrations } from '@dbward/protocol/plan'
import { type DatabasePolicy, type Policy, policyPath } from '@dbward/protocol/policy'
import { printable, unreadable } from './files.ts'
import { type Place, pathInside, pathShown } from './repository.ts'
import { undoOf } from './undo.ts'
import { usualPlaces } from './usual-places.ts'
import { isSql, ordinaryFolder, walk } from './walk.ts'
import { UsageError } from './world.ts'

export type SqlFile = {
  /** as it was asked for, or as somebody in this folder would type it */
  readonly path: string
  /** from the root of the repository; null outside of it */
  readonly inside: string | null
  readonly bytes: Uint8Array
}
export type Picked = {
  readonly files: readonly SqlFile[]
  /** folders in which, and above which, a project says which engine it uses; paths from the root */
  readonly folders: readonly string[]
  /** what people should know about the choice, a line each */
  readonly notes: readonly string[]
}
const fix = 'name the folder with the migrations, or the files'

type Found = { readonly paths: readonly string[]; readonly notes: readonly string[] }

/** The files and the folders of a command line. */
export function pickGiven(given: readonly string[], place: Place): Picked {
  const problems: string[] = []
  const found = given.map((path): Found => {
    try {
      const full = resolve(place.cwd, path)
      return statSync(full).isDirectory() ? inFolder(path, place) : { paths: [path], notes: [] }
    } catch (error) {
      problems.push(error instanceof UsageError ? error.message : unreadable(path, error))
      return { paths: [], notes: [] }
    }
  })
  return picked(found, place, problems)
}

/** Every file of the working tree that belongs to a database of the policy. */
export function pickGoverned(policy: Policy, place: Place): Picked {
  const found = policy.databases.map((database) => governed(database, place))
  const all = found.flatMap((one) => one.paths)
  if (all.length === 0) {
    const globs = policy.databases.map((one) => one.migrations).join(', ')
    throw new UsageError(
      `expected migrations that ${policyPath} names (${globs}), found none; name files or folders to review others`,
    )
  }
  return picked(found, place, [])
}

/** Without a policy and without a word of where: the places where migrations usually are, here or at the root. */
export function pickUsual(place: Place): Picked {
  for (const folder of new Set([place.cwd, place.root])) {
    const places = usualPlaces.map((one) => join(folder, one)).filter(isFolder)
    const shown = places.map((one) => pathShown(place, pathInside(place, one) ?? one))
    const found = shown
      .filter((one) => sqlBelow(one, place).files.length > 0)
      .map((one) => inFolder(one, place))
    const all = found.flatMap((one) => one.paths)
    if (all.length > 0) {
      const taken = shown.filter((one) => all.some((path) => path.startsWith(`${one}/`)))
      const picking = picked(found, place, [])
      return { ...picking, notes: [`migrations: ${taken.map(printable).join(', ')}`, ...picking.notes] }
    }
  }
  throw new UsageError(
    `expected ${policyPath} or .sql files in one of ${usualPlaces.join(', ')}, found none; name the files or the folders to review`,
  )
}

/** The folder of each path and those above it, up to the root of the repository. */
export function foldersAround(insides: readonly string[], place: Place): readonly string[] {
  const found = new Set<string>()
  for (const inside of [pathInside(place, place.cwd), ...insides]) {
    let folder = inside
    while (folder !== null && folder !== '' && !found.has(folder)) {
      found.add(folder)
      folder = dirname(folder) === '.' ? '' : dirname(folder)
    }
  }
  return [...found, ''].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
}

function inFolder(folder: string, place: Place): Found {
  const { files, links } = sqlBelow(folder, place)
  if (files.length === 0) {
    const others =
      links.length === 0 ? '' : `, and ${counted(links.length, 'symbolic link')}, which are not followed`
    throw new UsageError(
      `${printable(folder)}: expected .sql files in this folder, found none${others}; name another folder, or the files`,
    )
  }
  const undo = files.filter((path) => undoOf(path, files))
  const notes = [
    ...(undo.length === 0
      ? []
      : [`left out: ${counted(undo.length, 'file')} that take a migration back (${some(undo)})`]),
    ...(links.length === 0 ? [] : [`left out: ${counted(links.length, 'symbolic link')} (${some(links)})`]),
  ]
  const kept = files.filter((path) => !undo.includes(path)).sort(compareMigrations)
  return { paths: kept.map((path) => join(folder, path)), notes }
}

function sqlBelow(folder: string, { cwd }: Place) {
  const { files, links } = walk(resolve(cwd, folder), { keep: isSql, enter: ordinaryFolder, fix })
  return { files, links: links.filter((path) => isSql(path) || !/\.[^/.]+$/.test(path)) }
}

function governed({ name, migrations }: DatabasePolicy, place: Place): Found {
  const top = globRoot(migrations)
  if (!isFolder(join(place.root, top))) return { paths: [], notes: [] }
  const matches = (path: string) => globMatches(migrations, top === '' ? path : `${top}/${path}`)
  const enter = (folder: string) => folder !== '.git' && folder !== 'node_modules'
  const { files, links } = walk(join(place.root, top), { keep: matches, enter, fix })
  const linked = links.filter(matches)
  if (linked.length > 0) {
    throw new UsageError(
      `database ${name}: expected plain files, and ${some(linked)} is a symbolic link, which a pull request is refused for; put the SQL itself there`,
    )
  }
  const paths = [...files].sort(compareMigrations)
  return { paths: paths.map((path) => pathShown(place, join(top, path))), notes: [] }
}

/** Reads all of them, and names every one that cannot be read, not only the first. */
function picked(found: readonly Found[], place: Place, before: readonly string[]): Picked {
  const paths = [...new Set(found.flatMap((one) => one.paths))]
  const problems = [...before]
  const files = paths.flatMap((path): readonly SqlFile[] => {
    try {
      return [{ path, inside: pathInside(place, path), bytes: readFileSync(resolve(place.cwd, path)) }]
    } catch (error) {
      problems.push(unreadable(path, error))
      return []
    }
  })
  if (problems.length > 0) throw new UsageError(problems.join('\ndbward: '))
  // What this repository says is no word about files of another one.
  const apart = files.some(({ inside }) => inside === null)
  const folders = apart
    ? []
    : foldersAround(
        files.map(({ inside }) => dirname(inside ?? '')),
        place,
      )
  return { files, folders, notes: found.flatMap((one) => one.notes) }
}

/** A folder itself and no link to one: nobody named it, so it must not lead somewhere else. */
function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function some(paths: readonly string[]): string {
  const first = paths.slice(0, 3).map(printable).join(', ')
  return paths.length > 3 ? `${first} and ${paths.length - 3} more` : first
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
