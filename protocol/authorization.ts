import { clockSkewSeconds, type TrustBundle } from './bundle.ts'
import { approvalsDigest } from './decide.ts'
import { type Envelope, open, parsePayload, refusal, seal } from './dsse.ts'
import { Refusal } from './errors.ts'
import {
  branchName,
  count,
  parseCommitSha,
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
import { closed, list, matching, oneOf, type Parsed } from './shape.ts'

const type = 'authorization.v1'
const approval = closed({
  review_id: count,
  user_id: positive,
  login: matching(/^[A-Za-z0-9_-]{1,100}(?:\[bot\])?$/, 'a login'),
  commit_id: parseCommitSha,
  state: oneOf('APPROVED', 'MERGED'),
})
const shape = closed({
  v: version1,
  kid: matching(kidPattern, 'a key id'),
  iss: plainName,
  iat: count,
  request: parseRequestId,
  db: plainName,
  env: plainName,
  engine: oneOf('postgres', 'mysql', 'mariadb'),
  op: oneOf('migrate'),
  repo_id: positive,
  repo: repoName,
  pr: positive,
  base_ref: branchName,
  base_sha: parseCommitSha,
  head_sha: parseCommitSha,
  merge_sha: parseCommitSha,
  plan_sha256: parseSha256,
  policy_sha256: parseSha256,
  approvals_sha256: parseSha256,
  approvals: list(approval, 100),
  decision: oneOf('allow'),
})

/**
 * That a merged change was allowed on one database and environment, by whom, and under which policy. It is evidence
 * for ever and runs nothing: an agent executes by an exec-token only. `iat` is in Unix seconds.
 */
export type Authorization = Parsed<typeof shape>
export type VerifiedAuthorization = { readonly authorization: Authorization; readonly sha256: Sha256Hex }

/** `v`, `kid` and the digest of the approvals are set here. */
export function signAuthorization(
  authorization: Unparsed<Omit<Authorization, 'v' | 'kid' | 'approvals_sha256'>>,
  signer: Signer,
): Promise<Envelope> {
  const approvals = parsePayload(type, list(approval, 100), authorization.approvals)
  const approvals_sha256 = approvalsDigest(approvals)
  return seal(
    type,
    parsePayload(type, shape, { v: 1, kid: signer.kid, approvals_sha256, ...authorization }),
    signer,
  )
}

/** `now` (Unix seconds) says which keys are in force; for an old authorization pass the time that it names. */
export function openAuthorization(
  envelope: unknown,
  { bundle, now }: { readonly bundle: TrustBundle; readonly now: number },
): VerifiedAuthorization {
  const { payload, key, sha256 } = open(envelope, { type, keys: (kid) => bundle.keyFor('authz', kid, now) })
  const authorization = parsePayload(type, shape, payload)
  if (authorization.iss !== key.id) {
    throw refusal(type, 'KEY', `expected the issuer ${key.id}, whose key signed it, got ${authorization.iss}`)
  }
  if (!(authorization.iat <= now + clockSkewSeconds)) {
    throw refusal(type, 'CLAIMS', `expected iat by ${now + clockSkewSeconds}, got ${authorization.iat}`)
  }
  const digest = approvalsDigest(authorization.approvals)
  if (digest !== authorization.approvals_sha256) {
    throw new Refusal(
      'APPROVALS_DIGEST',
      `expected approvals with digest ${authorization.approvals_sha256}, got ${digest}`,
    )
  }
  return { authorization, sha256 }
}
