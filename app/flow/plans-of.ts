import type { Store } from '../store/open.ts'
import type { RequestRow } from '../store/rows.ts'
import type { PlanView } from '../view/answer-plan.ts'
import type { RequestState } from '../view/model.ts'
import { queueAhead } from './show.ts'

/** The plans of a change's requests as people are to see them, environments in the order in which they get it. */
export function toPlans(store: Store, requests: readonly RequestRow[]): readonly PlanView[] {
  return [...requests]
    .sort((a, b) => (a.db === b.db ? a.environments_before.length - b.environments_before.length : 0))
    .map((one) => ({
      database: one.db,
      environment: one.env,
      engine: one.engine,
      state: one.state as RequestState,
      sha256: one.plan_sha256,
      after: one.environments_before,
      ahead: queueAhead(store, one),
      files: one.plan.files.map(({ path, sha256, size, tx, stmts }) => ({
        path,
        sha256,
        size,
        tx,
        kinds: stmts.map((statement) => statement.kind),
      })),
    }))
}
