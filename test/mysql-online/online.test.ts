import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mysql } from '../mysql/mysql.ts'
import { startMariadb } from '../mysql/private.ts'
import { withoutMysql } from '../mysql/skip.ts'
import { asking, type Measure, openMeasure } from './measure.ts'
import { isBetween, reports, saidOf } from './said.ts'
import { probed, special, tables, watched } from './statements.ts'

if (withoutMysql) console.log('left out: what an ALTER TABLE costs on MariaDB (DBWARD_TEST_SKIP_MYSQL=1)')

let server: Mysql
let measure: Measure

beforeAll(async () => {
  if (withoutMysql) return
  server = await startMariadb()
  measure = await openMeasure(server, tables)
})
afterAll(async () => {
  await measure?.close()
  await server?.stop()
})

const isEngine = (sql: string) => / engine/.test(sql)

describe.skipIf(withoutMysql)('what a statement costs is what the server says:', () => {
  test.each(probed)('%s', async (sql) => {
    // MariaDB takes INSTANT and NOCOPY for a change of the engine, and copies.
    const cheapest = isEngine(sql) ? await realOfEngine(sql) : await measure.cheapest(sql)
    if (cheapest === undefined) throw new Error('expected a statement that the server takes')
    const { best, worst } = saidOf(sql, server)
    expect([cheapest, best, worst, isBetween(cheapest, best, worst)]).toEqual([cheapest, best, worst, true])

    const waits = cheapest.lock !== 'none'
    expect((await reports(sql, server)) || !waits).toBe(true)
    if (worst.lock === 'none') expect(await reports(sql, server)).toBe(false)
    // What the author asks for is believed only where the server holds itself to it.
    for (const algorithm of ['instant', 'nocopy', 'inplace'] as const) {
      const asked = asking(sql, { algorithm })
      if (waits && (await measure.takes(asked)))
        expect([asked, await reports(asked, server)]).toEqual([asked, true])
    }
    const unlocked = asking(sql, { lock: 'none' })
    expect(await reports(unlocked, server)).toBe(false)
    if (waits) expect(await measure.takes(unlocked)).toBe(false)
  })
})

async function realOfEngine(sql: string) {
  for (const lock of ['none', 'shared'] as const) {
    if (await measure.takes(asking(sql, { algorithm: 'inplace', lock })))
      return { algorithm: 'inplace', lock } as const
  }
  return { algorithm: 'copy', lock: 'shared' } as const
}

describe.skipIf(withoutMysql)('what docs/mysql.md says of', () => {
  test.each(special)('tables that pay more: %s', async (sql, algorithm) => {
    expect(await measure.cheapest(sql)).toEqual({ algorithm, lock: 'shared' })
    // And whoever asks for it is refused.
    expect(await measure.takes(`${sql}, algorithm=inplace, lock=none`)).toBe(false)
  })

  test('clauses that MariaDB takes for a change of the engine, and copies', async () => {
    expect(await measure.takes('alter table nopk engine=aria, algorithm=instant')).toBe(true)
    expect(await measure.takes('alter table nopk engine=aria, algorithm=inplace')).toBe(false)
  })

  test('a CHECK beside a new column, for which MariaDB looks at no row', async () => {
    expect(await measure.takes('alter table t add check (b > 5)')).toBe(false)
    expect(await measure.takes('alter table t add (z int, check (b > 5)), algorithm=instant')).toBe(true)
    expect(await measure.takes('alter table t add z int check (b > 5), algorithm=instant')).toBe(true)
  })
})

describe.skipIf(withoutMysql)('whether writers go on:', () => {
  test.each(watched)('$sql $writes', async ({ sql, tables: made, writes }) => {
    const goesOn = await measure.letsWrite(made, sql, writes ?? 'update t set a = a where id = ?')
    expect(await reports(sql, server)).toBe(!goesOn)
  })
})
