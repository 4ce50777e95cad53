import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mysql } from '../mysql/mysql.ts'
import { startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import { mysqlTricks } from './mysql/tables.ts'
import { openWorld, quick, type World } from './mysql/world.ts'
import { reviewed } from './reviewed.ts'

if (withoutMysql) console.log('left out: tricks on MariaDB (DBWARD_TEST_SKIP_MYSQL=1)')

let server: Mysql
let world: World

beforeAll(async () => {
  if (withoutMysql) return
  server = await startMariadb(quick)
  world = await openWorld(server)
})
afterAll(async () => {
  await world?.close()
  await server?.stop()
})

describe.skipIf(withoutMysql).each(Object.entries(mysqlTricks))('%s:', (_theme, tricks) => {
  test.each(Object.entries(tricks))('%s', async (_name, trick) => {
    const { reports, runs } = await reviewed(trick.sql, server.engine)
    expect(reports).toBe(trick.reports)
    if ('read' in trick) return
    const happened = await world.run(String(trick.sql), trick)
    if (server.version.startsWith('10.11.')) expect(happened).toBe(trick.happens)
    // The promise, whatever server it is: nothing happens of which nothing was said.
    expect(happened === 'nothing' || reports !== '').toBe(true)
    // What the agent would run is what was read: as our statements it must come to the same.
    if (runs !== undefined && !/unparsed|transaction-control/.test(reports)) {
      const { by: _by, ...around } = trick
      expect(await world.run(runs, around)).toBe(happened)
    }
  })
})
