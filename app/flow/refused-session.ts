import type { NotThisJob } from '../oidc/id-token.ts'
import { commit } from '../store/commit.ts'
import type { Store } from '../store/open.ts'

const everyMs = 60_000

/**
 * Puts refusals at the door of jobs into the audit log, at most one entry a minute with how many there were and over
 * what: anybody may knock, and nobody fills the log. Those behind the last entry are in the next one.
 */
export function createRefusalLog(store: Store, now: () => Date): (refusal: NotThisJob) => void {
  let counted = new Map<string, number>()
  let writtenAt = Number.NEGATIVE_INFINITY
  return ({ claim }) => {
    counted.set(claim, (counted.get(claim) ?? 0) + 1)
    const at = now()
    if (Math.abs(at.getTime() - writtenAt) < everyMs) return
    const data = {
      refused: [...counted.values()].reduce((sum, one) => sum + one, 0),
      claims: Object.fromEntries(counted),
    }
    const actor = { kind: 'server', id: 'actions' }
    commit(store, at, { audit: [{ type: 'session.refused', actor, subject: {}, outcome: 'refused', data }] })
    counted = new Map()
    writtenAt = at.getTime()
  }
}
