import type { QueueAnswer, RefusedReport } from '@dbward/protocol/messages'
import { oneLine } from './escape.ts'
import { outcomeExits, type RefusalEnd, refusalEnds } from './execute-exits.ts'
import type { OwnReceipt } from './execute-record.ts'
import { type ExitCode, exits } from './world.ts'

/** How a run of execute mode ended. `outcome` is the output of that name. */
export type Ending = {
  readonly exit: ExitCode
  readonly outcome: Outcome
  /** On one line. */
  readonly why: string
}
export type Outcome =
  | OwnReceipt['outcome']
  | 'nothing'
  | 'not_approved'
  | 'cannot_verify'
  | 'waited_too_long'
  | 'usage'

export function ending(exit: ExitCode, why: string): Ending {
  return { exit, outcome: outcomes[exit], why: oneLine(why, 1_000) }
}

const outcomes: Readonly<Record<ExitCode, Outcome>> = {
  [exits.ok]: 'applied',
  [exits.findings]: 'cannot_verify',
  [exits.usage]: 'usage',
  [exits.notApproved]: 'not_approved',
  [exits.failed]: 'failed_clean',
  [exits.partial]: 'partial',
  [exits.unknown]: 'unknown',
  [exits.cannotVerify]: 'cannot_verify',
  [exits.waitedTooLong]: 'waited_too_long',
}

/** What this run signed, as far as it says how the request ended. */
export function endOfReceipt({ outcome, error }: OwnReceipt): Ending {
  const why = error === null ? '' : ` ${error.class}: ${error.message}`
  return { exit: outcomeExits[outcome], outcome, why: oneLine(`${sentences[outcome]}${why}`, 1_000) }
}

const sentences: Readonly<Record<OwnReceipt['outcome'], string>> = {
  applied: 'Applied.',
  already_applied: 'The ledger of the database says that it was applied before.',
  failed_clean: 'It failed and left nothing behind.',
  partial: 'It failed, and a part of it took effect: look at the database before anything else runs.',
  unknown: 'It cannot be told what took effect: look at the database before anything else runs.',
}

export function endOfRefusal({
  code,
  message,
}: Pick<RefusedReport, 'code' | 'message'>): Ending & RefusalEnd {
  const { exit, again } = knownRefusal(code) ?? { exit: exits.cannotVerify, again: false }
  return { ...ending(exit, `${code}: ${message}`), again }
}

function knownRefusal(code: string | null): RefusalEnd | null {
  return Object.entries(refusalEnds).find(([name]) => name === code)?.[1] ?? null
}

type Standing = QueueAnswer['requests'][number]

/**
 * How the server says that a request has ended; null while it may still come to its turn. What an agent refused for a
 * reason of its own is held for a while and then tried again, so that is no end before the wait is `over`.
 */
export function endOfState({ state, code }: Standing, over: boolean): ExitCode | null {
  switch (state) {
    case 'applied':
    case 'already_applied':
      return exits.ok
    case 'failed_clean':
      return exits.failed
    case 'partial':
      return exits.partial
    case 'resolved_manually':
      return exits.unknown
    case 'held': {
      const refused = knownRefusal(code)
      if (refused === null || refused.exit === exits.notApproved) return exits.notApproved
      return over ? refused.exit : null
    }
    case 'blocked':
    case 'cancelled':
    case 'superseded':
    case 'closed':
    case 'expired':
      return exits.notApproved
    case 'unknown':
      return over ? exits.unknown : null
    default:
      return null
  }
}
