import { Refusal, Undecidable } from '@dbward/protocol/errors'
import type { GitHubReader } from '@dbward/protocol/github'
import { openRepository } from '@dbward/protocol/repository'
import { gitId, integer, list, open } from '@dbward/protocol/shape'
import { readChange } from '@dbward/protocol/snapshot'
import type { ExecClaims } from '@dbward/protocol/token'
import { wishesOf } from '@dbward/protocol/wishes'
import { configurableRules } from '@dbward/rules/configurable'

/** Each file costs the reading of a pull request; a database that lacks more than that is not behind by a skip. */
const mostFiles = 20

/**
 * Those of the missing files (path to SHA-256 in the merged tree) of which somebody who may has said, by a review of the
 * pull request that brought these bytes, that they are never to run. Found and read by the agent itself: nobody tells it
 * where to look.
 */
export async function readSkipped(
  github: GitHubReader,
  claims: ExecClaims,
  missing: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string>> {
  if (missing.size === 0 || missing.size > mostFiles) return new Set()
  const skipped = new Set<string>()
  try {
    for (const [path, sha256] of missing) {
      for (const pr of await broughtBy(github, claims, path)) {
        if (await says(github, claims, pr, path, sha256)) skipped.add(path)
      }
    }
    return skipped
  } catch (cause) {
    throw new Refusal('GITHUB_UNAVAILABLE', 'GitHub did not say in full who brought a missing file', {
      cause,
    })
  }
}

const commits = list(open({ sha: gitId }))
const pulls = list(open({ number: integer }))

/** The pull requests of the commit that last touched a path, before or with this merge. */
async function broughtBy(github: GitHubReader, claims: ExecClaims, path: string): Promise<readonly number[]> {
  const repo = openRepository(github, claims.repo)
  const found = await repo.one('/commits', { sha: claims.merge_sha, path, per_page: 1 })
  const [last] = commits(found, 'commits')
  if (last === undefined) return []
  const listed = await repo.all('/commits/{commit_sha}/pulls', { commit_sha: last.sha })
  return pulls(listed, 'pulls').map((one) => one.number)
}

async function says(
  github: GitHubReader,
  claims: ExecClaims,
  pr: number,
  path: string,
  sha256: string,
): Promise<boolean> {
  if (pr === claims.pr) return false
  try {
    const { facts, policy } = await readChange(github, claims.repo, pr, configurableRules)
    if (policy.found !== 'yes' || facts.mergeSha === null) return false
    if (facts.repo.id !== claims.repo_id || facts.base.ref !== claims.base_ref) return false
    if (facts.files[path] !== sha256) return false
    if (!(await openRepository(github, claims.repo).contains(claims.merge_sha, facts.mergeSha))) return false
    const target = { database: claims.db, environment: claims.env }
    return wishesOf(policy.policy, facts, target).skipped.some((one) => one.path === path)
  } catch (error) {
    if (error instanceof Undecidable) return false
    throw error
  }
}
