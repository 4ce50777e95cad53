import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ReadSource } from './engine-guess.ts'

const most = 1024 * 1024

/** Reads what a project says of itself. Only plain files of a sensible size: a pipe would wait for ever. */
export function readSourceAt(root: string): ReadSource {
  return (path) => {
    try {
      const found = statSync(join(root, path), { throwIfNoEntry: false })
      if (found === undefined || found.isDirectory()) return null
      return found.isFile() && found.size <= most ? readFileSync(join(root, path), 'utf8') : undefined
    } catch (error) {
      // The folder above is a file, as where somebody calls a file `config`.
      return (error as NodeJS.ErrnoException).code === 'ENOTDIR' ? null : undefined
    }
  }
}
