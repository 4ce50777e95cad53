import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { printable, unreadable } from './files.ts'
import { UsageError } from './world.ts'

/** More than any repository of migrations has; a home folder or a disk has more. */
export const walkLimits = { files: 10_000, entries: 200_000, depth: 32 }

export type Walked = {
  /** from the folder that was walked, with `/` */
  readonly files: readonly string[]
  /** symbolic links, to files or to folders: what they lead to was not looked at */
  readonly links: readonly string[]
}

export type Walk = {
  readonly keep: (path: string) => boolean
  readonly enter: (name: string, path: string) => boolean
  /** what to do about a folder that has too much in it */
  readonly fix: string
  readonly limits?: typeof walkLimits
}

/**
 * The files below a folder whose path `keep` takes, and the links that it takes or that may lead to such files. Links
 * are not followed, so no loop and no way out of the folder exists.
 */
export function walk(folder: string, { keep, enter, fix, limits = walkLimits }: Walk): Walked {
  const files: string[] = []
  const links: string[] = []
  const waiting = [{ path: '', depth: 0 }]
  let entries = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of entriesOf(join(folder, next.path))) {
      entries += 1
      const path = next.path === '' ? entry.name : `${next.path}/${entry.name}`
      if (entry.isSymbolicLink()) links.push(path)
      else if (entry.isDirectory() && enter(entry.name, path)) {
        if (next.depth >= limits.depth) throw tooMuch(folder, `folders ${limits.depth} deep`, fix)
        waiting.push({ path, depth: next.depth + 1 })
      } else if (entry.isFile() && keep(path)) files.push(path)
    }
    if (entries > limits.entries) throw tooMuch(folder, `more than ${limits.entries} entries`, fix)
    if (files.length > limits.files) throw tooMuch(folder, `more than ${limits.files} .sql files`, fix)
  }
  return { files, links }
}

/** Folders in which nobody keeps migrations of their own. */
export function ordinaryFolder(name: string): boolean {
  return !name.startsWith('.') && name !== 'node_modules'
}

export function isSql(path: string): boolean {
  return /\.sql$/i.test(path)
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    throw new UsageError(unreadable(folder, error), { cause: error })
  }
}

function tooMuch(folder: string, found: string, fix: string): UsageError {
  return new UsageError(`${printable(folder)}: expected a folder of migrations, and found ${found}; ${fix}`)
}
