import { databaseOf, governedGlobs } from '@dbward/protocol/changed'
import type { FileProblem } from '@dbward/protocol/facts'
import { type Activity, activity, type GitHubReader, isMissing } from '@dbward/protocol/github'
import { sha256 } from '@dbward/protocol/plan'
import { type Policy, policyPath } from '@dbward/protocol/policy'
import { openRepository, type Repository } from '@dbward/protocol/repository'
import type { Snapshot } from '@dbward/protocol/snapshot'
import { plannedFile } from '../store/files.ts'
import type { Store } from '../store/open.ts'

/** A migration that is on the base branch because somebody pushed it there, and that no pull request brought. */
type Pushed = { readonly path: string; readonly sha: string; readonly by: string; readonly commit: string }

/**
 * What was pushed to the base branch past every pull request, as GitHub's own record of the branch says and as far as
 * it stands there still. Nobody approved it, no agent will run anything behind it, and so whatever comes later for the
 * same database is told why. A change that edits or deletes such a file is the way on: `mends` are the paths for which
 * it may, though they are on the base branch.
 */
export async function withDirectPushes(
  store: Store,
  github: GitHubReader,
  snapshot: Snapshot,
  policy: Policy,
): Promise<{ readonly snapshot: Snapshot; readonly mends: ReadonlySet<string> }> {
  const { facts, files } = snapshot
  const touched = new Set(files.flatMap((one) => (one.database === null ? [] : [one.database])))
  if (touched.size === 0) return { snapshot, mends: new Set() }
  const repo = openRepository(github, facts.repo.name)
  const own = new Set(files.map((one) => one.path))
  const mends = new Set<string>()
  const problems: FileProblem[] = []
  for (const one of await standingPushes(repo, facts.base, policy)) {
    const [database] = databaseOf(policy, one.path)
    if (database === undefined || !touched.has(database.name)) continue
    if (await cameByPullRequest(store, repo, facts.repo.id, one)) continue
    if (own.has(one.path)) mends.add(one.path)
    else problems.push(problemOf(one, facts.base.ref))
  }
  if (problems.length === 0) return { snapshot, mends }
  return { snapshot: { ...snapshot, facts: { ...facts, problems: [...facts.problems, ...problems] } }, mends }
}

function problemOf({ path, commit, by }: Pushed, base: string): FileProblem {
  const message =
    `came to ${base} by a direct push (${commit.slice(0, 7)} by ${by}) and not by a pull request, so nobody approved ` +
    'it; a pull request that edits or deletes it puts that right'
  return { path, code: 'pushed-directly', message }
}

/** What a push brought is looked up in the base as it is: what was taken back since concerns nobody. */
async function standingPushes(
  repo: Repository,
  base: { readonly ref: string; readonly sha: string },
  policy: Policy,
): Promise<readonly Pushed[]> {
  const globs = governedGlobs(policy)
  const now = await repo.governed(base.sha, globs)
  const found = new Map<string, Pushed>()
  for (const push of await pushesTo(repo, base.ref)) {
    const trees = await treesOf(repo, push, globs)
    // Before there was a policy nothing was governed: what was there then is another matter.
    if (trees === null || !trees.before.has(policyPath)) continue
    for (const [path, { sha }] of trees.after) {
      const stands = now.get(path)?.sha === sha && trees.before.get(path)?.sha !== sha
      if (!stands || found.has(path) || path === policyPath) continue
      found.set(path, { path, sha, by: push.actor?.login ?? 'ghost', commit: push.after })
    }
  }
  return [...found.values()]
}

async function pushesTo(repo: Repository, branch: string): Promise<readonly Activity[]> {
  const kinds = ['push', 'force_push'] as const
  const lists = await Promise.all(
    kinds.map((activity_type) => repo.all('/activity', { ref: `refs/heads/${branch}`, activity_type })),
  )
  return lists.flat().map((one, i) => activity(one, `activity[${i}]`))
}

/** Null where one of the two commits cannot be read any more: after a force push GitHub forgets the old one in time. */
async function treesOf(repo: Repository, { before, after }: Activity, globs: readonly string[]) {
  try {
    return { before: await repo.governed(before, globs), after: await repo.governed(after, globs) }
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Commits of a pull request may be pushed to its base, and GitHub calls it merged then. */
async function cameByPullRequest(
  store: Store,
  repo: Repository,
  repo_id: number,
  { path, sha }: Pushed,
): Promise<boolean> {
  const known = plannedFile(store, { repo_id, path, otherThan: 0 })
  if (known.length === 0) return false
  const bytes = sha256(await repo.blob(sha))
  return known.some((one) => one.sha256 === bytes)
}
