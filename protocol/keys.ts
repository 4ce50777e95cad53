import { createHash, createPrivateKey, createPublicKey, sign as nodeSign } from 'node:crypto'
import { hashes, verify as nobleVerify, Point } from '@noble/ed25519'
import { ConfigError, Refusal } from './errors.ts'
import { type Random, version1 } from './ids.ts'
import { parseStrict } from './json.ts'
import { closed, matching, oneOf, type Parser, ShapeError } from './shape.ts'

hashes.sha512 = (message) => createHash('sha512').update(message).digest()

/** What a key may sign. One key has one role for its whole life (`statementRole` in dsse.ts says which signs what). */
export const keyRoles = ['authz', 'exec', 'checkpoint', 'agent', 'root'] as const
export type KeyRole = (typeof keyRoles)[number]

/** A checked Ed25519 key. `kid` is the base64url SHA-256 of its SPKI DER. Made by the parsers of this file only. */
export type PublicKey = { readonly kid: string; readonly role: KeyRole; readonly bytes: Uint8Array }

/** Whatever can sign: a key file here, or a key in a KMS or an HSM. Signs the bytes as they are (plain Ed25519). */
export type Signer = {
  readonly kid: string
  readonly role: KeyRole
  sign(bytes: Uint8Array): Promise<Uint8Array>
}
export type LocalSigner = Signer & { readonly publicKey: PublicKey }

/** The file at a path with its permission bits, or null where there is none. Callers own the file system. */
export type ReadKeyFile = (path: string) => { readonly text: string; readonly mode: number } | null
export type GeneratedKey = {
  readonly publicKey: PublicKey
  /** To be written with mode 0600. */
  readonly privateFile: string
  readonly publicFile: string
}

/** RFC 8410: what stands before the 32 bytes in PKCS #8 and in SPKI. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')

export function generateKey(role: KeyRole, random: Random): GeneratedKey {
  const seed = random(32)
  if (seed.length !== 32) throw new Error(`expected 32 random bytes, got ${seed.length}`)
  const { publicKey } = signerFromSeed(seed, role)
  const common = { v: 1, role, kid: publicKey.kid, public: base64url(publicKey.bytes) }
  return {
    publicKey,
    privateFile: `${JSON.stringify({ ...common, private: base64url(seed) }, null, 2)}\n`,
    publicFile: `${JSON.stringify(common, null, 2)}\n`,
  }
}

/**
 * Loads a private key file. A missing one is never made here: a server that quietly makes itself a new key signs
 * what no agent trusts, and nobody learns that the old key is gone.
 */
export function loadSigner(path: string, role: KeyRole, read: ReadKeyFile): LocalSigner {
  const file = read(path)
  if (file === null) {
    throw new ConfigError([
      `${path}: expected the private key for ${role}, got no file; make one with dbward keys generate`,
    ])
  }
  const mode = file.mode & 0o777
  if ((mode & 0o077) !== 0) {
    throw new ConfigError([`${path}: expected mode 0600, got 0${mode.toString(8)}; run chmod 600 ${path}`])
  }
  return parseSigner(file.text, role, path)
}

/** Reads the text of a private key file; `source` names it in errors, which never say what is in it. */
export function parseSigner(text: string, role: KeyRole, source: string): LocalSigner {
  const file = parseFile(privateFile, text, source)
  const signer = signerFromSeed(Buffer.from(file.private, 'base64url'), file.role)
  if (signer.kid !== file.kid || base64url(signer.publicKey.bytes) !== file.public) {
    throw new ConfigError([
      `${source}: expected kid and public to belong to the private key, got those of another`,
    ])
  }
  return inRole(signer, role, source)
}

export function parsePublicFile(text: string, role: KeyRole, source: string): PublicKey {
  const file = parseFile(publicFile, text, source)
  const key = configured(source, () => parsePublicKey(Buffer.from(file.public, 'base64url'), file.role))
  if (key.kid !== file.kid) throw new ConfigError([`${source}: expected kid ${key.kid}, got ${file.kid}`])
  return inRole(key, role, source)
}

/**
 * Checks 32 bytes as a public key. Under a small-order key one signature fits every message, and node:crypto takes
 * such keys; under a key with a second spelling or a torsion part two verifiers can disagree. None of them is a key.
 */
export function parsePublicKey(bytes: Uint8Array, role: KeyRole): PublicKey {
  if (bytes.length !== 32) throw new Refusal('KEY_WEAK', `expected a key of 32 bytes, got ${bytes.length}`)
  const point = decodePoint(bytes)
  if (point.isSmallOrder())
    throw new Refusal('KEY_WEAK', 'expected a key of full order, got one of small order')
  if (!point.isTorsionFree())
    throw new Refusal('KEY_WEAK', 'expected a key of full order, got one with torsion')
  return { kid: kidOf(bytes), role, bytes: Uint8Array.from(bytes) }
}

/** Reads SPKI DER as RFC 8410 writes it: 44 bytes, no other form. */
export function parseSpki(der: Uint8Array, role: KeyRole): PublicKey {
  if (der.length !== 44 || !spkiPrefix.equals(der.subarray(0, 12))) {
    throw new Refusal('KEY_WEAK', 'expected an Ed25519 key as SPKI DER of 44 bytes, got something else')
  }
  return parsePublicKey(der.subarray(12), role)
}

export function spki(key: PublicKey): Uint8Array {
  return Buffer.concat([spkiPrefix, key.bytes])
}

/** RFC 8032 verification in its strict reading: canonical points, S below the group order, no small-order key. */
export function verifies(signature: Uint8Array, bytes: Uint8Array, key: PublicKey): boolean {
  return signature.length === 64 && nobleVerify(signature, bytes, key.bytes, { zip215: false })
}

export const kidPattern = /^[A-Za-z0-9_-]{43}$/

function signerFromSeed(seed: Uint8Array, role: KeyRole): LocalSigner {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' })
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' })
  const publicKey = parseSpki(der, role)
  return { kid: publicKey.kid, role, publicKey, sign: async (bytes) => nodeSign(null, bytes, key) }
}

function decodePoint(bytes: Uint8Array): Point {
  try {
    return Point.fromBytes(bytes, false)
  } catch (cause) {
    throw new Refusal('KEY_WEAK', 'expected the canonical encoding of a point, got other bytes', { cause })
  }
}

function kidOf(bytes: Uint8Array): string {
  return createHash('sha256').update(spkiPrefix).update(bytes).digest('base64url')
}

/** Its errors never say the value: it may be a seed that was pasted into the wrong place. */
const keyBytes: Parser<string> = (value, at) => {
  if (typeof value === 'string' && kidPattern.test(value)) {
    if (base64url(Buffer.from(value, 'base64url')) === value) return value
  }
  throw new ShapeError(at, '32 bytes of base64url without padding', undefined)
}
const common = {
  v: version1,
  role: oneOf(...keyRoles),
  kid: matching(kidPattern, 'a key id'),
  public: keyBytes,
}
const privateFile = closed({ ...common, private: keyBytes })
const publicFile = closed(common)

function parseFile<T>(parse: Parser<T>, text: string, source: string): T {
  try {
    return parse(parseStrict(text), 'key')
  } catch (cause) {
    const problem = cause instanceof ShapeError ? cause.message : 'expected a key file, got something else'
    throw new ConfigError([`${source}: ${problem}`])
  }
}

function inRole<T extends { readonly role: KeyRole }>(key: T, role: KeyRole, source: string): T {
  if (key.role === role) return key
  throw new ConfigError([`${source}: expected a key for ${role}, got one for ${key.role}`])
}

function configured<T>(source: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof Refusal) throw new ConfigError([`${source}: ${cause.message}`], { cause })
    throw cause
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
