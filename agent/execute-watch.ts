import { setTimeout as sleep } from 'node:timers/promises'
import type { FailureClass } from './failure.ts'
import { openSession, type Session } from './session.ts'

/** Limits on a running execution by the monotonic clock: the wall clock may jump. */
export type Watch = {
  /** Milliseconds left of the whole, at least 0. */
  left(): number
  /** Why the execution is being stopped, or null. */
  reason(): FailureClass | null
  /** Runs `job`; past its limit, past the whole limit or on the signal, the server is told to cancel it. */
  during<T>(session: Session, limitMs: number, job: () => Promise<T>): Promise<T>
}

export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** The server cancels at the limit itself; we step in where the SQL has turned that off or the server does not answer. */
const grace = 2_000
/** How long a cancelled statement may take to end before its connection is cut. */
const patience = 5_000

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
      const stop = (why: FailureClass) => {
        stopped ??= why
        void cancel(url, session, over.signal)
      }
      const limit = setTimeout(() => stop('statement_timeout'), Math.min(limitMs + grace, 0x7fffffff))
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
      }
    },
  }
}

/** Asks from a second connection; where the statement does not end of that, cuts ours. What happened is read later. */
async function cancel(url: string, session: Session, over: AbortSignal): Promise<void> {
  try {
    const second = await openSession(url, 'dbward cancel', patience)
    if (!over.aborted) await second.query(cancelSql, [session.pid, session.backend])
    await second.close()
  } catch {
    // no second connection to be had: the cut below does it
  }
  await sleep(patience, undefined, { signal: over }).catch(() => undefined)
  if (!over.aborted) session.destroy()
}

const cancelSql = `
select pg_catalog.pg_cancel_backend(a.pid) from pg_catalog.pg_stat_activity a
where a.pid = $1::pg_catalog.int4
  and a.pid::pg_catalog.text || '@' || pg_catalog.date_part('epoch', a.backend_start)::pg_catalog.text = $2::pg_catalog.text
`
