import { compareMigrations } from '@dbward/protocol/plan'
import { defaultRiskLimits, type Policy, riskLimitsFor } from '@dbward/protocol/policy'
import { riskOf } from '@dbward/rules/risk'
import type { Store } from '../store/open.ts'
import type { RequestWrite } from '../store/rows.ts'
import { newestSchema } from '../store/schemas.ts'
import type { RequestView } from '../view/model.ts'
import type { JudgedChange } from './judge.ts'
import { oldMs } from './take-schema.ts'

/** People are shown so many tables and reasons of one request. */
const most = 20

/** How dangerous a request is, by what its agent last saw of the database. It is shown, and decides nothing. */
export function schemaFacts(
  store: Store,
  row: Pick<RequestWrite, 'db' | 'env' | 'engine'>,
  judged: JudgedChange,
  policy: Policy | null,
  now: Date,
): Pick<RequestView, 'risk' | 'schema'> {
  const own = judged.requests.find((one) => one.database.name === row.db && one.environment === row.env)
  const newest = newestSchema(store, row.db, row.env)
  // A snapshot of another engine is of another database.
  const known = newest?.schema.engine === row.engine ? newest : null
  const old = known !== null && now.getTime() - Date.parse(known.row.taken) > oldMs
  const reviews =
    own?.review.made === true ? [...own.reviews].sort((a, b) => compareMigrations(a.path, b.path)) : null
  const limits = policy === null ? defaultRiskLimits : riskLimitsFor(policy, row.db, row.env)
  const { level, factors, tables } = riskOf(reviews, known?.schema ?? null, old, limits)
  return {
    risk: {
      level,
      factors: factors.slice(0, most).map((one) => ({ ...one })),
      moreFactors: Math.max(0, factors.length - most),
      tables: tables.slice(0, most).map(({ hows: _, ...one }) => one),
      moreTables: Math.max(0, tables.length - most),
    },
    schema:
      known === null
        ? null
        : { agent: known.row.agent, taken: known.row.taken, old, truncated: known.schema.truncated },
  }
}
