import { indexSizes, mostReached, type SizedTable, type SizeIndex, type Sizes } from './sizes.ts'
import { show } from './statement.ts'
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

/** Where a table is large, and where it is very large; how deep a cascade is deep. docs/schema.md has the same. */
export const riskLimits = {
  rows: 100_000,
  manyRows: 10_000_000,
  bytes: 1024 ** 3,
  manyBytes: 100 * 1024 ** 3,
  cascade: 3,
  /** So many things that a change touches are looked at; what is over makes the risk unknown. */
  touches: 500,
  /** So many tables are looked at that one name may mean. */
  meanings: 20,
} as const

type Severe = { readonly severity: 'block' | 'warn' | 'note' }
type Reviewed = {
  readonly findings: readonly Severe[]
  /** Those that a comment lets through: they are as dangerous as they were. */
  readonly allowed: readonly Severe[]
  readonly touches: readonly Touch[]
}

/**
 * How dangerous a change is on one database and environment: from what the review found, what its statements touch, and
 * how large that is. `reviews` in the order in which the files run; null: there was no review. `stale`: the sizes are too old to show that something is
 * small, and still good enough to show that it is large.
 */
export function riskOf(reviews: readonly Reviewed[] | null, sizes: Sizes | null, stale: boolean): Risk {
  if (reviews === null) {
    const factors = [factor('unknown', 'the SQL was not reviewed')]
    return { level: 'unknown', factors, tables: [] }
  }
  const all = touchesOf(reviews)
  const touches = all.slice(0, riskLimits.touches)
  const index = sizes === null ? null : indexSizes(sizes)
  const factors = [
    ...fromFindings(reviews.flatMap((one) => one.findings)),
    ...fromAllowed(reviews.flatMap((one) => one.allowed)),
    ...touches.flatMap((touch) => factorsOf(touch, index, stale)),
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
function touchesOf(reviews: readonly Reviewed[]): readonly Touch[] {
  const made = new Set<string>()
  const found = new Map<string, Touch>()
  const key = ({ name, anywhere }: Touch) =>
    JSON.stringify([name?.schema ?? null, name?.name ?? null, anywhere])
  for (const { touches } of reviews) {
    const moved = touches.some(({ how }) => how === 'rename' || how === 'link')
    if (moved) made.clear()
    for (const one of touches) {
      const known = ofTable(one) && made.has(key(one))
      if (one.how !== 'create' && !known) found.set(`${one.how} ${key(one)}`, one)
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

function fromFindings(findings: readonly Severe[]): readonly Factor[] {
  const blocking = findings.filter((one) => one.severity === 'block').length
  const warnings = findings.filter((one) => one.severity === 'warn').length
  return [
    ...(blocking > 0 ? [factor('high', `the review found what blocks (${blocking})`)] : []),
    ...(warnings > 0 ? [factor('medium', `the review warns (${warnings})`)] : []),
  ]
}

function fromAllowed(allowed: readonly Severe[]): readonly Factor[] {
  const counted = allowed.filter((one) => one.severity !== 'note')
  if (counted.length === 0) return []
  const level = counted.some((one) => one.severity === 'block') ? 'high' : 'medium'
  const many = `${counted.length} findings are allowed by comments`
  return [factor(level, counted.length === 1 ? '1 finding is allowed by a comment' : many)]
}

function factorsOf(touch: Touch, index: SizeIndex | null, stale: boolean): readonly Factor[] {
  const { how, name } = touch
  if (name === null) return [factor('unknown', 'what some statement does or costs is not known')]
  const said = show(name)
  const fixed = [...whateverTheSize(how, said)]
  if (how === 'insert' || how === 'drop-database') return fixed
  if (index === null) return [...fixed, factor('unknown', `the size of ${said} is not known`)]
  const found = index.find(touch)
  if (found.length === 0) return [...fixed, factor('unknown', `${said} is not in the schema snapshot`)]
  if (found.length > riskLimits.meanings)
    fixed.push(factor('unknown', `${said} may be any of ${found.length} tables`))
  const meant = found.slice(0, riskLimits.meanings)
  const seen = meant.flatMap((table) => [...bySize(how, table), ...byCascade(how, table, index)])
  if (!stale || seen.length > 0) return [...fixed, ...seen]
  return [...fixed, factor('unknown', `the size of ${said} was seen too long ago`)]
}

/** Rows that are gone, and names that queries rely on. */
function whateverTheSize(how: How, said: string): readonly Factor[] {
  if (how === 'drop') return [factor('high', `${said} is dropped`)]
  if (how === 'truncate' || how === 'delete-all') return [factor('high', `all rows of ${said} are deleted`)]
  if (how === 'truncate-part') return [factor('high', `a part of ${said} is emptied`)]
  if (how === 'drop-database') return [factor('high', `the database ${said} is dropped`)]
  if (how === 'drop-column') return [factor('high', `a column of ${said} is dropped`)]
  if (how === 'rename') return [factor('medium', `${said} is renamed, and queries that name it fail`)]
  return how === 'drop-index' ? [factor('medium', `the index ${said} is dropped`)] : []
}

function bySize(how: How, table: SizedTable): readonly Factor[] {
  const said = show(table)
  const size = sizeOf(table)
  if (size === 'small') return []
  if (size === 'unknown') return [factor('unknown', `the size of ${said} is not known`)]
  if (how === 'index-concurrently')
    return [factor('medium', `building an index on ${said} takes long: it is ${size}`)]
  if (how === 'scan') return [factor('medium', `reading all rows of ${said} takes long: it is ${size}`)]
  if (how === 'change' || how === 'delete') {
    return [factor('medium', `how many rows of ${said} change is not known: it is ${size}`)]
  }
  const level = size === 'large' ? 'medium' : 'high'
  const all = how === 'change-all' || how === 'delete-all'
  return [
    factor(level, all ? `all rows of ${said} change: it is ${size}` : `${said} is locked: it is ${size}`),
  ]
}

/** Without an estimate of rows, only a table of next to no bytes is small for sure. */
function sizeOf({ rows, bytes }: SizedTable): 'small' | 'large' | 'very large' | 'unknown' {
  const { manyRows, manyBytes } = riskLimits
  if ((rows ?? 0) >= manyRows || (bytes ?? 0) >= manyBytes) return 'very large'
  if ((rows ?? 0) >= riskLimits.rows || (bytes ?? 0) >= riskLimits.bytes) return 'large'
  if (rows !== null) return 'small'
  return bytes !== null && bytes < 1024 ** 2 ? 'small' : 'unknown'
}

const deleting: readonly How[] = ['drop', 'truncate', 'delete', 'delete-all']

/** Rows of other tables that go with those that are deleted, and how far that reaches. */
function byCascade(how: How, table: SizedTable, index: SizeIndex): readonly Factor[] {
  if (!deleting.includes(how)) return []
  const { tables, depth } = index.cascade(table)
  if (depth === 0) return []
  const sizes = tables.map(sizeOf)
  const wide = tables.length >= mostReached
  const heavy = wide || depth >= riskLimits.cascade || sizes.includes('very large')
  const level = heavy ? 'high' : sizes.includes('unknown') ? 'unknown' : 'medium'
  const many = wide ? `${mostReached} or more` : `${tables.length}`
  const others = `${many} other ${tables.length === 1 ? 'table' : 'tables'}`
  return [factor(level, `rows of ${others} go with those of ${show(table)} (foreign keys, ${depth} deep)`)]
}

function touchedTables(touches: readonly Touch[], index: SizeIndex): readonly TouchedTable[] {
  const found = new Map<SizedTable, Set<How>>()
  for (const touch of touches) {
    for (const table of index.find(touch).slice(0, riskLimits.meanings)) {
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
