import { renameSync, writeFileSync } from 'node:fs'
import {
  type BundleKey,
  type BundleRole,
  bundleKey,
  clockSkewSeconds,
  signBundle,
} from '@dbward/protocol/bundle'
import { parseStrict } from '@dbward/protocol/json'
import { type KeyRole, loadSigner, type PublicKey, parsePublicFile } from '@dbward/protocol/keys'
import { oneOf, open, ShapeError } from '@dbward/protocol/shape'
import { readKeyFile, readText } from './files.ts'
import { type Exit, UsageError, type World } from './world.ts'

export type BundleOptions = {
  readonly root: readonly string[]
  readonly keys: readonly string[]
  readonly revoke?: readonly string[]
  readonly version: string
  readonly expires: string
  readonly out: string
}

export async function makeBundle(options: BundleOptions, world: World): Exit {
  const signers = options.root.map((path) => loadSigner(path, 'root', readKeyFile))
  const issued = Math.floor(world.now().getTime() / 1_000)
  const expires = issued + days(options.expires) * 86_400
  // A reader whose clock is behind ours must not find a bundle whose keys are not yet in force.
  const times = { not_before: issued - clockSkewSeconds, not_after: expires }
  const keys = options.keys.map((named) => readKey(named, times))
  const version = wholeNumber(options.version)
  const bundle = await signBundle({ version, issued, expires, keys, revoked: options.revoke ?? [] }, signers)
  // A reader sees the bundle before or the bundle after, never a part of one.
  const beside = `${options.out}.${process.pid}.new`
  writeFileSync(beside, `${JSON.stringify(bundle)}\n`, { flush: true })
  renameSync(beside, options.out)
  world.out(
    `${options.out}: version ${version}, ${keys.length} keys, signed by ${signers.length}, good until ${new Date(expires * 1_000).toISOString()}\n`,
  )
  return 0
}

function readKey(named: string, times: Pick<BundleKey, 'not_before' | 'not_after'>): BundleKey {
  const [, id, path] = /^([^=]+)=(.+)$/.exec(named) ?? []
  if (id === undefined || path === undefined) {
    throw new UsageError(
      `--keys: expected whose key it is and its file, such as agent-1=agent-1.pub.json, got ${named}`,
    )
  }
  const text = readText(path)
  const role = roleOf(text, path)
  const key: PublicKey & { readonly role: BundleRole } = { ...parsePublicFile(text, role, path), role }
  return bundleKey(key, { id, ...times })
}

/** A root key is pinned by configuration and vouches for a bundle; it has no place in one. */
const signing = open({ role: oneOf('authz', 'exec', 'checkpoint', 'agent' satisfies KeyRole) })

function roleOf(text: string, path: string): BundleRole {
  try {
    return signing(parseStrict(text), 'key').role
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    throw new UsageError(`${path}: ${error.message}`, { cause: error })
  }
}

function days(text: string): number {
  const found = /^([1-9]\d?)d$/.exec(text)
  if (found === null || Number(found[1]) > 90)
    throw new UsageError(`--expires: expected 1d to 90d, got ${text}`)
  return Number(found[1])
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new UsageError(`--version: expected a whole number from 1, got ${text}`)
  return Number(text)
}
