/**
 * Why dbward refuses to go on. Every code has a row in docs/refusals.md, and every refusal reaches the audit log
 * and the pull request under its code: the code is the contract, the sentence beside it may change.
 */
export const refusalCodes = [
  'TOKEN_MALFORMED',
  'TOKEN_SIGNATURE',
  'TOKEN_TYPE',
  'TOKEN_KEY',
  'TOKEN_CLAIMS',
  'TOKEN_EXPIRED',
  'TOKEN_NOT_YET',
  'TOKEN_LIFETIME',
  'TOKEN_AUDIENCE',
  'TOKEN_NONCE',
  'TOKEN_REPLAYED',
  'FENCE_STALE',
  'WRONG_DATABASE',
  'NOT_ALLOWED_HERE',
  'AUTHORIZATION_INVALID',
  'RECEIPT_INVALID',
  'SCHEMA_INVALID',
  'CHECKPOINT_INVALID',
  'BUNDLE_INVALID',
  'BUNDLE_EXPIRED',
  'BUNDLE_ROLLBACK',
  'KEY_REVOKED',
  'KEY_WEAK',
  'REPOSITORY',
  'NOT_MERGED',
  'WRONG_BASE',
  'NOT_REACHABLE',
  'BRANCH_UNPROTECTED',
  'PLAN_DIGEST',
  'SQL_DIGEST',
  'POLICY_DIGEST',
  'POLICY_INVALID',
  'NOT_APPROVED',
  'ON_HOLD',
  'CANCELLED_BY_REVIEW',
  'SKIPPED_BY_REVIEW',
  'APPROVALS_DIGEST',
  'FLOOR',
  'GAP',
  'ORDER',
  'IMMUTABLE',
  'AUDIT_FORK',
  'GITHUB_UNAVAILABLE',
  'GITHUB_CREDENTIAL',
  'REVIEW_BLOCKED',
  'CAPABILITY',
  'LEDGER_MISSING',
  'LEDGER_FORGED',
  'TRIPWIRE_WEAK',
  'LOCKED_OUT',
  'DATABASE_UNAVAILABLE',
  'CLOCK',
  'STALE',
  'WINDOW',
] as const

export type RefusalCode = (typeof refusalCodes)[number]

/** Policy says no. Shown to people, never retried blindly. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode

  constructor(code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** `EX_CONFIG` of sysexits.h: what a process exits with after a `ConfigError`. */
export const configExitCode = 78

/** The operator must act. Every problem that was found is here, so that one start shows them all. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('; '), options)
    this.problems = problems
  }
}

/** A repository was read, and what it holds cannot be judged. Final for this state of it. */
export class Undecidable extends Error {
  override readonly name = 'Undecidable'
}
