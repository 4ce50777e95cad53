import { globMatches, globRoot, plainPath } from '@dbward/protocol/glob'
import { printable } from './files.ts'
import { type Layout, type Listing, layoutFor, layoutsOf, migrationFolder } from './init-layout.ts'
import { isThere } from './init-write.ts'
import { readSourceAt } from './read-source.ts'
import type { Place } from './repository.ts'
import { isSql, ordinaryFolder, walk } from './walk.ts'
import { UsageError } from './world.ts'

const fix = "name the migrations by --migrations 'db/migrate/*.sql'"

/** The migrations of a repository: those that a glob takes, or all in folders that are called like migrations. */
export function lookAround(place: Place, migrations: string | undefined): readonly Layout[] {
  const read = readSourceAt(place.root)
  if (migrations !== undefined) {
    if (!plainPath(migrations.replace(/[*?]/g, 'x')) || !migrations.endsWith('.sql')) {
      throw new UsageError(
        `--migrations: expected a path from the root of the repository such as db/migrate/*.sql, got ${printable(migrations)}`,
      )
    }
    const top = globRoot(migrations)
    const there = top === '' || isThere(place.root, top)
    const listing = there ? below(place.root, top, migrations) : { files: [], links: [] }
    return [layoutFor(migrations, top, listing, read)]
  }
  const layouts = layoutsOf(everywhere(place.root), read)
  if (layouts.some(({ files }) => files.some(isSql))) return layouts
  const others = layouts.map(({ folder, kind }) => `${printable(folder)} has ${kind}, which are no SQL; `)
  throw new UsageError(
    `expected .sql files in a folder called migrations, migration, migrate or drizzle, found none below ${printable(place.root)}; ${others.join('')}say where they will be, such as --migrations 'db/migrate/*.sql' --engine postgres`,
  )
}

function below(root: string, top: string, glob: string): Listing {
  const whole = (path: string) => (top === '' ? path : `${top}/${path}`)
  const takes = (path: string) => globMatches(glob, whole(path))
  const enter = (name: string) => name !== '.git' && name !== 'node_modules'
  const { files, links } = walk(top === '' ? root : `${root}/${top}`, { keep: takes, enter, fix })
  return { files: files.map(whole).sort(), links: links.filter(takes).map(whole).sort() }
}

/** Folders whose SQL is for tests, of others, or made by a build. */
const elsewhere =
  /^(tests?|__tests__|specs?|fixtures?|testdata|examples?|samples?|vendor|third_party|dist|build|target|out)$/i

function everywhere(root: string): Listing {
  const inside = (path: string) => migrationFolder(path) !== null
  const { files, links } = walk(root, {
    keep: (path) => inside(path) && (isSql(path) || /\.(rb|py|js|ts|php)$/.test(path)),
    // Within a folder of migrations a glob with ** takes every folder, so none may be left out there.
    enter: (name, path) => inside(path) || (ordinaryFolder(name) && !elsewhere.test(name)),
    fix,
  })
  return { files: [...files].sort(), links: links.filter((path) => inside(path) && isSql(path)).sort() }
}
