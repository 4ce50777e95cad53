import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { examplePolicy } from '../stage/setting.ts'
import type { Stage } from '../stage/stage.ts'
import { type Change, type MergedChange, merged, opened } from './change.ts'
import { counted, killStage, migration } from './kill-stage.ts'
import { appliedOnce } from './once.ts'
import { settled, standing } from './standing.ts'

let on: Stage
beforeAll(async () => {
  const limits = 'lock_timeout: 300ms, lock_retries: 1, statement_timeout: 5s'
  on = await killStage({ policy: examplePolicy.replace(/lock_timeout:.*s(?= \})/, limits) })
}, 120_000)
afterAll(async () => on?.stop())

/** An effect, and a statement that takes its time after it. */
const slow = (n: number, seconds: number): Change => ({
  name: `slow-${n}`,
  files: { [migration(n)]: `insert into effects values ('${n}');\nselect pg_sleep(${seconds});\n` },
  leaves: [`${n}`],
})

describe.skipIf(process.env.DBWARD_TEST_PG_URL !== undefined)('a database that', () => {
  it('is down when its turn comes: nothing runs, the check says why, and it is applied when it is back', async () => {
    const open = await opened(on, counted(1))
    await on.postgres.halt()
    const change = await merged(on, open)
    await on.until('the refusal', async () => reason(change).code === 'DATABASE_UNAVAILABLE')
    const said = /refused with DATABASE\\?_UNAVAILABLE: the database cannot be asked/
    await on.until('the check to say so', async () => said.test((await execution(change)).summary))
    expect((await execution(change)).conclusion).toBeNull()
    await on.postgres.start()
    await appliedOnce(on, change)
  })

  it('crashes in the middle of a statement: it is applied when it is back, once', async () => {
    const change = await merged(on, await opened(on, slow(2, 3)))
    await inStatement('pg_sleep')
    await on.postgres.crash()
    await sleep(500)
    await on.postgres.start()
    const { attempts } = await appliedOnce(on, change)
    expect(attempts.length).toBeGreaterThan(1)
  })
})

it('a lock that somebody holds is waited for over several attempts, and then it is applied, once', async () => {
  const open = await opened(on, counted(3))
  const holder = new pg.Client({ connectionString: await adminUrl() })
  await holder.connect()
  try {
    await holder.query('begin; lock table effects in access exclusive mode')
    const change = await merged(on, open)
    await on.until('a second attempt', async () => (standing(on, change.pr)?.attempts.length ?? 0) > 1)
    await on.until('the reason', async () => reason(change).code === 'lock_timeout')
    expect(standing(on, change.pr)?.attempts[0]?.state).toBe('failed_clean')
    expect(reason(change)).toMatchObject({ state: 'queued', next: 'It is tried again by itself.' })
    await holder.query('commit')
    await appliedOnce(on, change)
  } finally {
    await holder.end()
  }
})

describe('a statement that takes longer than it may', () => {
  let late: MergedChange
  let waiting: MergedChange
  it('is undone, and its comment says so with the SQLSTATE', async () => {
    late = await merged(on, await opened(on, slow(4, 60)))
    await settled(on, late, 'failed_clean')
    const [comment] = (await on.people.ann.comments(late.pr)).filter((one) => one.body?.includes('result:'))
    expect(comment?.body).toContain('SQLSTATE `57014`')
    expect(comment?.body).toContain('Nothing of this attempt is in it.')
    expect((await execution(late)).conclusion).toBe('failure')
    expect(await left(late)).toEqual([])
  })

  it('keeps later changes waiting', async () => {
    waiting = await merged(on, await opened(on, counted(5)))
    await on.until('it to wait', async () => /behind 1 other/.test((await execution(waiting)).title))
    await sleep(3_000)
    expect(reason(waiting).state).toBe('queued')
    expect(standing(on, waiting.pr)?.attempts).toEqual([])
    expect(await left(waiting)).toEqual([])
  })

  it('is replaced by a change that mends its file, and then those that waited are applied', async () => {
    const mended = { ...slow(4, 0), name: 'mended' }
    const fix = await merged(on, await opened(on, mended))
    await appliedOnce(on, fix)
    expect(reason(late)).toMatchObject({ state: 'superseded', code: 'SUPERSEDED' })
    await appliedOnce(on, waiting)
    const order = await on.query(
      "select path from dbward.history where path ~ '00000[45]_' order by finished_at",
    )
    expect(order.map((row) => row.path)).toEqual([migration(4), migration(5)])
  })
})

function reason({ pr }: MergedChange) {
  const request = standing(on, pr)?.request
  return { state: request?.state, code: request?.reason_code, next: request?.next_step }
}

async function execution({ sha }: MergedChange) {
  const runs = await on.people.ann.checks(sha)
  const found = runs.find((run) => run.name === 'dbward/execution: app@production')
  const { title, summary } = found?.output ?? {}
  return { title: title ?? '', summary: summary ?? '', conclusion: found?.conclusion ?? null }
}

async function left({ files, leaves }: MergedChange) {
  const paths = Object.keys(files).map((path) => `'${path}'`)
  const texts = leaves.map((what) => `'${what}'`)
  return on.query(
    `select path from dbward.ledger where path in (${paths.join()})
     union all select what from effects where what in (${texts.join()})`,
  )
}

async function inStatement(text: string): Promise<void> {
  const sql = `select from pg_stat_activity where state = 'active' and query like '%${text}%' and wait_event = 'PgSleep'`
  await on.until(`${text} to run`, async () => (await on.query(sql)).length > 0)
}

async function adminUrl(): Promise<string> {
  const [row] = await on.query('select current_database() as name')
  return on.postgres.url(undefined, String(row?.name))
}
