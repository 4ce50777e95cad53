import { type BundleKey, openBundle, type TrustBundle } from '@dbward/protocol/bundle'
import { type PublicKey, parsePublicFile, parseSpki, verifies } from '@dbward/protocol/keys'
import { integer } from '@dbward/protocol/shape'
import { readText } from './config.ts'
import type { VerifyRow } from './ledger/row.ts'
import type { Spool } from './spool.ts'

const note = 'bundle-version'

/**
 * The trust bundle from its file, which an operator puts there; the server is never asked whom to trust. Read again
 * for every claim, so that a rotation or a revocation takes effect at once; an older version than one seen is refused.
 */
export function readTrust(
  config: { readonly bundle: string; readonly roots: readonly string[]; readonly threshold: number },
  spool: Spool,
  now: number,
): TrustBundle {
  const roots: readonly PublicKey[] = config.roots.map((path) =>
    parsePublicFile(readText(path, 'a root key'), 'root', path),
  )
  const seen = spool.note(note)
  const bundle = openBundle(readText(config.bundle, 'the trust bundle'), {
    roots,
    threshold: config.threshold,
    now,
    ...(seen === null ? {} : { lastVersion: integer(seen, note) }),
  })
  if (seen !== bundle.version) spool.keepNote(note, bundle.version)
  return bundle
}

/**
 * Rows of the ledger count for as long as the bundle lists the key of the agent that signed them: a key that may not
 * sign any more has signed before. A revoked key's rows count for nothing.
 */
export function rowVerifier(bundle: TrustBundle): VerifyRow {
  return (row) => {
    const listed = bundle.keys.find(
      (one) => one.kid === row.kid && one.role === 'agent' && one.id === row.agent,
    )
    return (
      listed !== undefined &&
      !bundle.revoked.includes(row.kid) &&
      verifies(row.sig, row.bytes, publicKey(listed))
    )
  }
}

function publicKey(listed: BundleKey): PublicKey {
  return parseSpki(Buffer.from(listed.spki, 'base64'), 'agent')
}
