import type { Severity } from './rule.ts'

type Severe = { readonly severity: Severity }
type Reviewed = { readonly findings: readonly Severe[]; readonly allowed: readonly Severe[] }

/** How many findings block, and how many would if no comment allowed them: what a decision rests on. */
export function standing(reviews: readonly Reviewed[]): {
  readonly blocking: number
  readonly allowed: number
} {
  const blocks = (all: readonly Severe[]) => all.filter((one) => one.severity === 'block').length
  return {
    blocking: blocks(reviews.flatMap((one) => one.findings)),
    allowed: blocks(reviews.flatMap((one) => one.allowed)),
  }
}
