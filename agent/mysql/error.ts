import { type Failure, type FailureClass, type Place, reasons } from '../failure.ts'

/**
 * The server's own message quotes rows and literals (`Duplicate entry 'a@b.c'`), so none of it passes: a fixed sentence
 * for the error's number, and else for its SQLSTATE.
 */
export function failureOf(error: unknown, place: Place, reason: FailureClass | null = null): Failure {
  const answered = answer(error)
  if (answered === null) {
    const message = reason === null ? 'the connection to the database was lost' : reasons[reason]
    return { class: reason ?? 'connection', sqlstate: null, ...place, position: null, message }
  }
  const message = reason === null ? sentence(answered) : reasons[reason]
  return {
    class: reason ?? classOf(answered),
    sqlstate: answered.sqlstate,
    ...place,
    position: null,
    message: `${message} (error ${answered.errno})`,
  }
}

export type Answer = { readonly errno: number; readonly sqlstate: string }

/** The server's answer, or null where the connection was lost or the driver gave up. */
export function answer(error: unknown): Answer | null {
  if (!(error instanceof Error) || !('errno' in error) || !('sqlState' in error)) return null
  const { errno, sqlState } = error
  if (typeof errno !== 'number' || errno < 1_000 || typeof sqlState !== 'string') return null
  return { errno, sqlstate: sqlState }
}

export function errnoOf(error: unknown): number | null {
  return answer(error)?.errno ?? null
}

/** 1205: a row or a table lock. 3572: NOWAIT. 1213: a deadlock, in which the server chose us. */
export function isLockTrouble(error: unknown): boolean {
  return [1205, 1213, 3572].includes(errnoOf(error) ?? 0)
}

/** The name of the key that has the row already. It is the server's word for one of our own tables, and no value. */
export function duplicateKey(error: unknown): string | null {
  if (errnoOf(error) !== 1062 || !(error instanceof Error)) return null
  return /for key '(?:[\w$]+\.)?([\w$]+)'$/.exec(error.message)?.[1] ?? null
}

function classOf({ errno, sqlstate }: Answer): FailureClass {
  if (errno === 1205 || errno === 3572) return 'lock_timeout'
  if (errno === 1317) return 'cancelled'
  if (errno === 1969 || errno === 3024) return 'statement_timeout'
  // Not let in, no such database, too many connections, the server is stopping, the session was ended.
  if (
    /^(08|28)/.test(sqlstate) ||
    [1040, 1044, 1045, 1049, 1053, 1129, 1130, 1203, 1226, 1927].includes(errno)
  ) {
    return 'connection'
  }
  return 'sql'
}

function sentence({ errno, sqlstate }: Answer): string {
  return sentences[errno] ?? classes[sqlstate.slice(0, 2)] ?? 'the database refused the statement'
}

const sentences: Readonly<Record<number, string>> = {
  1005: 'the table cannot be created',
  1007: 'the database exists already',
  1008: 'the database does not exist',
  1021: 'the disk of the database is full',
  1037: 'the database is out of memory',
  1040: 'the database takes no more connections',
  1044: 'the account of the agent may not use this database',
  1045: 'the database refused to let the agent in',
  1048: 'a value that must not be null is null',
  1049: 'the database does not exist',
  1050: 'the table exists already',
  1051: 'the table does not exist',
  1053: 'the server is stopping',
  1054: 'the column does not exist',
  1060: 'the column exists already',
  1061: 'the index exists already',
  1062: 'a unique key is violated',
  1064: 'syntax error',
  1068: 'the table has a primary key already',
  1071: 'a key is too long',
  1072: 'a key names a column that does not exist',
  1091: 'the column or key does not exist',
  1114: 'the table or the disk is full',
  1142: 'the account of the agent lacks the privilege',
  1143: 'the account of the agent lacks the privilege',
  1146: 'the table does not exist',
  1205: 'a lock was not free within the lock timeout',
  1213: 'a deadlock was found',
  1217: 'a foreign key is violated',
  1227: 'the account of the agent lacks the privilege',
  1264: 'a number is out of range',
  1265: 'a value cannot be read as its type',
  1292: 'a value cannot be read as its type',
  1305: 'the function or procedure does not exist',
  1317: 'the statement was cancelled in the database',
  1364: 'a column without a default got no value',
  1365: 'division by zero',
  1366: 'a value cannot be read as its type',
  1406: 'a value is too long for its type',
  1451: 'a foreign key is violated',
  1452: 'a foreign key is violated',
  1690: 'a number is out of range',
  1792: 'the transaction is read-only',
  1845: 'the algorithm that the statement asks for is not supported for this change',
  1846: 'the algorithm that the statement asks for is not supported for this change',
  1969: 'the statement took longer than the limit of the server',
  3024: 'the statement took longer than the limit of the server',
  3572: 'a lock was not free, and the statement does not wait',
  3819: 'a check constraint is violated',
  4025: 'a check constraint is violated',
}

const classes: Readonly<Record<string, string>> = {
  '08': 'the connection to the database was lost',
  '22': 'a value is not valid',
  '23': 'a constraint is violated',
  '25': 'the transaction is not in the right state',
  '28': 'the database refused to let the agent in',
  '40': 'the transaction was rolled back by the database',
  '42': 'the statement is wrong or not allowed',
  '45': 'the SQL raised an exception',
}
