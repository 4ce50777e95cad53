import { type Envelope, openThreshold, parsePayload, refusal, sealAll } from './dsse.ts'
import { ConfigError, Refusal } from './errors.ts'
import { count, plainName, positive, version1 } from './ids.ts'
import type { JsonObject } from './json.ts'
import { type KeyRole, kidPattern, type PublicKey, parseSpki, type Signer, spki } from './keys.ts'
import { closed, list, matching, oneOf, type Parsed, text } from './shape.ts'

const type = 'trust-bundle.v1'
const kid = matching(kidPattern, 'a key id')
const key = closed({
  kid,
  spki: text,
  role: oneOf('authz', 'exec', 'checkpoint', 'agent'),
  id: plainName,
  not_before: count,
  not_after: count,
})
const content = closed({
  v: version1,
  version: positive,
  issued: count,
  expires: count,
  keys: list(key, 200),
  revoked: list(kid, 1_000),
})

/**
 * Whom to trust, said by the offline roots. `id` is the agent for an agent's key, and the server (`iss`) for the
 * others. Times are Unix seconds; a key may sign from `not_before` until before `not_after`.
 */
export type BundleContent = Parsed<typeof content>
export type BundleKey = Parsed<typeof key>
export type BundleRole = BundleKey['role']
export type TrustedKey = PublicKey & { readonly id: string }

export type TrustBundle = {
  readonly version: number
  readonly issued: number
  readonly expires: number
  readonly sha256: string
  readonly keys: readonly BundleKey[]
  readonly revoked: readonly string[]
  /**
   * The key if it may sign in this role at `at` (Unix seconds); undefined if the bundle does not have it then.
   * Throws `BUNDLE_EXPIRED` where the bundle is too old at `at`, and `KEY_REVOKED` for a revoked key at any time.
   */
  keyFor(role: KeyRole, kid: string, at: number): TrustedKey | undefined
}

export const maxBundleSeconds = 90 * 86_400
/** How far a clock may be behind the one that signed. */
export const clockSkewSeconds = 30

export type BundleTrust = {
  readonly roots: readonly PublicKey[]
  readonly threshold: number
  /** Unix seconds. */
  readonly now: number
  /** The highest version that this party has seen: an older one is a rollback. */
  readonly lastVersion?: number
}

/** Opens a bundle that `threshold` of the pinned roots signed. Roots come from configuration, never from a server. */
export function openBundle(envelope: unknown, trust: BundleTrust): TrustBundle {
  checkRoots(trust)
  const opened = openThreshold(envelope, { type, keys: trust.roots, threshold: trust.threshold })
  const found = parsePayload(type, content, opened.payload)
  checkTimes(found, trust)
  const trusted = readKeys(found.keys, trust.roots)
  const revoked = new Set(found.revoked)
  const { version, issued, expires } = found
  const keyFor = (role: KeyRole, wanted: string, at: number) => {
    if (!(at < expires)) throw expired(expires)
    if (revoked.has(wanted))
      throw new Refusal('KEY_REVOKED', `expected a key in force, got ${wanted}, revoked`)
    const entry = trusted.get(wanted)
    if (entry === undefined || entry.key.role !== role) return undefined
    return at >= entry.not_before && at < entry.not_after ? entry.key : undefined
  }
  return { version, issued, expires, sha256: opened.sha256, keys: found.keys, revoked: found.revoked, keyFor }
}

/** Signs a bundle with the roots at hand, after the checks that a reader will make of its content. */
export async function signBundle(
  bundle: Omit<BundleContent, 'v'>,
  signers: readonly Signer[],
): Promise<Envelope> {
  const payload: JsonObject & BundleContent = parsePayload(type, content, { v: 1, ...bundle })
  checkTimes(payload, { now: payload.issued })
  readKeys(payload.keys, [])
  return sealAll(type, payload, signers)
}

/** The entry of a bundle for one public key. */
export function bundleKey(
  from: PublicKey & { readonly role: BundleRole },
  rest: Pick<BundleKey, 'id' | 'not_before' | 'not_after'>,
): BundleKey {
  return { kid: from.kid, spki: Buffer.from(spki(from)).toString('base64'), role: from.role, ...rest }
}

function checkRoots({ roots, threshold }: BundleTrust): void {
  const different = new Set(roots.map((root) => root.kid)).size
  if (Number.isSafeInteger(threshold) && threshold >= 1 && threshold <= different) return
  throw new ConfigError([
    `trust roots: expected a threshold from 1 to ${different} (the roots), got ${threshold}`,
  ])
}

function checkTimes(
  { issued, expires, version }: BundleContent,
  { now, lastVersion }: Pick<BundleTrust, 'now' | 'lastVersion'>,
): void {
  if (expires <= issued || expires - issued > maxBundleSeconds) {
    throw refusal(type, 'CLAIMS', 'expected it to expire within 90 days of being issued, got another span')
  }
  if (!(issued <= now + clockSkewSeconds)) {
    throw refusal(type, 'CLAIMS', `expected it to be issued by ${now}, got ${issued}; check the clock`)
  }
  if (!(now < expires)) throw expired(expires)
  if (lastVersion !== undefined && !(version >= lastVersion)) {
    throw new Refusal('BUNDLE_ROLLBACK', `expected version ${lastVersion} or later, got ${version}`)
  }
}

function expired(at: number): Refusal {
  return new Refusal(
    'BUNDLE_EXPIRED',
    `expected a bundle in force, got one that ended at ${at}; have the roots sign a new one`,
  )
}

type Entry = { readonly key: TrustedKey; readonly not_before: number; readonly not_after: number }

function readKeys(keys: readonly BundleKey[], roots: readonly PublicKey[]): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>()
  for (const { spki, role, kid, id, not_before, not_after } of keys) {
    const der = Buffer.from(spki, 'base64')
    if (der.toString('base64') !== spki) throw refusal(type, 'CLAIMS', `key ${kid}: expected base64 in spki`)
    const key = parseSpki(der, role)
    if (key.kid !== kid) throw refusal(type, 'CLAIMS', `expected kid ${key.kid} for its key, got ${kid}`)
    if (not_after <= not_before)
      throw refusal(type, 'CLAIMS', `key ${kid}: expected not_after behind not_before`)
    // One key, one role, one owner: a key that stands twice could sign for two.
    if (found.has(kid)) throw refusal(type, 'CLAIMS', `expected each key once, got ${kid} twice`)
    if (roots.some((root) => root.kid === kid))
      throw refusal(type, 'CLAIMS', `expected no root among keys, got ${kid}`)
    found.set(kid, { key: { ...key, id }, not_before, not_after })
  }
  return found
}
