import { createHash } from 'node:crypto'
import { canonical } from './json.ts'
import type { Approver } from './policy.ts'

/** What `decide` answers, with its evidence. It is stored and shown as JSON, so nothing in it is anything else. */
export type Decision = {
  readonly verdict: 'allow' | 'wait' | 'deny'
  readonly code: DecisionCode
  /** Why, in one sentence. */
  readonly sentence: string
  /** Who can change that, and how; empty where nothing is to be done. */
  readonly next: string
  readonly workflow: { readonly line: number; readonly database: string; readonly environment: string } | null
  readonly steps: readonly StepEvidence[]
  readonly counted: readonly CountedApproval[]
  /** Everybody who spoke and counts nowhere, with the reason that holds for every entry. */
  readonly notCounted: readonly NotCounted[]
  /** SHA-256 of the organisation's floor, where one was heeded. */
  readonly floor?: string
}

export const decisionCodes = [
  'APPROVED',
  'APPROVED_BY_MERGING',
  'AUTO_APPROVED',
  'AUTHOR_MAY_MERGE',
  'WAITING_FOR_APPROVAL',
  'CHANGES_REQUESTED',
  'FINDINGS_BLOCK',
  'FILES_REFUSED',
  'POLICY_AND_SQL',
  'NO_WORKFLOW',
  'NOT_REVIEWED',
  'HELD',
  'CANCELLED',
  'SKIPPED',
] as const
export type DecisionCode = (typeof decisionCodes)[number]

/** As the review of SQL says it, without knowing the database. */
export type RiskLevel = 'low' | 'medium' | 'unknown' | 'high'

export type StepEvidence = {
  readonly mode: 'all' | 'any'
  readonly met: boolean
  readonly entries: readonly EntryEvidence[]
}
export type EntryEvidence = {
  readonly approver: Approver
  readonly counted: readonly string[]
  /** Why everybody else who spoke does not count for this entry; at most `mostNamed` of them. */
  readonly notCounted: readonly Omit<NotCounted, 'commit'>[]
  readonly met: boolean
}
export const mostNamed = 20

export type CountedApproval = {
  readonly review_id: number
  readonly user_id: number
  readonly login: string
  readonly commit_id: string
  readonly state: 'APPROVED' | 'MERGED'
}

export const notCountedReasons = [
  'bot',
  'author',
  'committer',
  'co-author',
  'pusher',
  'dismissed',
  'changes-requested',
  'commit-gone',
  'older-bytes',
  'before-base-change',
  'expired',
  'no-reason',
  'no-write-permission',
  'not-a-member',
  'not-an-approver',
  'already-counted',
  'not-needed',
] as const
export type NotCountedReason = (typeof notCountedReasons)[number]
export type NotCounted = {
  readonly login: string
  readonly commit: string | null
  readonly reason: NotCountedReason
}

/** SHA-256 over the canonical JSON of the approvals that counted, sorted by review. */
export function approvalsDigest(counted: readonly CountedApproval[]): string {
  const rows = [...counted]
    .sort((a, b) => a.review_id - b.review_id || a.user_id - b.user_id)
    .map(({ review_id, user_id, commit_id, state }) => ({ review_id, user_id, commit_id, state }))
  return createHash('sha256').update(canonical(rows)).digest('hex')
}

export function describeApprover(approver: Approver): string {
  if (approver.kind === 'codeowners') return 'the code owners'
  return approver.kind === 'role' ? `somebody with the role ${approver.name}` : approver.name
}

/** After "because" or a colon: why somebody does not count. */
export const notCountedWords: Readonly<Record<NotCountedReason, string>> = {
  bot: 'bots never count',
  author: 'wrote some of this SQL, or opened the pull request',
  committer: 'committed some of this SQL',
  'co-author': 'co-author of some of this SQL',
  pusher: 'pushed some of this SQL',
  dismissed: 'the review was dismissed',
  'changes-requested': 'requested changes',
  'commit-gone': 'the reviewed commit can no longer be read',
  'older-bytes': 'the SQL changed after this review',
  'before-base-change': 'given before the base branch was changed',
  expired: 'older than the policy allows',
  'no-reason': 'the policy wants a reason in the review',
  'no-write-permission': 'no write permission on this repository',
  'not-a-member': 'not a member now, or without that role',
  'not-an-approver': 'not among the approvers of the workflow',
  'already-counted': 'counts for another entry',
  'not-needed': 'valid, and not needed',
}
