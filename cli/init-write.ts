import { lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UsageError } from './world.ts'

export type NewFile = { readonly path: string; readonly text: string }

/** Whether something is there already, be it a link that leads nowhere. */
export function isThere(root: string, path: string): boolean {
  return lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined
}

/** Writes files below the root: all of those that are not there yet, or none where one cannot be written. */
export function writeNew(
  root: string,
  files: readonly NewFile[],
): readonly (NewFile & { readonly state: 'written' | 'kept' })[] {
  for (const { path } of files) requireFolders(root, path)
  const made: string[] = []
  try {
    return files.map((file) => {
      const written = writeOne(root, file)
      if (written) made.push(file.path)
      return { ...file, state: written ? 'written' : 'kept' }
    })
  } catch (error) {
    for (const path of made) rmSync(join(root, path))
    throw error
  }
}

/** A link to a folder could lead out of the repository. */
function requireFolders(root: string, path: string): void {
  const parts = path.split('/').slice(0, -1)
  parts.forEach((_part, i) => {
    const folder = parts.slice(0, i + 1).join('/')
    const found = lstatSync(join(root, folder), { throwIfNoEntry: false })
    if (found === undefined || found.isDirectory()) return
    const kind = found.isSymbolicLink() ? 'a symbolic link' : 'none'
    throw new UsageError(`${folder}: expected a folder, and it is ${kind}; nothing was written`)
  })
}

function writeOne(root: string, { path, text }: NewFile): boolean {
  try {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    // Made and never replaced, also where somebody else makes it at this moment.
    writeFileSync(join(root, path), text, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && isThere(root, path)) return false
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    throw new UsageError(
      `${path}: expected to write a new file there, and got ${code}; nothing was written`,
      {
        cause: error,
      },
    )
  }
}
