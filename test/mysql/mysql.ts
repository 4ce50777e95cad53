import { randomBytes } from 'node:crypto'
import mysql from 'mysql2/promise'

/** A MySQL or MariaDB server for tests and the demo, whoever runs it. */
export type Mysql = Doors & {
  readonly engine: 'mysql' | 'mariadb'
  /** As the server says it: "10.11.19-MariaDB-0+deb12u1", "8.4.2". */
  readonly version: string
  readonly port: number
  /** The server's process; 0 where somebody else runs it. */
  readonly pid: number
  /** SIGKILL. `start()` brings it back on the same port, with the same files. */
  crash(): Promise<void>
  /** An orderly stop that keeps the files, as for a restart. */
  halt(): Promise<void>
  start(): Promise<void>
  /** Stops it and removes every file. */
  stop(): Promise<void>
}

export type Doors = {
  readonly adminUrl: string
  /** The password of the administrator, and of every account that a test makes with it. */
  readonly password: string
  url(user?: string, database?: string): string
  /** Makes a database with a name of its own that begins with `prefix`, and gives the name. */
  createDatabase(prefix?: string): Promise<string>
  /** Runs one statement as the administrator on a connection of its own. */
  query(database: string, sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
}

export type Row = Readonly<Record<string, unknown>>

export function doors(host: string, admin: string, password: string): Doors {
  const url = (user = admin, database = 'mysql') =>
    `mysql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}/${encodeURIComponent(database)}`
  return {
    adminUrl: url(),
    password,
    url,
    query: (database, sql, values = []) => queryOnce(url(admin, database), sql, values),
    createDatabase: async (prefix = 'test') => {
      const name = `${prefix}_${randomBytes(4).toString('hex')}`
      await queryOnce(url(), `create database ${name}`, [])
      return name
    },
  }
}

/** One statement on a connection of its own; several with `options.multipleStatements`, which the server splits. */
export async function queryOnce(
  uri: string,
  sql: string,
  values: readonly unknown[],
  options: { readonly multipleStatements?: boolean } = {},
): Promise<readonly Row[]> {
  const connection = await mysql.createConnection({ uri, ...options })
  try {
    const [rows] = await connection.query(sql, [...values])
    return Array.isArray(rows) ? (rows as Row[]) : []
  } finally {
    connection.destroy()
  }
}

export async function versionOf(adminUrl: string): Promise<Pick<Mysql, 'engine' | 'version'>> {
  const [row] = await queryOnce(adminUrl, 'select version() as version', [])
  const version = String(row?.version)
  return { engine: /mariadb/i.test(version) ? 'mariadb' : 'mysql', version }
}
