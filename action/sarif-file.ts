import { closeSync, constants, lstatSync, openSync, realpathSync, writeFileSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { Halt } from './halt.ts'
import { exits } from './world.ts'

/**
 * Where the SARIF file may be written: inside the workspace, and through no symbolic link, as the checkout may have
 * brought one that leads out of it. Refused before anything is reviewed.
 */
export function sarifPlace(workspace: string, name: string): string {
  const expected = 'sarif-file: expected a path of a file in a folder of the workspace'
  const refuse = (found: string) => new Halt(exits.usage, `${expected}, found ${found}`)
  const place = resolve(workspace, name)
  if (!inside(workspace, place)) throw refuse('a path that leads out of it')
  let folder: string
  try {
    folder = realpathSync(dirname(place))
  } catch {
    throw refuse('no such folder; make it in a step before')
  }
  const real = realpathSync(workspace)
  if (folder !== real && !inside(real, folder)) throw refuse('a symbolic link that leads out of it')
  const file = join(folder, basename(place))
  const there = lstatSync(file, { throwIfNoEntry: false })
  if (there !== undefined && !there.isFile()) throw refuse('something there that is no file')
  return file
}

export function writeSarif(file: string, text: string): void {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants
  const open = openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o644)
  try {
    writeFileSync(open, text)
  } finally {
    closeSync(open)
  }
}

function inside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}
