import pg from 'pg'
import { type Failure, type FailureClass, type Place, reasons } from './failure.ts'

/**
 * The server's own message, detail, hint and context may quote rows (`Key (email)=(...)`), so none of them passes: a
 * fixed sentence for the SQLSTATE, and the names that the server puts into fields of their own.
 */
export function failureOf(error: unknown, place: Place, reason: FailureClass | null = null): Failure {
  if (!(error instanceof pg.DatabaseError)) {
    const message = reason === null ? 'the connection to the database was lost' : reasons[reason]
    return { class: reason ?? 'connection', sqlstate: null, ...place, position: null, message }
  }
  const sqlstate = error.code ?? null
  const kind = reason ?? classOf(sqlstate ?? '')
  const position = Number(error.position)
  return {
    class: kind,
    sqlstate,
    ...place,
    position: Number.isSafeInteger(position) && position > 0 ? position : null,
    message: [reason === null ? sentence(sqlstate ?? '') : reasons[reason], ...names(error)].join(', '),
  }
}

/** The server cancels at the limit by itself, and its error does not say why it did. */
export function timedOut(error: unknown, ms: number, limitMs: number): FailureClass | null {
  return sqlstateOf(error) === '57014' && ms >= limitMs ? 'statement_timeout' : null
}

/** The name of the constraint that is violated, for the constraints of the ledger. */
export function constraintOf(error: unknown): string | null {
  return error instanceof pg.DatabaseError && error.schema === 'dbward' ? (error.constraint ?? null) : null
}

export function sqlstateOf(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null
}

function classOf(sqlstate: string): FailureClass {
  if (sqlstate === '55P03') return 'lock_timeout'
  if (sqlstate === '57014') return 'cancelled'
  // 08: the connection. 28, 3D, 53300: not let in. 57P0x: the server goes down or ended our session. 25P03: for idling.
  if (/^(08|28|3D|53300|57P|25P03)/.test(sqlstate)) return 'connection'
  return 'sql'
}

function sentence(sqlstate: string): string {
  return sentences[sqlstate] ?? classes[sqlstate.slice(0, 2)] ?? 'the database refused the statement'
}

function names(error: pg.DatabaseError): readonly string[] {
  const fields = [
    ['schema', error.schema],
    ['table', error.table],
    ['column', error.column],
    ['type', error.dataType],
    ['constraint', error.constraint],
  ] as const
  return fields.flatMap(([label, name]) => (name === undefined ? [] : [`${label} ${name}`]))
}

const sentences: Readonly<Record<string, string>> = {
  '22001': 'a value is too long for its type',
  '22003': 'a number is out of range',
  '22012': 'division by zero',
  '22P02': 'a value cannot be read as its type',
  '23502': 'a value that must not be null is null',
  '23503': 'a foreign key is violated',
  '23505': 'a unique constraint is violated',
  '23514': 'a check constraint is violated',
  '23P01': 'an exclusion constraint is violated',
  '25001':
    'the statement cannot run inside a transaction: put it alone into a file that says transaction:false',
  '25006': 'the transaction is read-only',
  '25P02': 'the transaction had failed already',
  '2BP01': 'other objects depend on this one',
  '2D000': 'the statement tried to end the transaction',
  '3D000': 'the database does not exist',
  '3F000': 'the schema does not exist',
  '40001': 'the transaction could not be serialized',
  '40P01': 'a deadlock was found',
  '42501': 'the role of the agent lacks the privilege',
  '42601': 'syntax error',
  '42701': 'the column exists already',
  '42703': 'the column does not exist',
  '42704': 'the object does not exist',
  '42710': 'the object exists already',
  '42723': 'the function exists already',
  '42804': 'the types do not match',
  '42883': 'the function or operator does not exist',
  '42P01': 'the table does not exist',
  '42P06': 'the schema exists already',
  '42P07': 'the table or index exists already',
  '53100': 'the disk of the database is full',
  '53200': 'the database is out of memory',
  '53300': 'the database takes no more connections',
  '55006': 'the object is in use',
  '55P03': 'a lock was not free within the lock timeout',
  '57014': 'the statement was cancelled in the database',
  '57P01': 'the database ended the session',
  '57P02': 'the database crashed',
  '57P03': 'the database is starting or stopping',
  P0001: 'the SQL raised an exception',
}

const classes: Readonly<Record<string, string>> = {
  '08': 'the connection to the database was lost',
  '0A': 'the database does not support this',
  '22': 'a value is not valid',
  '23': 'a constraint is violated',
  '25': 'the transaction is not in the right state',
  '28': 'the database refused to let the agent in',
  '40': 'the transaction was rolled back by the database',
  '42': 'the statement is wrong or not allowed',
  '53': 'the database lacks a resource',
  '54': 'a limit of the database is exceeded',
  '55': 'an object is not in the right state',
  '57': 'somebody intervened in the database',
  '58': 'the system of the database failed',
  XX: 'the database has an internal error',
}
