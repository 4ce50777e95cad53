import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** A database server for tests and the demo, whoever runs it. */
export type Postgres = Doors & {
  readonly port: number
  /** The server's main process; 0 where somebody else runs it. */
  readonly pid: number
  /** SIGKILL of the whole instance at once. `start()` brings it back on the same port, with the same files. */
  crash(): Promise<void>
  /** An orderly stop that keeps the files, as for a restart. */
  halt(): Promise<void>
  start(): Promise<void>
  /** Stops it and removes every file. */
  stop(): Promise<void>
}

export type Doors = {
  readonly adminUrl: string
  /** The password of the administrator, and of every role that a test makes with it. */
  readonly password: string
  url(role?: string, database?: string): string
  /** Makes a database with a name of its own that begins with `prefix`, and gives the name. */
  createDatabase(prefix?: string): Promise<string>
  /** Runs SQL as the administrator on a connection of its own. */
  query(database: string, sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
}

export type Row = Readonly<Record<string, unknown>>

export function doors(host: string, admin: string, password: string, home = 'postgres'): Doors {
  const url = (role = admin, database = home) =>
    `postgres://${encodeURIComponent(role)}:${encodeURIComponent(password)}@${host}/${encodeURIComponent(database)}`
  const query = (database: string, sql: string, values: readonly unknown[] = []) =>
    queryOnce(url(admin, database), sql, values)
  return {
    adminUrl: url(),
    password,
    url,
    query,
    createDatabase: async (prefix = 'test') => {
      const name = `${prefix}_${randomBytes(4).toString('hex')}`
      await query(home, `create database ${name}`)
      return name
    },
  }
}

export async function queryOnce(
  url: string,
  sql: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url })
  // A server that is killed while we say goodbye would otherwise end the whole test run.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const result = await client.query(sql, values.length === 0 ? undefined : [...values])
    return Array.isArray(result) ? [] : (result.rows as readonly Row[])
  } finally {
    await client.end()
  }
}
