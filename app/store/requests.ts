import type { Store } from './open.ts'
import type { RequestRow } from './rows.ts'

export function request({ db }: Store, id: string): RequestRow | null {
  return one(db.prepare<[string], Raw>('select * from request where id = ?').get(id))
}

/** The requests of one pull request, in the order in which they were first seen. */
export function requestsOf({ db }: Store, repoId: number, pr: number): readonly RequestRow[] {
  return db
    .prepare<[number, number], Raw>('select * from request where repo_id = ? and pr = ? order by rowid')
    .all(repoId, pr)
    .map(read)
}

/** Those of a pull request's number, of every repository. */
export function requestsOfPull({ db }: Store, pr: number): readonly RequestRow[] {
  return db
    .prepare<[number], Raw>('select * from request where pr = ? order by repo_id, rowid')
    .all(pr)
    .map(read)
}

/** All that are in none of these states, the one that changed last first. */
export function requestsOutside({ db }: Store, states: readonly string[]): readonly RequestRow[] {
  return db
    .prepare<[string], Raw>(
      `select * from request where state not in (select value from json_each(?))
       order by updated_at desc, id`,
    )
    .all(JSON.stringify(states))
    .map(read)
}

/** All requests for one database and environment in any of these states, whichever repository they come from. */
export function requestsFor(
  { db: database }: Store,
  db: string,
  env: string,
  states: readonly string[],
): readonly RequestRow[] {
  return database
    .prepare<[string, string, string], Raw>(
      `select * from request where db = ? and env = ? and state in (select value from json_each(?))
       order by queue_position is null, queue_position, pr`,
    )
    .all(db, env, JSON.stringify(states))
    .map(read)
}

/** Whether exactly this plan is in one of these states on an environment of the repository's database. */
export function hasPlan(
  store: Store,
  where: { readonly repo_id: number; readonly db: string; readonly env: string },
  planSha256: string,
  states: readonly string[],
): boolean {
  const found = store.db
    .prepare(
      `select 1 from request where repo_id = ? and db = ? and env = ? and plan_sha256 = ?
       and state in (select value from json_each(?))`,
    )
    .get(where.repo_id, where.db, where.env, planSha256, JSON.stringify(states))
  return found !== undefined
}

export function requestsByState({
  db,
}: Store): readonly { readonly state: string; readonly count: number }[] {
  return db
    .prepare<[], { state: string; count: number }>(
      'select state, count(*) as count from request group by state',
    )
    .all()
}

/** When the request that has been in one of these states for the longest was last changed; null for none. */
export function oldestIn({ db }: Store, states: readonly string[]): string | null {
  const found = db
    .prepare<[string], { at: string | null }>(
      'select min(updated_at) as at from request where state in (select value from json_each(?))',
    )
    .get(JSON.stringify(states))
  return found?.at ?? null
}

type Json = 'plan' | 'decision' | 'review' | 'limits' | 'environments_before' | 'hours' | 'authorization'
type Raw = Omit<RequestRow, Json> & { readonly [K in Json]: string }

function one(raw: Raw | undefined): RequestRow | null {
  return raw === undefined ? null : read(raw)
}

function read(raw: Raw): RequestRow {
  return {
    ...raw,
    plan: JSON.parse(raw.plan),
    decision: JSON.parse(raw.decision),
    review: JSON.parse(raw.review),
    limits: JSON.parse(raw.limits),
    environments_before: JSON.parse(raw.environments_before),
    hours: JSON.parse(raw.hours),
    authorization: JSON.parse(raw.authorization),
  }
}
