import type { Schema } from '@dbward/protocol/schema'
import type { Store } from './open.ts'
import type { SchemaRow } from './rows.ts'

/** So many versions of each database and environment are kept. */
export const keptSchemas = 20

/** The versions that are kept, the newest first. */
export function schemaVersions({ db: database }: Store, db: string, env: string): readonly SchemaRow[] {
  return database
    .prepare<[string, string], SchemaRow>(
      `select db, env, n, agent, taken, content_sha256, received_at from schema_version
       where db = ? and env = ? order by n desc`,
    )
    .all(db, env)
}

/** The newest version with what it says. It was verified when it came. */
export function newestSchema(
  { db: database }: Store,
  db: string,
  env: string,
): { readonly row: SchemaRow; readonly schema: Schema } | null {
  const found = database
    .prepare<[string, string], SchemaRow & { readonly envelope: string }>(
      'select * from schema_version where db = ? and env = ? order by n desc limit 1',
    )
    .get(db, env)
  if (found === undefined) return null
  const { envelope, ...row } = found
  const payload = Buffer.from(JSON.parse(envelope).payload, 'base64').toString('utf8')
  return { row, schema: JSON.parse(payload) }
}
