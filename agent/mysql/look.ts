import { setTimeout as sleep } from 'node:timers/promises'
import type { MysqlStepRow } from '../ledger/row.ts'
import { readDdl } from './ddl.ts'
import { type Effect, effectOf, type Fingerprint, fingerprint } from './fingerprint.ts'
import type { Session } from './session.ts'

/**
 * What is known of a statement before it runs, as its row keeps it. `marked`: it runs in a transaction of its own that
 * ends with its `done` row. `tables`: what its tables look like. `nothing`: its end is known only by its answer.
 */
export type Before =
  | { readonly by: 'marked' }
  | ({ readonly by: 'tables' } & Fingerprint)
  | { readonly by: 'nothing' }

/**
 * What became of a statement that was begun and whose end nobody wrote down. Asked with the lock held, by which its
 * session has ended, unless the SQL gave the lock away: then it is seen to be still there.
 */
export async function lookFor(
  session: Session,
  row: MysqlStepRow,
  text: string,
): Promise<Effect | 'running'> {
  if (row.server !== session.server) return 'unknown'
  if (await staysAlive(session, row.connection)) return 'running'
  const before = parseBefore(row.before)
  // Its `done` row would be committed together with what it did, and there is none.
  if (before.by === 'marked') return 'not_applied'
  const ddl = readDdl(text)
  if (before.by === 'nothing' || ddl === null || before.tables.length !== ddl.tables.length) return 'unknown'
  return effectOf(ddl, before, await fingerprint(session.query, ddl, before.schema))
}

/** A session gives its locks back shortly before it is gone. */
async function staysAlive(session: Session, connection: number): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    if (!(await lives(session, connection))) return false
    await sleep(100)
  }
  return true
}

/** A server shows every account its own sessions, and both ours and the old one are the migrating account's. */
async function lives(session: Session, connection: number): Promise<boolean> {
  const found = await session.query('select p.id from information_schema.processlist p where p.id = ?', [
    connection,
  ])
  return found.length > 0 && connection !== session.id
}

/** Only rows with a valid signature are read, so that this is what an agent wrote. */
function parseBefore(text: string): Before {
  const parsed: unknown = JSON.parse(text)
  return typeof parsed === 'object' && parsed !== null && 'by' in parsed
    ? (parsed as Before)
    : { by: 'nothing' }
}
