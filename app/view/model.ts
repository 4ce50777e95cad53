import type { Decision } from '@dbward/protocol/decide'
import type { Envelope } from '@dbward/protocol/dsse'
import type { FileProblem } from '@dbward/protocol/facts'
import type { Engine, Level, RiskLimits } from '@dbward/protocol/policy'
import type { Receipt } from '@dbward/protocol/receipt'
import type { FileReview } from '@dbward/rules/review'
import type { Factor, RiskLevel, TouchedTable } from '@dbward/rules/risk'

/** What a change looks like to people: the input of every page about it. Nothing here is asked of GitHub again. */
export type ChangeView = {
  readonly repo: { readonly id: number; readonly name: string }
  readonly pr: number
  readonly head: string
  readonly base: { readonly ref: string; readonly sha: string }
  readonly state: 'open' | 'closed' | 'merged'
  readonly policy: PolicyView
  readonly files: readonly FileView[]
  readonly problems: readonly FileProblem[]
  readonly requests: readonly RequestView[]
  /** Of a change of the policy alone, which belongs to no database and makes no request. */
  readonly policyDecision: Decision | null
  /** Why nothing can be said at all, in a sentence; null where something can. */
  readonly cannotDecide: string | null
  /** ISO 8601. Alone it is no reason to write to GitHub. */
  readonly updated: string
}

export type PolicyView =
  | { readonly found: 'yes'; readonly sha256: string }
  | { readonly found: 'no' }
  | {
      readonly found: 'broken'
      readonly problems: readonly {
        readonly line: number
        readonly column: number
        readonly message: string
      }[]
    }

export type FileView = {
  readonly path: string
  /** Null for the policy itself. */
  readonly database: string | null
  readonly status: 'added' | 'modified' | 'deleted'
  readonly sha256: string | null
  /** Null where it was not reviewed. */
  readonly statements: number | null
  readonly findings: readonly Finding[]
  /** What comments in it let through, in one environment or another. */
  readonly allowed: readonly AllowedView[]
  /** The locks that keep others waiting; known of PostgreSQL. */
  readonly locks: readonly LockView[]
}

/** As `@dbward/rules` reports it. */
export type LockView = FileReview['locks'][number]

export type AllowedView = {
  readonly rule: string
  readonly severity: Finding['severity']
  /** Of the comment. */
  readonly line: number
  /** A stranger's words. */
  readonly reason: string
  readonly finding: Finding
  /** `app@production`: where it would be found. */
  readonly targets: readonly string[]
}

/** As `@dbward/rules` reports it: lines and columns from 1, columns in UTF-16 units, the end behind the last one. */
export type Finding = {
  readonly rule: string
  readonly severity: 'block' | 'warn' | 'note'
  readonly line: number
  readonly column: number
  readonly end_line: number
  readonly end_column: number
  readonly message: string
  readonly instead: string
}

export type RequestView = {
  readonly id: string
  readonly database: string
  readonly environment: string
  readonly state: RequestState
  readonly reason: string
  /** What is to be done, and who can do it; empty where nothing is. */
  readonly nextStep: string
  readonly decision: Decision | null
  readonly planSha256: string | null
  readonly files: readonly string[]
  /** Requests on the same database and environment that go first. */
  readonly queueAhead: number
  /** What goes first and does not go on by itself, as a sentence; nothing where none is like that. */
  readonly stoppedBy?: string
  readonly attempt: { readonly n: number; readonly agent: string; readonly since: string } | null
  readonly risk: RiskView
  /** Which snapshot of the database the risk knows; null for none. */
  readonly schema: SchemaView | null
  /** What the policy says of it; null where another policy, or another plan, is what it was decided by. */
  readonly trace: TraceView | null
}

export type TraceView = {
  readonly engine: Engine
  readonly serverVersion: string | null
  /** Those that cover it, the one that applies first. */
  readonly workflows: readonly WeighedView[]
  readonly review:
    | {
        readonly made: true
        readonly block: number
        readonly warn: number
        readonly note: number
        readonly allowed: number
      }
    | { readonly made: false; readonly why: string }
  /** The rules whose severity the policy sets here, each with the line of the scope that does. */
  readonly severities: readonly { readonly rule: string; readonly severity: Level; readonly line: number }[]
  readonly moreSeverities: number
  readonly neverAllow: readonly string[]
  readonly limits: RiskLimits
  /** Of the scopes that set one of the limits; the others are the defaults. */
  readonly limitLines: readonly number[]
}
export type WeighedView = {
  readonly line: number
  readonly database: string
  readonly environment: string
  readonly weight: number
}

export type RiskView = {
  readonly level: RiskLevel
  readonly factors: readonly Factor[]
  readonly moreFactors: number
  readonly tables: readonly Omit<TouchedTable, 'hows'>[]
  readonly moreTables: number
}

export type SchemaView = {
  readonly agent: string
  /** ISO 8601. */
  readonly taken: string
  readonly old: boolean
  readonly truncated: boolean
}

/** What became of one request once its change was merged. */
export type ExecutionView = {
  readonly request: string
  readonly database: string
  readonly environment: string
  readonly repo: { readonly id: number; readonly name: string }
  readonly pr: number
  readonly mergeSha: string
  readonly planSha256: string
  /** The files of the plan, in the order in which they run. */
  readonly files: readonly string[]
  readonly state: RequestState
  readonly reason: string
  readonly nextStep: string
  readonly queueAhead: number
  /** What goes first and does not go on by itself, as a sentence; nothing where none is like that. */
  readonly stoppedBy?: string
  readonly attempt: ExecutionAttempt | null
  readonly result: ExecutionResult | null
}
export type ExecutionAttempt = {
  readonly id: string
  readonly n: number
  readonly agent: string
  readonly since: string
}
export type ExecutionResult = {
  readonly receipt: Receipt
  readonly receiptSha256: string
  /** The signed head of the audit log that includes this result; null where none was signed. */
  readonly checkpoint: Envelope | null
}

/** The states of a request, as people read about them; app/flow/next.ts says how one follows another. */
export type RequestState =
  | 'discovered'
  | 'reviewing'
  | 'blocked'
  | 'awaiting_approval'
  | 'approved'
  | 'held'
  | 'queued'
  | 'ready'
  | 'leased'
  | 'running'
  | 'unknown'
  | 'cancelling'
  | 'failed_clean'
  | 'partial'
  | 'applied'
  | 'already_applied'
  | 'cancelled'
  | 'superseded'
  | 'closed'
  | 'expired'
  | 'resolved_manually'
