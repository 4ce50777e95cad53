import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { reviewInThread } from './thread.ts'

const file = (sql: string) => [{ path: 'db/1_a.sql', bytes: new Uint8Array(Buffer.from(sql)) }]
const options = { engine: 'postgres' } as const
const never = new AbortController().signal

/** A thread that does what its text says, for the ways in which a parser may fail. */
function acting(act: string) {
  const folder = mkdtempSync(join(tmpdir(), 'dbward-thread-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const entry = join(folder, 'thread.mjs')
  writeFileSync(
    entry,
    `import { parentPort } from 'node:worker_threads'\nparentPort.on('message', ({ id }) => { ${act} })`,
  )
  return { ms: 2_000, heapMb: 64, entry }
}

test('the real rules, in their thread', async () => {
  const answer = await reviewInThread(file('drop table a;\n'), options, never)
  expect(answer).toMatchObject({ reviews: [{ findings: [{ rule: 'drop-table', severity: 'block' }] }] })
})

test('options that the rules refuse are a failure and no review', async () => {
  const wrong = { engine: 'postgres', severities: { 'no-such-rule': 'off' } } as const
  expect(await reviewInThread(file('select 1;'), wrong, never)).toHaveProperty('failed')
})

test.each([
  ['takes too long', 'for (;;);', 'the review took longer than 2 s'],
  [
    'takes too much memory',
    'const all = []; for (;;) all.push(new Array(10_000).fill(all.length))',
    'the review failed: ERR_WORKER_OUT_OF_MEMORY',
  ],
  ['ends', 'process.exit(3)', 'the review ended without an answer'],
  ['throws', "throw new Error('it quotes SQL')", 'the review failed: Error'],
  ['answers another question', 'parentPort.postMessage({ id: -1 })', 'the review answered another question'],
  ['leaves files out', 'parentPort.postMessage({ id, reviews: [] })', 'the review answered for 0 of 1 files'],
])('a thread that %s is a failure', async (_, act, failed) => {
  const limits = { ...acting(act), ms: act === 'for (;;);' ? 2_000 : 20_000 }
  expect(await reviewInThread(file('x'), options, never, limits)).toEqual({ failed })
})

test('a job that is cancelled does not wait for its thread', async () => {
  const stop = new AbortController()
  const running = reviewInThread(file('x'), options, stop.signal, { ...acting('for (;;);'), ms: 60_000 })
  stop.abort()
  expect(await running).toEqual({ failed: 'the review was cancelled' })
})

test('the thread knows nothing of the environment', async () => {
  const limits = acting('parentPort.postMessage({ id, reviews: [process.env.PATH ?? null] })')
  expect(await reviewInThread(file('x'), options, never, limits)).toEqual({ reviews: [null] })
})
