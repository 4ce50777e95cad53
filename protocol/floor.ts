import { globMatches } from './glob.ts'
import type { Policy, Workflow } from './policy.ts'

/**
 * What an organisation asks for, whatever the policy of a repository says (docs/policy.md#the-floor-of-an-organisation). It is
 * read from a repository that the configuration of server and agent names, and no policy can lower it.
 */
export type Floor = { readonly sha256: string; readonly scopes: readonly FloorScope[] }
export type FloorScope = {
  /** Patterns, as `*` and `prod*`. */
  readonly database: string
  readonly environment: string
  readonly minApprovals: number
  readonly noSelfApprove: boolean
  readonly noAutoApprove: boolean
  readonly requireReason: boolean
  readonly block: readonly string[]
  readonly neverAllow: readonly string[]
}
export type FloorHere = Omit<FloorScope, 'database' | 'environment'>

export const floorPath = 'dbward-floor.yml'

/** What the floor asks of one database and environment: all that cover it add up. Without a target, all of them. */
export function floorFor(
  policy: Pick<Policy, 'floor'>,
  target: { readonly database: string; readonly environment: string } | null,
): FloorHere {
  const scopes = (policy.floor?.scopes ?? []).filter(
    (one) =>
      target === null ||
      (globMatches(one.database, target.database) && globMatches(one.environment, target.environment)),
  )
  return {
    minApprovals: Math.max(0, ...scopes.map((one) => one.minApprovals)),
    noSelfApprove: scopes.some((one) => one.noSelfApprove),
    noAutoApprove: scopes.some((one) => one.noAutoApprove || one.minApprovals > 0),
    requireReason: scopes.some((one) => one.requireReason),
    block: [...new Set(scopes.flatMap((one) => one.block))],
    neverAllow: [...new Set(scopes.flatMap((one) => one.neverAllow))],
  }
}

/** The workflow as the floor leaves it. Without steps it gets one, so that there is somebody who can meet the floor. */
export function raised(workflow: Workflow, floor: FloorHere): Workflow {
  const { minApprovals } = floor
  const writers = { kind: 'role', name: 'write', min: minApprovals } as const
  const step = { mode: 'all', approvers: [writers], line: workflow.line } as const
  return {
    ...workflow,
    steps: workflow.steps.length === 0 && minApprovals > 0 ? [step] : workflow.steps,
    allowSelfApprove: workflow.allowSelfApprove && !floor.noSelfApprove,
    autoApprove: floor.noAutoApprove ? null : workflow.autoApprove,
    requireReason: workflow.requireReason || floor.requireReason,
    minApprovals: Math.max(workflow.minApprovals ?? 0, minApprovals),
  }
}
