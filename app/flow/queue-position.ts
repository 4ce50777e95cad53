import type { Repository } from '@dbward/protocol/repository'
import type { RequestRow } from '../store/rows.ts'

const gap = 1_000_000

/**
 * Where a merge stands in the queue of its database and environment: behind every merge that its own history contains
 * and before those that contain it. Asked of git, as webhooks arrive in any order and clocks are coarse.
 */
export async function queuePosition(
  repo: Repository,
  mergeSha: string,
  others: readonly RequestRow[],
): Promise<number> {
  let before = 0
  let behind = Number.POSITIVE_INFINITY
  for (const other of others) {
    if (other.merge_sha === null || other.queue_position === null) continue
    if (await repo.contains(mergeSha, other.merge_sha)) before = Math.max(before, other.queue_position)
    else behind = Math.min(behind, other.queue_position)
  }
  if (behind === Number.POSITIVE_INFINITY) return before + gap
  if (behind - before < 2)
    throw new Error('the queue has no room between two merges; let the first of them end')
  return Math.floor((before + behind) / 2)
}
