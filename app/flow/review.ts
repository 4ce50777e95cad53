import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { FileReview, ReviewOptions } from '@dbward/rules/review'
import type { Split } from '@dbward/rules/split'
import type { WorkerAnswer, WorkerRequest } from '@dbward/rules/worker'

export type FileToReview = { readonly path: string; readonly bytes: Uint8Array }
/** One review and one split for each file, in the order of the files; or why there is none. */
export type Reviewed =
  | { readonly reviews: readonly FileReview[]; readonly splits: readonly Split[] }
  | { readonly failed: string }
export type Reviewer = {
  review(files: readonly FileToReview[], options: ReviewOptions): Promise<Reviewed>
  close(): Promise<void>
}

export type ReviewLimits = { readonly ms: number; readonly heapMb: number; readonly entry?: string }

/**
 * Reviews SQL in a thread of its own, one job at a time, with an end to its time and its memory: parsers read what
 * strangers wrote. A thread that ran out of either is thrown away and the next job gets a new one.
 */
export function createReviewer(limits: ReviewLimits = { ms: 20_000, heapMb: 256 }): Reviewer {
  const entry = limits.entry ?? createRequire(import.meta.url).resolve('@dbward/rules/worker')
  let thread: Worker | null = null
  let last: Promise<unknown> = Promise.resolve()
  let jobs = 0

  async function run(files: readonly FileToReview[], options: ReviewOptions): Promise<Reviewed> {
    const used =
      thread ??
      start(entry, limits, (ended) => {
        if (thread === ended) thread = null
      })
    thread = used
    const answer = await ask(used, { id: ++jobs, files, options }, limits)
    if ('failed' in answer) {
      thread = null
      await used.terminate()
    }
    return answer
  }

  return {
    review(files, options) {
      const job = last.then(() => run(files, options))
      last = job.catch(() => undefined)
      return job
    },
    async close() {
      await last
      await thread?.terminate()
      thread = null
    },
  }
}

/** `over` is told when it ends, also between two jobs: an error of a thread that nobody listens to would end the server. */
function start(entry: string, { heapMb }: ReviewLimits, over: (ended: Worker) => void): Worker {
  const thread = new Worker(entry, {
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    // A thread that reads what strangers wrote knows no secret.
    env: {},
  })
  thread.on('error', () => over(thread)).on('exit', () => over(thread))
  thread.unref()
  return thread
}

function ask(thread: Worker, job: WorkerRequest, { ms }: ReviewLimits): Promise<Reviewed> {
  return new Promise((resolve) => {
    const end = (answer: Reviewed) => {
      clearTimeout(timer)
      thread.off('message', answered).off('error', failed).off('exit', left)
      resolve(answer)
    }
    const answered = (message: WorkerAnswer) => end(readAnswer(message, job))
    const failed = (error: unknown) => end({ failed: `the review failed: ${describe(error)}` })
    const left = () => end({ failed: 'the review ended without an answer' })
    const timer = setTimeout(() => end({ failed: `the review took longer than ${ms / 1_000} s` }), ms)
    thread.on('message', answered).on('error', failed).on('exit', left)
    thread.postMessage(job)
  })
}

function readAnswer(answer: WorkerAnswer, { id, files }: WorkerRequest): Reviewed {
  if (answer.id !== id) return { failed: 'the review answered another question' }
  if ('error' in answer) return { failed: `the review failed: ${answer.error}` }
  const { reviews, splits } = answer
  if (reviews.length === files.length && splits.length === files.length) return { reviews, splits }
  return { failed: `the review answered for ${reviews.length} of ${files.length} files` }
}

/** `ERR_WORKER_OUT_OF_MEMORY` and the like; a parser's own message may quote SQL. */
function describe(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? code : String(name)
}
