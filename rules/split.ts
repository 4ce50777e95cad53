import { type Engine, requireEngine } from './engine.ts'
import { loadParser } from './postgres.ts'
import { type ReadFile, readFile } from './read.ts'
import type { Problem } from './span.ts'

export { tiles } from './tiles.ts'

export type SplitProblem = Problem

/**
 * The statements that a file would execute, as ranges of its bytes: each without its `;` and without comments or
 * white space around it. With any problem the file must not be executed.
 */
export type Split = {
  readonly stmts: readonly {
    readonly i: number
    readonly off: number
    readonly len: number
    readonly kind: string
  }[]
  readonly tx: 'auto' | 'none'
  readonly problems: readonly SplitProblem[]
}

/** Never throws for any bytes: what is wrong with them is in `problems`. */
export async function split(bytes: Uint8Array, engine: Engine): Promise<Split> {
  requireEngine(engine)
  await loadParser()
  return splitOf(readFile(bytes, engine))
}

export function splitOf({ read, tx, problems }: ReadFile): Split {
  return { stmts: read.map(({ off, len, kind }, i) => ({ i, off, len, kind })), tx, problems }
}
