import { opening, openingWords } from '@dbward/protocol/window'
import type { Store } from '../store/open.ts'
import { hasPlan } from '../store/requests.ts'
import type { RequestWrite } from '../store/rows.ts'

/** Codes of what keeps a request waiting that is allowed to run, and that passes without another look at GitHub. */
export const notYetCodes: readonly (string | null)[] = ['PROMOTION', 'WINDOW']

/** Why a request may not be handed out yet, though its turn may have come; null where the policy lets it go. */
export function notYet(
  store: Store,
  row: Pick<RequestWrite, 'repo_id' | 'db' | 'env' | 'plan_sha256' | 'environments_before' | 'hours'>,
  now: Date,
): { readonly code: 'PROMOTION' | 'WINDOW'; readonly why: string; readonly who: string } | null {
  const before = row.environments_before.find(
    (env) => !hasPlan(store, { ...row, env }, row.plan_sha256, ['applied', 'already_applied']),
  )
  if (before !== undefined) {
    const why = `It waits until ${before} has the same plan, as the policy lists it before ${row.env}.`
    return { code: 'PROMOTION', why, who: `The job or the agent of ${before} runs it there.` }
  }
  const hours = opening(row.hours, now.getTime())
  if (hours.open) return null
  const why = `The policy does not let it start now; ${openingWords(hours.next)}.`
  return { code: 'WINDOW', why, who: 'An agent takes it then, by itself.' }
}
