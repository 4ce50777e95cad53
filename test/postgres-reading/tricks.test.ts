import { everyRow } from '@dbward/rules/postgres/samples'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Postgres } from '../postgres/postgres.ts'
import { startPostgres } from '../postgres/private.ts'
import { laterFiles, places, programs } from './dml-tricks.ts'
import { lost, rulesOf } from './trick.ts'

import { openWorld, readBy, type World } from './world.ts'

let server: Postgres
let world: World

beforeAll(async () => {
  server = await startPostgres()
  world = await openWorld(server)
})
afterAll(async () => {
  await world?.close()
  await server?.stop()
})

describe.each([
  ['places of DML', places],
  ['programs', programs],
] as const)('%s:', (_group, tricks) => {
  test.each(Object.entries(tricks))('%s', async (_name, { sql, happens, ours }) => {
    const state = await world.run([sql], 'server')
    const { blocked, rules } = await readBy(sql)
    const happened = lost(state)
    // The promise: nothing happens that was not said.
    expect(happened === 'nothing' || blocked || rules.some((rule) => rulesOf[happened].includes(rule))).toBe(
      true,
    )
    expect(happened).toBe(happens)
    expect(blocked ? 'blocked' : rules.length > 0 ? 'seen' : 'silent').toBe(ours)
    // What is not blocked would run as our statements, one by one, and must leave the same behind.
    if (!blocked) expect((await world.run([sql], 'ours')).all).toEqual(state.all)
  })
})

describe('made in one file and run by another:', () => {
  test.each(Object.entries(laterFiles))('%s', async (_name, { makes, runs, happens, ours }) => {
    expect(lost(await world.run([makes, runs], 'server'))).toBe(happens)
    expect(await readBy(makes)).toEqual({ blocked: false, rules: expect.arrayContaining([...ours]) })
  })
})

test('a condition that leaves no row out leaves none', async () => {
  const database = await server.createDatabase('wheres')
  const rows = "(1, 1, 'a'), (2, NULL, NULL), (3, 0, ''), (4, -5, '%')"
  await server.query(database, 'create table x (id int primary key, a int, b text); create table y (id int)')
  await server.query(database, `insert into x values ${rows}`)
  for (const where of everyRow) {
    const [counted] = await server.query(
      database,
      `with gone as (delete from x where ${where} returning 1) select count(*)::int as n from gone`,
    )
    expect([where, counted?.n]).toEqual([where, 4])
    await server.query(database, `truncate x; insert into x values ${rows}`)
  }
})
