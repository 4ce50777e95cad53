import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mysql } from '../mysql/mysql.ts'
import { startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import { type Case, first, refused, reported } from './case.ts'
import { cases, world } from './mariadb.ts'

if (withoutMysql) console.log('left out: who may do what on MariaDB (DBWARD_TEST_SKIP_MYSQL=1)')

let server: Mysql

beforeAll(async () => {
  if (withoutMysql) return
  server = await startMariadb(['--event-scheduler=ON'])
})
afterAll(() => server?.stop())

async function fresh(given: string): Promise<void> {
  const again = [
    "drop user if exists anna@'%', bert@'%', of_hers",
    'drop database if exists security_world',
    'create database security_world',
    `create user anna@'%' identified by '${server.password}', bert@'%' identified by '${server.password}'`,
  ]
  // What PUBLIC does not have cannot be taken from it.
  await server.query('mysql', 'revoke select on security_world.* from public').catch(() => undefined)
  for (const sql of again) await server.query('mysql', sql)
  const inside = [...world, ...given.split(';')].filter((sql) => sql.trim() !== '')
  for (const sql of inside) await server.query('security_world', sql)
}

async function look({ as, looks }: Case): Promise<string> {
  try {
    const connection = await mysql.createConnection({ uri: server.url(as, '') })
    try {
      let seen = ''
      for (const sql of looks) {
        const [rows] = await connection.query(sql)
        seen = Array.isArray(rows) ? first(rows[0] as Record<string, unknown> | undefined) : ''
      }
      return seen
    } finally {
      connection.destroy()
    }
  } catch {
    return refused
  }
}

describe.skipIf(withoutMysql)('MariaDB:', () => {
  test.each(Object.entries(cases))('%s', async (_name, one) => {
    const { given = '', sql, rule, before, after } = one
    await fresh(given)
    const was = await look(one)
    await fresh(given)
    await server.query('security_world', sql)
    expect([was, await look(one)]).toEqual([before, after])
    const { rules, said } = await reported(sql, server.engine)
    if (rule === undefined) expect(rules).toEqual([])
    else expect(rules.filter((id) => id === rule)).toEqual([rule])
    expect(said).not.toContain('S3cret')
  })
})
