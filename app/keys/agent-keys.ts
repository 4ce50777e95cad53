import type { TrustBundle } from '@dbward/protocol/bundle'
import type { PublicKey } from '@dbward/protocol/keys'

/**
 * The public keys of the configured agents, as whoever opens a receipt asks for keys. A server believes its own
 * configuration about its agents; that agents believe no server about anything is what signed bundles are for.
 */
export function agentKeys(
  agents: readonly { readonly id: string; readonly publicKey: PublicKey }[],
): TrustBundle {
  const known = new Map(agents.map(({ id, publicKey }) => [publicKey.kid, { ...publicKey, id }]))
  return {
    version: 1,
    issued: 0,
    expires: Number.MAX_SAFE_INTEGER,
    sha256: '',
    keys: [],
    revoked: [],
    keyFor: (role, kid) => {
      const found = known.get(kid)
      return found?.role === role ? found : undefined
    },
  }
}
