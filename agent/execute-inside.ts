import type { Lock } from './postgres-lock.ts'
import { ownPath, type Session } from './session.ts'

/** What must still be so after every statement of a file. */
export type Inside = { readonly xid: string; readonly nonceHash: string; readonly lock: Lock }

/** The SQL left its transaction, or undid a part of what guards it. What took effect cannot be told from here. */
export class Escaped extends Error {
  override readonly name = 'Escaped'
}

/**
 * Throws `Escaped` where the transaction, the ledger row or the lock are no longer ours. Status T alone would not do:
 * COMMIT AND CHAIN and ROLLBACK AND CHAIN keep it. Every name is qualified, operators too, for the search path is the
 * author's here.
 */
export async function stillInside(session: Session, inside: Inside): Promise<void> {
  if (session.status() !== 'T') throw new Escaped('the SQL ended the transaction that it was to run in')
  const [now] = await session.query(stateSql, [inside.lock.high, inside.lock.low])
  if (now?.xid !== inside.xid) throw new Escaped('the SQL began a transaction of its own')
  if (Number(now.pid) !== session.pid)
    throw new Escaped('the connection changed its server process: connect without a pooler')
  if (now.locked !== true) throw new Escaped('the SQL released the lock of this execution')
  if (now.strings !== 'on') throw new Escaped('the SQL turned standard_conforming_strings off')
  if (now.session_role !== session.role) throw new Escaped('the SQL changed the session authorization')

  const role = now.role === 'none' ? null : String(now.role)
  if (role !== null) await session.query('set local role none')
  const [row] = await session.query(rowSql, [Buffer.from(inside.nonceHash, 'hex')])
  if (row?.there !== true) throw new Escaped('the SQL removed the ledger row of this execution')
  if (role !== null) await session.query("select pg_catalog.set_config('role', $1, true)", [role])
}

const stateSql = `
select pg_catalog.pg_current_xact_id()::pg_catalog.text as xid, pg_catalog.pg_backend_pid() as pid,
  pg_catalog.current_setting('standard_conforming_strings') as strings,
  pg_catalog.current_setting('role') as role, session_user::pg_catalog.text as session_role,
  exists (
    select from pg_catalog.pg_locks l
    where l.locktype operator(pg_catalog.=) 'advisory' and l.granted and l.objsubid operator(pg_catalog.=) 1
      and l.pid operator(pg_catalog.=) pg_catalog.pg_backend_pid()
      and l.classid operator(pg_catalog.=) $1::pg_catalog.oid and l.objid operator(pg_catalog.=) $2::pg_catalog.oid
  ) as locked`

const rowSql = `
select exists (
  select from dbward.ledger l where l.nonce_hash operator(pg_catalog.=) $1::pg_catalog.bytea
) as there`

/**
 * Puts the session back to how it began, except for the lock, which DISCARD ALL would release. `abandon` lets the server
 * notice that we are gone and end the statement, which is right only where a transaction undoes it.
 */
export async function cleanse(session: Session, abandon: boolean): Promise<void> {
  for (const sql of ['reset session authorization', 'reset role', 'reset all', ...discards, ownPath]) {
    await session.query(sql)
  }
  if (!abandon || session.version < 140_000) return
  // Systems without the kernel's support refuse the setting, and do without it.
  await session.query("set client_connection_check_interval = '2s'").catch(() => undefined)
}

const discards = [
  'deallocate all',
  'close all',
  'unlisten *',
  'discard temp',
  'discard plans',
  'discard sequences',
]

/** The lock alone, for SQL that runs outside a transaction. */
export async function stillLocked(session: Session, lock: Lock): Promise<boolean> {
  const [now] = await session.query(stateSql, [lock.high, lock.low])
  return now?.locked === true && Number(now.pid) === session.pid
}
