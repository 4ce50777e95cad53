import type { Envelope } from '@dbward/protocol/dsse'
import { Refusal } from '@dbward/protocol/errors'
import type { LogHead } from '@dbward/protocol/log'
import type { AuditTail, ExecuteOrder, ProbeOrder } from '@dbward/protocol/messages'
import { statementCount } from '@dbward/protocol/plan'
import { open, sha256Hex } from '@dbward/protocol/shape'
import { type ExecClaims, maxTokenSeconds, parseClaims, type signToken } from '@dbward/protocol/token'
import { auditAt, auditDigests, auditHead } from '../store/audit.ts'
import type { Store } from '../store/open.ts'
import type { AttemptRow, RequestRow } from '../store/rows.ts'

/** An agent that has been away for longer catches up over several claims. */
const mostDigests = 20_000

/** What one attempt adds to its request. */
export type Place = {
  readonly iss: string
  readonly agent: string
  /** The run of GitHub Actions that claims; null for an agent that stands. */
  readonly run: string | null
  readonly nonce: string
  readonly id: string
  readonly n: number
  readonly fence: number
  readonly audit: LogHead
  readonly at: Date
}

/** What the token of an attempt says. A request without its authorization gets none. */
export function claimsFor(
  request: RequestRow,
  { iss, agent, run, nonce, id, n, fence, audit, at }: Place,
): Parameters<typeof signToken>[0] {
  const { merge_sha, limits, authz_sha256, authorization } = request
  if (merge_sha === null || limits === null || authz_sha256 === null || authorization === null) {
    throw new Refusal('NOT_APPROVED', `request ${request.id} is queued without an authorization`)
  }
  const iat = Math.floor(at.getTime() / 1_000)
  return {
    iss,
    aud: `agent:${agent}`,
    sub: request.id,
    att: n,
    jti: id,
    nonce,
    iat,
    nbf: iat,
    exp: iat + maxTokenSeconds,
    db: request.db,
    engine: request.engine,
    env: request.env,
    fence,
    op: 'migrate',
    repo_id: request.repo_id,
    repo: request.repo,
    pr: request.pr,
    base_ref: request.base_ref,
    head_sha: request.head,
    merge_sha,
    plan_sha256: request.plan_sha256,
    n_stmts: statementCount(request.plan),
    policy_sha256: request.policy_sha256,
    approvals_sha256: approvalsOf(authorization),
    authz_sha256,
    audit,
    limits,
    bg: false,
    run,
  }
}

/** The head that the token names: ours, or as far towards it as this agent can follow in one answer. */
export function tokenHead(store: Store, seen: number): LogHead {
  const head = auditHead(store)
  const near = seen === 0 ? null : auditAt(store, Math.min(head.seq, seen + mostDigests))
  return near ?? head
}

export function executeOrder(
  store: Store,
  lease_seconds: number,
  audit_seq: number,
  { authorization }: RequestRow,
  { id, token }: AttemptRow,
): ExecuteOrder {
  if (authorization === null) throw new Error(`attempt ${id}: expected a request with its authorization`)
  const { audit } = claimsOf(token)
  // Who has seen nothing yet begins to follow at the head: there is nothing that the digests could be held against.
  const from = audit_seq === 0 ? audit.seq : audit_seq
  const tail: AuditTail = { from, ...audit, digests: auditDigests(store, from, audit.seq) }
  return { kind: 'execute', attempt: id, lease_seconds, token, authorization, audit: tail }
}

export function probeOrder(request: RequestRow, attempt: AttemptRow): ProbeOrder {
  const { iss, sub, att, jti, repo_id, repo, merge_sha, db, env, fence, audit } = claimsOf(attempt.token)
  const { id, token_sha256 } = attempt
  const { plan } = request
  const named = { iss, att, jti, repo_id, repo, merge_sha, db, env, fence, audit }
  return { kind: 'probe', attempt: id, request: sub, token_sha256, plan, ...named }
}

/** What a token of ours says. */
export function claimsOf(token: Envelope): ExecClaims {
  return parseClaims(payload(token))
}

function approvalsOf(authorization: Envelope): string {
  return open({ approvals_sha256: sha256Hex })(payload(authorization), 'authorization').approvals_sha256
}

function payload(envelope: Envelope): unknown {
  return JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8'))
}
