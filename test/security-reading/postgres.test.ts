import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Postgres } from '../postgres/postgres.ts'
import { startPostgres } from '../postgres/private.ts'
import { type Case, first, refused, reported } from './case.ts'
import { reach } from './postgres-reach.ts'
import { rights, world } from './postgres-rights.ts'

// What runs programs or native code is not here: COPY ... PROGRAM, LOAD, untrusted languages, lo_import. That the
// review reports them is said by the tables beside the rules.

let server: Postgres

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server?.stop())

const people = ['anna', 'bert', 'readers', 'of_mine']

async function opened<T>(given: string, use: (database: string) => Promise<T>): Promise<T> {
  const make = ['anna', 'bert'].map((name) => `create role ${name} login password '${server.password}';`)
  await server.query('postgres', `drop role if exists ${people.join(', ')}; ${make.join(' ')}`)
  const name = await server.createDatabase('security')
  await server.query(name, `${world} ${given}`)
  try {
    return await use(name)
  } finally {
    const slots =
      'select pg_drop_replication_slot(slot_name) from pg_replication_slots; alter role all reset all;'
    await server.query('postgres', slots)
    // A database with a subscription cannot be dropped; this one never connected.
    await server.query(name, 'delete from pg_subscription')
    await server.query('postgres', `drop database ${name} with (force)`)
  }
}

async function connected(role: string, database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.url(role, database) })
  await client.connect()
  return client
}

/** The first value of what the last statement gives. */
async function look(client: pg.Client, statements: readonly string[]): Promise<string> {
  try {
    let seen = ''
    for (const sql of statements) seen = first((await client.query(sql)).rows[0])
    return seen
  } catch {
    return refused
  }
}

async function seen({ as, looks, sql, sameSession }: Case, database: string, runs: boolean): Promise<string> {
  const author = await connected('postgres', database)
  try {
    if (runs) await author.query(sql)
    if (sameSession) return await look(author, looks)
    const reader = await connected(as, database)
    try {
      return await look(reader, looks)
    } finally {
      await reader.end()
    }
  } finally {
    await author.end()
  }
}

describe.each([
  ['rights and policies', rights],
  ['reach', reach],
] as const)('%s:', (_group, cases) => {
  test.each(Object.entries(cases))('%s', async (_name, one) => {
    const { given = '', sql, rule, before, after } = one
    const was = await opened(given, (database) => seen(one, database, false))
    const is = await opened(given, (database) => seen(one, database, true))
    expect([was, is]).toEqual([before, after])
    const { rules, said } = await reported(sql, 'postgres')
    if (rule === undefined) expect(rules).toEqual([])
    else expect(rules.filter((id) => id === rule)).toEqual([rule])
    expect(said).not.toContain('S3cret')
  })
})
