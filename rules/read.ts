import { dialectOf } from './dialect-of.ts'
import type { Engine } from './engine.ts'
import { linesOf } from './lines.ts'
import { type Migration, readMigration } from './migration.ts'
import { differsByMode, readStatements as readMysql } from './mysql.ts'
import { readStatements as readPostgres } from './postgres.ts'
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

/** Reads a file of at most 1 MiB; throws only where the parser itself is broken. PostgreSQL's must be loaded. */
export function readFile(bytes: Uint8Array, engine: Engine): ReadFile {
  const migration = readMigration(bytes, dialectOf(engine, bytes))
  const { read, tx, problems } =
    engine === 'postgres' ? asPostgres(bytes, migration) : asMysql(bytes, migration)
  const notRead = read
    .filter(({ kind }) => kind === 'opaque')
    .slice(0, 20)
    .map(notSql)
  const own = engine === 'postgres' ? migration.problems : migration.problems.map(withoutPostgres)
  const all = [...own, ...problems, ...notRead]
  const things = read.reduce((sum, { lowered }) => sum + lowered.length, 0)
  if (things <= maxThings) return { bytes, migration, read, tx, problems: all }
  const unread = read.map((one) => ({ ...one, lowered: [] }))
  return { bytes, migration, read: unread, tx, problems: [...all, tooManyThings] }
}

// One ALTER TABLE has room for 150,000 commands: whoever shows what is found would be busy with it for long.
const maxThings = 20_000

const tooManyThings: Problem = {
  code: 'too-many-statements',
  message: `The statements of this file do more than ${maxThings} things: it is not reviewed.`,
  instead: 'Split it into several migrations.',
  off: 0,
  len: 0,
}

// The escape that the advice names is PostgreSQL's.
function withoutPostgres(problem: Problem): Problem {
  return problem.code === 'hidden-character'
    ? { ...problem, instead: 'Remove it, or write it as CHAR(... USING utf8mb4).' }
    : problem
}

type Lowered = Pick<ReadFile, 'read' | 'tx' | 'problems'>

function asPostgres(bytes: Uint8Array, migration: Migration): Lowered {
  const { read, agrees } = readPostgres(bytes, migration, linesOf(bytes))
  const tx = migration.tx === 'none' || standsAlone(migration, read) ? 'none' : 'auto'
  const problems = agrees ? [] : [disagreement]
  if (tx === 'none' && read.length > 1) problems.push(tooManyWithoutTransaction(read[1]))
  return { read, tx, problems }
}

// What InnoDB undoes. All else commits by itself or may do so, and then each statement of the file stands alone.
const undone = new Set(['insert', 'replace', 'update', 'delete', 'select', 'set'])

function asMysql(bytes: Uint8Array, migration: Migration): Lowered {
  const read = readMysql(bytes, migration, linesOf(bytes))
  const tx = migration.tx === 'auto' && read.every(({ kind }) => undone.has(kind)) ? 'auto' : 'none'
  const differs = differsByMode(bytes, migration)
  return { read, tx, problems: differs === undefined ? [] : [{ ...modesDisagree, ...differs }] }
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

const modesDisagree = {
  code: 'split-disagrees' as const,
  message:
    'Where the statements of this file end depends on whether a backslash escapes a quote, which the sql_mode of a server decides.',
  instead: "Write '' for a quote in a string, and no backslash before one.",
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
