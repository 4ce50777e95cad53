import { commit } from '../store/commit.ts'
import { forgetDirty } from '../store/doorbell.ts'
import type { Store } from '../store/open.ts'
import { requestsOf } from '../store/requests.ts'
import type { AuditInput, ChangeRow, DirtyInput, RequestWrite } from '../store/rows.ts'
import { isFrozen } from './draft.ts'
import { next, type State } from './next.ts'

/** The reason of a request that stopped for that. */
export const notInstalled = 'NOT_INSTALLED'

/**
 * Our App was taken off a repository, or its installation was suspended, or the repository went to an owner who does
 * not have it: what is open stops, nothing is handed to an agent, and GitHub is not asked about it any more. What an
 * agent has in its hands ends by its own word. Where the App is installed again, the next sweep looks at all of it.
 */
export function stopUninstalled(
  store: Store,
  now: Date,
  unsettled: readonly (DirtyInput & Pick<ChangeRow, 'state'>)[],
  installed: ReadonlyMap<number, string>,
): void {
  const gone = unsettled.filter((one) => !installed.has(one.repo_id))
  for (const change of gone) {
    const moved = requestsOf(store, change.repo_id, change.pr).flatMap((was): RequestWrite[] => {
      if (isFrozen(was) || was.reason_code === notInstalled) return []
      const event = { kind: 'looked', change: change.state, verdict: 'deny', authorized: false } as const
      const state = next(was.state as State, event) ?? was.state
      const reason = `The GitHub App is not installed on ${was.repo} any more, or its installation is suspended.`
      return [{ ...was, state, reason_code: notInstalled, reason, next_step: 'Install it there again.' }]
    })
    const [first, ...rest] = moved.map(entry)
    if (first !== undefined) commit(store, now, { audit: [first, ...rest], requests: moved })
  }
  forgetDirty(store, [...installed.keys()])
}

function entry({ id, repo, pr, head, merge_sha, db, env, state }: RequestWrite): AuditInput {
  return {
    type: 'request.moved',
    actor: { kind: 'server', id: 'sweep' },
    subject: { repo, pr, head, merge: merge_sha, db, env, request: id },
    outcome: state,
    data: { code: notInstalled },
  }
}
