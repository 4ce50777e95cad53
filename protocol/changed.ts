import { attributesFaults } from './attributes.ts'
import type { FileMap, FileProblem } from './facts.ts'
import type { TreeEntry } from './github.ts'
import { globMatches, plainPath } from './glob.ts'
import { migrationVersion, sha256 } from './plan.ts'
import { type DatabasePolicy, type Policy, policyPath } from './policy.ts'
import type { GitFiles, GovernedTree } from './repository.ts'

/** A governed file that a change adds, edits or deletes. `bytes` is null where it is deleted or refused. */
export type ChangedFile = {
  readonly path: string
  readonly database: string | null
  readonly status: 'added' | 'modified' | 'deleted'
  readonly sha256: string | null
  readonly bytes: Uint8Array | null
}
export type Changed = {
  readonly files: readonly ChangedFile[]
  readonly map: FileMap
  readonly problems: readonly FileProblem[]
}

export const maxFileBytes = 1024 * 1024
export const maxGovernedFiles = 200

export function governedGlobs(policy: Policy): readonly string[] {
  return [policyPath, ...policy.databases.map((one) => one.migrations)]
}

/** The governed files that differ between two commits, read from git trees and blobs, never from a list of files. */
export async function readChanged(
  repo: GitFiles,
  from: string,
  to: string,
  policy: Policy,
): Promise<Changed> {
  const globs = governedGlobs(policy)
  const [before, after] = await Promise.all([repo.governed(from, globs), repo.governed(to, globs)])
  const paths = [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => differs(before, after, path))
    .sort()
  if (paths.length > maxGovernedFiles) {
    const message = `the change has ${paths.length} governed files; at most ${maxGovernedFiles} are judged together`
    return {
      files: [],
      map: { [paths[0] ?? '']: 'too-many' },
      problems: [{ path: `${paths[0]}`, code: 'too-many-files', message }],
    }
  }
  const problems: FileProblem[] = []
  const files: ChangedFile[] = []
  for (const path of paths) {
    const entry = after.get(path)
    const status = entry === undefined ? 'deleted' : before.has(path) ? 'modified' : 'added'
    const found = entry === undefined ? null : await readFile(repo, entry, policy, after, problems)
    files.push({
      path,
      status,
      database: databaseOf(policy, path)[0]?.name ?? null,
      sha256: null,
      bytes: null,
      ...found,
    })
  }
  const map = Object.fromEntries(
    files.map((one) => [
      one.path,
      one.sha256 ?? (one.status === 'deleted' ? 'deleted' : `refused ${after.get(one.path)?.sha}`),
    ]),
  )
  const sql = paths.filter((path) => path !== policyPath)
  return { files, map, problems: [...problems, ...(await attributesFaults(repo, from, to, sql))] }
}

/** The same map without judging the files: what a reviewed commit would have run. */
export async function readFileMap(
  repo: GitFiles,
  from: string,
  to: string,
  policy: Policy,
): Promise<FileMap> {
  return (await readChanged(repo, from, to, policy)).map
}

export function databaseOf(policy: Policy, path: string): readonly DatabasePolicy[] {
  return policy.databases.filter((one) => globMatches(one.migrations, path))
}

async function readFile(
  repo: GitFiles,
  entry: TreeEntry,
  policy: Policy,
  tree: GovernedTree,
  problems: FileProblem[],
): Promise<Pick<ChangedFile, 'sha256' | 'bytes'> | null> {
  const fault = entryFault(entry, policy, tree)
  if (fault !== null) {
    problems.push({ path: entry.path, ...fault })
    return null
  }
  const bytes = await repo.blob(entry.sha)
  if (bytes.length > maxFileBytes) {
    problems.push({
      path: entry.path,
      code: 'too-large',
      message: `has ${bytes.length} bytes; at most ${maxFileBytes} are judged`,
    })
    return null
  }
  if (new TextDecoder().decode(bytes.subarray(0, 64)).startsWith('version https://git-lfs')) {
    problems.push({
      path: entry.path,
      code: 'lfs-pointer',
      message: 'is a Git LFS pointer, so its SQL is not in the repository',
    })
    return null
  }
  return { sha256: sha256(bytes), bytes }
}

function entryFault(entry: TreeEntry, policy: Policy, tree: GovernedTree): Omit<FileProblem, 'path'> | null {
  const { path } = entry
  if (entry.mode === '120000')
    return { code: 'symlink', message: 'is a symbolic link; put the SQL itself there' }
  if (entry.mode === '160000')
    return { code: 'submodule', message: 'is a submodule; put the SQL itself there' }
  if (entry.mode !== '100644')
    return { code: 'not-a-file', message: `has mode ${entry.mode}; expected a plain file (100644)` }
  if (!plainPath(path)) {
    return {
      code: 'odd-path',
      message: 'has a name with characters other than letters, digits, ".", "_", "-" and "/"',
    }
  }
  if ((entry.size ?? 0) > maxFileBytes) {
    return { code: 'too-large', message: `has ${entry.size} bytes; at most ${maxFileBytes} are judged` }
  }
  if (path === policyPath) return null
  const databases = databaseOf(policy, path)
  if (databases.length > 1) {
    const names = databases.map((one) => one.name).join(' and ')
    return { code: 'two-databases', message: `belongs to two databases of the policy (${names})` }
  }
  const others = [...tree.keys()].filter(
    (other) => other !== path && databases[0] !== undefined && globMatches(databases[0].migrations, other),
  )
  const twin = others.find((other) => other.toLowerCase() === path.toLowerCase())
  if (twin !== undefined) return { code: 'same-path-twice', message: `differs from ${twin} by case only` }
  const version = migrationVersion(path)
  if (version === null)
    return { code: 'no-version', message: 'has no version; name it like 20260101120000_add_users.sql' }
  const double = others.find((other) => migrationVersion(other) === version)
  return double === undefined
    ? null
    : { code: 'same-version-twice', message: `has the same version as ${double}` }
}

function differs(before: GovernedTree, after: GovernedTree, path: string): boolean {
  const a = before.get(path)
  const b = after.get(path)
  return a?.sha !== b?.sha || a?.mode !== b?.mode
}
