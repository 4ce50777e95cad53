import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mysql } from '../mysql/mysql.ts'
import { startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import { clients } from './client-tricks.ts'
import { comments, executable, quotes } from './lexer-tricks.ts'
import { laterFiles, programs, settings, statements, wheres } from './statement-tricks.ts'
import type { Trick } from './trick.ts'
import { before, openWorld, readBy, type State, type World } from './world.ts'

if (withoutMysql) console.log('left out: what MariaDB makes of hostile SQL (DBWARD_TEST_SKIP_MYSQL=1)')

let server: Mysql
let world: World

beforeAll(async () => {
  if (withoutMysql) return
  server = await startMariadb()
  world = await openWorld(server)
})
afterAll(async () => {
  await world?.close()
  await server?.stop()
})

const ruleOf = { table: 'drop-table', column: 'drop-column', rows: 'no-where-delete', nothing: '' } as const

/** What a state has lost, compared with the one before. */
function lost(state: State): Trick['happens'] {
  const x = state.find((one) => one.startsWith('x '))
  if (x === undefined) return 'table'
  if (x === before[0]) return 'nothing'
  const columns = x.split(' ')[1]?.split(',') ?? []
  if (!columns.includes('b')) return 'column'
  return x.endsWith(' 0') ? 'rows' : 'nothing'
}

describe.skipIf(withoutMysql).each([
  ['comments', comments],
  ['executable comments', executable],
  ['quotes', quotes],
  ['statements', statements],
  ['stored programs', programs],
  ['settings', settings],
  ['conditions', wheres],
  ['the client', clients],
] as const)('%s:', (_group, tricks) => {
  test.each(Object.entries(tricks))('%s', async (_name, { sql, happens, ours, way = 'server' }) => {
    const state = await world.run(sql, way)
    const { blocked, rules } = await readBy(sql, server.engine)
    const happened = lost(state)
    const seen = rules.includes(ruleOf[happened]) || (happened === 'column' && rules.includes('drop-table'))
    // The promise, whatever server it is: nothing happens that was not said.
    expect(happened === 'nothing' || blocked || seen).toBe(true)
    if (server.version.startsWith('10.11.')) expect(happened).toBe(happens)
    expect(blocked ? 'blocked' : rules.length > 0 ? 'seen' : 'silent').toBe(ours)
    // What is not blocked would run as our statements, one by one, and must leave the same behind.
    if (!blocked) expect(await world.run(sql, 'ours')).toEqual(state)
  })
})

describe.skipIf(withoutMysql)('made in one file and run by another:', () => {
  test.each(Object.entries(laterFiles))('%s', async (_name, { makes, runs, happens, ours }) => {
    const state = await world.run(`${makes};${runs}`, 'server')
    if (server.version.startsWith('10.11.')) expect(lost(state)).toBe(happens)
    const { blocked, rules } = await readBy(makes, server.engine)
    expect(blocked ? 'blocked' : rules).toEqual(ours)
    // The file that runs it says nothing of what happens.
    expect(await readBy(runs, server.engine)).toEqual({ blocked: false, rules: [] })
  })
})
