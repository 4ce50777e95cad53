import { atLeast, roleIn } from './access.ts'
import type { Account, CheckRun, Protection, PullIssue, Repo, Review, World } from './world.ts'

/** Why a pull request may not be merged now, in GitHub's words. Conflicts are not a matter of rules. */
export function blockers(world: World, repo: Repo, issue: PullIssue): string[] {
  const protection = repo.protections.get(issue.pull.baseRef)
  if (!protection) return []
  const reasons = protection.requiredChecks
    .filter((check) => !satisfied(repo, issue.pull.headSha, check))
    .map(({ context }) => `Required status check "${context}" is expected.`)
  const missing = protection.requiredApprovals - approvals(world, repo, issue).length
  if (protection.requirePullRequest && missing > 0) {
    reasons.push(`At least ${missing} approving review is required by reviewers with write access.`)
  }
  if (protection.requirePullRequest && changesRequested(world, repo, issue)) {
    reasons.push('Changes were requested by a reviewer with write access.')
  }
  return reasons
}

export function isBypassed(protection: Protection | undefined, account: Account): boolean {
  return protection?.bypass.some((login) => login.toLowerCase() === account.login.toLowerCase()) ?? false
}

export function mergeableState(world: World, repo: Repo, issue: PullIssue): string {
  if (issue.pull.draft) return 'draft'
  if (!issue.pull.mergeable) return 'dirty'
  if (blockers(world, repo, issue).length > 0) return 'blocked'
  const runs = latestRuns(repo, issue.pull.headSha)
  return runs.every((run) => run.conclusion !== null && PASSES.has(run.conclusion)) ? 'clean' : 'unstable'
}

/** What the `update` hook of the bare repository gets to know about this pusher. */
export function protectedRefs(repo: Repo, pusher: Account): string {
  const lines = [...repo.protections].flatMap(([branch, protection]) => {
    if (isBypassed(protection, pusher)) return []
    const words = [
      protection.blockDeletion ? 'no-deletion' : '',
      protection.blockForcePush ? 'no-force' : '',
      protection.requirePullRequest || protection.requiredChecks.length > 0 ? 'no-push' : '',
    ]
    return [`refs/heads/${branch} ${words.join(' ')}`]
  })
  return lines.join('\n')
}

/** The newest run of each name and App: what GitHub calls `latest`. */
export function latestRuns(repo: Repo, sha: string): CheckRun[] {
  const newest = new Map<string, CheckRun>()
  for (const run of repo.checkRuns) {
    if (run.headSha === sha) newest.set(`${run.app.id} ${run.name}`, run)
  }
  return [...newest.values()]
}

// Neutral and skipped satisfy a required check.
const PASSES: ReadonlySet<string> = new Set(['success', 'neutral', 'skipped'])

function satisfied(repo: Repo, sha: string, check: Protection['requiredChecks'][number]): boolean {
  const runs = latestRuns(repo, sha).filter(
    (run) =>
      run.name === check.context &&
      (check.integration_id === undefined || run.app.id === check.integration_id),
  )
  return runs.length > 0 && runs.every((run) => run.conclusion !== null && PASSES.has(run.conclusion))
}

function approvals(world: World, repo: Repo, issue: PullIssue): Review[] {
  return decisive(world, repo, issue).filter(({ state }) => state === 'APPROVED')
}

function changesRequested(world: World, repo: Repo, issue: PullIssue): boolean {
  return decisive(world, repo, issue).some(({ state }) => state === 'CHANGES_REQUESTED')
}

/** The latest review of each person with write access that approves or asks for changes. */
function decisive(world: World, repo: Repo, issue: PullIssue): Review[] {
  const latest = new Map<number, Review>()
  for (const review of issue.pull.reviews) {
    if (review.state === 'COMMENTED' || review.state === 'PENDING') continue
    if (atLeast(roleIn(world, repo, review.author), 'write')) latest.set(review.author.id, review)
  }
  return [...latest.values()]
}
