import type { Store } from './open.ts'
import type { SessionRow } from './rows.ts'

/** The session of that id, where it has not ended. */
export function session({ db }: Store, id: string, now: Date): SessionRow | null {
  const found = db
    .prepare<[string, string], SessionRow>('select * from actions_session where id = ? and expires_at > ?')
    .get(id, now.toISOString())
  return found ?? null
}

export function isSpent({ db }: Store, jti: string): boolean {
  return db.prepare('select 1 from actions_jti where jti = ?').get(jti) !== undefined
}
