import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Engine } from '@dbward/rules/engine'
import { corpus } from '../corpus/corpus.ts'

/** A corpus on the disk, and a list of its paths: whole, and cut to its first files. */
export type Written = {
  readonly paths: readonly string[]
  readonly statements: readonly number[]
  readonly bytes: number
  list(files: number): string
}

/** Writes the first files of an engine's corpus below a folder. */
export function write(folder: string, engine: Engine, count: number, seed: number): Written {
  const files = corpus(engine, count, seed)
  const paths = files.map(({ path, text }) => {
    const place = join(folder, path)
    mkdirSync(dirname(place), { recursive: true })
    writeFileSync(place, text)
    return place
  })
  return {
    paths,
    statements: files.map((one) => one.statements),
    bytes: files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
    list(files) {
      const place = join(folder, `${engine}-${files}.list`)
      writeFileSync(place, paths.slice(0, files).join('\n'))
      return place
    },
  }
}

/** How many files from the first on have at least so many statements. */
export function filesFor({ statements }: Written, wanted: number): number {
  let sum = 0
  const last = statements.findIndex((one) => {
    sum += one
    return sum >= wanted
  })
  return last === -1 ? statements.length : last + 1
}
