import type { Store } from './open.ts'
import type { DirtyInput, DirtyRow, PressRow, SchemaWrite } from './rows.ts'

/**
 * The bookkeeping that decides nothing and has no audit entry: which pull requests are to be looked at, what has been
 * posted, who was heard of, when a database was last seen to look as it did. Losing any of it costs time only, as the sweep looks at everything anyway.
 */
export type Delivery = {
  readonly guid: string
  readonly event: string
  readonly dirty: readonly DirtyInput[]
  readonly presses?: readonly Omit<PressRow, 'received_at'>[]
}

/** Notes a webhook and what it says to look at, in one transaction. False, and nothing else, for a guid that is known. */
export function receiveDelivery(
  store: Store,
  now: Date,
  { guid, event, dirty, presses = [] }: Delivery,
): boolean {
  const at = now.toISOString()
  const note = store.db.transaction(() => {
    const { changes } = store.db
      .prepare(
        'insert into delivery (guid, event, received_at) values (?, ?, ?) on conflict (guid) do nothing',
      )
      .run(guid, event, at)
    if (changes === 0) return false
    for (const one of dirty) ring(store, at, one)
    for (const one of presses) press(store, { ...one, received_at: at })
    return true
  })
  const fresh = note.immediate()
  if (fresh && dirty.length > 0) store.bell.emit('dirty')
  return fresh
}

export function knowsDelivery({ db }: Store, guid: string): boolean {
  return db.prepare('select 1 from delivery where guid = ?').get(guid) !== undefined
}

/** GitHub redelivers for three days; the same delivery after that only makes us look once more. */
export function forgetDeliveries({ db }: Store, before: Date): number {
  return db.prepare('delete from delivery where received_at < ?').run(before.toISOString()).changes
}

/** Makes pull requests dirty that no webhook told of. */
export function markDirty(store: Store, now: Date, dirty: readonly DirtyInput[]): void {
  const at = now.toISOString()
  store.db.transaction(() => dirty.forEach((one) => void ring(store, at, one))).immediate()
  if (dirty.length > 0) store.bell.emit('dirty')
}

/** A claim and no more: a look asks GitHub whether who is said to have pressed it may. */
function press({ db }: Store, row: PressRow): void {
  db.prepare(
    `insert into press (guid, repo_id, pr, user_id, login, action, received_at)
     values (@guid, @repo_id, @pr, @user_id, @login, @action, @received_at) on conflict (guid) do nothing`,
  ).run(row)
}

/** For a transaction of the caller's. */
export function ring({ db }: Store, at: string, { repo_id, repo, pr }: DirtyInput): void {
  db.prepare(
    `insert into dirty (repo_id, pr, repo, since, mark) values (@repo_id, @pr, @repo, @at, 1)
     on conflict (repo_id, pr) do update set repo = @repo, mark = mark + 1, attempts = 0, not_before = null`,
  ).run({ repo_id, repo, pr, at })
}

/** What may be looked at now, the longest waiting first. Whoever looks says so by `doneDirty` or `postponeDirty`. */
export function takeDirty({ db }: Store, now: Date, most: number): readonly DirtyRow[] {
  return db
    .prepare<[string, number], DirtyRow>(
      `select * from dirty where not_before is null or not_before <= ? order by since, repo_id, pr limit ?`,
    )
    .all(now.toISOString(), most)
}

/** Clears it, unless it was made dirty again since. */
export function doneDirty({ db }: Store, { repo_id, pr, mark }: DirtyRow): void {
  db.prepare('delete from dirty where repo_id = ? and pr = ? and mark = ?').run(repo_id, pr, mark)
}

/** The look failed: not before that time again, unless it is made dirty again. */
export function postponeDirty({ db }: Store, { repo_id, pr, mark }: DirtyRow, until: Date): void {
  db.prepare(
    `update dirty set attempts = attempts + 1, not_before = ? where repo_id = ? and pr = ? and mark = ?`,
  ).run(until.toISOString(), repo_id, pr, mark)
}

/** What is left to look at in repositories that are not among these: nobody may look there. */
export function forgetDirty({ db }: Store, repositories: readonly number[]): void {
  db.prepare('delete from dirty where repo_id not in (select value from json_each(?))').run(
    JSON.stringify(repositories),
  )
}

export function surfacePosted({ db }: Store, key: string, hash: string, githubId: number): void {
  db.prepare(
    `update surface set posted_hash = ?, github_id = ?, attempts = 0, not_before = null, error = null where key = ?`,
  ).run(hash, githubId, key)
}

export function surfaceFailed({ db }: Store, key: string, notBefore: Date, error: string): void {
  db.prepare(`update surface set attempts = attempts + 1, not_before = ?, error = ? where key = ?`).run(
    notBefore.toISOString(),
    error.slice(0, 500),
    key,
  )
}

/** A sign of life. False where the attempt does not stand any more: then there is no lease to extend. */
export function extendLease({ db }: Store, attemptId: string, until: Date): boolean {
  return (
    db
      .prepare(
        `update attempt set lease_until = ? where id = ? and state in ('leased', 'running', 'unknown') and lease_until < ?`,
      )
      .run(until.toISOString(), attemptId, until.toISOString()).changes === 1
  )
}

export function agentSeen({ db }: Store, id: string, now: Date): void {
  db.prepare('update agent set seen_at = ? where id = ?').run(now.toISOString(), id)
}

/** What a database looks like was seen again, and nothing had changed: only its age is another. */
export function schemaSeen({ db: database }: Store, row: SchemaWrite): void {
  database
    .prepare(
      `update schema_version set agent = @agent, taken = @taken, envelope = @envelope
       where db = @db and env = @env and n = @n and content_sha256 = @content_sha256`,
    )
    .run({ ...row, envelope: JSON.stringify(row.envelope) })
}
