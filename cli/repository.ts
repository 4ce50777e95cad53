import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'

/** The folder whose `.dbward.yml` counts. Outside of a git repository it is the folder that one is in. */
export type Place = { readonly cwd: string; readonly root: string; readonly git: boolean }

/**
 * The repository of `path`, a file or a folder, as seen from `cwd`. Looks upwards for `.git`, which is a folder, or a
 * file in a worktree and in a submodule.
 */
export function placeOf(cwd: string, path: string = cwd): Place {
  for (let folder = resolve(cwd, path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return { cwd, root: folder, git: true }
    if (dirname(folder) === folder) return { cwd, root: cwd, git: false }
  }
}

/** The path from the root, as git and the policy write it ('' for the root itself); null outside of the root. */
export function pathInside({ cwd, root }: Place, path: string): string | null {
  const full = resolve(cwd, path)
  const inside = relative(real(root), join(real(dirname(full)), basename(full)))
  if (isAbsolute(inside) || inside.split(sep)[0] === '..') return null
  return inside.split(sep).join('/')
}

/** The path as somebody who stands in `cwd` would type it. */
export function pathShown({ cwd, root }: Place, inside: string): string {
  return relative(cwd, join(root, inside)) || '.'
}

function real(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}
