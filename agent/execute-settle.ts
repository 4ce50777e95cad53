import type { PlannedFile } from '@dbward/protocol/plan'
import type { Outcome, StatementRun } from './execute.ts'
import { passed } from './execute-step.ts'
import { type Failure, failure } from './failure.ts'

/** How one file ended, as far as its own path can tell. */
export type FileEnd =
  | { readonly end: 'applied'; readonly statements: readonly StatementRun[] }
  /** Proven to have been done by an earlier attempt. */
  | { readonly end: 'found' }
  /** Where no transaction undoes them, `statements` took effect and stay, though the file is not done. */
  | {
      readonly end: 'failed' | 'partial' | 'unknown'
      readonly failure: Failure
      readonly statements?: readonly StatementRun[]
    }
  /** The answer was lost. It is applied where the ledger has the row, and otherwise what is said here. */
  | {
      readonly end: 'ask'
      readonly otherwise: 'failed' | 'partial' | 'unknown'
      readonly failure: Failure
      readonly statements?: readonly StatementRun[]
    }

export type Ran = {
  readonly statements: readonly StatementRun[]
  readonly found: ReadonlySet<string>
  readonly stop: { readonly path: string; readonly how: Extract<FileEnd, { failure: Failure }> } | null
}

/** One file after the other; the first that does not end well is the last. */
export async function runFiles(
  todo: readonly PlannedFile[],
  run: (file: PlannedFile) => Promise<FileEnd>,
): Promise<Ran> {
  const statements: StatementRun[] = []
  const found = new Set<string>()
  for (const file of todo) {
    const ended = await run(file)
    if (ended.end === 'found') found.add(file.path)
    else if (ended.end === 'applied') statements.push(...ended.statements)
    else return { statements, found, stop: { path: file.path, how: ended } }
  }
  return { statements, found, stop: null }
}

/**
 * What became of the attempt, by the ledger. `readBack` gives those of the paths that have a row of this attempt, read on
 * a connection of its own, or null where it could not be read.
 */
export async function settle(
  todo: readonly PlannedFile[],
  ran: Ran,
  readBack: (paths: readonly string[]) => Promise<readonly string[] | null>,
): Promise<Omit<Outcome, 'notices' | 'serverId'>> {
  const paths = todo.map((file) => file.path)
  const there = todo.length === 0 ? [] : await readBack(paths)
  passed('agent.read-back')
  const lost = failure('connection', 'what took effect could not be read back from the database')
  const error = ran.stop?.how.failure ?? lost
  if (there === null) return { outcome: 'unknown', statements: [], error, files: [] }

  const files = paths.filter((path) => there.includes(path))
  const whole = ran.statements.filter((one) => files.includes(one.file))
  const statements = [...whole, ...(ran.stop?.how.statements ?? [])]
  const own = files.filter((path) => !ran.found.has(path))
  const how = ending(ran, files)
  if (how !== 'unknown' && files.length === todo.length) {
    const outcome = own.length === 0 ? 'already_applied' : 'applied'
    return { outcome, statements, error: null, files }
  }
  if (how === 'applied' || how === 'unknown') return { outcome: 'unknown', statements, error, files }
  const some = how === 'partial' || own.length > 0
  return { outcome: some ? 'partial' : 'failed_clean', statements, error, files }
}

/** How the last file ended, now that the ledger was read. A row where none may be is a breakout that got through. */
function ending(ran: Ran, files: readonly string[]): 'applied' | 'failed' | 'partial' | 'unknown' {
  if (ran.stop === null) return 'applied'
  const { path, how } = ran.stop
  const there = files.includes(path)
  if (how.end === 'ask') return there ? 'failed' : how.otherwise
  return there ? 'unknown' : how.end
}

export function nothingRan(error: Failure, serverId: string | null): Outcome {
  return { outcome: 'failed_clean', statements: [], error, files: [], notices: 0, serverId }
}

/** Calls `report` until it has succeeded once. */
export function once(report: () => Promise<void>): () => Promise<void> {
  let done = false
  return async () => {
    if (done) return
    await report()
    done = true
    passed('agent.started')
  }
}
