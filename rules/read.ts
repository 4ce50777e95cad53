import { positions } from './lines.ts'
import { type Migration, readMigration } from './migration.ts'
import { readStatements } from './postgres.ts'
import type { Problem } from './span.ts'
import { needsNoTransaction, type Statement } from './statement.ts'

/** A file, read once: what `split` and `review` both answer from. */
export type ReadFile = {
  readonly bytes: Uint8Array
  readonly migration: Migration
  /** one for each statement of the up section */
  readonly read: readonly ReadStatement[]
  readonly tx: 'auto' | 'none'
  readonly problems: readonly Problem[]
}

export type ReadStatement = {
  readonly off: number
  readonly len: number
  /** `create-table`, `alter-table`, `update`, ...; `opaque` where no parser understood it */
  readonly kind: string
  readonly lowered: readonly Statement[]
}

/** Reads a file of at most 1 MiB; throws only where the parser itself is broken. The parser must be loaded. */
export function readFile(bytes: Uint8Array): ReadFile {
  const migration = readMigration(bytes)
  const at = positions(bytes)
  const { read, agrees } = readStatements(bytes, migration, (off) => at(off).line)
  const problems = [...migration.problems]
  if (!agrees) problems.push(disagreement)
  const tx = migration.tx === 'none' || standsAlone(migration, read) ? 'none' : 'auto'
  if (tx === 'none' && read.length > 1) problems.push(tooManyWithoutTransaction(read[1]))
  problems.push(
    ...read
      .filter(({ kind }) => kind === 'opaque')
      .slice(0, 20)
      .map(notSql),
  )
  return { bytes, migration, read, tx, problems }
}

/** `CREATE INDEX CONCURRENTLY` and its like, as the only statement of a plain file, need no directive. */
function standsAlone(migration: Migration, read: readonly ReadStatement[]): boolean {
  const [only] = read
  if (migration.directives || read.length !== 1 || only === undefined) return false
  return only.lowered.some(
    (statement) => !statement.conditional && needsNoTransaction(statement) !== undefined,
  )
}

const disagreement: Problem = {
  code: 'split-disagrees',
  message: 'PostgreSQL and this review do not agree on where the statements of this file begin and end.',
  instead: 'Write it more plainly, or split it into several migrations.',
  off: 0,
  len: 0,
}

function tooManyWithoutTransaction(second: ReadStatement | undefined): Problem {
  return {
    code: 'no-transaction',
    message: 'A file that runs without a transaction has more than one statement.',
    instead: 'Give each statement its own migration.',
    off: second?.off ?? 0,
    len: second?.len ?? 0,
  }
}

function notSql({ off, len }: ReadStatement): Problem {
  return {
    code: 'not-sql',
    message: 'A statement of this file is not understood.',
    instead: 'Correct it: see its `unparsed` finding.',
    off,
    len,
  }
}
