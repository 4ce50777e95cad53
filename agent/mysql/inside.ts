import type { Attempt } from './execute.ts'
import type { Session } from './session.ts'
import { Escaped } from './stops.ts'

/** The row that marks a transaction as ours: there for us, and for nobody else until somebody commits. */
export type Marker = { readonly path: string; readonly i: number }

/**
 * Throws `Escaped` where the transaction, the lock or the way in which SQL is read are no longer ours. What the SQL could
 * have turned to its own use is asked over the progress account's connection too: that the lock is held by our session,
 * so that both are on one server, and that our marker is not committed.
 */
export async function stillOurs(attempt: Attempt, session: Session, marker: Marker | null): Promise<void> {
  const [now] = await session.query(stateSql, [attempt.lock])
  if (Number(now?.id) !== session.id) {
    throw new Escaped('the connection changed its server session: connect without a proxy that shares them')
  }
  if (Number(now?.holder) !== session.id) throw new Escaped('the SQL released the lock of this execution')
  if (Number(now?.autocommit) !== 1) throw new Escaped('the SQL turned autocommit off')
  if (Number(now?.unicode) !== 1) {
    throw new Escaped('the SQL changed the character set in which it is read, or in which we write and read')
  }
  if (Number(now?.whole) !== 1)
    throw new Escaped('the SQL set sql_select_limit, under which we read a part only')
  const mode = String(now?.mode)
    .split(',')
    .find((one) => one !== '' && !harmless.includes(one))
  if (mode !== undefined) throw new Escaped(`the SQL set the mode ${mode}, in which it may be read otherwise`)

  const [seen] = await attempt.progress.query('select is_used_lock(?) as holder', [attempt.lock])
  if (Number(seen?.holder) !== session.id) {
    throw new Escaped(
      'the progress account does not see the lock of this execution: is it on the same server?',
    )
  }
  if (marker === null) return
  const key = [attempt.claims.jti, marker.path, marker.i]
  if ((await attempt.progress.query(markerSql, key)).length > 0) {
    throw new Escaped('the SQL committed the transaction that it was to run in')
  }
  if ((await session.query(markerSql, key)).length === 0) {
    throw new Escaped('the SQL rolled back the transaction that it was to run in')
  }
}

const stateSql = `
select connection_id() as id, is_used_lock(?) as holder, @@session.autocommit as autocommit,
  @@session.character_set_client = 'utf8mb4' and @@session.character_set_connection = 'utf8mb4'
    and @@session.character_set_results = 'utf8mb4' as unicode,
  @@session.sql_select_limit = 18446744073709551615 as whole, @@session.sql_mode as mode`

const markerSql = `select s.i from dbward.step s where s.jti = ? and s.path = ? and s.i = ? and s.phase = 'open'`

/** Modes that change what a value may be, and not how a statement is read. */
const harmless = [
  'STRICT_TRANS_TABLES',
  'STRICT_ALL_TABLES',
  'ONLY_FULL_GROUP_BY',
  'NO_ZERO_IN_DATE',
  'NO_ZERO_DATE',
  'ALLOW_INVALID_DATES',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'NO_ENGINE_SUBSTITUTION',
  'NO_AUTO_CREATE_USER',
  'NO_AUTO_VALUE_ON_ZERO',
  'NO_UNSIGNED_SUBTRACTION',
  'TIME_TRUNCATE_FRACTIONAL',
  'TIME_ROUND_FRACTIONAL',
]
