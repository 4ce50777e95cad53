import type { Store } from './open.ts'
import type { SurfaceRow } from './rows.ts'

type Raw = Omit<SurfaceRow, 'payload'> & { readonly payload: string }

/** What GitHub does not show yet and may be posted now, in the order in which it was first written. */
export function pendingSurfaces({ db }: Store, now: Date, most = 100): readonly SurfaceRow[] {
  return db
    .prepare<[string, number], Raw>(
      `select * from surface where posted_hash is not hash and (not_before is null or not_before <= ?)
       order by rowid limit ?`,
    )
    .all(now.toISOString(), most)
    .map(read)
}

export function surface({ db }: Store, key: string): SurfaceRow | null {
  const raw = db.prepare<[string], Raw>('select * from surface where key = ?').get(key)
  return raw === undefined ? null : read(raw)
}

function read(raw: Raw): SurfaceRow {
  return { ...raw, payload: JSON.parse(raw.payload) }
}

/** Whether a merge group of this repository ever got an answer: most repositories have no queue. */
export function hasGroups({ db }: Store, repoId: number): boolean {
  const sql = `select 1 from surface where key >= 'check:group:' and key < 'check:group;' and repo_id = ? limit 1`
  return db.prepare(sql).get(repoId) !== undefined
}
