import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleKey, signBundle } from '@dbward/protocol/bundle'
import { generateKey, type KeyRole, type LocalSigner, parseSigner } from '@dbward/protocol/keys'

export type StageKeys = {
  readonly root: LocalSigner
  readonly authz: LocalSigner
  readonly exec: LocalSigner
  readonly checkpoint: LocalSigner
  readonly agent: LocalSigner
  readonly path: (role: KeyRole, which: 'private' | 'public') => string
  readonly bundlePath: string
}

/** Keys and a trust bundle as `dbward keys` makes them, in files with the permissions that they need. */
export async function makeKeys(
  folder: string,
  ids: { readonly server: string; readonly agent: string },
): Promise<StageKeys> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = (role: KeyRole, which: 'private' | 'public') => join(folder, `${role}.${which}.json`)
  const make = (role: KeyRole): LocalSigner => {
    const made = generateKey(role, (bytes) => new Uint8Array(randomBytes(bytes)))
    writeFileSync(path(role, 'private'), made.privateFile, { mode: 0o600 })
    writeFileSync(path(role, 'public'), made.publicFile)
    return parseSigner(made.privateFile, role, role)
  }
  const [rootKey, authz, exec, checkpoint, agent] = [
    make('root'),
    make('authz'),
    make('exec'),
    make('checkpoint'),
    make('agent'),
  ]
  const now = Math.floor(Date.now() / 1_000)
  const times = { not_before: now - 60, not_after: now + 30 * 86_400 }
  const server = { id: ids.server, ...times }
  const keys = [
    bundleKey({ ...authz.publicKey, role: 'authz' }, server),
    bundleKey({ ...exec.publicKey, role: 'exec' }, server),
    bundleKey({ ...checkpoint.publicKey, role: 'checkpoint' }, server),
    bundleKey({ ...agent.publicKey, role: 'agent' }, { id: ids.agent, ...times }),
  ]
  const bundle = await signBundle(
    { version: 1, issued: now, expires: now + 30 * 86_400, keys, revoked: [] },
    [rootKey],
  )
  const bundlePath = join(folder, 'trust.json')
  writeFileSync(bundlePath, JSON.stringify(bundle))
  return { root: rootKey, authz, exec, checkpoint, agent, path, bundlePath }
}
