import { clipped } from './markdown.ts'
import type { FileView, Finding, RequestState } from './model.ts'

/** What people read for the words that the code uses. */
export const stateWords: Readonly<Record<RequestState, string>> = {
  discovered: '⏳ found',
  reviewing: '⏳ being reviewed',
  blocked: '🛑 blocked',
  awaiting_approval: '⏳ waiting for approval',
  approved: '✅ approved, runs after the merge',
  held: '🛑 held: merged, and not allowed to run',
  queued: '⏳ queued',
  ready: '⏳ next in the queue',
  leased: '🚀 taken by an agent',
  running: '🚀 running',
  unknown: '🛑 unknown: an agent went silent',
  cancelling: '⏳ being cancelled',
  failed_clean: '❌ failed, rolled back',
  partial: '❌ partly applied',
  applied: '✅ applied',
  already_applied: '✅ was applied already',
  cancelled: '⚪ cancelled',
  superseded: '⚪ superseded',
  closed: '⚪ closed',
  expired: '⚪ expired',
  resolved_manually: '✅ resolved by hand',
}

/** The worst first. */
export const severityOrder: readonly Finding['severity'][] = ['block', 'warn', 'note']

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`
}

export function target(of: { readonly database: string; readonly environment: string }): string {
  return `${of.database}@${of.environment}`
}

/** A deleted file has nothing left to review, and the policy is no SQL. */
export function isUnreviewed(file: FileView): boolean {
  return file.statements === null && file.status !== 'deleted' && file.database !== null
}

/** `2026-01-31 14:03 UTC`, to the second where asked. What is no time shows as it came. */
export function moment(at: string | number, precision: 'minute' | 'second' = 'minute'): string {
  const time = new Date(at)
  if (Number.isNaN(time.getTime())) return clipped(String(at), 40)
  return `${time
    .toISOString()
    .slice(0, precision === 'minute' ? 16 : 19)
    .replace('T', ' ')} UTC`
}

export function shortSha(sha: string): string {
  return sha.slice(0, 7)
}
