import { upsertCheck } from '../github/checks.ts'
import { type GitHub, type InstalledRepository, lostAccess } from '../github/client.ts'
import { upsertComment } from '../github/comments.ts'
import { askedToWait } from '../github/limits.ts'
import { isGitHubCloud } from '../github/probot.ts'
import type { SurfaceRow } from '../store/rows.ts'
import { passed } from './step.ts'
import { checkPayload, commentPayload } from './surfaces.ts'

export type PublishDeps = {
  /** What GitHub does not show yet and may be posted now. */
  readonly pending: (now: Date) => readonly SurfaceRow[]
  /** 0 stands for "none was needed"; GitHub's ids start above. */
  readonly posted: (key: string, hash: string, githubId: number) => void
  readonly failed: (key: string, notBefore: Date, error: string) => void
  readonly github: Pick<GitHub, 'forRepository' | 'forget'>
  readonly appId: number
  /** `https://github.com`, without a slash at its end. */
  readonly webUrl: string
  /** Between two writes to one repository. */
  readonly pauseMs: number
  readonly now: () => Date
  readonly sleep: (ms: number) => Promise<void>
}

/** GitHub asks for a second between requests that create content; an installation of one's own does not. */
export function pauseFor(apiUrl: string): number {
  return isGitHubCloud(apiUrl) ? 1_000 : 0
}

/**
 * Brings GitHub level with what it is to show. One write at a time to a repository; a failure is noted with the time
 * before which it is not tried again, and keeps nothing else from being posted. Killed between GitHub's answer and
 * our note, the next run finds on GitHub what this one posted.
 */
export async function publish(
  deps: PublishDeps,
): Promise<{ readonly posted: number; readonly failed: number }> {
  const queues = Object.groupBy(deps.pending(deps.now()), (one) => String(one.repo_id))
  const counts = await Promise.all(Object.values(queues).map((queue = []) => publishInTurn(deps, queue)))
  const failed = counts.reduce((sum, one) => sum + one.failed, 0)
  return { posted: counts.reduce((sum, one) => sum + one.posted, 0), failed }
}

async function publishInTurn(deps: PublishDeps, queue: readonly SurfaceRow[]) {
  let posted = 0
  for (const [i, surface] of queue.entries()) {
    if (i > 0 && deps.pauseMs > 0) await deps.sleep(deps.pauseMs)
    if (await publishOne(deps, surface)) posted += 1
  }
  return { posted, failed: queue.length - posted }
}

async function publishOne(deps: PublishDeps, surface: SurfaceRow): Promise<boolean> {
  try {
    passed('server.publish-before')
    const id = await post(deps, surface)
    passed('server.publish-done')
    deps.posted(surface.key, surface.hash, id ?? 0)
    return true
  } catch (error) {
    // The App may have been moved to another account, or the repository given another name.
    if (lostAccess(error)) deps.github.forget(surface.repo)
    const now = deps.now().getTime()
    const wait = askedToWait(error, now) ?? Math.min(firstWaitMs * 2 ** surface.attempts, longestWaitMs)
    deps.failed(surface.key, new Date(now + wait), error instanceof Error ? error.message : String(error))
    return false
  }
}

const firstWaitMs = 5_000
const longestWaitMs = 10 * 60_000

async function post(deps: PublishDeps, surface: SurfaceRow): Promise<number | null> {
  const { octokit, repo } = await deps.github.forRepository(surface.repo)
  refuseOther(surface, repo)
  const knownId = surface.github_id === 0 ? null : surface.github_id
  const where = { repo: repo.name, appId: deps.appId, key: surface.key, knownId }
  if (surface.kind === 'check') {
    const { stamp, actions, ...check } = checkPayload(surface.payload, 'payload')
    const page = surface.pr > 0 ? `pull/${surface.pr}` : `commit/${surface.sha}`
    const detailsUrl = `${deps.webUrl}/${repo.name}/${page}`
    return upsertCheck(octokit, {
      ...check,
      ...where,
      actions: actions ?? [],
      detailsUrl,
      summary: stamped(check.summary, stamp),
    })
  }
  const { body, stamp, create } = commentPayload(surface.payload, 'payload')
  return upsertComment(octokit, { ...where, pr: surface.pr, body: stamped(body, stamp), create })
}

function stamped(body: string, stamp: string | null): string {
  return stamp === null ? body : `${body}\n\n${stamp}`
}

/** A name can be given away: what was written for one repository is not posted to its successor. */
function refuseOther(surface: SurfaceRow, repo: InstalledRepository['repo']): void {
  if (repo.id === surface.repo_id) return
  throw new Error(`${surface.repo}: expected the repository ${surface.repo_id}, got ${repo.id}`)
}
