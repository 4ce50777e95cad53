import { Refusal } from '@dbward/protocol/errors'
import type { QueueAnswer, QueueQuestion } from '@dbward/protocol/messages'
import { nullable, open, text } from '@dbward/protocol/shape'
import { lastAttempt } from '../store/attempts.ts'
import { changeMergedAs } from '../store/changes.ts'
import type { Store } from '../store/open.ts'
import { requestsFor } from '../store/requests.ts'
import type { Caller, RequestRow } from '../store/rows.ts'
import { blocksQueue, inHands, states } from './next.ts'
import { notYet } from './not-yet.ts'
import { serves, stateOf, targetsOf } from './queue.ts'
import { isFor } from './session.ts'

/**
 * What a job of GitHub Actions may know while it waits: how the requests of its own merge stand on one database and
 * environment, what they wait for, and who can change it. Of other repositories nothing.
 */
export function waiting(
  { store, now }: { readonly store: Store; readonly now: () => Date },
  caller: Caller,
  { db, env }: QueueQuestion,
): QueueAnswer {
  const { session } = caller
  if (session === undefined) {
    throw new Refusal(
      'NOT_ALLOWED_HERE',
      'expected the session of a job of GitHub Actions, got an agent that stands',
    )
  }
  const targets = targetsOf(caller.databases)
  if (!targets.some((one) => one.db === db && one.env === env)) {
    throw new Refusal(
      'NOT_ALLOWED_HERE',
      `the agent ${caller.id} has no ${db}@${env} in the server's configuration`,
    )
  }
  const all = requestsFor(store, db, env, states).filter(
    (one) => one.repo_id === session.repo_id && serves(targets, one),
  )
  const queue = all.filter((one) => blocksQueue.includes(stateOf(one)) && one.plan.files.length > 0)
  const change = changeMergedAs(store, session.repo_id, session.sha)
  return {
    seen: change !== null,
    undecided: change === null ? null : undecided(change.snapshot),
    requests: all
      .filter((one) => isFor(caller, one) && one.plan.files.length > 0)
      .map((one) => {
        const at = queue.findIndex(({ id }) => id === one.id)
        const ahead = at === -1 ? [] : queue.slice(0, at)
        const held = inHands.includes(stateOf(one)) ? lastAttempt(store, one.id) : null
        return {
          request: one.id,
          pr: one.pr,
          state: one.state,
          code: one.reason_code,
          place: at === -1 ? null : at + 1,
          ...explain(store, one, ahead, now()),
          run: held?.run ?? null,
        }
      }),
  }
}

const looked = open({ policy: open({ found: text }), cannotDecide: nullable(text) })

/** Where nothing could be judged there are no requests, which must not read as nothing to run. */
function undecided(snapshot: unknown): string | null {
  const { policy, cannotDecide } = looked(snapshot, 'snapshot')
  if (policy.found === 'no') return 'The base branch has no policy.'
  if (policy.found !== 'yes') return 'The policy of the base branch cannot be read.'
  return cannotDecide
}

type Why = { readonly why: string; readonly who: string | null }

function explain(store: Store, one: RequestRow, ahead: readonly RequestRow[], now: Date): Why {
  const own = { why: one.reason ?? `It is ${one.state}.`, who: one.next_step }
  if (one.state !== 'queued' && one.state !== 'ready') return own
  const taken = ahead.find(({ state }) => state !== 'queued' && state !== 'ready') ?? ahead[0]
  if (taken !== undefined) {
    const why = `It waits behind #${taken.pr}, which is ${taken.state}${taken.reason === null ? '.' : `: ${taken.reason}`}`
    const who = taken.next_step ?? 'Its own job, or an agent that stands, runs it first.'
    return { why, who }
  }
  const held = notYet(store, one, now)
  if (held !== null) return { why: held.why, who: held.who }
  if (one.not_before !== null && one.not_before > now.toISOString()) {
    return { why: `${own.why} It is tried again after ${one.not_before}.`, who: own.who }
  }
  return { why: 'It is its turn.', who: null }
}
