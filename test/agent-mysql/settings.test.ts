import { once } from 'node:events'
import type { Socket } from 'node:net'
import { executeMysql } from '@dbward/agent/mysql/execute'
import { openProgress } from '@dbward/agent/mysql/progress'
import { openSession } from '@dbward/agent/mysql/session'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Mysql, startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import {
  count,
  effects,
  ledgerPaths,
  type Parties,
  parties,
  type SourceFile,
  type Target,
  target,
  workFor,
} from './kit.ts'
import { openWay } from './way.ts'

const notOurs = withoutMysql || process.env.DBWARD_TEST_MYSQL_URL !== undefined

let server: Mysql
let all: Parties
beforeAll(async () => {
  if (notOurs) return
  server = await startMariadb([
    '--transaction-isolation=READ-UNCOMMITTED',
    '--completion-type=CHAIN',
    '--max-error-count=0',
    '--group-concat-max-len=4',
  ])
  all = await parties('settings')
  await server.query('mysql', 'set global max_statement_time = 30')
})
afterAll(() => server?.stop())

describe.skipIf(notOurs)('on a server with defaults of its own', () => {
  it('both accounts have the settings that this agent counts on', async () => {
    const at = await target(server)
    await server.query('mysql', 'set global sql_select_limit = 1')
    const session = await openSession(at.url, 'test')
    const progress = await openProgress(at.progressUrl, 'test')
    await server.query('mysql', 'set global sql_select_limit = default')
    const sql = `select @@tx_isolation as isolation, @@completion_type as completion, @@max_error_count as errors,
      @@group_concat_max_len as length, @@max_statement_time as seconds,
      @@sql_select_limit = 18446744073709551615 as whole`
    for (const { query } of [session, progress]) {
      const [row] = await query(sql)
      expect(
        Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, String(value)])),
      ).toEqual({
        isolation: 'REPEATABLE-READ',
        completion: 'NO_CHAIN',
        errors: '64',
        length: '1048576',
        seconds: '0',
        whole: '1',
      })
    }
    await session.close()
    await progress.close()
  })

  it('what is not committed is not read back', async () => {
    const at = await target(server)
    // The COMMIT never arrives, the agent sees a lost connection, and the server still waits.
    const kept: Socket[] = []
    const way = await openWay(at.url, (chunk, client, upstream) => {
      if (kept.length > 0 || chunk.subarray(5).toString() !== 'commit') return chunk
      kept.push(upstream)
      // Its end must not end the other side.
      client.removeAllListeners('close')
      client.destroy()
      return null
    })
    const running = executeMysql({ ...at, url: way.url }, await workOf(at, { statements: [count('z')] }, 1))
    const done = await running
    for (const socket of kept) {
      socket.destroy()
      await once(socket, 'close')
    }
    way.close()
    expect(kept).toHaveLength(1)
    expect(done).toMatchObject({ outcome: 'unknown', files: [] })
    expect(await effects(server, at)).toEqual([])
    expect(await ledgerPaths(server, at)).toEqual([])
  }, 40_000)

  const hidden = ['select hidden()', 'insert into nowhere values (1)']
  for (const statements of [hidden, ['set session max_error_count = 0', ...hidden]]) {
    it(`what a rollback could not undo is told: ${statements[0]}`, async () => {
      const at = await target(server)
      await server.query(at.name, 'create table old (i int) engine = MyISAM')
      await server.query(
        at.name,
        'create function hidden() returns int modifies sql data begin insert into old values (1); return 1; end',
      )
      expect(await executeMysql(at, await workOf(at, { statements }, 1))).toMatchObject({
        outcome: 'partial',
      })
    })
  }

  it('all of the ledger is read', async () => {
    const at = await target(server)
    const first = { statements: [count('a'), count('b'), count('c')], tx: 'none' as const }
    expect(await executeMysql(at, await workOf(at, first, 1))).toMatchObject({ outcome: 'applied' })
    await server.query('mysql', 'set global sql_select_limit = 0')
    const again = await executeMysql(at, await workOf(at, first, 2))
    await server.query('mysql', 'set global sql_select_limit = default')
    expect(again).toMatchObject({ outcome: 'already_applied' })
    expect(await effects(server, at)).toEqual(['a', 'b', 'c'])
  })
})

async function workOf(at: Target, file: Omit<SourceFile, 'path'>, fence: number) {
  return workFor(all, [{ path: 'db/1_a.sql', ...file }], { engine: server.engine, db: at.name, fence })
}
