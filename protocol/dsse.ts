import { createHash } from 'node:crypto'
import { Refusal, type RefusalCode } from './errors.ts'
import { parseSha256, type Sha256Hex } from './ids.ts'
import { canonical, isObject, type JsonObject, parseCanonical, parseStrict } from './json.ts'
import { type KeyRole, kidPattern, type PublicKey, type Signer, verifies } from './keys.ts'
import { closed, list, matching, type Parsed, type Parser, ShapeError, text } from './shape.ts'

/**
 * DSSE v1 envelopes: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md. The signature covers the type
 * and the exact payload bytes; which key may sign is decided by the type here and never by the envelope.
 */
const statements = {
  'authorization.v1': { role: 'authz', most: 64 * 1024 },
  'exec-token.v1': { role: 'exec', most: 8 * 1024 },
  // One line for each statement that ran, and a token may stand for 5,000.
  'receipt.v1': { role: 'agent', most: 4 * 1024 * 1024 },
  // Names and sizes of 5,000 tables; what is over is cut by the agent.
  'schema.v1': { role: 'agent', most: 4 * 1024 * 1024 },
  'trust-bundle.v1': { role: 'root', most: 64 * 1024 },
  'checkpoint.v1': { role: 'checkpoint', most: 4 * 1024 },
} as const satisfies Readonly<Record<string, { readonly role: KeyRole; readonly most: number }>>

export type StatementType = keyof typeof statements
export const statementTypes = Object.keys(statements) as readonly StatementType[]

const envelopeShape = closed({
  payloadType: text,
  payload: text,
  signatures: list(closed({ keyid: matching(kidPattern, 'a key id'), sig: text }), 16),
})
/** `payload` and `sig` are standard base64 with padding; `keyid` only says which key to try. */
export type Envelope = Parsed<typeof envelopeShape>

export type Opened<K extends PublicKey = PublicKey> = {
  readonly payload: JsonObject
  readonly key: K
  readonly kid: string
  /** The payload's bytes, exactly as they were signed. */
  readonly bytes: Uint8Array
  /** SHA-256 of the whole envelope, by which other statements name this one. */
  readonly sha256: Sha256Hex
}

export async function seal(type: StatementType, payload: JsonObject, signer: Signer): Promise<Envelope> {
  if (payload.kid !== signer.kid)
    throw new Error(`${type}: expected the payload to name its key ${signer.kid}`)
  return sealAll(type, payload, [signer])
}

/** One envelope with a signature by each signer, for a statement that needs a threshold of them. */
export async function sealAll(
  type: StatementType,
  payload: JsonObject,
  signers: readonly Signer[],
): Promise<Envelope> {
  const { role, most } = statements[type]
  const body = Buffer.from(canonical(payload))
  const message = preAuthEncoding(payloadType(type), body)
  const signatures = await Promise.all(
    signers.map(async (signer) => {
      if (signer.role !== role)
        throw new Error(`${type}: expected a key for ${role}, got one for ${signer.role}`)
      return { keyid: signer.kid, sig: Buffer.from(await signer.sign(message)).toString('base64') }
    }),
  )
  const envelope = { payloadType: payloadType(type), payload: body.toString('base64'), signatures }
  const size = canonical(envelope).length
  if (size > most) throw new Error(`${type}: expected an envelope of at most ${most} bytes, got ${size}`)
  return envelope
}

/**
 * Opens a statement that one key signed. The checks in order: size and shape, type, one signature, a key of the role
 * that belongs to the type, the signature over the raw bytes, and only then the payload: canonical, and naming that
 * key itself. `keys` may throw a `Refusal` of its own, such as for a revoked key.
 */
export function open<K extends PublicKey>(
  envelope: unknown,
  want: { readonly type: StatementType; readonly keys: (kid: string) => K | undefined },
): Opened<K> {
  const { type } = want
  const sealed = readEnvelope(envelope, type)
  const [signature, second] = sealed.signatures
  if (signature === undefined || second !== undefined) {
    throw refusal(type, 'MALFORMED', `expected one signature, got ${sealed.signatures.length}`)
  }
  const bytes = decodeBase64(type, sealed.payload, 'payload')
  const key = ofRole(type, want.keys(signature.keyid))
  if (key === undefined || key.kid !== signature.keyid) {
    throw refusal(type, 'KEY', `expected a trusted key for ${statementRole(type)}, got ${signature.keyid}`)
  }
  checkSignature(type, bytes, signature.sig, key)
  const payload = readPayload(type, bytes)
  if (payload.kid !== key.kid) {
    throw refusal(type, 'KEY', 'expected the payload to name the key that signed it, got another')
  }
  return { payload, key, kid: key.kid, bytes, sha256: envelopeDigest(sealed) }
}

/**
 * Opens a statement that needs signatures by `threshold` different keys out of `keys`. Signatures by unknown keys are
 * passed over, as a change of roots carries old and new ones; a wrong signature by a known key is refused.
 */
export function openThreshold(
  envelope: unknown,
  want: { readonly type: StatementType; readonly keys: readonly PublicKey[]; readonly threshold: number },
): Omit<Opened, 'key' | 'kid'> & { readonly kids: readonly string[] } {
  const { type, threshold } = want
  const sealed = readEnvelope(envelope, type)
  const bytes = decodeBase64(type, sealed.payload, 'payload')
  const named = new Set(sealed.signatures.map((one) => one.keyid))
  if (named.size !== sealed.signatures.length)
    throw refusal(type, 'MALFORMED', 'expected each key to sign once')
  const kids = sealed.signatures.flatMap(({ keyid, sig }) => {
    const key = ofRole(
      type,
      want.keys.find((one) => one.kid === keyid),
    )
    if (key === undefined) return []
    checkSignature(type, bytes, sig, key)
    return [keyid]
  })
  if (!(threshold >= 1 && kids.length >= threshold)) {
    throw refusal(type, 'SIGNATURE', `expected ${threshold} signatures by trusted keys, got ${kids.length}`)
  }
  return { payload: readPayload(type, bytes), kids, bytes, sha256: envelopeDigest(sealed) }
}

/** Runs a payload through its parser; what does not fit is a refusal of that type of statement. */
export function parsePayload<T>(type: StatementType, parse: Parser<T>, payload: unknown): T {
  return orRefuse(type, 'CLAIMS', () => parse(payload, type))
}

export type Fault = 'MALFORMED' | 'TYPE' | 'KEY' | 'SIGNATURE' | 'CLAIMS'

/** A token's refusal says what was wrong with it by its code; other statements have one code each. */
export function refusal(type: StatementType, fault: Fault, message: string, options?: ErrorOptions): Refusal {
  return new Refusal(codeOf(type, fault), `${type}: ${message}`, options)
}

export function statementRole(type: StatementType): KeyRole {
  return statements[type].role
}

export function payloadType(type: StatementType): string {
  return `application/vnd.dbward.${type}+json`
}

/** The bytes that are signed: `DSSEv1 LEN(type) type LEN(body) body`, lengths in ASCII decimal, single spaces. */
export function preAuthEncoding(type: string, body: Uint8Array): Uint8Array {
  const name = Buffer.from(type)
  return Buffer.concat([Buffer.from(`DSSEv1 ${name.length} `), name, Buffer.from(` ${body.length} `), body])
}

/** SHA-256 over the canonical JSON of the envelope. */
export function envelopeDigest(envelope: Envelope): Sha256Hex {
  return parseSha256(createHash('sha256').update(canonical(envelope)).digest('hex'), 'digest')
}

function readEnvelope(value: unknown, type: StatementType): Envelope {
  const { most } = statements[type]
  const tooLong = (size: number) => {
    if (size > most) throw refusal(type, 'MALFORMED', `expected at most ${most} characters, got ${size}`)
  }
  if (typeof value === 'string') tooLong(value.length)
  const sealed = orRefuse(type, 'MALFORMED', () => {
    return envelopeShape(typeof value === 'string' ? parseStrict(value) : value, 'envelope')
  })
  tooLong(sealed.payload.length)
  if (sealed.payloadType !== payloadType(type)) {
    throw refusal(
      type,
      'TYPE',
      `expected ${payloadType(type)}, got ${JSON.stringify(sealed.payloadType.slice(0, 80))}`,
    )
  }
  return sealed
}

function ofRole<K extends PublicKey>(type: StatementType, key: K | undefined): K | undefined {
  if (key === undefined || key.role === statementRole(type)) return key
  throw refusal(type, 'KEY', `expected a key for ${statementRole(type)}, got one for ${key.role}`)
}

function checkSignature(type: StatementType, body: Uint8Array, sig: string, key: PublicKey): void {
  const signature = decodeBase64(type, sig, 'sig')
  if (!verifies(signature, preAuthEncoding(payloadType(type), body), key)) {
    throw refusal(type, 'SIGNATURE', `expected a signature by ${key.kid}, got one that does not verify`)
  }
}

function readPayload(type: StatementType, bytes: Uint8Array): JsonObject {
  const payload = orRefuse(type, 'MALFORMED', () => parseCanonical(bytes))
  if (!isObject(payload))
    throw refusal(type, 'MALFORMED', 'expected the payload to be an object, got another value')
  return payload
}

/** Node skips what is not base64, so only the one true spelling of the bytes passes. */
function decodeBase64(type: StatementType, encoded: string, name: string): Uint8Array {
  const bytes = Buffer.from(encoded, 'base64')
  if (bytes.toString('base64') !== encoded) {
    throw refusal(type, 'MALFORMED', `${name}: expected standard base64 with padding, got something else`)
  }
  return bytes
}

function orRefuse<T>(type: StatementType, fault: Fault, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof ShapeError) throw refusal(type, fault, cause.message, { cause })
    throw cause
  }
}

function codeOf(type: StatementType, fault: Fault): RefusalCode {
  switch (type) {
    case 'exec-token.v1':
      return `TOKEN_${fault}`
    case 'authorization.v1':
      return 'AUTHORIZATION_INVALID'
    case 'receipt.v1':
      return 'RECEIPT_INVALID'
    case 'schema.v1':
      return 'SCHEMA_INVALID'
    case 'trust-bundle.v1':
      return 'BUNDLE_INVALID'
    case 'checkpoint.v1':
      return 'CHECKPOINT_INVALID'
  }
}
