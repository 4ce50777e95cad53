import { setTimeout as sleep } from 'node:timers/promises'
import mysql from 'mysql2'
import { driverOptions } from './address.ts'
import { type Engine, readServer, type Server } from './server.ts'

export type Row = Readonly<Record<string, unknown>>
export type Query = (sql: string, values?: readonly Value[]) => Promise<readonly Row[]>
export type Value = string | number | Buffer | null

/** How one statement ended. `rows` are those it changed or gave back. */
export type Ran = { readonly rows: number | null }

/**
 * One connection to one server, used for one purpose and thrown away. Nothing of a pool: the lock, the transaction and
 * the settings are all this connection's.
 */
export type Session = Server & {
  readonly id: number
  /** False where the connection is gone. */
  alive(): boolean
  warnings(): number
  /** Our own short SQL: where the server does not answer within a minute, the connection is cut. Values go as values. */
  readonly query: Query
  /** Somebody else's SQL: one statement, in one message. Rows are counted and dropped. */
  run(text: string): Promise<Ran>
  /** What the server says of it, in the answer to a statement that does nothing. */
  inTransaction(): Promise<boolean>
  close(): Promise<void>
  /** Cuts the connection without a word, for when the server does not answer. */
  destroy(): void
}

export class Gone extends Error {
  override readonly name = 'Gone'
}

const ownLimit = 60_000

export async function openSession(url: string, program: string, connectMs = 10_000): Promise<Session> {
  const client = mysql.createConnection({
    ...driverOptions(url),
    connectTimeout: connectMs,
    connectAttributes: { program_name: program },
  })
  let cut = (_why: Error) => {}
  let gone = false
  const lost = new Promise<never>((_, reject) => {
    cut = (why) => {
      gone = true
      reject(why)
    }
  })
  lost.catch(() => undefined)
  client.on('error', (error) => cut(error instanceof Error ? error : new Gone('the connection ended')))
  client.on('end', () => cut(new Gone('the connection ended')))
  const destroy = () => {
    cut(new Gone('the connection was cut'))
    client.destroy()
  }
  /** The driver leaves a question open whose connection it was told to destroy. */
  const during = async <T>(job: Promise<T>, limitMs: number): Promise<T> => {
    const timer = setTimeout(destroy, Math.min(limitMs, 0x7fffffff))
    try {
      return await Promise.race([job, lost])
    } finally {
      clearTimeout(timer)
    }
  }
  let warnings = 0
  const query: Query = (sql, values = []) => during(ask(client, sql, values).then(rowsOf), ownLimit)
  try {
    await during(connected(client), connectMs)
    for (const sql of ownSettings) await query(sql)
    const server = await readServer(query)
    await query(noLimit[server.engine])
    await query(`set session sql_mode = '${server.sqlMode}'`)
    return {
      ...server,
      alive: () => !gone,
      warnings: () => warnings,
      query,
      run: async (text) => {
        const ran = await during(stream(client, text), Number.POSITIVE_INFINITY)
        warnings += ran.warnings
        return { rows: ran.rows }
      },
      inTransaction: async () => {
        const answer = await during(ask(client, 'do 0', []), ownLimit)
        if (!isHeader(answer)) throw new Error('expected an answer without rows, got rows')
        return (answer.serverStatus & statusInTransaction) !== 0
      },
      close: async () => {
        if (!gone) await Promise.race([ended(client), sleep(2_000)])
        destroy()
      },
      destroy,
    }
  } catch (cause) {
    destroy()
    throw cause
  }
}

/** SERVER_STATUS_IN_TRANS of the protocol. */
const statusInTransaction = 1

/**
 * The same on every server, whatever its defaults are: `default` would be the server's own. All rows are read and no
 * others, what is not committed is not seen, and a COMMIT only commits.
 */
const ownSettings = [
  'set names utf8mb4',
  'set session autocommit = 1',
  'set session transaction isolation level repeatable read',
  'set session completion_type = 0',
  'set session sql_select_limit = 18446744073709551615',
  'set session max_error_count = 64',
  'set session group_concat_max_len = 1048576',
  "set session time_zone = '+00:00'",
  'set session wait_timeout = 28800',
]

/** How long a statement may take is the token's to say. */
const noLimit: Readonly<Record<Engine, string>> = {
  mariadb: 'set session max_statement_time = 0',
  mysql: 'set session max_execution_time = 0',
}

function connected(client: mysql.Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    client.connect((error) => (error === null ? resolve() : reject(error)))
  })
}

function ended(client: mysql.Connection): Promise<void> {
  return new Promise((resolve) => {
    client.end(() => resolve())
  })
}

/** With values it goes by the binary protocol, so that no setting of the session changes how a value is quoted. */
function ask(client: mysql.Connection, sql: string, values: readonly Value[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const answer = (error: mysql.QueryError | null, result: unknown) =>
      error === null ? resolve(result) : reject(error)
    if (values.length === 0) client.query(sql, answer)
    else client.execute(sql, [...values], answer)
  })
}

function rowsOf(result: unknown): readonly Row[] {
  return Array.isArray(result) ? (result as readonly Row[]) : []
}

/** Without a callback the driver keeps no rows; what it cannot read of them would look like an error of the statement. */
function stream(
  client: mysql.Connection,
  text: string,
): Promise<{ readonly rows: number | null; readonly warnings: number }> {
  return new Promise((resolve, reject) => {
    let rows = 0
    let warnings = 0
    const query = client.query({ sql: text, rowsAsArray: true, typeCast: false })
    query.on('error', reject)
    query.on('result', (one: unknown) => {
      if (!isHeader(one)) rows += 1
      else {
        rows += one.affectedRows
        warnings += one.warningStatus
      }
    })
    query.on('end', () => resolve({ rows, warnings }))
  })
}

function isHeader(value: unknown): value is mysql.ResultSetHeader {
  return typeof value === 'object' && value !== null && 'affectedRows' in value && 'serverStatus' in value
}
