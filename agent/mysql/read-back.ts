import { setTimeout as sleep } from 'node:timers/promises'
import { type Both, openBoth } from './both.ts'
import type { Attempt } from './execute.ts'
import { attemptExists, ledgerRows } from './ledger-read.ts'
import { takeLock } from './lock.ts'

/** How long a database that went away may take to come back before we say that we do not know. */
const patience = 15_000

/**
 * The paths that this attempt has in the ledger, by new connections; null where that cannot be told.
 *
 * A row that is there is there. That one is missing counts only with the lock: our old session may still be ending, and
 * until it has, its transaction may still commit. The row of the attempt was committed before anything ran: where that
 * is missing, this is not the server that ran it, or one that has lost writes.
 */
export async function readBack(
  attempt: Attempt,
  expected: readonly string[],
): Promise<readonly string[] | null> {
  const end = performance.now() + patience
  return askAnew(attempt, end, async ({ session, progress }) => {
    const paths = async () => {
      const ledger = await ledgerRows(progress.query, attempt.scope, attempt.work.verifyRow)
      return ledger.rows.filter((row) => row.jti === attempt.claims.jti).map((row) => row.path)
    }
    const there = await paths()
    if (expected.every((path) => there.includes(path))) return there
    if (!(await takeLock(session, attempt.lock, end - performance.now()))) return null
    if (!(await attemptExists(progress.query, attempt.claims.jti))) return null
    return (await progress.query(tornSql, [attempt.claims.jti])).length > 0 ? null : paths()
  })
}

/** Markers of this attempt that are committed, and what ends their transaction is not. */
const tornSql = `
select m.path from dbward.step m
where m.jti = ? and m.phase = 'open'
  and not exists (
    select 1 from dbward.step d where d.jti = m.jti and d.path = m.path and d.i = m.i and d.phase = 'done'
  )
  and not exists (select 1 from dbward.ledger l where l.jti = m.jti and l.path = m.path)`

/** The same after a lost answer, with the lock: then nothing of the old session goes on. Null where it cannot be told. */
export async function askWithLock<T>(attempt: Attempt, job: (both: Both) => Promise<T>): Promise<T | null> {
  const end = performance.now() + patience
  return askAnew(attempt, end, async (both) => {
    if (!(await takeLock(both.session, attempt.lock, end - performance.now()))) return null
    return (await attemptExists(both.progress.query, attempt.claims.jti)) ? job(both) : null
  })
}

async function askAnew<T>(
  attempt: Attempt,
  end: number,
  job: (both: Both) => Promise<T | null>,
): Promise<T | null> {
  while (performance.now() < end) {
    const both = await connect(attempt)
    if (both !== null) {
      try {
        return await job(both)
      } catch {
        // it went away again
      } finally {
        await both.close()
      }
    }
    await sleep(200)
  }
  return null
}

async function connect({ access, claims, serverId }: Attempt): Promise<Both | null> {
  try {
    const found = await openBoth(access, `dbward ${claims.jti} read back`, 3_000)
    if (found.session.serverId === serverId && found.session.unfit === null) return found
    await found.close()
  } catch {
    // not there yet
  }
  return null
}
