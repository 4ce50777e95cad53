import { createHash, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Session } from './session.ts'

/** One execution at a time per database and environment, held by the session that runs the SQL. */
export type Lock = { readonly key: string; readonly high: string; readonly low: string }

export function lockFor(db: string, env: string): Lock {
  const digest = createHash('sha256').update(`dbward.lock\0${db}\0${env}`).digest()
  return {
    key: String(digest.readBigInt64BE(0)),
    high: String(digest.readUInt32BE(0)),
    low: String(digest.readUInt32BE(4)),
  }
}

/**
 * True once the lock is ours. A dead agent's statement may go on in the server, and its session keeps the lock until it
 * has ended: whoever holds the lock reads a ledger that nobody is about to change.
 *
 * It asks again and again and never waits in the server: a waiting session holds a snapshot, and CREATE INDEX
 * CONCURRENTLY in the session that has the lock would wait for that one in turn.
 */
export async function takeLock(
  session: Session,
  lock: Lock,
  waitMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const end = performance.now() + waitMs
  for (;;) {
    const [row] = await session.query(
      'select pg_catalog.pg_try_advisory_lock($1::pg_catalog.int8) as locked',
      [lock.key],
    )
    if (row?.locked === true) return true
    if (performance.now() >= end || signal?.aborted === true) return false
    await sleep(randomInt(40, 120))
  }
}
