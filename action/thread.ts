import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { FileReview, ReviewOptions } from '@dbward/rules/review'
import type { WorkerAnswer, WorkerRequest } from '@dbward/rules/worker'

/** One review for each file, in the order of the files; or why there is none. */
export type Reviewed = { readonly reviews: readonly FileReview[] } | { readonly failed: string }
export type ReviewLimits = { readonly ms: number; readonly heapMb: number; readonly entry?: string }

const usual: ReviewLimits = { ms: 60_000, heapMb: 512 }

/**
 * Reviews SQL in a thread of its own, with an end to its time and its memory: parsers read what strangers wrote. A
 * thread that is gone has not reviewed, which is never the same as no findings.
 */
export async function reviewInThread(
  files: WorkerRequest['files'],
  options: ReviewOptions,
  signal: AbortSignal,
  limits: ReviewLimits = usual,
): Promise<Reviewed> {
  const entry = limits.entry ?? createRequire(import.meta.url).resolve('@dbward/rules/worker')
  const thread = new Worker(entry, {
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    // A thread that reads what strangers wrote knows no secret.
    env: {},
  })
  try {
    return await answerOf(thread, { id: 1, files, options }, signal, limits)
  } finally {
    await thread.terminate()
  }
}

function answerOf(
  thread: Worker,
  job: WorkerRequest,
  signal: AbortSignal,
  { ms }: ReviewLimits,
): Promise<Reviewed> {
  return new Promise((resolve) => {
    const end = (answer: Reviewed) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancelled)
      resolve(answer)
    }
    const cancelled = () => end({ failed: 'the review was cancelled' })
    const timer = setTimeout(() => end({ failed: `the review took longer than ${ms / 1_000} s` }), ms)
    thread
      .on('message', (answer: WorkerAnswer) => end(readAnswer(answer, job)))
      .on('error', (error) => end({ failed: `the review failed: ${describe(error)}` }))
      .on('exit', () => end({ failed: 'the review ended without an answer' }))
    signal.addEventListener('abort', cancelled, { once: true })
    if (signal.aborted) return cancelled()
    thread.postMessage(job)
  })
}

function readAnswer(answer: WorkerAnswer, { id, files }: WorkerRequest): Reviewed {
  if (answer.id !== id) return { failed: 'the review answered another question' }
  if ('error' in answer) return { failed: `the review failed: ${answer.error}` }
  if (answer.reviews.length === files.length) return { reviews: answer.reviews }
  return { failed: `the review answered for ${answer.reviews.length} of ${files.length} files` }
}

/** `ERR_WORKER_OUT_OF_MEMORY` and the like; a parser's own message may quote SQL. */
function describe(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? code : String(name)
}
