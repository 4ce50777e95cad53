import { integer, matching, nullable, open, type Parser, ShapeError, text } from '@dbward/protocol/shape'
import { compactVerify, errors, importJWK } from 'jose'
import type { RsaKey } from './jwks.ts'

/** What GitHub signed about one job. Ids and the run are numbers as text. */
export type JobClaims = {
  readonly jti: string
  /** Unix seconds. */
  readonly exp: number
  readonly repository: string
  readonly repository_id: string
  readonly repository_owner_id: string
  readonly ref: string
  readonly sha: string
  readonly event_name: string
  readonly job_workflow_ref: string
  readonly job_workflow_sha: string | null
  readonly environment: string | null
  readonly runner_environment: string | null
  readonly run_id: string
  readonly run_attempt: string
}

/** The token does not say what it must; `claim` names what is off, and the sentence is for whoever brought it. */
export class NotThisJob extends Error {
  override readonly name = 'NotThisJob'
  readonly claim: string

  constructor(claim: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.claim = claim
  }
}

export type IdTokenDeps = {
  readonly issuer: string
  readonly audience: string
  readonly keyFor: (kid: string) => Promise<RsaKey | null>
  readonly now: () => Date
}

const skewSeconds = 30
const oldestSeconds = 15 * 60
/** Of an RSA key, in bits. */
const leastBits = 2_048

/**
 * Opens the token of a job: signed by RS256 and nothing else, with a key that the issuer publishes under the `kid` of
 * the header; from exactly this issuer, for exactly this audience, and of these minutes. A claim that is missing, or of
 * another form than GitHub's, is a no. Rejects with a `NotThisJob`, or with what `keyFor` rejects with.
 */
export async function openIdToken(token: string, deps: IdTokenDeps): Promise<JobClaims> {
  const payload = await verified(token, deps)
  try {
    const { iss, aud } = open({ iss: text, aud: text })(payload, 'token')
    if (iss !== deps.issuer) throw off('iss', 'another issuer than the one of this server signed it')
    if (aud !== deps.audience) throw off('aud', 'it is for another audience; see the input audience')
    checkTimes(times(payload, 'token'), deps.now().getTime() / 1_000)
    return job(payload, 'token')
  } catch (cause) {
    if (!(cause instanceof ShapeError)) throw cause
    throw new NotThisJob(cause.at.replace(/^token\.?/, '') || 'token', cause.message, { cause })
  }
}

async function verified(token: string, { keyFor }: IdTokenDeps): Promise<unknown> {
  try {
    const { payload } = await compactVerify(
      token,
      async ({ kid }) => {
        if (typeof kid !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(kid)) {
          throw off('kid', 'its header names no key')
        }
        const key = await keyFor(kid)
        if (key === null) throw off('kid', 'it is not signed with a key that the issuer publishes')
        if (Buffer.from(key.n, 'base64url').length * 8 < leastBits) {
          throw off('kid', `it is signed with a key of fewer than ${leastBits} bits`)
        }
        return await importJWK({ kty: 'RSA', n: key.n, e: key.e }, 'RS256').catch((cause: unknown) => {
          throw new NotThisJob('kid', 'its key is none that can be used', { cause })
        })
      },
      { algorithms: ['RS256'] },
    )
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch (cause) {
    // What jose says of a token may quote it.
    const ours =
      cause instanceof errors.JOSEError || cause instanceof SyntaxError || cause instanceof TypeError
    if (ours) throw new NotThisJob('signature', 'it is no token that the issuer signed by RS256', { cause })
    throw cause
  }
}

type Times = { readonly iat: number; readonly nbf: number; readonly exp: number }

/** Written so that a clock that gives NaN refuses. */
function checkTimes({ iat, nbf, exp }: Times, now: number): void {
  if (!(now < exp + skewSeconds)) throw off('exp', 'it has run out; ask GitHub for a new one')
  if (!(nbf <= now + skewSeconds)) throw off('nbf', 'it is not valid yet; look at the clock of the server')
  if (!(iat <= now + skewSeconds)) throw off('iat', 'it lies in the future; look at the clock of the server')
  if (!(now - iat <= oldestSeconds + skewSeconds)) {
    throw off('iat', `it is older than ${oldestSeconds / 60} minutes; ask GitHub for a new one`)
  }
}

function off(claim: string, message: string): NotThisJob {
  return new NotThisJob(claim, message)
}

const seconds: Parser<number> = (value, at) => {
  const found = integer(value, at)
  if (found < 0) throw new ShapeError(at, 'Unix seconds', value)
  return found
}
const times = open({ iat: seconds, nbf: seconds, exp: seconds })

const id = matching(/^[1-9]\d{0,19}$/, 'a number as text')
const line = matching(/^[^\p{Cc}]{1,1000}$/u, 'text')

const job: Parser<JobClaims> = open({
  jti: matching(/^[\x21-\x7e]{8,255}$/, 'an id'),
  exp: seconds,
  repository: line,
  repository_id: id,
  repository_owner_id: id,
  ref: line,
  sha: matching(/^[0-9a-f]{40}$/, '40 hex digits'),
  event_name: line,
  job_workflow_ref: line,
  job_workflow_sha: nullable(line),
  environment: nullable(line),
  runner_environment: nullable(line),
  run_id: id,
  run_attempt: matching(/^[1-9]\d{0,5}$/, 'a number as text'),
})
