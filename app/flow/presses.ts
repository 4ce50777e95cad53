import { integer, nullable, open, text } from '@dbward/protocol/shape'
import type { DirtyInput, PressRow } from '../store/rows.ts'

const pressed = open({
  action: text,
  requested_action: nullable(open({ identifier: text })),
  sender: nullable(open({ id: integer, login: text, type: text })),
  check_run: open({ app: nullable(open({ id: integer })) }),
})

/**
 * The button that a webhook says was pressed, for each pull request of its check. Who pressed it is a claim, the only one
 * that is taken from a payload, as GitHub keeps no list of them: a look asks GitHub what that person may, and a button
 * does nothing that its comment does not.
 */
export function pressesIn(
  guid: string,
  name: string,
  payload: unknown,
  appId: number,
  places: readonly DirtyInput[],
): readonly Omit<PressRow, 'received_at'>[] {
  if (name !== 'check_run') return []
  const { action, requested_action, sender, check_run } = pressed(payload, name)
  if (action !== 'requested_action' || requested_action === null) return []
  if (check_run.app?.id !== appId || sender?.type !== 'User') return []
  return places.map(({ repo_id, pr }) => ({
    guid: `${guid}:${pr}`,
    repo_id,
    pr,
    user_id: sender.id,
    login: sender.login,
    action: requested_action.identifier.slice(0, 20),
  }))
}
