import { issueEvent } from './github.ts'
import type { Repository } from './repository.ts'

/** When the base of a pull request last changed; null where it never did. */
export async function readBaseChange(repo: Repository, number: number): Promise<string | null> {
  const events = (await repo.all('/issues/{issue_number}/events', { issue_number: number })).map((one, i) =>
    issueEvent(one, `events[${i}]`),
  )
  const changes = events.filter((one) =>
    ['base_ref_changed', 'automatic_base_change_succeeded'].includes(one.event),
  )
  return (
    changes
      .map((one) => one.created_at)
      .sort()
      .at(-1) ?? null
  )
}
