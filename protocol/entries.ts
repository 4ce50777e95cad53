import type { AssignedEntry, Assignment, Candidate } from './assign.ts'
import {
  type EntryEvidence,
  mostNamed,
  type NotCounted,
  type NotCountedReason,
  type StepEvidence,
} from './decision.ts'
import type { Approver } from './policy.ts'

/** Somebody who counts nowhere, and which entries they would fit. */
export type Refused = NotCounted & { readonly fits: (entry: Approver) => boolean }

/**
 * What each approver entry got, and why everybody else who spoke does not count for it. `refused` are those who count
 * nowhere, `candidates` those whose approval is good and fits some entry.
 */
export function stepEvidence(
  { steps, used }: Pick<Assignment, 'steps' | 'used'>,
  candidates: readonly Candidate[],
  refused: readonly Refused[],
): readonly StepEvidence[] {
  return steps.map(({ mode, met, entries }) => ({
    mode,
    met,
    entries: entries.map((one) => entryEvidence(one, used, candidates, refused)),
  }))
}

function entryEvidence(
  { approver, holders, met }: AssignedEntry,
  used: readonly Candidate[],
  candidates: readonly Candidate[],
  refused: readonly Refused[],
): EntryEvidence {
  const others = [
    ...refused.map((one) => ({ login: one.login, reason: refusedFor(one, approver) })),
    ...candidates
      .filter((one) => !holders.includes(one))
      .map((one) => ({ login: one.approval.login, reason: elsewhere(one, approver, used) })),
  ]
  const counted = holders.map((one) => one.approval.login)
  return { approver, counted, notCounted: others.slice(0, mostNamed), met }
}

function elsewhere(one: Candidate, approver: Approver, used: readonly Candidate[]): NotCountedReason {
  if (!one.fits(approver)) return outsideOf(approver)
  return used.includes(one) ? 'already-counted' : 'not-needed'
}

function refusedFor({ reason, fits }: Refused, approver: Approver): NotCountedReason {
  const outsider = reason === 'not-a-member' || reason === 'not-an-approver'
  return outsider || (again.includes(reason) && !fits(approver)) ? outsideOf(approver) : reason
}

/** Reasons that another review by the same person mends. */
export const again: readonly NotCountedReason[] = [
  'commit-gone',
  'older-bytes',
  'before-base-change',
  'expired',
  'no-reason',
]

/** Who is not the named person is nobody who left; who is in no team may have been in it yesterday. */
function outsideOf({ kind }: Approver): NotCountedReason {
  return kind === 'user' ? 'not-an-approver' : 'not-a-member'
}
