import { describe, expect, test } from 'vitest'
import { seal } from './dsse.ts'
import { canonical, type JsonObject } from './json.ts'
import { outcomeOf, sampleBundle, sampleNow, sampleSchema, sampleServer, sampleSigner } from './samples.ts'
import { openSchema, schemaContent, schemaLimits, signSchema } from './schema.ts'

const signer = sampleSigner('agent')
const want = { bundle: await sampleBundle(), now: sampleNow, aud: sampleServer }
const whole = { v: 1, kid: signer.kid, ...sampleSchema }
const [users, orders] = sampleSchema.tables
const attempt = async (changes: object) => {
  const envelope = await seal('schema.v1', { ...whole, ...changes } as JsonObject, signer)
  return outcomeOf(() => openSchema(envelope, want))
}
const withTable = (changes: object) => attempt({ tables: [{ ...users, ...changes }] })

describe('a schema', () => {
  test('comes back as the agent signed it', async () => {
    const opened = openSchema(await signSchema(sampleSchema, signer), want)
    expect(opened.schema).toEqual(whole)
    expect(opened.content).toBe(schemaContent(sampleSchema))
  })

  test.each<[string, object, string]>([
    ['of an empty database', { tables: [], path: [] }, 'accepted'],
    ['that was cut', { truncated: true }, 'accepted'],
    ['of another agent', { agent: 'prod-eu-2' }, 'SCHEMA_INVALID'],
    ['for another server', { aud: 'dbward-2' }, 'SCHEMA_INVALID'],
    ['of another format', { v: 2 }, 'SCHEMA_INVALID'],
    ['with an unknown member', { comment: '' }, 'SCHEMA_INVALID'],
    ['of an unknown engine', { engine: 'sqlite' }, 'SCHEMA_INVALID'],
    ['with words in its version', { server_version: '18.1 (it is mine)' }, 'SCHEMA_INVALID'],
    ['from before 1970', { taken: -1 }, 'SCHEMA_INVALID'],
  ])('%s', async (_, changes, code) => expect(await attempt(changes)).toBe(code))

  test.each<[string, object, string]>([
    ['with any characters in its name', { name: 'a"\n`|<b>é' }, 'accepted'],
    ['with a long name', { name: 'x'.repeat(65) }, 'SCHEMA_INVALID'],
    ['with a NUL in its name', { name: 'x\0' }, 'SCHEMA_INVALID'],
    ['of an unknown kind', { kind: 'sequence' }, 'SCHEMA_INVALID'],
    ['with negative rows', { rows: -1 }, 'SCHEMA_INVALID'],
    ['with a default', { columns: [{ ...users.columns[0], default: "'a'" }] }, 'SCHEMA_INVALID'],
    ['with the body of a view', { body: 'select 1' }, 'SCHEMA_INVALID'],
    ['with a condition of an index', { indexes: [{ ...users.indexes[0], where: '' }] }, 'SCHEMA_INVALID'],
    ['with a long type', { columns: [{ ...users.columns[0], type: 'x'.repeat(257) }] }, 'SCHEMA_INVALID'],
    [
      'with an unknown end of a key',
      { foreign_keys: [{ ...orders.foreign_keys[0], on_delete: 'drop' }] },
      'SCHEMA_INVALID',
    ],
  ])('with a table %s', async (_, changes, code) => expect(await withTable(changes)).toBe(code))

  test('is refused where any member is missing', async () => {
    for (const name of Object.keys(whole).filter((key) => key !== 'kid')) {
      const rest = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name))
      const envelope = await seal('schema.v1', rest as JsonObject, signer)
      expect(await outcomeOf(() => openSchema(envelope, want)), name).toBe('SCHEMA_INVALID')
    }
  })

  test('cannot be made by the server: no other key of the bundle signs one', async () => {
    for (const role of ['authz', 'exec', 'checkpoint', 'root'] as const) {
      const server = { ...sampleSigner(role), role: 'agent' as const }
      const envelope = await seal('schema.v1', { ...whole, kid: server.kid }, server)
      expect(await outcomeOf(() => openSchema(envelope, want))).toBe('SCHEMA_INVALID')
    }
  })

  test('is refused from a revoked agent', async () => {
    const envelope = await signSchema(sampleSchema, signer)
    const bundle = await sampleBundle({ revoked: [signer.kid] })
    expect(await outcomeOf(() => openSchema(envelope, { ...want, bundle }))).toBe('KEY_REVOKED')
  })

  test('has room for each table that it may hold, and an end', async () => {
    const bare = { ...users, columns: [], indexes: [], primary_key: [] }
    const tables = Array.from({ length: schemaLimits.tables }, () => bare)
    expect(await attempt({ tables })).toBe('accepted')
    expect(await attempt({ tables: [...tables, bare] })).toBe('SCHEMA_INVALID')
    const column = { name: '', type: '', nullable: true }
    const wide = { ...bare, columns: Array.from({ length: schemaLimits.columns }, () => column) }
    expect(await attempt({ tables: [wide] })).toBe('accepted')
    expect(await attempt({ tables: [{ ...wide, columns: [...wide.columns, column] }] })).toBe(
      'SCHEMA_INVALID',
    )
  })

  test('of the most bytes goes into an envelope', async () => {
    const columns = Array.from({ length: 4_000 }, () => ({ ...users.columns[0], type: 'x'.repeat(100) }))
    const tables = Array.from({ length: 4 }, () => ({ ...users, columns }))
    const spare = schemaLimits.bytes - canonical({ ...whole, tables }).length
    const last = Array.from({ length: Math.floor(spare / 300) }, () => ({
      ...orders,
      name: 'x',
      columns: [],
    }))
    const full = { ...sampleSchema, tables: [...tables, ...last] }
    expect(canonical({ ...whole, ...full }).length).toBeGreaterThan(schemaLimits.bytes * 0.97)
    expect(await outcomeOf(() => signSchema(full, signer))).toBe('accepted')
  })
})

describe('its content', () => {
  test('is the same whoever saw it and whenever, and another for any other change', () => {
    const content = schemaContent(sampleSchema)
    const later = { ...sampleSchema, taken: 0, agent: 'other', aud: 'other' }
    expect(schemaContent(later)).toBe(content)
    const changes = [
      { db: 'x' },
      { env: 'x' },
      { names: 'folded' },
      { path: [] },
      { truncated: true },
      { tables: [] },
    ]
    const changed = changes.map((one) => schemaContent({ ...sampleSchema, ...one } as typeof sampleSchema))
    expect(new Set([content, ...changed]).size).toBe(changes.length + 1)
  })
})
