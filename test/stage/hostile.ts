import { randomBytes } from 'node:crypto'
import { signAuthorization } from '@dbward/protocol/authorization'
import { type CountedApproval, decide } from '@dbward/protocol/decide'
import { type Envelope, envelopeDigest } from '@dbward/protocol/dsse'
import type { GitHubReader } from '@dbward/protocol/github'
import { newJti, type Unparsed } from '@dbward/protocol/ids'
import type { LocalSigner } from '@dbward/protocol/keys'
import { emptyLog, extend } from '@dbward/protocol/log'
import type { AuditTail, ExecuteOrder } from '@dbward/protocol/messages'
import { makePlan, planDigest, sha256, statementCount } from '@dbward/protocol/plan'
import { readChange } from '@dbward/protocol/snapshot'
import { type ExecClaims, signToken } from '@dbward/protocol/token'
import { split } from '@dbward/rules/split'
import { rules } from './setting.ts'

/** What a hostile server says in place of the truth. Where an authorization has the same field, it lies there too. */
export type Lies = Partial<Omit<Unparsed<ExecClaims>, 'v' | 'kid' | 'approvals_sha256' | 'authz_sha256'>> & {
  readonly approvals?: readonly CountedApproval[]
  /** The log up to the token; by default one entry that nobody has seen before. */
  readonly tail?: AuditTail
  readonly exec?: LocalSigner
  readonly authz?: LocalSigner
  /** Signs these bytes as the plan instead of those of the pull request. */
  readonly sql?: string
}
export type ServerKeys = { readonly exec: LocalSigner; readonly authz: LocalSigner }

/**
 * A server that has been taken over, with its real keys: everything that it signs verifies. It looks at the pull request
 * as an honest one does, leaves out what it cannot show, and signs the rest together with its lies.
 */
export async function hostileOrder(
  github: GitHubReader,
  keys: ServerKeys,
  pr: { readonly repo: string; readonly number: number; readonly nonce: string },
  lies: Lies = {},
): Promise<ExecuteOrder> {
  const { approvals, tail = freshTail(), exec = keys.exec, authz = keys.authz, sql, ...claimed } = lies
  const { facts, files, policy } = await readChange(github, pr.repo, pr.number, rules)
  if (policy.found !== 'yes') throw new Error('expected a policy at the base, to have something to lie about')
  const sources = files.flatMap(({ path, bytes }) =>
    bytes === null ? [] : [{ path, bytes: sql === undefined ? bytes : new TextEncoder().encode(sql) }],
  )
  const split_ = await Promise.all(sources.map(({ bytes }) => split(bytes, 'postgres')))
  const plan = makePlan(
    sources.map((one, i) => ({ ...one, tx: split_[i]?.tx ?? 'auto', stmts: split_[i]?.stmts ?? [] })),
  )
  const target = { database: 'app', environment: 'production' }
  const decision = decide(
    policy.policy,
    facts,
    { made: true, blocking: 0, allowed: 0, risk: 'unknown' },
    target,
    Date.now(),
  )
  const now = Math.floor(Date.now() / 1_000)
  const claims = {
    iss: 'dbward-1',
    aud: 'agent:agent-1' as const,
    sub: `${facts.repo.id}#${pr.number}:app@production`,
    att: 1,
    jti: newJti((bytes) => new Uint8Array(randomBytes(bytes))),
    nonce: pr.nonce,
    iat: now,
    nbf: now,
    exp: now + 300,
    db: 'app',
    engine: 'postgres' as const,
    env: 'production',
    fence: 1,
    op: 'migrate' as const,
    repo_id: facts.repo.id,
    repo: facts.repo.name,
    pr: pr.number,
    base_ref: facts.base.ref,
    head_sha: facts.head,
    merge_sha: facts.mergeSha ?? facts.head,
    plan_sha256: planDigest(plan),
    n_stmts: statementCount(plan),
    policy_sha256: facts.policySha256 ?? sha256(''),
    audit: { seq: tail.seq, hash: tail.hash },
    limits: { stmt_ms: 20_000, lock_ms: 2_000, total_ms: 60_000, max_rows: 0 },
    bg: false,
    run: null,
    ...claimed,
  }
  const { iss, db, env, engine, op, repo_id, repo, base_ref, head_sha, merge_sha } = claims
  const authorization = await signAuthorization(
    {
      ...{ iss, db, env, engine, op, repo_id, repo, base_ref, head_sha, merge_sha },
      iat: now,
      request: claims.sub,
      pr: claims.pr,
      base_sha: facts.base.sha,
      plan_sha256: claims.plan_sha256,
      policy_sha256: claims.policy_sha256,
      approvals: approvals ?? decision.counted,
      decision: 'allow',
    },
    authz,
  )
  const authz_sha256 = envelopeDigest(authorization)
  const token = await signToken(
    { ...claims, approvals_sha256: approvalsOf(authorization), authz_sha256 },
    exec,
  )
  return { kind: 'execute', attempt: claims.jti, lease_seconds: 30, token, authorization, audit: tail }
}

/** A log of one entry, told to an agent that has seen none. */
export function freshTail(): AuditTail {
  return { from: 1, ...extend(emptyLog, [sha256('an entry')]), digests: [] }
}

function approvalsOf(authorization: Envelope): string {
  const said: unknown = JSON.parse(Buffer.from(authorization.payload, 'base64').toString('utf8'))
  return (said as { approvals_sha256: string }).approvals_sha256
}
