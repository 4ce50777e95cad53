import { clockSkewSeconds, type TrustBundle } from './bundle.ts'
import { type Envelope, open, parsePayload, refusal, seal } from './dsse.ts'
import { Refusal, type RefusalCode } from './errors.ts'
import {
  between,
  branchName,
  count,
  parseAgentId,
  parseCommitSha,
  parseJti,
  parseNonce,
  parseRequestId,
  parseSha256,
  plainName,
  positive,
  repoName,
  type Sha256Hex,
  type Unparsed,
  version1,
} from './ids.ts'
import { kidPattern, type Signer } from './keys.ts'
import { closed, flag, matching, oneOf, type Parsed, type Parser, ShapeError, text } from './shape.ts'

const type = 'exec-token.v1'

/** How long a token may live, and how long after its claim an agent may still start by it. */
export const maxTokenSeconds = 300
/** A token stands for one plan of at most this many statements, so that its receipt has room for each. */
export const maxStatements = 5_000

const audience: Parser<`agent:${string}`> = (value, at) => {
  const found = text(value, at)
  if (!found.startsWith('agent:')) throw new ShapeError(at, 'agent:<id>', found)
  return `agent:${parseAgentId(found.slice(6), at)}`
}

/** `run_id/run_attempt` of GitHub Actions. Null is said, never left out. */
const runName = matching(/^[1-9]\d{0,19}\/[1-9]\d{0,5}$/, 'run_id/run_attempt, or null')
const runOrNull: Parser<string | null> = (value, at) => (value === null ? null : runName(value, at))

const claimsShape = closed({
  v: version1,
  iss: plainName,
  aud: audience,
  sub: parseRequestId,
  att: positive,
  jti: parseJti,
  nonce: parseNonce,
  kid: matching(kidPattern, 'a key id'),
  iat: count,
  nbf: count,
  exp: count,
  db: plainName,
  engine: oneOf('postgres', 'mysql', 'mariadb'),
  env: plainName,
  fence: positive,
  op: oneOf('migrate'),
  repo_id: positive,
  repo: repoName,
  pr: positive,
  base_ref: branchName,
  head_sha: parseCommitSha,
  merge_sha: parseCommitSha,
  plan_sha256: parseSha256,
  n_stmts: between(0, maxStatements),
  policy_sha256: parseSha256,
  approvals_sha256: parseSha256,
  authz_sha256: parseSha256,
  audit: closed({ seq: count, hash: parseSha256 }),
  limits: closed({ stmt_ms: positive, lock_ms: positive, total_ms: positive, max_rows: count }),
  bg: flag,
  run: runOrNull,
})

/**
 * What one attempt may do: run this plan on this database by this agent, once, within minutes. Times are Unix seconds.
 * `audit` is the head of the server's log when the token was made; `bg` marks a break-glass; `run` is the run of GitHub
 * Actions that claimed, and null for an agent that stands.
 */
export type ExecClaims = Parsed<typeof claimsShape>

declare const verified: unique symbol
/**
 * A token that `verifyToken` passed; there is no other maker. Necessary for an execution and not sufficient: the
 * agent's own evidence from GitHub, `jti`, `fence`, `db`, `env` and the plan's hash are for the caller to check.
 */
export type VerifiedToken = {
  readonly claims: ExecClaims
  /** SHA-256 of the envelope, as receipts name it. */
  readonly sha256: Sha256Hex
  readonly [verified]: true
}

export type TokenExpectations = {
  readonly bundle: TrustBundle
  /** Unix seconds by the wall clock. */
  readonly now: number
  /** Milliseconds since the claim was sent, by the monotonic clock: a wall clock that is set back saves no token. */
  readonly sinceClaimMs: number
  readonly agentId: string
  /** The nonce that this agent sent in this claim. */
  readonly nonce: string
  /** The run of GitHub Actions that this is (`run_id/run_attempt`); null for an agent that stands. */
  readonly run: string | null
}

/** `v` and `kid` are the signer's to set. */
export function signToken(
  claims: Unparsed<Omit<ExecClaims, 'v' | 'kid'>>,
  signer: Signer,
): Promise<Envelope> {
  const parsed = parseClaims({ v: 1, kid: signer.kid, ...claims })
  checkLifetime(parsed)
  return seal(type, parsed, signer)
}

/** Passes a token that is for this agent and this claim, in force now, and signed by an exec key of its issuer. */
export function verifyToken(envelope: unknown, expected: TokenExpectations): VerifiedToken {
  const { bundle, now } = expected
  const { payload, key, sha256 } = open(envelope, { type, keys: (kid) => bundle.keyFor('exec', kid, now) })
  const claims = parseClaims(payload)
  if (claims.iss !== key.id) {
    throw refusal(type, 'KEY', `expected the issuer ${key.id}, whose key signed it, got ${claims.iss}`)
  }
  checkLifetime(claims)
  checkClocks(claims, expected)
  if (claims.aud !== `agent:${expected.agentId}`) {
    throw refused(
      'TOKEN_AUDIENCE',
      `expected a token for agent:${expected.agentId}, got one for ${claims.aud}`,
    )
  }
  if (claims.run !== expected.run) {
    const [want, got] = [expected.run ?? 'no run', claims.run ?? 'no run']
    throw refused('TOKEN_AUDIENCE', `expected a token for ${want} of GitHub Actions, got one for ${got}`)
  }
  if (claims.nonce !== expected.nonce) {
    throw refused('TOKEN_NONCE', 'expected the nonce of this claim, got that of another')
  }
  return { claims, sha256 } as VerifiedToken
}

/** Exactly the claims of the table, each in its own form: an unknown or a missing one is refused. */
export function parseClaims(payload: unknown): ExecClaims {
  return parsePayload(type, claimsShape, payload)
}

function checkLifetime({ iat, nbf, exp }: ExecClaims): void {
  if (exp - iat > maxTokenSeconds || exp <= iat || exp <= nbf) {
    throw refused(
      'TOKEN_LIFETIME',
      `expected a life of 1 to ${maxTokenSeconds} s, got iat ${iat}, nbf ${nbf}, exp ${exp}`,
    )
  }
}

/** Written so that a clock that gives NaN refuses. */
function checkClocks({ iat, nbf, exp }: ExecClaims, { now, sinceClaimMs }: TokenExpectations): void {
  if (!(Math.max(iat, nbf) <= now + clockSkewSeconds)) {
    throw refused(
      'TOKEN_NOT_YET',
      `expected iat and nbf by ${now + clockSkewSeconds}, got ${iat} and ${nbf}; check the clock`,
    )
  }
  if (!(now < exp)) throw refused('TOKEN_EXPIRED', `expected exp behind ${now}, got ${exp}; claim again`)
  if (!(sinceClaimMs >= 0))
    throw refused('CLOCK', `expected the time since the claim, got ${sinceClaimMs} ms`)
  if (sinceClaimMs > maxTokenSeconds * 1_000) {
    throw refused(
      'TOKEN_EXPIRED',
      `expected a claim of the last ${maxTokenSeconds} s, got one of ${sinceClaimMs} ms ago`,
    )
  }
}

function refused(code: RefusalCode, message: string): Refusal {
  return new Refusal(code, `${type}: ${message}`)
}
