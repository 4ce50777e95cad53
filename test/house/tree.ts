import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The rooms whose code runs in production. */
export const rooms = ['protocol', 'rules', 'app', 'agent', 'action', 'cli'] as const
export type Room = (typeof rooms)[number]

/** Every file below a folder, as paths from the root of the repository. */
export function filesIn(folder: string, ending: RegExp): readonly string[] {
  const start = join(root, folder)
  if (!existsSync(start)) return []
  return readdirSync(start, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !/(^|\/)(node_modules|\.git|dist)\//.test(path))
    .sort()
}

export function isTest(path: string): boolean {
  return /\.test\.ts$|(^|\/)(testing|samples)\.ts$/.test(path)
}

/** What runs in production: the code of the rooms without the tests beside it. */
export function runtimeFiles(room: Room): readonly string[] {
  return filesIn(room, /\.(ts|mjs)$/).filter((path) => !isTest(path))
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

export function exists(path: string): boolean {
  return existsSync(join(root, path))
}
