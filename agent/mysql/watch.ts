import { setTimeout as sleep } from 'node:timers/promises'
import type { FailureClass } from '../failure.ts'
import { openSession, type Session } from './session.ts'

/** Limits on a running execution by the monotonic clock. These servers have none of their own that holds for all SQL. */
export type Watch = {
  /** Milliseconds left of the whole, at least 0. */
  left(): number
  /** Why the execution is being stopped, or null. */
  reason(): FailureClass | null
  /** Runs `job`; past its limit, past the whole limit or on the signal, the server is told to end the statement. */
  during<T>(session: Session, limitMs: number, job: () => Promise<T>): Promise<T>
}

export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** How long a statement may take to end after KILL QUERY, before its connection is ended too. */
const patience = 5_000

/**
 * A statement that was killed may still answer that all is well, so an answer after a kill means nothing: `reason` stays
 * set, and what happened is read from the database.
 */
export function watch(url: string, totalMs: number, signal?: AbortSignal): Watch {
  const end = performance.now() + totalMs
  let stopped: FailureClass | null = null
  const left = () => Math.max(0, end - performance.now())
  const reason = () => {
    if (stopped === null && signal?.aborted === true) stopped = 'cancelled'
    if (stopped === null && left() === 0) stopped = 'total_timeout'
    return stopped
  }
  return {
    left,
    reason,
    async during(session, limitMs, job) {
      if (reason() !== null) throw new Interrupted('stopped before it began')
      const over = new AbortController()
      let killing: Promise<void> | null = null
      const stop = (why: FailureClass) => {
        stopped ??= why
        killing ??= kill(url, session, over.signal)
      }
      const limit = setTimeout(() => stop('statement_timeout'), Math.min(limitMs, 0x7fffffff))
      const total = setTimeout(() => stop('total_timeout'), Math.min(left(), 0x7fffffff))
      const abort = () => stop('cancelled')
      signal?.addEventListener('abort', abort, { once: true })
      try {
        return await job()
      } finally {
        over.abort()
        clearTimeout(limit)
        clearTimeout(total)
        signal?.removeEventListener('abort', abort)
        // A kill that is under way must not meet the statement after this one.
        await killing
      }
    },
  }
}

/** First the statement, from a second connection; where that does not end it, the session, and our side of it. */
async function kill(url: string, session: Session, over: AbortSignal): Promise<void> {
  if (await killed(url, session, `kill query ${session.id}`, over)) {
    await sleep(patience, undefined, { signal: over }).catch(() => undefined)
  }
  if (over.aborted) return
  await killed(url, session, `kill connection ${session.id}`, over)
  if (!over.aborted) session.destroy()
}

/** Only on the server that our session is on: numbers of connections mean nothing on another one. */
async function killed(url: string, session: Session, sql: string, over: AbortSignal): Promise<boolean> {
  try {
    const second = await openSession(url, 'dbward kill', patience)
    try {
      if (second.server !== session.server) return false
      if (!over.aborted) await second.query(sql)
      return true
    } finally {
      await second.close()
    }
  } catch {
    return false
  }
}
