import type { RefusalCode } from '@dbward/protocol/errors'
import type { ReceiptOutcome } from '@dbward/protocol/receipt'
import { type ExitCode, exits } from './world.ts'

/** How the step ends where the agent's own check refused, and whether it is worth to ask again before that. */
export type RefusalEnd = { readonly exit: ExitCode; readonly again: boolean }

const denied: RefusalEnd = { exit: exits.notApproved, again: false }
const unverified: RefusalEnd = { exit: exits.cannotVerify, again: false }
const unreachable: RefusalEnd = { exit: exits.cannotVerify, again: true }
const notYet: RefusalEnd = { exit: exits.waitedTooLong, again: true }

/** Every code of a refusal. Nothing ran, whichever it is: so `failed` is not among them. */
export const refusalEnds: Readonly<Record<RefusalCode, RefusalEnd>> = {
  TOKEN_MALFORMED: unverified,
  TOKEN_SIGNATURE: unverified,
  TOKEN_TYPE: unverified,
  TOKEN_KEY: unverified,
  TOKEN_CLAIMS: unverified,
  TOKEN_EXPIRED: unreachable,
  TOKEN_NOT_YET: unverified,
  TOKEN_LIFETIME: unverified,
  TOKEN_AUDIENCE: unverified,
  TOKEN_NONCE: unverified,
  TOKEN_REPLAYED: unverified,
  FENCE_STALE: notYet,
  WRONG_DATABASE: unverified,
  NOT_ALLOWED_HERE: unverified,
  AUTHORIZATION_INVALID: unverified,
  RECEIPT_INVALID: unverified,
  CHECKPOINT_INVALID: unverified,
  SCHEMA_INVALID: unverified,
  BUNDLE_INVALID: unverified,
  BUNDLE_EXPIRED: unverified,
  BUNDLE_ROLLBACK: unverified,
  KEY_REVOKED: unverified,
  KEY_WEAK: unverified,
  REPOSITORY: unverified,
  NOT_MERGED: denied,
  WRONG_BASE: denied,
  NOT_REACHABLE: denied,
  BRANCH_UNPROTECTED: denied,
  PLAN_DIGEST: unverified,
  SQL_DIGEST: unverified,
  POLICY_DIGEST: unverified,
  POLICY_INVALID: denied,
  NOT_APPROVED: denied,
  ON_HOLD: { exit: exits.notApproved, again: true },
  CANCELLED_BY_REVIEW: denied,
  SKIPPED_BY_REVIEW: denied,
  // What counts has changed since the merge: the server looks again, and then it is approved or it is not.
  APPROVALS_DIGEST: { exit: exits.notApproved, again: true },
  FLOOR: denied,
  GAP: notYet,
  ORDER: denied,
  IMMUTABLE: denied,
  AUDIT_FORK: unverified,
  GITHUB_UNAVAILABLE: unreachable,
  GITHUB_CREDENTIAL: unverified,
  REVIEW_BLOCKED: denied,
  CAPABILITY: unverified,
  LEDGER_MISSING: unverified,
  LEDGER_FORGED: unverified,
  TRIPWIRE_WEAK: unverified,
  LOCKED_OUT: notYet,
  DATABASE_UNAVAILABLE: unreachable,
  CLOCK: unverified,
  // The file was changed or deleted on the branch since, or the server took the attempt back.
  STALE: { exit: exits.notApproved, again: true },
  WINDOW: notYet,
}

/** How the step ends by what the receipt of this run says. */
export const outcomeExits: Readonly<Record<ReceiptOutcome, ExitCode>> = {
  applied: exits.ok,
  already_applied: exits.ok,
  failed_clean: exits.failed,
  partial: exits.partial,
  unknown: exits.unknown,
}
