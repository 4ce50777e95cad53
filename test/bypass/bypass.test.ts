import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Postgres } from '../postgres/postgres.ts'
import { startPostgres } from '../postgres/private.ts'
import { mysqlTricks } from './mysql/tables.ts'
import { postgresTricks } from './postgres/tables.ts'
import { openWorld, type World } from './postgres/world.ts'
import { reviewed } from './reviewed.ts'

let server: Postgres
let world: World
// What a later version does otherwise is not for this test to say.
let known = false

beforeAll(async () => {
  server = await startPostgres()
  world = await openWorld(server)
  const [row] = await server.query(
    'postgres',
    "select current_setting('server_version_num')::int / 10000 as major",
  )
  known = row?.major === 18
})
afterAll(async () => {
  await world?.close()
  await server?.stop()
})

describe.each(Object.entries(postgresTricks))('%s:', (_theme, tricks) => {
  test.each(Object.entries(tricks))('%s', async (_name, trick) => {
    const { reports, runs, tx } = await reviewed(trick.sql, 'postgres')
    expect(reports).toBe(trick.reports)
    if ('read' in trick) return
    const happened = await world.run(String(trick.sql), { ...trick, tx: 'none' })
    if (known) expect(happened).toBe(trick.happens)
    // The promise, whatever server it is: nothing happens of which nothing was said.
    expect(happened === 'nothing' || reports !== '').toBe(true)
    // What the agent would run is what was read: as our statements it must come to the same.
    if (runs !== undefined && !/unparsed|transaction-control/.test(reports)) {
      expect(await world.run(runs, { ...trick, tx })).toBe(happened)
    }
  })
})

test('there are as many as we say', () => {
  const count = (tables: typeof postgresTricks) =>
    Object.values(tables).reduce((sum, tricks) => sum + Object.keys(tricks).length, 0)
  expect(count(postgresTricks)).toBeGreaterThanOrEqual(500)
  expect(count(mysqlTricks)).toBeGreaterThanOrEqual(200)
})
