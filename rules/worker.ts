import { parentPort } from 'node:worker_threads'
import { loadParser } from './postgres.ts'
import { readFile } from './read.ts'
import { type FileReview, type ReviewOptions, reviewer } from './review.ts'
import { type Split, splitOf } from './split.ts'

export type WorkerRequest = {
  readonly id: number | string
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[]
  readonly options: ReviewOptions
}

/** In the order of the files; each file is read once for both. */
export type WorkerAnswer =
  | {
      readonly id: WorkerRequest['id']
      readonly reviews: readonly FileReview[]
      readonly splits: readonly Split[]
    }
  | { readonly id: WorkerRequest['id']; readonly error: string }

/**
 * The entry of a worker thread that reviews. Whoever starts it limits it (`resourceLimits`, and `terminate()`
 * after a time of its choosing): a thread that is gone has not reviewed, which is never the same as no findings.
 */
parentPort?.on('message', async (request: WorkerRequest) => parentPort?.postMessage(await answer(request)))

async function answer({ id, files, options }: WorkerRequest): Promise<WorkerAnswer> {
  try {
    await loadParser()
    const reviewRead = reviewer(options)
    const read = files.map(({ path, bytes }) => ({ path, file: readFile(bytes, options.engine) }))
    return {
      id,
      reviews: read.map(({ path, file }) => reviewRead(path, file)),
      splits: read.map(({ file }) => splitOf(file)),
    }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}
