import { split } from '@dbward/rules/split'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { type CorpusFile, corpus } from '../../bench/corpus/corpus.ts'
import { startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import { startPostgres } from '../postgres/private.ts'

if (withoutMysql) console.log('left out: the corpus on MariaDB (DBWARD_TEST_SKIP_MYSQL=1)')

// What is measured on made-up files says something only if servers take them. A few do not run, as with people: what
// one file failed to make, a later one misses.
const enough = 0.95

test('the corpus is the same for the same seed, and another for another one', () => {
  expect(corpus('mysql', 50, 3)).toEqual(corpus('mysql', 50, 3))
  expect(corpus('mysql', 50, 3)).not.toEqual(corpus('mysql', 50, 4))
  expect(new Set(corpus('postgres', 400).map(({ path }) => path)).size).toBe(400)
})

test('its files run on PostgreSQL, project by project', async () => {
  const server = await startPostgres()
  try {
    for (const role of ['app_readonly', 'app_writer', 'reporting', 'metabase']) {
      await server.query('postgres', `create role ${role}`)
    }
    let failed = 0
    const files = corpus('postgres', 200)
    for (const project of projects(files)) {
      const client = new pg.Client({ connectionString: server.url(undefined, await server.createDatabase()) })
      await client.connect()
      for (const { text } of project) {
        const [up = ''] = text.split('-- migrate:down')
        await client.query(up).catch(async () => {
          failed++
          await client.query('rollback')
        })
      }
      await client.end()
    }
    expect(1 - failed / files.length).toBeGreaterThan(enough)
  } finally {
    await server.stop()
  }
})

describe.skipIf(withoutMysql)('on MariaDB', () => {
  test('its files run too, statement by statement as they are split', async () => {
    const server = await startMariadb()
    try {
      await server.query('mysql', "create user 'reporting'@'%', 'app'@'10.%'")
      let failed = 0
      const files = corpus('mysql', 200)
      for (const project of projects(files)) {
        const database = await server.createDatabase()
        const connection = await mysql.createConnection(server.url(undefined, database))
        for (const file of project) if (!(await runs(file, connection))) failed++
        await connection.end()
      }
      expect(1 - failed / files.length).toBeGreaterThan(enough)
    } finally {
      await server.stop()
    }
  })
})

async function runs({ text }: CorpusFile, connection: mysql.Connection): Promise<boolean> {
  const bytes = Buffer.from(text)
  const { stmts } = await split(bytes, 'mariadb')
  try {
    for (const { off, len } of stmts) await connection.query(bytes.toString('utf8', off, off + len))
    return true
  } catch {
    return false
  }
}

function projects(files: readonly CorpusFile[]): readonly (readonly CorpusFile[])[] {
  return [...Map.groupBy(files, ({ path }) => path.split('/')[1] ?? '').values()]
}
