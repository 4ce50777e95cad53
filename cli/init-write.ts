import { lstatSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UsageError } from './world.ts'

/** Whether something is there already, be it a link that leads nowhere. */
export function isThere(root: string, path: string): boolean {
  return lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined
}

/** Writes a new file below the root. False where something is there already, which stays as it is. */
export function writeNew(root: string, path: string, text: string): boolean {
  const parts = path.split('/').slice(0, -1)
  parts.forEach((_part, i) => {
    const folder = parts.slice(0, i + 1).join('/')
    if (lstatSync(join(root, folder), { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw new UsageError(`${folder}: expected a folder, and it is a symbolic link; ${path} was not written`)
    }
  })
  try {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    // Made and never replaced, also where somebody else makes it at this moment.
    writeFileSync(join(root, path), text, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && isThere(root, path)) return false
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    throw new UsageError(`${path}: expected to write a new file there, and got ${code}`, { cause: error })
  }
}
