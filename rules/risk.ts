import { factorsOf, mostMeanings } from './risk-factors.ts'
import { indexSizes, type SizedTable, type SizeIndex, type Sizes } from './sizes.ts'
import type { How, Touch } from './touches.ts'

/** From the least to the most: what is not known may be anything up to the worst that was seen. */
export const riskLevels = ['low', 'medium', 'unknown', 'high'] as const
export type RiskLevel = (typeof riskLevels)[number]
export type Factor = { readonly level: RiskLevel; readonly message: string }
/** A table of the snapshot that the change touches. */
export type TouchedTable = {
  readonly schema: string
  readonly name: string
  readonly hows: readonly How[]
  readonly rows: number | null
  readonly bytes: number | null
  /** Foreign keys of other tables that point to it. */
  readonly referencedBy: number
}
export type Risk = {
  readonly level: RiskLevel
  /** What made it, the heaviest first; none where it is low. */
  readonly factors: readonly Factor[]
  /** The largest first. */
  readonly tables: readonly TouchedTable[]
}

/** From where on something is dangerous; `protocol/policy.ts` has the defaults, and docs/policy.md the meaning. */
export type RiskLimits = {
  readonly largeRows: number
  readonly veryLargeRows: number
  /** In bytes, as the next one. */
  readonly largeSize: number
  readonly veryLargeSize: number
  readonly cascadeDepth: number
  readonly warnings: number
}

/** So many things that a change touches are looked at; what is over makes the risk unknown. */
export const mostTouches = 500

type Severe = { readonly severity: 'block' | 'warn' | 'note' }
/** As much of a file's review as makes its risk. */
export type Risky = {
  readonly findings: readonly Severe[]
  /** Those that a comment lets through: they are as dangerous as they were. */
  readonly allowed: readonly Severe[]
  readonly touches: readonly Touch[]
}

/**
 * How dangerous a change is on one database and environment: from what the review found, what its statements touch, and
 * how large that is. `reviews` in the order in which the files run; null: there was no review. `stale`:
 * the sizes are too old to show that something is small, and still good enough to show that it is large.
 */
export function riskOf(
  reviews: readonly Risky[] | null,
  sizes: Sizes | null,
  stale: boolean,
  limits: RiskLimits,
): Risk {
  if (reviews === null) {
    const factors = [factor('unknown', 'the SQL was not reviewed')]
    return { level: 'unknown', factors, tables: [] }
  }
  const all = touchesOf(reviews)
  const touches = all.slice(0, mostTouches)
  const index = sizes === null ? null : indexSizes(sizes)
  const known = sizes === null || index === null ? null : { index, stale, truncated: sizes.truncated }
  const factors = [
    ...fromFindings(
      reviews.flatMap((one) => one.findings),
      reviews.flatMap((one) => one.allowed),
      limits,
    ),
    ...touches.flatMap((touch) => factorsOf(touch, known, limits)),
    ...(all.length > touches.length ? [factor('unknown', 'the change touches too much to look at')] : []),
  ]
  const distinct = [...new Map(factors.map((one) => [one.message, one])).values()]
  const sorted = distinct.sort((a, b) => weight(b.level) - weight(a.level))
  const tables = index === null ? [] : touchedTables(touches, index)
  return { level: sorted[0]?.level ?? 'low', factors: sorted, tables }
}

function weight(level: RiskLevel): number {
  return riskLevels.indexOf(level)
}

/**
 * Each thing once, and without what is done to tables that a file before has made. Where an old table gets another name
 * or is linked to, a name of a new one may stand for old rows: none is taken for new from there on.
 */
function touchesOf(reviews: readonly Risky[]): readonly Touch[] {
  const made = new Set<string>()
  const found = new Map<string, Touch>()
  const key = ({ name, anywhere }: Touch) =>
    JSON.stringify([name?.schema ?? null, name?.name ?? null, anywhere])
  for (const { touches } of reviews) {
    const moved = touches.some(({ how }) => how === 'rename' || how === 'link')
    if (moved) made.clear()
    for (const one of touches) {
      const known = ofTable(one) && made.has(key(one))
      const at = `${one.how} ${key(one)}`
      // The longer of two locks is the one that counts.
      if (one.how !== 'create' && !known && !(one.brief && found.has(at))) found.set(at, one)
    }
    // Where the path was changed, a bare name means another table in the next file.
    const fresh = touches.filter(({ how, anywhere }) => how === 'create' && !anywhere && !moved)
    for (const one of fresh) made.add(key(one))
  }
  return [...found.values()]
}

function ofTable({ how }: Touch): boolean {
  return how !== 'drop-index' && how !== 'drop-database'
}

function fromFindings(
  findings: readonly Severe[],
  allowed: readonly Severe[],
  limits: RiskLimits,
): readonly Factor[] {
  const blocking = count(findings, 'block')
  const warnings = count(findings, 'warn')
  const all = warnings + count(allowed, 'warn')
  const warn = all === 1 ? '1 finding warns' : `${all} findings warn`
  return [
    ...(blocking > 0 ? [factor('high', `the review found what blocks (${blocking})`)] : []),
    ...(all >= limits.warnings ? [factor('high', `${warn}: from ${limits.warnings} on that is high`)] : []),
    ...(warnings > 0 ? [factor('medium', `the review warns (${warnings})`)] : []),
    ...fromAllowed(allowed),
  ]
}

function fromAllowed(allowed: readonly Severe[]): readonly Factor[] {
  const counted = allowed.filter((one) => one.severity !== 'note')
  if (counted.length === 0) return []
  const level = counted.some((one) => one.severity === 'block') ? 'high' : 'medium'
  const many = `${counted.length} findings are allowed by comments`
  return [factor(level, counted.length === 1 ? '1 finding is allowed by a comment' : many)]
}

function count(findings: readonly Severe[], severity: Severe['severity']): number {
  return findings.filter((one) => one.severity === severity).length
}

function touchedTables(touches: readonly Touch[], index: SizeIndex): readonly TouchedTable[] {
  const found = new Map<SizedTable, Set<How>>()
  for (const touch of touches) {
    for (const table of index.find(touch).slice(0, mostMeanings)) {
      found.set(table, (found.get(table) ?? new Set()).add(touch.how))
    }
  }
  const tables = [...found].map(([table, hows]) => {
    const { schema, name, rows, bytes } = table
    return { schema, name, hows: [...hows], rows, bytes, referencedBy: index.references(table) }
  })
  return tables.sort((a, b) => (b.rows ?? 0) - (a.rows ?? 0) || (b.bytes ?? 0) - (a.bytes ?? 0))
}

function factor(level: RiskLevel, message: string): Factor {
  return { level, message }
}
