import { type RiskLevel, type RiskLimits, type Risky, riskOf } from './risk.ts'
import type { Severity } from './rule.ts'

type Severe = { readonly severity: Severity }
type Reviewed = { readonly findings: readonly Severe[]; readonly allowed: readonly Severe[] }
type ReviewedFile = Risky & { readonly path: string }

/** What a decision rests on: how many findings block, how many would if no comment allowed them, and the risk. */
export type Standing = { readonly blocking: number; readonly allowed: number; readonly risk: RiskLevel }

/**
 * The risk is what the files alone tell, as no two parties see the same database at the same time: of a table that no
 * file of the change makes, the size is not known. `order` compares paths as migrations run.
 */
export function standing(
  reviews: readonly ReviewedFile[],
  limits: RiskLimits,
  order: (a: string, b: string) => number,
): Standing {
  const inOrder = [...reviews].sort((a, b) => order(a.path, b.path))
  return { ...blocks(reviews), risk: riskOf(inOrder, null, false, limits).level }
}

function blocks(reviews: readonly Reviewed[]): Omit<Standing, 'risk'> {
  const count = (all: readonly Severe[]) => all.filter((one) => one.severity === 'block').length
  return {
    blocking: count(reviews.flatMap((one) => one.findings)),
    allowed: count(reviews.flatMap((one) => one.allowed)),
  }
}
