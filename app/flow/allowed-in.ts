import type { AllowedView } from '../view/model.ts'
import type { Judged } from './judge.ts'

/**
 * What comments in one file let through. Of every environment, also where another one finds it all the same: whoever approves accepts it
 * for each of them.
 */
export function allowedIn(
  path: string,
  { requests }: { readonly requests: readonly Pick<Judged, 'database' | 'environment' | 'reviews'>[] },
): readonly AllowedView[] {
  const found = new Map<string, AllowedView>()
  for (const { database, environment, reviews } of requests) {
    const on = `${database.name}@${environment}`
    for (const one of reviews.filter((review) => review.path === path).flatMap((review) => review.allowed)) {
      const { severity: _, ...finding } = one.finding
      const key = JSON.stringify([one.severity, one.line, finding])
      const before = found.get(key)
      const targets = before?.targets ?? []
      if (!targets.includes(on)) found.set(key, { ...one, targets: [...targets, on] })
    }
  }
  return [...found.values()]
}
