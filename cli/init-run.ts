import { policyPath } from '@dbward/protocol/policy'
import { parsePolicy } from '@dbward/protocol/policy-parse'
import { configurableRules } from '@dbward/rules/configurable'
import type { Engine } from '@dbward/rules/engine'
import { evidenceIn, evidenceOfSql, guessEngine } from './engine-guess.ts'
import { printable } from './files.ts'
import type { Layout } from './init-layout.ts'
import { lookAround } from './init-look.ts'
import { databaseNames, policyText } from './init-policy.ts'
import { initText, type Made } from './init-text.ts'
import { workflowPath, workflowText } from './init-workflow.ts'
import { isThere, writeNew } from './init-write.ts'
import { readSourceAt } from './read-source.ts'
import { placeOf } from './repository.ts'
import { foldersAround } from './review-files.ts'
import { certain, guessText } from './review-scope.ts'
import { type Exit, toJson, UsageError, type World } from './world.ts'

export type InitOptions = {
  readonly engine?: Engine
  readonly serverVersion?: string
  readonly migrations?: string
  readonly database?: string
  readonly environments: readonly string[]
  readonly approvers: readonly string[]
  readonly action?: string
  readonly print?: true
  readonly json?: true
}

/** Writes what is not there yet, and only what is safe; exit code 1 where anything was left out. */
export async function runInit(options: InitOptions, world: World): Exit {
  const place = placeOf(world.cwd)
  if (!place.git && !options.print) {
    throw new UsageError(
      `expected a git repository, as ${policyPath} is read from the root of one, found none here or above; run git init first, or look with --print`,
    )
  }
  if (options.action !== undefined && !/^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/.test(options.action)) {
    throw new UsageError(
      `--action: expected a repository and the full id of a commit, such as OWNER/dbward@ and 40 hex digits, got ${printable(options.action)}`,
    )
  }
  const read = readSourceAt(place.root)
  const layouts = lookAround(place, options.migrations)
  const governed = layouts.filter(({ glob }) => glob !== null)
  if (options.database !== undefined && governed.length > 1) {
    const folders = governed.map(({ folder }) => printable(folder)).join(', ')
    throw new UsageError(
      `--database: expected migrations of one database, found them in ${folders}; say which by --migrations, or leave the name out`,
    )
  }
  const there = isThere(place.root, policyPath)
  const policy = governed.length === 0 || (there && !options.print) ? null : policyFor(governed)
  const files = [
    ...(policy === null ? [] : [{ path: policyPath, text: policy.text }]),
    // The Action judges what the policy of the base branch governs; without a policy it has nothing to do.
    ...(policy === null && !there ? [] : [{ path: workflowPath, text: workflowText(options.action) }]),
  ]
  const made: Made = {
    layouts,
    notes: policy?.notes ?? [],
    files: options.print ? files.map((file) => ({ ...file, state: 'shown' })) : writeNew(place.root, files),
    policyThere: there,
  }
  const left = layouts.some(({ glob }) => glob === null)
  if (options.json) world.out(toJson(machineForm(made)))
  else initText(made, place, options, world)
  const kept = (there && !options.print) || made.files.some(({ state }) => state === 'kept')
  return left || kept ? 1 : 0

  function policyFor(found: readonly Layout[]): { readonly text: string; readonly notes: readonly string[] } {
    const names = databaseNames(
      found.map(({ folder }) => folder),
      options.database,
    )
    const engines = found.map((layout) => engineOf(layout))
    const text = policyText({
      databases: found.map(({ glob }, i) => ({
        name: names[i] ?? '',
        engine: engines[i]?.engine ?? 'postgres',
        glob: glob ?? '',
      })),
      serverVersion: options.serverVersion ?? null,
      environments: options.environments,
      approvers: options.approvers,
    })
    const parsed = parsePolicy(Buffer.from(text), configurableRules)
    if (parsed.ok) return { text, notes: engines.map(({ note }) => note) }
    const problems = parsed.problems.map(({ message }) => printable(message))
    throw new UsageError(`these options make no valid policy: ${problems.join('; ')}`)
  }

  function engineOf({ folder, files }: Layout): { readonly engine: Engine; readonly note: string } {
    if (options.engine !== undefined) {
      return { engine: options.engine, note: `engine: ${options.engine} (--engine says so)` }
    }
    const sql = files.map((path) => ({ path, bytes: new TextEncoder().encode(read(path) ?? '') }))
    const guess = guessEngine([...evidenceIn(foldersAround([folder], place), read), ...evidenceOfSql(sql)])
    const engine = certain(guess)
    return { engine, note: guessText(engine, guess.reasons) }
  }
}

function machineForm({ layouts, notes, files, policyThere }: Made) {
  return {
    layouts: layouts.map(({ folder, kind, files: all, glob, problems }) => ({
      folder,
      kind,
      files: all.length,
      glob,
      problems,
    })),
    notes,
    files,
    policy_kept: policyThere,
  }
}
