import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, expect, test } from 'vitest'
import { createReviewer, type Reviewer } from './review.ts'

const dir = mkdtempSync(join(tmpdir(), 'dbward-review-'))
const open: Reviewer[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})
afterAll(() => rmSync(dir, { recursive: true }))

/** A thread that does what its text says, for the ways in which a parser may fail. */
function reviewer(source: string | null, ms = 20_000): Reviewer {
  const entry = join(dir, `${Math.abs(hash(source ?? ''))}.mjs`)
  if (source !== null) writeFileSync(entry, source)
  const made = createReviewer({ ms, heapMb: 64, ...(source === null ? {} : { entry }) })
  open.push(made)
  return made
}

function hash(text: string): number {
  return [...text].reduce((sum, one) => (sum * 31 + one.charCodeAt(0)) | 0, 7)
}

const file = (sql: string) => [{ path: 'db/1_a.sql', bytes: Buffer.from(sql) }]
const options = { engine: 'postgres' } as const

test('the real rules, in their thread', async () => {
  const { review } = reviewer(null)
  const clean = await review(file('create table a (id int);\n'), options)
  expect(clean).toMatchObject({ reviews: [{ statements: 1, findings: [] }], splits: [{ tx: 'auto' }] })
  const answers = await Promise.all([
    review(file('drop table a;\n'), options),
    review(file('delete from a;\n'), options),
  ])
  expect(answers).toMatchObject([
    { reviews: [{ findings: [{ rule: 'drop-table', severity: 'block' }] }] },
    { reviews: [{ findings: [{ rule: 'no-where-delete', severity: 'block' }] }] },
  ])
})

test('options that the rules refuse are a failure and no review', async () => {
  const wrong = { engine: 'postgres', severities: { 'no-such-rule': 'off' } } as const
  expect(await reviewer(null).review(file('select 1;'), wrong)).toHaveProperty('failed')
})

test('hostile SQL ends in an answer', async () => {
  const { review } = reviewer(null)
  const nested = `select ${'('.repeat(20_000)}1${')'.repeat(20_000)};`
  const answer = await review(file(nested), options)
  if ('failed' in answer) expect(answer.failed).toContain('the review')
  else expect(answer.reviews[0]?.findings).toMatchObject([{ severity: 'block' }])
  expect(await review(file('select 1;'), options)).toHaveProperty('reviews')
})

test('a thread that takes too long is thrown away, and the next job gets a new one', async () => {
  const { review } = reviewer(
    `import { parentPort } from 'node:worker_threads'
     parentPort.on('message', ({ id, files }) => {
       while (files[0].bytes.length === 4) {}
       parentPort.postMessage({ id, reviews: [1], splits: [2] })
     })`,
    2_000,
  )
  const [slow, quick] = await Promise.all([review(file('loop'), options), review(file('quick'), options)])
  expect(slow).toEqual({ failed: 'the review took longer than 2 s' })
  expect(quick).toEqual({ reviews: [1], splits: [2] })
})

test('a thread that takes too much memory is a failure, and the server lives', async () => {
  const { review } = reviewer(
    `import { parentPort } from 'node:worker_threads'
     parentPort.on('message', () => {
       const all = []
       for (;;) all.push(new Array(10_000).fill(all.length))
     })`,
  )
  expect(await review(file('x'), options)).toEqual({ failed: 'the review failed: ERR_WORKER_OUT_OF_MEMORY' })
})

test.each([
  ['ends', 'process.exit(3)', 'the review ended without an answer'],
  ['throws', "throw new Error('it quotes SQL')", 'the review failed: Error'],
  ['answers another question', 'parentPort.postMessage({ id: -1 })', 'the review answered another question'],
  [
    'leaves files out',
    'parentPort.postMessage({ id, reviews: [], splits: [] })',
    'the review answered for 0 of 1 files',
  ],
])('a thread that %s is a failure', async (_, act, failed) => {
  const source = `import { parentPort } from 'node:worker_threads'
    parentPort.on('message', ({ id }) => { ${act} })`
  expect(await reviewer(source).review(file('x'), options)).toEqual({ failed })
})

test('a thread that fails between two jobs is replaced', async () => {
  const { review } = reviewer(
    `import { parentPort } from 'node:worker_threads'
     parentPort.on('message', ({ id }) => {
       parentPort.postMessage({ id, reviews: [1], splits: [2] })
       setTimeout(() => { throw new Error('later') }, 5)
     })`,
    2_000,
  )
  expect(await review(file('x'), options)).toEqual({ reviews: [1], splits: [2] })
  await sleep(100)
  expect(await review(file('x'), options)).toEqual({ reviews: [1], splits: [2] })
})

test('the thread knows nothing of the server’s environment', async () => {
  const source = `import { parentPort } from 'node:worker_threads'
    parentPort.on('message', ({ id }) => parentPort.postMessage({ id, reviews: [process.env.PATH ?? null], splits: [1] }))`
  expect(await reviewer(source).review(file('x'), options)).toEqual({ reviews: [null], splits: [1] })
})
