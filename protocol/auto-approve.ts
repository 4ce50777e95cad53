import type { Decision, RiskLevel } from './decision.ts'
import type { ChangeFacts } from './facts.ts'
import type { AutoApprove, Workflow } from './policy.ts'

/** What the review says of the files alone, as server and agent both have it. */
export type Seen = { readonly allowed: number; readonly risk: RiskLevel }

/**
 * What the policy approves by itself, where people have not approved enough: never where somebody requested changes, or
 * where comments let through what blocks. It lives as long as any approval, counted from the merge.
 */
export function autoApproved(
  decided: Decision,
  workflow: Workflow,
  facts: ChangeFacts,
  review: Seen,
  now: number,
): Decision {
  const { autoApprove } = workflow
  const short = decided.code === 'WAITING_FOR_APPROVAL' || decided.code === 'AUTHOR_MAY_MERGE'
  if (autoApprove === null || !short) return decided
  const bar = barred(autoApprove, workflow, facts, review, now)
  if (bar === null) {
    const why = autoApprove === 'always' ? 'always' : `where the files alone show a risk of ${review.risk}`
    const sentence = `The policy approves it without people: auto_approve, ${why}.`
    return { ...decided, verdict: 'allow', code: 'AUTO_APPROVED', sentence, next: '' }
  }
  if (decided.verdict === 'allow') return decided
  return { ...decided, sentence: `${decided.sentence.replace(/\.$/, '')}, as ${bar}.` }
}

/** From the least; `unknown` is in no list, so that what is not known never passes. */
const upTo: Readonly<Record<Exclude<AutoApprove, 'always'>, readonly RiskLevel[]>> = {
  low: ['low'],
  medium: ['low', 'medium'],
}

function barred(
  autoApprove: AutoApprove,
  { approvalTtl }: Workflow,
  { state, mergedAt }: ChangeFacts,
  { allowed, risk }: Seen,
  now: number,
): string | null {
  if (allowed > 0) return 'comments allow findings that block'
  if (autoApprove !== 'always' && !upTo[autoApprove].includes(risk)) {
    return `its risk by the files alone is ${risk}`
  }
  if (state !== 'merged' || approvalTtl === null) return null
  const age = now - Date.parse(mergedAt ?? '')
  return age <= approvalTtl ? null : 'it was merged longer ago than approval_ttl'
}
