import { createHash, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from './session.ts'

/** One execution at a time per database and environment, held by the session that runs the SQL. */
export function lockFor(db: string, env: string): string {
  const digest = createHash('sha256').update(`dbward.lock\0${db}\0${env}`).digest('hex')
  return `dbward:${digest.slice(0, 32)}`
}

/**
 * True once the lock is ours. A dead agent's statement may go on in the server, and its session keeps the lock until it
 * has ended: whoever holds the lock reads a ledger that nobody is about to change. It asks again and again and never
 * waits in the server, so that a signal is seen.
 */
export async function takeLock(
  session: Session,
  lock: string,
  waitMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const end = performance.now() + waitMs
  for (;;) {
    const [row] = await session.query('select get_lock(?, 0) as locked', [lock])
    if (Number(row?.locked) === 1) return true
    if (performance.now() >= end || signal?.aborted === true) return false
    await sleep(randomInt(40, 120))
  }
}
