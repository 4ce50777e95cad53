import type { Decision } from '@dbward/protocol/decide'
import type { Envelope } from '@dbward/protocol/dsse'
import type { Json, JsonObject } from '@dbward/protocol/json'
import type { Plan } from '@dbward/protocol/plan'
import type { ExecClaims } from '@dbward/protocol/token'
import type { Hours } from '@dbward/protocol/window'

/** What the tables hold, as values. Members are named as the columns are; times are ISO 8601, null where there is none. */
export type ChangeRow = {
  readonly repo_id: number
  readonly pr: number
  readonly repo: string
  readonly title: string
  readonly author: string
  readonly state: 'open' | 'closed' | 'merged'
  readonly head: string
  readonly head_ref: string
  readonly base_ref: string
  readonly base_sha: string
  readonly merge_sha: string | null
  readonly merged_at: string | null
  /** What the last look at GitHub made of it, for whoever shows it. */
  readonly snapshot: Json
}

/**
 * A change on one database and environment. `version` is the one that was read; 0 says that the row is new. The
 * store sets `version`, `created_at` and `updated_at` when it writes.
 */
export type RequestRow = {
  readonly id: string
  readonly repo_id: number
  readonly repo: string
  readonly pr: number
  readonly head: string
  readonly db: string
  readonly env: string
  readonly engine: 'postgres' | 'mysql' | 'mariadb'
  /** A `State` of app/flow/next.ts; the store does not know the machine. */
  readonly state: string
  readonly reason_code: string | null
  readonly reason: string | null
  readonly next_step: string | null
  readonly plan: Plan
  readonly plan_sha256: string
  readonly policy_sha256: string
  readonly base_ref: string
  readonly base_sha: string
  readonly merge_sha: string | null
  readonly decision: Decision | null
  readonly review: Json
  readonly limits: ExecClaims['limits'] | null
  /** The environments that the policy lists before this one, in order: each must have this plan first. */
  readonly environments_before: readonly string[]
  /** When the policy lets it start. */
  readonly hours: Hours
  readonly authorization: Envelope | null
  readonly authz_sha256: string | null
  /** First-parent order of the base branch; null before the merge. */
  readonly queue_position: number | null
  readonly attempts: number
  readonly fence: number | null
  /** Nobody gets it before this time. */
  readonly not_before: string | null
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}
export type RequestWrite = Omit<RequestRow, 'created_at' | 'updated_at'>

/** One handing-over of a request to an agent. `id` is the token's `jti`; `state` is how it stands or how it ended. */
export type AttemptRow = {
  readonly id: string
  readonly request_id: string
  readonly n: number
  readonly agent: string
  /** The run of GitHub Actions that has it; null for an agent that stands. */
  readonly run: string | null
  readonly claim: string
  readonly nonce: string
  readonly fence: number
  readonly token: Envelope
  readonly token_sha256: string
  /** The audit head that the token names. */
  readonly audit_seq: number
  readonly lease_until: string
  readonly state: string
  readonly code: string | null
  readonly message: string | null
  readonly receipt: Envelope | null
  readonly receipt_sha256: string | null
  /** Who was last asked what the ledger says of it, and until when nobody else is asked. */
  readonly probe_agent: string | null
  readonly probe_run: string | null
  readonly probe_claim: string | null
  readonly probe_until: string | null
  readonly created_at: string
  readonly started_at: string | null
  readonly ended_at: string | null
}

/** What GitHub is to show under one key; the newest write wins, and what was posted is kept beside it. */
export type SurfaceWrite = {
  readonly key: string
  readonly kind: 'check' | 'comment' | 'result'
  readonly repo_id: number
  readonly repo: string
  readonly pr: number
  readonly sha: string | null
  readonly payload: Json
  readonly hash: string
}
export type SurfaceRow = SurfaceWrite & {
  readonly posted_hash: string | null
  readonly github_id: number | null
  readonly attempts: number
  readonly not_before: string | null
  readonly error: string | null
}

/** What somebody asked, and what became of it. `key` says which comment or press it was. */
export type CommandRow = {
  readonly key: string
  readonly repo_id: number
  readonly pr: number
  readonly user_id: number
  readonly login: string
  readonly name: string
  readonly outcome: 'done' | 'refused' | 'counted'
  /** When it was asked. */
  readonly at: string
}

/** A button of a check that was pressed; who pressed it is what the webhook says, until GitHub is asked. */
export type PressRow = {
  readonly guid: string
  readonly repo_id: number
  readonly pr: number
  readonly user_id: number
  readonly login: string
  readonly action: string
  readonly received_at: string
}

export type AgentRow = {
  readonly id: string
  /** SHA-256 in hex of the agent's whole token; the token itself is nowhere here. Null where `actions` says who it is. */
  readonly token_sha256: string | null
  readonly actions: ActionsRule | null
  /** `app@production`, or `acme/shop:app@production` for one repository's. */
  readonly databases: readonly string[]
  readonly registered_at: string
  readonly revoked_at: string | null
  readonly seen_at: string | null
}
export type AgentWrite = Omit<AgentRow, 'seen_at'>

/** What GitHub must say of a job for it to be this agent. The ids are numbers as text, as GitHub writes them. */
export type ActionsRule = {
  readonly repository: string
  readonly repository_id: string
  readonly repository_owner_id: string
  readonly refs: readonly string[]
  readonly events: readonly ('push' | 'workflow_dispatch')[]
  readonly job_workflow_ref: string
  readonly job_workflow_sha: string | null
  /** Null where the job must be in none. */
  readonly environment: string | null
  readonly runner_environment: 'github-hosted' | 'self-hosted' | null
}

/** One attempt of one run of GitHub Actions (`run` is `run_id/run_attempt`), at one commit of one repository. */
export type SessionRow = {
  readonly id: string
  /** SHA-256 in hex of the whole secret that the job was given. */
  readonly token_sha256: string
  readonly agent: string
  /** Digest of the rule that was met: a session ends with its rule. */
  readonly rule: string
  readonly repo_id: number
  readonly sha: string
  readonly run: string
  readonly created_at: string
  readonly expires_at: string
}

/** An agent at the door: by its own token, or by the session of a job. */
export type Caller = AgentRow & { readonly session?: SessionRow }

/** One version of what a database looks like. `n` counts from 1 for each database and environment. */
export type SchemaWrite = {
  readonly db: string
  readonly env: string
  readonly n: number
  readonly agent: string
  /** When the agent looked; the same content seen again moves it on. */
  readonly taken: string
  readonly content_sha256: string
  readonly envelope: Envelope
}
/** Without the statement, which may be large. */
export type SchemaRow = Omit<SchemaWrite, 'envelope'> & { readonly received_at: string }

/** In the place of a pull request's number: every one of the repository, or the groups of its merge queues. */
export const wholeRepository = 0
export const mergeGroups = -1

/** A pull request to look at, or one of the two above. */
export type DirtyInput = { readonly repo_id: number; readonly repo: string; readonly pr: number }
export type DirtyRow = DirtyInput & {
  readonly since: string
  /** Rises each time it is made dirty, so that a look that was overtaken does not clear it. */
  readonly mark: number
  readonly attempts: number
  readonly not_before: string | null
}

/** A fence that rises from `from` (0 where there is none yet) by one. */
export type FenceWrite = { readonly db: string; readonly env: string; readonly from: number }

export type AuditInput = {
  readonly type: string
  readonly actor: { readonly kind: string; readonly id: string }
  readonly subject: {
    readonly repo?: string
    readonly pr?: number
    readonly head?: string
    readonly merge?: string | null
    readonly db?: string
    readonly env?: string
    readonly request?: string
    readonly attempt?: number
  }
  readonly outcome: string
  readonly data: JsonObject
}
