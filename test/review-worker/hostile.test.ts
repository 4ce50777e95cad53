import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createReviewer, type Reviewed } from '../../app/flow/review.ts'
import { hostile } from './hostile.ts'
import { watchThread } from './watch-thread.ts'

// The server's own limits.
const reviewer = createReviewer()
const watch = watchThread()

beforeAll(async () => {
  await ask('select 1;')
})
afterAll(async () => {
  watch.close()
  await reviewer.close()
})

function ask(sql: string, engine: 'postgres' | 'mysql' | 'mariadb' = 'postgres'): Promise<Reviewed> {
  return reviewer.review([{ path: 'a.sql', bytes: Buffer.from(sql) }], { engine })
}

/** What the next change of the same server gets. */
const next = { reviews: [{ statements: 1, findings: [{ rule: 'drop-table' }] }], splits: [{ problems: [] }] }

const cases = hostile.flatMap(({ name, engines, sql }) =>
  engines.map((engine) => [name, engine, sql] as const),
)

describe('the reviewer answers', () => {
  test.each(cases)('%s on %s', async (_name, engine, sql) => {
    watch.reset()
    const started = performance.now()
    const answer = await ask(sql, engine)
    expect(performance.now() - started).toBeLessThan(10_000)
    // The answer is taken apart on the thread of the server before anybody sees it.
    await sleep(20)
    expect(watch.longest()).toBeLessThan(100)
    // None of these needs the thread to be thrown away: a file is refused with a reason that its author can read.
    expect(answer).not.toHaveProperty('failed')
    expect(await ask('drop table a;', engine)).toMatchObject(next)
  })
})

test('a thread with less memory than a file needs is thrown away, and the next file is reviewed', async () => {
  const small = createReviewer({ ms: 20_000, heapMb: 24 })
  const wide = `create table a (b int${',b int'.repeat(140_000)});`
  const review = (sql: string) =>
    small.review([{ path: 'a.sql', bytes: Buffer.from(sql) }], { engine: 'postgres' })
  try {
    expect(await review(wide)).toEqual({ failed: 'the review failed: ERR_WORKER_OUT_OF_MEMORY' })
    expect(await review('drop table a;')).toMatchObject(next)
  } finally {
    await small.close()
  }
})

test('files that take too long together are refused in time, and the next one is reviewed', async () => {
  const quick = createReviewer({ ms: 1_000, heapMb: 256 })
  const [slow] = hostile.filter(({ name }) => name === 'a chain of ORs')
  const files = Array.from({ length: 60 }, (_, i) => ({
    path: `${i}.sql`,
    bytes: Buffer.from(slow?.sql ?? ''),
  }))
  try {
    watch.reset()
    expect(await quick.review(files, { engine: 'postgres' })).toEqual({
      failed: 'the review took longer than 1 s',
    })
    expect(watch.longest()).toBeLessThan(100)
  } finally {
    await quick.close()
  }
})
