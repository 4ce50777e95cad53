import type { Store } from '../store/open.ts'
import { hasPlan } from '../store/requests.ts'
import type { RequestRow } from '../store/rows.ts'
import type { State } from './next.ts'
import { queueAhead } from './show.ts'

export type Promotion = {
  readonly database: string
  readonly environment: string
  readonly state: State
  readonly reason: string
  readonly nextStep: string
  /** The environments before this one that do not have exactly this plan yet, in order. */
  readonly missing: readonly string[]
  readonly ahead: number
}

/** What stands between each request and one environment. Nothing is moved past what comes first. */
export function promotions(
  store: Store,
  requests: readonly RequestRow[],
  environment: string,
): readonly Promotion[] {
  return requests
    .filter((one) => one.env === environment && one.plan.files.length > 0)
    .map((one) => ({
      database: one.db,
      environment: one.env,
      state: one.state as State,
      reason: one.reason ?? '',
      nextStep: one.next_step ?? '',
      missing: one.environments_before.filter(
        (env) => !hasPlan(store, { ...one, env }, one.plan_sha256, ['applied', 'already_applied']),
      ),
      ahead: queueAhead(store, one),
    }))
}
