import { type Envelope, open, parsePayload, seal } from './dsse.ts'
import { count, isoTime, parseSha256, plainName, type Unparsed, version1 } from './ids.ts'
import { kidPattern, type PublicKey, type Signer } from './keys.ts'
import { closed, matching, type Parsed } from './shape.ts'

const type = 'checkpoint.v1'
const shape = closed({
  v: version1,
  kid: matching(kidPattern, 'a key id'),
  iss: plainName,
  seq: count,
  hash: parseSha256,
  ts: isoTime,
})

/** That the audit log of `iss` had this hash at this entry. `seq` 0 is the log before its first entry. */
export type Checkpoint = Parsed<typeof shape>

/** `v` and `kid` are the signer's to set. */
export function signCheckpoint(
  checkpoint: Unparsed<Omit<Checkpoint, 'v' | 'kid'>>,
  signer: Signer,
): Promise<Envelope> {
  return seal(type, parsePayload(type, shape, { v: 1, kid: signer.kid, ...checkpoint }), signer)
}

/** `keys` is a bundle's `keyFor`, or a list of the public keys that an auditor was given. */
export function openCheckpoint(envelope: unknown, keys: (kid: string) => PublicKey | undefined): Checkpoint {
  return parsePayload(type, shape, open(envelope, { type, keys }).payload)
}
