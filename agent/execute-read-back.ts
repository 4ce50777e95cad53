import { setTimeout as sleep } from 'node:timers/promises'
import type { Attempt } from './execute.ts'
import { attemptExists, ledgerRows } from './ledger/read.ts'
import { takeLock } from './postgres-lock.ts'
import { openSession, type Session } from './session.ts'

/** How long a database that went away may take to come back before we say that we do not know. */
const patience = 15_000

/**
 * The paths that this attempt has in the ledger, by a new connection; null where that cannot be told.
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
  while (performance.now() < end) {
    const session = await connect(attempt)
    if (session !== null) {
      try {
        return await read(attempt, session, expected, end)
      } catch {
        // it went away again
      } finally {
        await session.close()
      }
    }
    await sleep(200)
  }
  return null
}

async function read(
  { work, claims, lock }: Attempt,
  session: Session,
  expected: readonly string[],
  end: number,
): Promise<readonly string[] | null> {
  if (session.recovering) return null
  const paths = async () => {
    const ledger = await ledgerRows(session.query, claims, work.verifyRow)
    return ledger.rows.filter((row) => row.jti === claims.jti).map((row) => row.path)
  }
  const there = await paths()
  if (expected.every((path) => there.includes(path))) return there
  if (!(await takeLock(session, lock, end - performance.now()))) return null
  return (await attemptExists(session.query, claims.jti)) ? paths() : null
}

async function connect({ url, claims, session }: Attempt): Promise<Session | null> {
  try {
    const found = await openSession(url, `dbward ${claims.jti} read back`, 3_000)
    if (found.serverId === session.serverId) return found
    await found.close()
  } catch {
    // not there yet
  }
  return null
}
