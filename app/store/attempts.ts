import type { Store } from './open.ts'
import type { AttemptRow } from './rows.ts'

type Raw = Omit<AttemptRow, 'token' | 'receipt'> & { readonly token: string; readonly receipt: string }

export function attempt({ db }: Store, id: string): AttemptRow | null {
  return one(db.prepare<[string], Raw>('select * from attempt where id = ?').get(id))
}

/** The attempt that one claim was answered with, as an execution or as a probe. */
export function attemptOfClaim({ db }: Store, claim: string): AttemptRow | null {
  return one(
    db
      .prepare<[string, string], Raw>('select * from attempt where claim = ? or probe_claim = ?')
      .get(claim, claim),
  )
}

export function lastAttempt({ db }: Store, requestId: string): AttemptRow | null {
  return one(
    db
      .prepare<[string], Raw>('select * from attempt where request_id = ? order by n desc limit 1')
      .get(requestId),
  )
}

/** The attempts of a request, in order. */
export function attemptsOf({ db }: Store, requestId: string): readonly AttemptRow[] {
  return db
    .prepare<[string], Raw>('select * from attempt where request_id = ? order by n')
    .all(requestId)
    .map(read)
}

/** Attempts in these states whose lease ran out by `now`. */
export function attemptsPast({ db }: Store, states: readonly string[], now: Date): readonly AttemptRow[] {
  return db
    .prepare<[string, string], Raw>(
      `select * from attempt where state in (select value from json_each(?)) and lease_until < ? order by lease_until`,
    )
    .all(JSON.stringify(states), now.toISOString())
    .map(read)
}

export function fenceOf({ db: database }: Store, db: string, env: string): number {
  return (
    database
      .prepare<[string, string], { value: number }>('select value from fence where db = ? and env = ?')
      .get(db, env)?.value ?? 0
  )
}

function one(raw: Raw | undefined): AttemptRow | null {
  return raw === undefined ? null : read(raw)
}

function read(raw: Raw): AttemptRow {
  return { ...raw, token: JSON.parse(raw.token), receipt: JSON.parse(raw.receipt) }
}
