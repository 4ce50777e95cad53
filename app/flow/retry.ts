import type { RequestRow, RequestWrite } from '../store/rows.ts'
import { waitsAfterRefusal } from './draft.ts'
import { next, type State } from './next.ts'

export type Tried = {
  readonly database: string
  readonly environment: string
  readonly state: State
  /** The request as it is to be written; null where it is not to be tried again. */
  readonly row: RequestWrite | null
}

/**
 * Another attempt for what failed without effect or was refused. None of it goes to the queue from here: the next look
 * decides anew, and only what it allows is queued. What may have had an effect is nobody's to try again by a comment.
 */
export function retry(requests: readonly RequestRow[], login: string, now: Date): readonly Tried[] {
  return requests.map((row) => {
    const state = row.state as State
    return { database: row.db, environment: row.env, state, row: again(row, state, login, now) }
  })
}

function again(row: RequestRow, state: State, login: string, now: Date): RequestWrite | null {
  const at = now.toISOString()
  const to = next(state, { kind: 'retried' })
  if (to !== null) {
    const reason = `${login} asked for another attempt.`
    const next_step = 'The next look at GitHub decides whether it may run.'
    return { ...row, state: to, reason_code: 'RETRY', reason, next_step, not_before: null }
  }
  if (waitsAfterRefusal(row, now)) return { ...row, not_before: at }
  const delayed = state === 'queued' && row.not_before !== null && row.not_before > at
  return delayed ? { ...row, not_before: null } : null
}
