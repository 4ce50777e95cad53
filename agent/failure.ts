export type FailureClass =
  | 'sql'
  | 'lock_timeout'
  | 'statement_timeout'
  | 'total_timeout'
  | 'cancelled'
  | 'connection'
  | 'not_started'
  | 'escaped'
  | 'effect'

/** Why a plan stopped, fit for a pull request: no row values, no literals, no credentials. */
export type Failure = {
  readonly class: FailureClass
  readonly sqlstate: string | null
  readonly file: string | null
  readonly i: number | null
  /** Where in the statement the server points, in characters from 1. */
  readonly position: number | null
  readonly message: string
}

export type Place = { readonly file: string | null; readonly i: number | null }
export const nowhere: Place = { file: null, i: null }

export function failure(kind: FailureClass, message: string, place: Place = nowhere): Failure {
  return { class: kind, sqlstate: null, ...place, position: null, message }
}

export const reasons: Readonly<Record<FailureClass, string>> = {
  sql: 'the database refused the statement',
  lock_timeout: 'a lock was not free within the lock timeout',
  statement_timeout: 'the statement took longer than its limit and was cancelled',
  total_timeout: 'the execution took longer than its limit and was cancelled',
  cancelled: 'the execution was cancelled',
  connection: 'the connection to the database was lost',
  not_started: 'the start could not be reported, so nothing was run',
  escaped: 'the SQL left the transaction that it was to run in',
  effect: 'the effect of the statement is not what it should be',
}
