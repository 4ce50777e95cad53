import type { Decision } from '@dbward/protocol/decide'

/** Where one request (a change on one database and environment) stands. */
export const states = [
  'discovered',
  'reviewing',
  'blocked',
  'awaiting_approval',
  'approved',
  'held',
  'queued',
  'ready',
  'leased',
  'running',
  'unknown',
  'cancelling',
  'failed_clean',
  'partial',
  'applied',
  'already_applied',
  'cancelled',
  'superseded',
  'closed',
  'expired',
  'resolved_manually',
] as const
export type State = (typeof states)[number]

/**
 * What can happen to a request. `looked` comes from reading GitHub, the others from the queue and from agents. A
 * receipt is an agent's signed word; a probe is an agent's reading of the ledger after somebody went silent.
 */
export type Event =
  | {
      readonly kind: 'looked'
      readonly change: 'open' | 'closed' | 'merged'
      readonly verdict: Decision['verdict']
      /** Whether a signed authorization for exactly this plan is stored with the same commit. */
      readonly authorized: boolean
    }
  | { readonly kind: 'turn' }
  | { readonly kind: 'claimed' }
  | { readonly kind: 'started' }
  | { readonly kind: 'refused'; readonly passing: boolean }
  | { readonly kind: 'lease_expired' }
  /** `again`: nothing took effect, and what was in the way may pass by itself (a lock, a connection). */
  | { readonly kind: 'receipt'; readonly outcome: Outcome; readonly again: boolean }
  | { readonly kind: 'probed'; readonly found: 'applied' | 'not_applied' | 'unclear' }
  | { readonly kind: 'superseded' }
  /** Somebody asked for another attempt. It leads to where a look decides anew, never to the queue itself. */
  | { readonly kind: 'retried' }
  /** By a review of somebody who may: of the whole change, or of every file of it that has not run. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'skipped' }

export const outcomes = ['applied', 'already_applied', 'failed_clean', 'partial', 'unknown'] as const
export type Outcome = (typeof outcomes)[number]

/** States in which an agent may be at work, or may have been: only an agent's word or a probe leads out. */
export const inHands: readonly State[] = ['leased', 'running', 'unknown', 'cancelling']
/** States that nothing leaves. `closed` is left by reopening the pull request. */
export const ends: readonly State[] = [
  'applied',
  'already_applied',
  'cancelled',
  'superseded',
  'expired',
  'resolved_manually',
]
/** States that keep later requests for the same database and environment waiting. */
export const blocksQueue: readonly State[] = [
  'held',
  'queued',
  'ready',
  'leased',
  'running',
  'unknown',
  'cancelling',
  'failed_clean',
  'partial',
]

/**
 * The state after an event, or null where the event means nothing in that state. Pure; a test walks every pair.
 * `leased` is only reached from `ready`, `ready` only from `queued`, and `queued` only with an authorization or after
 * a probe has shown that nothing ran: so nothing gets to an agent that was not merged and approved.
 */
export function next(state: State, event: Event): State | null {
  const to = step(state, event)
  return to === state ? null : to
}

function step(state: State, event: Event): State | null {
  if (ends.includes(state)) return null
  switch (event.kind) {
    case 'looked':
      return looked(state, event)
    case 'turn':
      return state === 'queued' ? 'ready' : null
    case 'claimed':
      return state === 'ready' ? 'leased' : null
    case 'started':
      return state === 'leased' ? 'running' : null
    case 'refused':
      if (state !== 'leased') return null
      return event.passing ? 'queued' : 'held'
    case 'lease_expired':
      return state === 'leased' || state === 'running' ? 'unknown' : null
    case 'receipt':
      if (!inHands.includes(state)) return null
      return event.outcome === 'failed_clean' && event.again ? 'queued' : event.outcome
    case 'probed':
      if (state !== 'unknown') return null
      if (event.found === 'unclear') return 'unknown'
      return event.found === 'applied' ? 'applied' : 'queued'
    case 'superseded':
      return state === 'failed_clean' || state === 'held' || state === 'queued' || state === 'ready'
        ? 'superseded'
        : null
    case 'retried':
      return state === 'failed_clean' ? 'held' : null
    case 'cancelled':
      return mayStop(state) ? 'cancelled' : null
    case 'skipped':
      return mayStop(state) || state === 'partial' ? 'resolved_manually' : null
    default:
      return event satisfies never
  }
}

/** Nobody has it in hands, and nothing of it took effect. */
function mayStop(state: State): boolean {
  return !inHands.includes(state) && state !== 'partial' && state !== 'closed'
}

function looked(state: State, event: Extract<Event, { kind: 'looked' }>): State | null {
  if (inHands.includes(state) || state === 'failed_clean' || state === 'partial') return null
  if (event.change === 'closed') return 'closed'
  if (event.change === 'open') {
    if (event.verdict === 'allow') return 'approved'
    return event.verdict === 'wait' ? 'awaiting_approval' : 'blocked'
  }
  if (event.verdict !== 'allow' || !event.authorized) return 'held'
  return state === 'queued' || state === 'ready' ? state : 'queued'
}
