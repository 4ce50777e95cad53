import { type Floor, floorFor, raised } from './floor.ts'
import type { Freeze, Hours, Window } from './window.ts'

/**
 * The policy of a repository, as `.dbward.yml` says it (docs/policy.md), after parsing. Durations are milliseconds.
 * `*` stands for every database or environment.
 */
export type Policy = {
  readonly version: 1
  readonly databases: readonly DatabasePolicy[]
  readonly review: readonly ReviewScope[]
  readonly risk: readonly RiskScope[]
  readonly workflows: readonly Workflow[]
  readonly execution: readonly ExecutionScope[]
  /** The organisation's, where the configuration names one; never part of the file itself. */
  readonly floor?: Floor
}

/** Never guessed: MySQL and MariaDB read some of the same text differently. */
export const engines = ['postgres', 'mysql', 'mariadb'] as const
export type Engine = (typeof engines)[number]

export type DatabasePolicy = {
  readonly name: string
  readonly engine: Engine
  readonly serverVersion: string | null
  readonly migrations: string
  readonly environments: readonly string[]
}

export const levels = ['block', 'warn', 'note', 'off'] as const
export type Level = (typeof levels)[number]
export type ReviewScope = Scope & {
  readonly rules: Readonly<Record<string, Level>>
  /** rules that no comment in a migration allows */
  readonly neverAllow: readonly string[]
}
export type Scope = { readonly database: string; readonly environment: string; readonly line: number }

export type Operation = 'migrate'
export type Workflow = Scope & {
  readonly operations: readonly Operation[] | null
  readonly steps: readonly Step[]
  readonly allowSelfApprove: boolean
  readonly distinctApprovers: boolean
  readonly requireReason: boolean
  readonly approvalTtl: number | null
  /** Up to which risk of the files alone nobody needs to approve; null where somebody always does. */
  readonly autoApprove: AutoApprove | null
  /** How many people at least, as a floor asks; the policy itself says it by its steps. */
  readonly minApprovals?: number
}
export const autoApproveRisks = ['low', 'medium'] as const
export type AutoApprove = (typeof autoApproveRisks)[number] | 'always'
export type Step = {
  readonly mode: 'all' | 'any'
  readonly approvers: readonly Approver[]
  readonly line: number
}
export type Approver = {
  readonly kind: 'team' | 'user' | 'role' | 'codeowners'
  /** Empty for code owners, whom the files of a change name. */
  readonly name: string
  readonly min: number
}

export type Limits = {
  readonly statementTimeout: number
  readonly lockTimeout: number
  readonly lockRetries: number
  readonly totalTimeout: number
}
export type ExecutionScope = Scope & {
  readonly limits: Partial<Limits>
  /** Null where it says nothing of windows. */
  readonly windows: readonly Window[] | null
  readonly freezes: readonly Freeze[]
}

/** From where on a change is said to be dangerous (docs/schema.md). Sizes are bytes. */
export type RiskLimits = {
  readonly largeRows: number
  readonly veryLargeRows: number
  readonly largeSize: number
  readonly veryLargeSize: number
  readonly cascadeDepth: number
  readonly warnings: number
}
export type RiskScope = Scope & { readonly limits: Partial<RiskLimits> }

export const policyPath = '.dbward.yml'
export const roles = ['read', 'triage', 'write', 'maintain', 'admin'] as const
export type Role = (typeof roles)[number]

const defaultLimits: Limits = {
  statementTimeout: 15 * 60_000,
  lockTimeout: 5_000,
  lockRetries: 5,
  totalTimeout: 60 * 60_000,
}

export const defaultRiskLimits: RiskLimits = {
  largeRows: 100_000,
  veryLargeRows: 10_000_000,
  largeSize: 1024 ** 3,
  veryLargeSize: 100 * 1024 ** 3,
  cascadeDepth: 3,
  warnings: 3,
}

/** The workflow for one database and environment: the best of `workflowsFor`, under the organisation's floor. Null means that nothing may run. */
export function workflowFor(
  policy: Policy,
  database: string,
  environment: string,
  operation: Operation,
): Workflow | null {
  const [best] = workflowsFor(policy, database, environment, operation)
  return best === undefined ? null : raised(best, floorFor(policy, { database, environment }))
}

/**
 * The workflows that cover one database and environment, the best first: 4 points for an exact environment, 2 for an exact
 * database, 1 for a listed operation. The parser refuses ties, so the best is the only one.
 */
export function workflowsFor(
  policy: Policy,
  database: string,
  environment: string,
  operation: Operation,
): readonly Workflow[] {
  return policy.workflows
    .filter((one) => covers(one, database, environment))
    .filter((one) => one.operations === null || one.operations.includes(operation))
    .sort((a, b) => workflowScore(b) - workflowScore(a))
}

/** The severities of the rules for one database and environment, from the widest scope to the narrowest. */
export function severitiesFor(
  policy: Policy,
  database: string,
  environment: string,
): Readonly<Record<string, Level>> {
  const { block } = floorFor(policy, { database, environment })
  const floor = Object.fromEntries(block.map((rule) => [rule, 'block' as const]))
  return Object.assign({}, ...fromWidest(policy.review, database, environment).map((one) => one.rules), floor)
}

/** Every rule that a scope forbids to allow: a narrower scope adds to a wider one and takes nothing away. */
export function neverAllowFor(policy: Policy, database: string, environment: string): readonly string[] {
  const all = fromWidest(policy.review, database, environment).flatMap((one) => one.neverAllow)
  return [...new Set([...all, ...floorFor(policy, { database, environment }).neverAllow])].sort()
}

/**
 * What the review of one database and environment goes by: server, agent and Action ask here, so that none of them judges
 * otherwise than the others.
 */
export function reviewFor(policy: Policy, database: string, environment: string) {
  const version = policy.databases.find((one) => one.name === database)?.serverVersion ?? null
  return {
    severities: severitiesFor(policy, database, environment),
    neverAllow: neverAllowFor(policy, database, environment),
    ...(version === null ? {} : { serverVersion: version }),
  }
}

export function limitsFor(policy: Policy, database: string, environment: string): Limits {
  return Object.assign(
    {},
    defaultLimits,
    ...fromWidest(policy.execution, database, environment).map((one) => one.limits),
  )
}

/** When SQL may start: the windows of the narrowest scope that has any, and the freezes of all. */
export function hoursFor(policy: Policy, database: string, environment: string): Hours {
  const scopes = fromWidest(policy.execution, database, environment)
  return {
    windows: scopes.findLast((one) => one.windows !== null)?.windows ?? [],
    freezes: scopes.flatMap((one) => one.freezes),
  }
}

export function riskLimitsFor(policy: Policy, database: string, environment: string): RiskLimits {
  return Object.assign(
    {},
    defaultRiskLimits,
    ...fromWidest(policy.risk, database, environment).map((one) => one.limits),
  )
}

export function workflowScore(one: Pick<Workflow, 'database' | 'environment' | 'operations'>): number {
  return scopeScore(one) + (one.operations === null ? 0 : 1)
}

export function scopeScore(one: { readonly database: string; readonly environment: string }): number {
  return (one.environment === '*' ? 0 : 4) + (one.database === '*' ? 0 : 2)
}

function covers(scope: Scope, database: string, environment: string): boolean {
  return (
    (scope.database === '*' || scope.database === database) &&
    (scope.environment === '*' || scope.environment === environment)
  )
}

/** The scopes that cover one database and environment; each overrides what those before it say. */
export function fromWidest<T extends Scope>(
  scopes: readonly T[],
  database: string,
  environment: string,
): readonly T[] {
  return scopes
    .filter((one) => covers(one, database, environment))
    .sort((a, b) => scopeScore(a) - scopeScore(b))
}
