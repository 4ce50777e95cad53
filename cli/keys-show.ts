import { openBundle } from '@dbward/protocol/bundle'
import { isObject, type JsonObject, parseStrict } from '@dbward/protocol/json'
import { keyRoles, parsePublicFile, parseSigner } from '@dbward/protocol/keys'
import { oneOf, ShapeError } from '@dbward/protocol/shape'
import { printable, readText } from './files.ts'
import { type Exit, toJson, UsageError, type World } from './world.ts'

export type ShowOptions = {
  readonly root?: readonly string[]
  readonly threshold: string
  readonly json?: true
}

export async function show(path: string, options: ShowOptions, world: World): Exit {
  const text = readText(path)
  const content = readObject(text, path)
  const shown =
    content.payloadType === undefined ? keyOf(text, content, path) : bundleOf(text, path, options, world)
  world.out(options.json ? toJson(shown) : asText(shown))
  return 0
}

function readObject(text: string, path: string): JsonObject {
  try {
    const value = parseStrict(text)
    if (isObject(value)) return value
    throw new ShapeError('file', 'an object', value)
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    throw new UsageError(`${printable(path)}: expected a key file or a trust bundle; ${error.message}`, {
      cause: error,
    })
  }
}

function keyOf(text: string, content: JsonObject, path: string) {
  const role = oneOf(...keyRoles)(content.role, `${path}: role`)
  const secret = content.private !== undefined
  const key = secret ? parseSigner(text, role, path).publicKey : parsePublicFile(text, role, path)
  return {
    kind: secret ? 'private key' : 'public key',
    role,
    kid: key.kid,
    public: Buffer.from(key.bytes).toString('base64url'),
  }
}

/** A bundle whose signatures nobody checked says nothing, so it is shown only with the roots at hand. */
function bundleOf(text: string, path: string, { root = [], threshold }: ShowOptions, world: World) {
  if (root.length === 0)
    throw new UsageError(`${printable(path)} is a trust bundle: give the public root keys by --root`)
  const roots = root.map((one) => parsePublicFile(readText(one), 'root', one))
  const now = Math.floor(world.now().getTime() / 1_000)
  const bundle = openBundle(text, { roots, threshold: Number(threshold), now })
  const keys = bundle.keys.map(({ kid, role, id, not_after }) => ({ kid, role, id, until: time(not_after) }))
  return {
    kind: 'trust bundle',
    version: bundle.version,
    issued: time(bundle.issued),
    expires: time(bundle.expires),
    sha256: bundle.sha256,
    keys,
    revoked: bundle.revoked,
  }
}

function asText(shown: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(shown).flatMap(([name, value]) =>
    Array.isArray(value)
      ? [`${name}: ${value.length}`, ...value.map((one) => `  ${itemText(one)}`)]
      : [`${name}: ${String(value)}`],
  )
  return `${lines.join('\n')}\n`
}

function itemText(item: unknown): string {
  return typeof item === 'object' && item !== null ? Object.values(item).join('  ') : String(item)
}

function time(seconds: number): string {
  return new Date(seconds * 1_000).toISOString()
}
