import { catalog } from '@dbward/rules/catalog'
import type { Engine } from '@dbward/rules/engine'
import { review } from '@dbward/rules/review'
import { textsFor } from '@dbward/rules/rule'
import { split } from '@dbward/rules/split'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mysql } from '../mysql/mysql.ts'
import { startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import type { Postgres } from '../postgres/postgres.ts'
import { startPostgres } from '../postgres/private.ts'
import { mariadbAccounts, mariadbWorlds, postgresRoles, postgresWorlds } from './worlds.ts'

/** What the rule is about is that no server takes it as it stands, or that it must never be run on this machine. */
const notServed: Readonly<Record<string, string>> = {
  'unparsed bad': 'a server may skip it or fail at it',
  'no-transaction bad': 'the server refuses it inside a transaction',
}

function examplesFor(engine: Engine): readonly (readonly [name: string, sql: string])[] {
  return catalog.flatMap((rule) => {
    if (!rule.engines.includes(engine)) return []
    const { bad, good } = textsFor(rule, engine)
    const both = [
      [`${rule.id} bad`, bad],
      [`${rule.id} good`, good],
    ] as const
    return both.filter(([name]) => !Object.hasOwn(notServed, name))
  })
}

/** The SQL to paste that the findings of each rule's bad example end with, where it has no gap for the author to fill. */
async function pastesFor(engine: Engine): Promise<readonly (readonly [name: string, run: Run])[]> {
  const cases: [string, Run][] = []
  for (const rule of catalog.filter((one) => one.engines.includes(engine))) {
    const bytes = new TextEncoder().encode(textsFor(rule, engine).bad)
    const severities = rule.fixed ? {} : { [rule.id]: 'warn' as const }
    const [reviewed] = await review([{ path: 'a.sql', bytes }], { engine, severities })
    for (const found of reviewed?.findings ?? []) {
      const [, ...sql] = found.instead.split('\n')
      if (found.rule !== rule.id || sql.length === 0 || sql.some((line) => line.includes('...'))) continue
      cases.push([
        `${rule.id} ${found.line}`,
        { tx: 'none', texts: sql.filter((line) => !line.startsWith('--')) },
      ])
    }
  }
  return cases
}

type Run = { readonly tx: 'auto' | 'none'; readonly texts: readonly string[] }

/** Every statement that would be executed, as the executor has it. */
async function statementsOf(sql: string, engine: Engine): Promise<Run> {
  const bytes = new TextEncoder().encode(sql)
  const { stmts, tx } = await split(bytes, engine)
  return { tx, texts: stmts.map(({ off, len }) => new TextDecoder().decode(bytes.subarray(off, off + len))) }
}

const postgresPastes = await pastesFor('postgres')
const mariadbPastes = await pastesFor('mariadb')

describe('PostgreSQL runs', () => {
  let server: Postgres
  let templates: readonly string[]
  let made = 0

  beforeAll(async () => {
    server = await startPostgres()
    await server.query('postgres', postgresRoles)
    templates = await Promise.all(
      postgresWorlds.map(async (sql) => {
        const name = await server.createDatabase('world')
        await server.query(name, sql)
        return name
      }),
    )
  })
  afterAll(() => server?.stop())

  /** What can be taken back is, and the database is as it was; all else has one of its own. */
  async function failure(template: string, run: Run): Promise<string | null> {
    const stays = run.tx === 'none' && run.texts.some((text) => /concurrently|vacuum|reindex/i.test(text))
    if (!stays) return failureIn(template, ['begin', ...run.texts])
    const name = `example_${made++}`
    await server.query('postgres', `create database ${name} template ${template}`)
    return failureIn(name, run.texts)
  }

  async function failureIn(database: string, texts: readonly string[]): Promise<string | null> {
    const client = new pg.Client({ connectionString: server.url(undefined, database) })
    await client.connect()
    try {
      for (const text of texts) await client.query(text)
      return null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    } finally {
      // What was not committed is gone with the session.
      await client.end()
    }
  }

  /** Nothing where it runs in one of the worlds. */
  async function failures(run: Run): Promise<readonly string[]> {
    const found: string[] = []
    for (const template of templates) {
      const failed = await failure(template, run)
      if (failed === null) return []
      found.push(failed)
    }
    return found
  }

  test.each(examplesFor('postgres'))('%s', async (_name, sql) => {
    expect(await failures(await statementsOf(sql, 'postgres'))).toEqual([])
  })

  test.each(postgresPastes)('what to do instead of %s', async (_name, run) => {
    expect(await failures(run)).toEqual([])
  })
})

describe.skipIf(withoutMysql)('MariaDB runs', () => {
  let server: Mysql
  let made = 0

  beforeAll(async () => {
    if (withoutMysql) return
    server = await startMariadb()
    for (const sql of mariadbAccounts.split(';').filter((one) => one.trim() !== ''))
      await server.query('mysql', sql)
  })
  afterAll(() => server?.stop())

  async function failure(world: string, { texts }: Run): Promise<string | null> {
    const name = `example_${made++}`
    const connection = await mysql.createConnection({ uri: server.adminUrl, multipleStatements: true })
    try {
      await connection.query(`create database ${name}; use ${name}; ${world}`)
      for (const text of texts) await connection.query(text)
      return null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    } finally {
      await connection.query(`drop database if exists ${name}`).catch(() => undefined)
      connection.destroy()
    }
  }

  /** Nothing where it runs in one of the worlds. */
  async function failures(run: Run): Promise<readonly string[]> {
    const found: string[] = []
    for (const world of mariadbWorlds) {
      const failed = await failure(world, run)
      if (failed === null) return []
      found.push(failed)
    }
    return found
  }

  test.each(examplesFor('mariadb'))('%s', async (_name, sql) => {
    expect(await failures(await statementsOf(sql, 'mariadb'))).toEqual([])
  })

  test.each(mariadbPastes)('what to do instead of %s', async (_name, run) => {
    expect(await failures(run)).toEqual([])
  })
})
