import { createHash } from 'node:crypto'
import type { TrustBundle } from './bundle.ts'
import { type Envelope, open, parsePayload, refusal, seal } from './dsse.ts'
import type { Unparsed } from './ids.ts'
import {
  count,
  orNull,
  parseAgentId,
  parseSha256,
  plainName,
  type Sha256Hex,
  shortText,
  version1,
} from './ids.ts'
import { canonical } from './json.ts'
import { kidPattern, type Signer } from './keys.ts'
import { closed, flag, list, matching, oneOf, type Parsed } from './shape.ts'

const type = 'schema.v1'
/**
 * What one statement holds at most; the agent cuts what is over and says so. `bytes` is for the payload, whose base64
 * and signature must fit into the envelope's 4 MiB.
 */
export const schemaLimits = { tables: 5_000, columns: 4_096, perTable: 200, bytes: 3_000_000 } as const

// PostgreSQL ends a name at 63 bytes, MySQL at 64 characters. Any character may be in one.
const name = shortText(64)
const names = list(name, 64)
const column = closed({ name, type: shortText(256), nullable: flag })
const index = closed({ name, columns: names, unique: flag, valid: flag })
const foreignKey = closed({
  name,
  columns: names,
  to_schema: name,
  to_table: name,
  to_columns: names,
  on_delete: oneOf('no action', 'restrict', 'cascade', 'set null', 'set default'),
})
const table = closed({
  schema: name,
  name,
  kind: oneOf('table', 'partitioned', 'partition', 'view', 'matview', 'foreign'),
  of: orNull(closed({ schema: name, name })),
  rows: orNull(count),
  bytes: orNull(count),
  columns: list(column, schemaLimits.columns),
  primary_key: names,
  indexes: list(index, schemaLimits.perTable),
  foreign_keys: list(foreignKey, schemaLimits.perTable),
})
const shape = closed({
  v: version1,
  kid: matching(kidPattern, 'a key id'),
  aud: plainName,
  agent: parseAgentId,
  db: plainName,
  env: plainName,
  engine: oneOf('postgres', 'mysql', 'mariadb'),
  server_version: matching(/^\d{1,4}(\.\d{1,4}){0,3}$/, 'a version in numbers'),
  taken: count,
  names: oneOf('exact', 'folded'),
  path: list(name, 100),
  truncated: flag,
  tables: list(table, schemaLimits.tables),
})

/**
 * What an agent says one of its databases looks like: names, types, keys, estimates of rows and sizes in bytes. `aud` is
 * the server's id, `taken` Unix milliseconds by the agent's clock, `path` the schemas in which a name without one is
 * looked for, `names` whether the server tells `Users` from `users`. Nowhere is a value out of a table, a default, a
 * comment, a condition or the body of a view, as literals stand in those.
 */
export type Schema = Parsed<typeof shape>
export type SchemaTable = Schema['tables'][number]
export type VerifiedSchema = {
  readonly schema: Schema
  readonly sha256: Sha256Hex
  /** Of what the database looks like, whoever saw it and whenever. */
  readonly content: Sha256Hex
}

/** `v` and `kid` are the signer's to set. */
export function signSchema(schema: Unparsed<Omit<Schema, 'v' | 'kid'>>, signer: Signer): Promise<Envelope> {
  return seal(type, parseSchema({ v: 1, kid: signer.kid, ...schema }), signer)
}

/**
 * Passes a snapshot that the agent it names has signed, for this server. `now` (Unix seconds) says which keys are in
 * force. Whose database it may be, and whether `taken` is late enough, is for the caller to see.
 */
export function openSchema(
  envelope: unknown,
  want: { readonly bundle: TrustBundle; readonly now: number; readonly aud: string },
): VerifiedSchema {
  const { payload, key, sha256 } = open(envelope, {
    type,
    keys: (kid) => want.bundle.keyFor('agent', kid, want.now),
  })
  const schema = parseSchema(payload)
  if (schema.agent !== key.id) {
    throw refusal(type, 'KEY', `expected the agent ${key.id}, whose key signed it, got ${schema.agent}`)
  }
  if (schema.aud !== want.aud) {
    throw refusal(type, 'CLAIMS', `expected a schema for ${want.aud}, got one for ${schema.aud}`)
  }
  return { schema, sha256, content: schemaContent(schema) }
}

/** SHA-256 over the canonical JSON of all but `v`, `kid`, `aud`, `agent` and `taken`. */
export function schemaContent(
  schema: Omit<Unparsed<Schema>, 'v' | 'kid' | 'aud' | 'agent' | 'taken'>,
): Sha256Hex {
  const { db, env, engine, server_version, names: compared, path, truncated, tables } = schema
  const content = { db, env, engine, server_version, names: compared, path, truncated, tables }
  return parseSha256(createHash('sha256').update(canonical(content)).digest('hex'), 'content')
}

function parseSchema(payload: unknown): Schema {
  return parsePayload(type, shape, payload)
}
