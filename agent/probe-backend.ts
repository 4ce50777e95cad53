import type { Query } from './session.ts'

/** True while the server process that ran a statement is still there; a dead client does not end it. */
export async function backendLives(query: Query, backend: string): Promise<boolean> {
  const found = await query(
    `select from pg_catalog.pg_stat_activity a
     where a.pid::text || '@' || pg_catalog.date_part('epoch', a.backend_start)::text = $1::text`,
    [backend],
  )
  return found.length > 0
}
