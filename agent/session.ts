import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

export type Row = Readonly<Record<string, unknown>>
export type Query = (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>

/** How one statement ended, as its command tag says. `rows` is null for commands that count none. */
export type Ran = { readonly command: string; readonly rows: number | null }

/**
 * One connection to the target database, used for one purpose and thrown away. Nothing of a pool: the advisory lock, the
 * transaction and the server process behind it are all this connection's.
 */
export type Session = {
  readonly pid: number
  /** Names the server process for good: process ids are used again, but not with the same start. */
  readonly backend: string
  readonly recovering: boolean
  readonly role: string
  readonly serverId: string
  readonly version: number
  /** What the role and the database configure as search path; our own queries run without it. */
  readonly searchPath: string
  /** 'I' idle, 'T' in a transaction, 'E' in a failed one, null where the connection is gone. */
  status(): string | null
  notices(): number
  /** Our own short SQL: where the server does not answer within a minute, the connection is cut. */
  readonly query: Query
  /** Somebody else's SQL: one statement, by the extended protocol, which refuses two. Rows are counted and dropped. */
  run(text: string): Promise<Ran>
  close(): Promise<void>
  /** Cuts the connection without a word, for when the server does not answer. */
  destroy(): void
}

const ownLimit = 60_000

export async function openSession(url: string, application: string, connectMs = 10_000): Promise<Session> {
  const client = new pg.Client({
    connectionString: url,
    application_name: application,
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  })
  let gone = false
  let notices = 0
  client.on('error', () => {
    gone = true
  })
  client.on('end', () => {
    gone = true
  })
  client.on('notice', () => {
    notices += 1
  })
  const destroy = () => {
    gone = true
    client.connection.stream.destroy()
  }
  try {
    await client.connect()
    const query: Query = async (sql, values = []) => {
      const cut = setTimeout(destroy, ownLimit)
      try {
        const result = await client.query(sql, values.length === 0 ? undefined : [...values])
        return Array.isArray(result) ? [] : (result.rows as readonly Row[])
      } finally {
        clearTimeout(cut)
      }
    }
    const [path] = await query("select pg_catalog.current_setting('search_path') as search_path")
    await query(ownPath)
    const [self] = await query(selfSql)
    return {
      pid: Number(self?.pid),
      backend: String(self?.backend),
      recovering: self?.recovering === true,
      role: String(self?.role),
      version: Number(self?.version),
      searchPath: String(path?.search_path),
      serverId: `${await systemIdentifier(query)}/${String(self?.database)}`,
      status: () => (gone ? null : (client.getTransactionStatus() ?? null)),
      notices: () => notices,
      query,
      run: (text) => runAlone(client, text),
      close: async () => {
        gone = true
        await Promise.race([client.end().catch(() => undefined), sleep(2_000)])
        destroy()
      },
      destroy,
    }
  } catch (cause) {
    destroy()
    throw cause
  }
}

/** With this, no operator or function that a migration made stands before the server's own in our queries. */
export const ownPath = 'set search_path to pg_catalog, pg_temp'

const selfSql = `
select pg_catalog.pg_backend_pid() as pid, pg_catalog.pg_is_in_recovery() as recovering, session_user as role,
  pg_catalog.current_setting('server_version_num') as version,
  pg_catalog.pg_backend_pid()::pg_catalog.text || '@' ||
    pg_catalog.date_part('epoch', pg_catalog.pg_stat_get_backend_start(b))::pg_catalog.text as backend,
  (select d.oid::pg_catalog.text from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()) as database
from pg_catalog.pg_stat_get_backend_idset() b
where pg_catalog.pg_stat_get_backend_pid(b) = pg_catalog.pg_backend_pid()
`

/** Tells one cluster from another where a name in DNS does not. Some services close the function to us. */
async function systemIdentifier(query: Query): Promise<string> {
  try {
    const [row] = await query('select system_identifier::text as id from pg_catalog.pg_control_system()')
    return `postgres:${String(row?.id)}`
  } catch {
    return 'postgres:unknown'
  }
}

/**
 * node-pg takes the simple protocol where there are no values, and there one message may hold `rollback; begin; ...;
 * commit`, which walks around the tripwire. So the mode is said. Listening to `row` keeps rows from piling up in memory.
 */
function runAlone(client: pg.Client, text: string): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const config = { text, queryMode: 'extended' }
    const query = new pg.Query(config)
    query.on('row', () => undefined)
    query.on('error', reject)
    query.on('end', (result) => {
      resolve({ command: result.command ?? '', rows: result.rowCount ?? null })
    })
    client.query(query)
  })
}
