import type { TrustBundle } from './bundle.ts'
import { type Envelope, open, parsePayload, refusal, seal } from './dsse.ts'
import {
  count,
  orNull,
  parseAgentId,
  parseJti,
  parseRequestId,
  parseSha256,
  plainName,
  positive,
  type Sha256Hex,
  shortText,
  type Unparsed,
  version1,
} from './ids.ts'
import { kidPattern, type Signer } from './keys.ts'
import { closed, list, matching, oneOf, type Parsed } from './shape.ts'
import { maxStatements } from './token.ts'

const type = 'receipt.v1'
const path = shortText(200)
const statement = closed({
  file: path,
  i: count,
  kind: shortText(64),
  command: shortText(64),
  rows: orNull(count),
  ms: count,
})
const failure = closed({
  class: shortText(64),
  sqlstate: orNull(shortText(16)),
  file: orNull(path),
  i: orNull(count),
  position: orNull(count),
  message: shortText(1_000),
})
const shape = closed({
  v: version1,
  kid: matching(kidPattern, 'a key id'),
  aud: plainName,
  agent: parseAgentId,
  request: parseRequestId,
  att: positive,
  jti: parseJti,
  db: plainName,
  env: plainName,
  fence: positive,
  plan_sha256: parseSha256,
  token_sha256: parseSha256,
  outcome: oneOf('applied', 'already_applied', 'failed_clean', 'partial', 'unknown'),
  started: count,
  finished: count,
  statements: list(statement, maxStatements),
  error: orNull(failure),
  ledger: closed({
    server_id: orNull(shortText(128)),
    rows: list(closed({ migration: path, sha256: parseSha256 }), maxStatements),
  }),
  audit: closed({ seq: count, hash: parseSha256 }),
})

/**
 * What an agent says it did by one token. `aud` is the server's `iss`, `token_sha256` the digest of the token's
 * envelope, `started` and `finished` Unix milliseconds by the agent's wall clock, which may jump in between. No SQL text and no value from the database is ever in it:
 * `error.message` is redacted before it comes here.
 */
export type Receipt = Parsed<typeof shape>
export type ReceiptOutcome = Receipt['outcome']
export type VerifiedReceipt = { readonly receipt: Receipt; readonly sha256: Sha256Hex }

/** `v` and `kid` are the signer's to set. */
export function signReceipt(
  receipt: Unparsed<Omit<Receipt, 'v' | 'kid'>>,
  signer: Signer,
): Promise<Envelope> {
  return seal(type, parseReceipt({ v: 1, kid: signer.kid, ...receipt }), signer)
}

/**
 * Passes a receipt that the agent it names has signed, for this server. `now` (Unix seconds) says which keys are in
 * force. That it answers a token of ours (`token_sha256`, `jti`, `fence`) is for the caller to compare.
 */
export function openReceipt(
  envelope: unknown,
  want: { readonly bundle: TrustBundle; readonly now: number; readonly aud: string },
): VerifiedReceipt {
  const { payload, key, sha256 } = open(envelope, {
    type,
    keys: (kid) => want.bundle.keyFor('agent', kid, want.now),
  })
  const receipt = parseReceipt(payload)
  if (receipt.agent !== key.id) {
    throw refusal(type, 'KEY', `expected the agent ${key.id}, whose key signed it, got ${receipt.agent}`)
  }
  if (receipt.aud !== want.aud) {
    throw refusal(type, 'CLAIMS', `expected a receipt for ${want.aud}, got one for ${receipt.aud}`)
  }
  return { receipt, sha256 }
}

function parseReceipt(payload: unknown): Receipt {
  const receipt = parsePayload(type, shape, payload)
  const succeeded = receipt.outcome === 'applied' || receipt.outcome === 'already_applied'
  if (succeeded && receipt.error !== null) {
    throw refusal(type, 'CLAIMS', `expected no error with the outcome ${receipt.outcome}`)
  }
  return receipt
}
