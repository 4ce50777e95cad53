import type { CommentCommand, ReviewCommand } from '@dbward/protocol/command'
import type { Account } from '@dbward/protocol/facts'
import { mayWish, wishesOf } from '@dbward/protocol/wishes'
import type { Store } from '../store/open.ts'
import { requestsOf } from '../store/requests.ts'
import type { DirtyInput } from '../store/rows.ts'
import type { WishView } from '../view/answer-wish.ts'
import type { RequestState } from '../view/model.ts'
import type { Look } from './why.ts'

export function isWish(command: CommentCommand | ReviewCommand): command is ReviewCommand {
  return ['hold', 'unhold', 'cancel', 'skip'].includes(command.name)
}

/** What became of a wish that somebody said by a review, on each database and environment of the change. */
export function wished(
  store: Store,
  key: DirtyInput,
  look: Look | null,
  by: Account,
  command: ReviewCommand,
): readonly WishView[] {
  const policy = look?.policy ?? null
  if (look === null || policy === null) return []
  const { facts } = look.snapshot
  return requestsOf(store, key.repo_id, key.pr)
    .filter((one) => one.plan.files.length > 0)
    .map((one) => {
      const target = { database: one.db, environment: one.env }
      const counts = mayWish(policy, facts, target, by, command)
      const { heldBy } = wishesOf(policy, facts, target)
      return { ...target, counts, heldBy, state: one.state as RequestState }
    })
}
