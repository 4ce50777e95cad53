import { setTimeout as sleep } from 'node:timers/promises'

/** Nothing was run, as the server may have given the work to somebody else. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted'
}

type Starting = { readonly started: () => Promise<void>; readonly watch: { left(): number } }

/** Where the start cannot be told, the server may have given the work to somebody else: then nothing runs. */
export async function reportStart(attempt: Starting): Promise<void> {
  const left = new AbortController()
  try {
    await Promise.race([
      attempt.started(),
      sleep(Math.min(attempt.watch.left(), 30_000), undefined, { signal: left.signal }).then(() => {
        throw new NotStarted('no answer')
      }),
    ])
  } catch (cause) {
    throw new NotStarted('the start could not be reported', { cause })
  } finally {
    left.abort()
  }
}
