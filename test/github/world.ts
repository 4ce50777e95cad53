import type { Faults } from './faults.ts'
import type { Hooks } from './hooks.ts'
import type { Rates } from './rate.ts'

export type Role = 'read' | 'triage' | 'write' | 'maintain' | 'admin'
export type Access = 'read' | 'write'
export type Permissions = Readonly<Record<string, Access>>

export type Account = {
  readonly id: number
  readonly login: string
  readonly type: 'User' | 'Bot' | 'Organization'
  readonly name: string | null
  readonly email: string
  readonly createdAt: Date
  /** Set on the bot user of an App. */
  readonly appSlug: string | null
}

export type TeamMember = { readonly role: 'member' | 'maintainer'; readonly state: 'active' | 'pending' }

export type Team = {
  readonly id: number
  readonly slug: string
  readonly org: Org
  readonly privacy: 'closed' | 'secret'
  readonly parent: string | null
  readonly members: Map<number, TeamMember>
  readonly createdAt: Date
}

export type Org = {
  readonly account: Account
  readonly members: Map<number, 'admin' | 'member'>
  readonly teams: Map<string, Team>
}

export type Protection = {
  readonly id: number
  readonly requiredChecks: readonly { readonly context: string; readonly integration_id?: number }[]
  readonly requirePullRequest: boolean
  readonly requiredApprovals: number
  readonly blockForcePush: boolean
  readonly blockDeletion: boolean
  readonly dismissStale: boolean
  readonly mergeQueue: boolean
  /** Branch protection as it was before rulesets, which only administrators see. */
  readonly classic: boolean
  /** Logins that no rule binds. */
  readonly bypass: readonly string[]
}

export type Label = { readonly id: number; readonly name: string; readonly color: string }

export type Comment = {
  readonly id: number
  readonly author: Account
  readonly app: App | null
  readonly createdAt: Date
  body: string
  updatedAt: Date
  readonly reactions: { readonly id: number; readonly user: Account; readonly content: Reaction; at: Date }[]
}

export type Reaction = '+1' | '-1' | 'laugh' | 'confused' | 'heart' | 'hooray' | 'rocket' | 'eyes'

export type IssueEvent = {
  readonly id: number
  readonly event: string
  readonly actor: Account
  readonly app: App | null
  readonly at: Date
  readonly commitId: string | null
  readonly more: Readonly<Record<string, unknown>>
}

export type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'

export type Review = {
  readonly id: number
  readonly author: Account
  body: string
  state: ReviewState
  submittedAt: Date | null
  readonly commitId: string
}

export type Pull = {
  readonly id: number
  readonly draft: boolean
  /** The repository itself, or a fork of it. */
  readonly headRepo: Repo
  readonly headRef: string
  headSha: string
  baseRef: string
  /** Tip of the base when the head last moved. GitHub does not follow the base branch here. */
  baseSha: string
  mergeSha: string | null
  mergeable: boolean
  rebaseable: boolean
  /** `base head` that the last test merge was made of. */
  testedFor: string
  mergedAt: Date | null
  mergedBy: Account | null
  readonly reviews: Review[]
  /** Every commit that was ever part of this pull request. Force pushes do not remove any. */
  readonly everSeen: Set<string>
  /** What the merge put onto the base branch. */
  landed: readonly string[]
}

export type Issue = {
  readonly id: number
  readonly number: number
  title: string
  body: string | null
  readonly author: Account
  readonly app: App | null
  state: 'open' | 'closed'
  readonly createdAt: Date
  updatedAt: Date
  closedAt: Date | null
  closedBy: Account | null
  readonly labels: Set<string>
  readonly comments: Comment[]
  readonly events: IssueEvent[]
  readonly pull: Pull | null
}

export type PullIssue = Issue & { readonly pull: Pull }

export type Suite = {
  readonly id: number
  readonly app: App
  readonly headSha: string
  readonly headBranch: string | null
  readonly before: string | null
  readonly createdAt: Date
  updatedAt: Date
}

export type CheckStatus = 'queued' | 'in_progress' | 'completed'
export type Conclusion =
  | 'action_required'
  | 'cancelled'
  | 'failure'
  | 'neutral'
  | 'success'
  | 'skipped'
  | 'timed_out'

export type Annotation = {
  readonly path: string
  readonly start_line: number
  readonly end_line: number
  readonly start_column: number | null
  readonly end_column: number | null
  readonly annotation_level: 'notice' | 'warning' | 'failure'
  readonly message: string
  readonly title: string | null
  readonly raw_details: string | null
}

export type CheckRun = {
  readonly id: number
  readonly app: App
  readonly suite: Suite
  readonly headSha: string
  name: string
  externalId: string
  detailsUrl: string | null
  status: CheckStatus
  conclusion: Conclusion | null
  startedAt: Date
  completedAt: Date | null
  title: string | null
  summary: string | null
  text: string | null
  readonly annotations: Annotation[]
  actions: readonly { readonly label: string; readonly description: string; readonly identifier: string }[]
}

export type ActivityKind =
  | 'push'
  | 'force_push'
  | 'branch_creation'
  | 'branch_deletion'
  | 'pr_merge'
  | 'merge_queue_merge'

export type Activity = {
  readonly id: number
  readonly kind: ActivityKind
  readonly ref: string
  readonly before: string
  readonly after: string
  readonly actor: Account
  readonly at: Date
}

export type Repo = {
  readonly id: number
  owner: Account
  name: string
  readonly private: boolean
  readonly forkOf: Repo | null
  readonly defaultBranch: string
  /** The bare repository. */
  readonly dir: string
  readonly createdAt: Date
  pushedAt: Date
  actionsMayApprove: boolean
  readonly collaborators: Map<number, Role>
  readonly teams: Map<number, Role>
  readonly protections: Map<string, Protection>
  readonly labels: Map<string, Label>
  readonly issues: Map<number, Issue>
  readonly suites: Suite[]
  readonly checkRuns: CheckRun[]
  readonly activity: Activity[]
  readonly vanished: Set<string>
  /** Answers that can never change, because they are keyed by commit ids. */
  readonly memo: Map<string, Promise<unknown>>
  turn: Promise<unknown>
}

export type App = {
  readonly id: number
  readonly clientId: string
  readonly slug: string
  readonly name: string
  readonly owner: Account
  readonly bot: Account
  readonly permissions: Permissions
  readonly events: readonly string[]
  webhookUrl: string | null
  webhookSecret: string
  readonly privateKey: string
  readonly publicKey: string
  readonly hookId: number
  readonly createdAt: Date
}

export type Installation = {
  readonly id: number
  readonly app: App
  readonly account: Account
  selection: 'all' | Set<number>
  readonly createdAt: Date
  suspendedAt: Date | null
}

export type InstallationToken = {
  readonly token: string
  readonly installation: Installation
  readonly permissions: Permissions
  /** Repository ids, or null for everything that the installation covers. */
  readonly repositories: ReadonlySet<number> | null
  readonly expiresAt: Date
}

/** All that one emulated GitHub knows, except for what git itself stores. */
export type World = {
  url: string
  readonly dir: string
  readonly now: () => Date
  readonly accounts: Map<number, Account>
  readonly orgs: Map<number, Org>
  readonly repos: Map<number, Repo>
  /** Old `owner/name`, in lower case, to repository id. */
  readonly renamed: Map<string, number>
  readonly apps: Map<number, App>
  readonly installations: Map<number, Installation>
  readonly userTokens: Map<string, Account>
  readonly installationTokens: Map<string, InstallationToken>
  readonly manifestCodes: Map<string, { readonly app: App; readonly expiresAt: Date }>
  readonly hooks: Hooks
  readonly faults: Faults
  readonly rates: Rates
  readonly nextId: () => number
}
