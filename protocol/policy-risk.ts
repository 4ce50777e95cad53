import type { Node } from 'yaml'
import {
  type DatabasePolicy,
  fromWidest,
  type Policy,
  type RiskLimits,
  type RiskScope,
  riskLimitsFor,
} from './policy.ts'
import { readScope } from './policy-scope.ts'
import { type Fields, fields, type Reader, scalar, scalarOf } from './policy-yaml.ts'

/** Rows are counted by estimates up to 2^53; a cascade is followed over at most a hundred tables. */
const mostOf = { large_rows: 1e15, very_large_rows: 1e15, cascade_depth: 100, warnings: 10_000 } as const
const units: Readonly<Record<string, number>> = {
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
}
const mostBytes = 1024 ** 5

/** A risk scope: the limits that it sets, and no others. */
export function readRisk(r: Reader, node: Node, databases: readonly DatabasePolicy[]): RiskScope {
  const keys = ['database', 'environment', 'large_rows', 'very_large_rows', 'large_size', 'very_large_size']
  const own = fields(r, node, 'a risk scope', [...keys, 'cascade_depth', 'warnings'])
  const limits: { -readonly [K in keyof RiskLimits]?: RiskLimits[K] } = {}
  if (own.large_rows) limits.largeRows = readCount(r, own.large_rows, 'large_rows')
  if (own.very_large_rows) limits.veryLargeRows = readCount(r, own.very_large_rows, 'very_large_rows')
  if (own.large_size) limits.largeSize = readSize(r, own.large_size, 'large_size')
  if (own.very_large_size) limits.veryLargeSize = readSize(r, own.very_large_size, 'very_large_size')
  if (own.cascade_depth) limits.cascadeDepth = readCount(r, own.cascade_depth, 'cascade_depth')
  if (own.warnings) limits.warnings = readCount(r, own.warnings, 'warnings')
  return { ...readScope(r, node, own, databases), limits }
}

/**
 * What is very large is larger than what is large, after the scopes of each database and environment have added up. The
 * narrowest scope that says one of the two is where it went wrong.
 */
export function refuseDisorder(r: Reader, policy: Policy): void {
  const seen = new Set<string>()
  for (const { name, environments } of policy.databases) {
    for (const environment of environments) {
      const limits = riskLimitsFor(policy, name, environment)
      for (const [large, veryLarge, words] of pairs) {
        // Not a number where it was a problem already.
        if (!(limits[large] >= limits[veryLarge])) continue
        const scope = fromWidest(policy.risk, name, environment).findLast(
          (one) => one.limits[large] !== undefined || one.limits[veryLarge] !== undefined,
        )
        const line = scope?.line ?? 1
        const message = `${words[0]} must be less than ${words[1]} for ${name} in ${environment}`
        if (!seen.has(`${line} ${words[0]}`)) r.problems.push({ line, column: 1, message })
        seen.add(`${line} ${words[0]}`)
      }
    }
  }
}

const pairs = [
  ['largeRows', 'veryLargeRows', ['large_rows', 'very_large_rows']],
  ['largeSize', 'veryLargeSize', ['large_size', 'very_large_size']],
] as const

function readCount(r: Reader, field: Field, key: keyof typeof mostOf): number {
  const value = scalar(field)
  const most = mostOf[key]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= most) return value
  r.wrong(field.node, `${key} must be a whole number from 1 to ${most}`)
  return Number.NaN
}

type Field = NonNullable<Fields[string]>

function readSize(r: Reader, field: Field, key: string): number {
  const found = /^([1-9]\d{0,5})(KiB|MiB|GiB|TiB)$/.exec(String(scalarOf(field.node)))
  const value = Number(found?.[1]) * (units[found?.[2] ?? ''] ?? Number.NaN)
  if (value <= mostBytes) return value
  r.wrong(field.node, `${key} must be a size such as 512MiB, 1GiB or 2TiB, at most 1024TiB`)
  return Number.NaN
}
