import type { ChangeFacts } from '@dbward/protocol/facts'
import type { Policy } from '@dbward/protocol/policy'
import { list, open, text } from '@dbward/protocol/shape'
import { type Wishes, wishesOf } from '@dbward/protocol/wishes'
import { lastAttempt } from '../store/attempts.ts'
import type { Store } from '../store/open.ts'
import type { RequestWrite } from '../store/rows.ts'
import { next, type State } from './next.ts'

/**
 * The request where reviews end it: the change was cancelled, or every file of it that has not run is never to run. Null
 * where nothing ends it, and where an agent has it in hands or has left it unknown.
 */
export function stopped(
  store: Store,
  policy: Policy,
  facts: ChangeFacts,
  row: RequestWrite,
): RequestWrite | null {
  if (facts.state !== 'merged' || row.plan.files.length === 0) return null
  const wishes = wishesOf(policy, facts, { database: row.db, environment: row.env })
  const state = row.state as State
  const skipper = skippedBy(store, row, wishes)
  const resolved = skipper === null ? null : next(state, { kind: 'skipped' })
  if (resolved !== null) {
    const reason = `${skipper} said of every file that has not run that it is never to run.`
    return { ...row, state: resolved, reason_code: 'SKIPPED', reason, next_step: null }
  }
  const { cancelledBy } = wishes
  const cancelled = cancelledBy === null ? null : next(state, { kind: 'cancelled' })
  if (cancelled === null) return null
  const reason = `Cancelled by ${cancelledBy}.`
  const next_step = 'Its files are still on the branch: skip each of them by a review, or revert the merge.'
  return { ...row, state: cancelled, reason_code: 'CANCELLED', reason, next_step }
}

/** Who skipped all that is left of a plan; null where something is left that nobody skipped, or where nothing is. */
function skippedBy(store: Store, row: RequestWrite, { skipped }: Wishes): string | null {
  const done = doneFiles(store, row)
  const left = row.plan.files.filter((one) => !done.has(one.path))
  const by = left.map((file) => skipped.find((one) => one.path === file.path)?.login)
  return by.every((one) => one !== undefined) ? (by[0] ?? null) : null
}

const receipt = open({ ledger: open({ rows: list(open({ migration: text })) }) })

/** What the last receipt says is in the database. It was verified when it came. */
function doneFiles(store: Store, row: RequestWrite): ReadonlySet<string> {
  const kept = row.state === 'partial' ? lastAttempt(store, row.id)?.receipt : null
  if (kept === null || kept === undefined) return new Set()
  const found = receipt(JSON.parse(Buffer.from(kept.payload, 'base64').toString('utf8')), 'receipt')
  return new Set(found.ledger.rows.map((one) => one.migration))
}
