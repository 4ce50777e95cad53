import { type Decision, decide, type ReviewVerdict } from '@dbward/protocol/decide'
import { compareMigrations } from '@dbward/protocol/plan'
import { type Policy, policyPath, type RiskLimits, reviewFor, riskLimitsFor } from '@dbward/protocol/policy'
import type { Snapshot } from '@dbward/protocol/snapshot'
import { review } from '@dbward/rules/review'
import { standing } from '@dbward/rules/standing'

/** What would be decided of a change, on each database and environment. */
export type Judged = { readonly on: string; readonly decision: Decision }

/** The same reading, review and decision as the server's and the agent's; where nothing is governed, nothing is judged. */
export async function judgeChange(
  snapshot: Snapshot,
  policy: Policy,
  now: number,
): Promise<readonly Judged[]> {
  const { facts, files } = snapshot
  const touched = policy.databases.filter((one) => files.some((file) => file.database === one.name))
  const judged: Judged[] = []
  for (const { name: database, environments, engine } of touched) {
    const own = files.flatMap(({ path, bytes, database: owner }) =>
      owner === database && bytes !== null ? [{ path, bytes }] : [],
    )
    for (const environment of environments) {
      const limits = riskLimitsFor(policy, database, environment)
      const verdict = await reviewed(own, { engine, ...reviewFor(policy, database, environment) }, limits)
      const decision = decide(policy, facts, verdict, { database, environment }, now)
      judged.push({ on: `${database}@${environment}`, decision })
    }
  }
  if (touched.length > 0 || !Object.hasOwn(facts.files, policyPath)) return judged
  const [first] = policy.databases
  const target = { database: first?.name ?? '', environment: first?.environments[0] ?? '' }
  const nothing = { made: true, blocking: 0, allowed: 0, risk: 'unknown' } as const
  return [{ on: policyPath, decision: decide(policy, facts, nothing, target, now) }]
}

async function reviewed(
  files: Parameters<typeof review>[0],
  options: Parameters<typeof review>[1],
  limits: RiskLimits,
): Promise<ReviewVerdict> {
  try {
    return { made: true, ...standing(await review(files, options), limits, compareMigrations) }
  } catch (error) {
    return { made: false, why: error instanceof Error ? error.message : 'no answer' }
  }
}
