import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterAll, expect, test } from 'vitest'
import { review } from './review.ts'
import { split } from './split.ts'
import type { WorkerAnswer, WorkerRequest } from './worker.ts'

const worker = new Worker(new URL('./worker.ts', import.meta.url), {
  resourceLimits: { maxOldGenerationSizeMb: 256 },
})
afterAll(() => worker.terminate())

async function ask(request: WorkerRequest): Promise<WorkerAnswer> {
  worker.postMessage(request)
  const [answer] = await once(worker, 'message')
  return answer
}

const files = [
  { path: 'a.sql', bytes: new TextEncoder().encode('DROP TABLE a;') },
  { path: 'b.sql', bytes: new Uint8Array([0xff]) },
]

test.each(['postgres', 'mysql', 'mariadb'] as const)(
  'a worker answers what review and split answer for %s',
  async (engine) => {
    const options = { engine } as const
    expect(await ask({ id: 7, files, options })).toEqual({
      id: 7,
      reviews: await review(files, options),
      splits: await Promise.all(files.map(({ bytes }) => split(bytes, engine))),
    })
  },
)

test('a worker survives a request that it cannot answer', async () => {
  const severities = { unparsed: 'off' } as const
  expect(await ask({ id: 'x', files, options: { engine: 'postgres', severities } })).toEqual({
    id: 'x',
    error: expect.stringContaining('the rule unparsed always blocks'),
  })
  expect(await ask({ id: 'y', files, options: { engine: 'postgres' } })).toHaveProperty('reviews')
})
