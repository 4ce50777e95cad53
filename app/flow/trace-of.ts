import { planDigest } from '@dbward/protocol/plan'
import {
  fromWidest,
  neverAllowFor,
  type Policy,
  riskLimitsFor,
  workflowScore,
  workflowsFor,
} from '@dbward/protocol/policy'
import type { RequestWrite } from '../store/rows.ts'
import type { TraceView } from '../view/model.ts'
import type { Judged, JudgedChange } from './judge.ts'

/** People are shown so many rules and scopes of one request. */
const most = 20

/**
 * How the policy was read for one request, scope by scope. What was handed over keeps the decision that it was handed over
 * by, so that a look with another policy, or at another plan, has nothing to say of it.
 */
export function traceOf(
  row: Pick<RequestWrite, 'db' | 'env' | 'policy_sha256' | 'plan_sha256'>,
  judged: JudgedChange,
  policy: Policy,
  policySha256: string | null,
): TraceView | null {
  const own = judged.requests.find((one) => one.database.name === row.db && one.environment === row.env)
  if (own === undefined || row.policy_sha256 !== policySha256) return null
  if (row.plan_sha256 !== planDigest(own.plan)) return null
  const severities = severitiesOf(policy, row)
  const limiting = fromWidest(policy.risk, row.db, row.env).filter(
    (one) => Object.keys(one.limits).length > 0,
  )
  return {
    engine: own.database.engine,
    serverVersion: own.database.serverVersion,
    workflows: workflowsFor(policy, row.db, row.env, 'migrate')
      .slice(0, most)
      .map((one) => {
        const { line, database, environment } = one
        return { line, database, environment, weight: workflowScore(one) }
      }),
    review: reviewOf(own),
    severities: severities.slice(0, most),
    moreSeverities: Math.max(0, severities.length - most),
    neverAllow: neverAllowFor(policy, row.db, row.env).slice(0, most),
    limits: riskLimitsFor(policy, row.db, row.env),
    limitLines: limiting.slice(-most).map((one) => one.line),
  }
}

function reviewOf({ review, reviews }: Judged): TraceView['review'] {
  if (!review.made) return review
  const findings = reviews.flatMap((one) => one.findings)
  const count = (severity: string) => findings.filter((one) => one.severity === severity).length
  const allowed = reviews.reduce((sum, one) => sum + one.allowed.length, 0)
  return { made: true, block: count('block'), warn: count('warn'), note: count('note'), allowed }
}

/** By rule, the scope that had the last word. */
function severitiesOf(
  policy: Policy,
  { db, env }: Pick<RequestWrite, 'db' | 'env'>,
): TraceView['severities'] {
  const found = new Map<string, TraceView['severities'][number]>()
  for (const { rules, line } of fromWidest(policy.review, db, env)) {
    for (const [rule, severity] of Object.entries(rules)) found.set(rule, { rule, severity, line })
  }
  return [...found.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1))
}
