import { spawnSync } from 'node:child_process'
import mysql from 'mysql2/promise'
import type { Mysql } from '../../mysql/mysql.ts'
import { difference, type State, same } from '../difference.ts'
import { stateOf } from './state.ts'

/** What every trick finds, in a database of its own and in two others. */
const databases = ['bypass', 'elsewhere', 'dbward'] as const
const always = `
${databases.map((name) => `drop database if exists ${name}; create database ${name};`).join(' ')}
create table elsewhere.x (a int, b int); insert into elsewhere.x values (1, 1);
create table dbward.ledger (id int); insert into dbward.ledger values (1);
use bypass;
create table x (a int, b int); insert into x values (1, 1), (2, 2);
create table y (a int, b int); insert into y values (1, 1), (2, 2);
create table parent (id int primary key); insert into parent values (1), (2);
create table child (id int, foreign key (id) references parent (id)); insert into child values (1)`

export type World = {
  /** What `sql` changes: as one text, through the client, or statement by statement. */
  run(sql: string | readonly string[], around?: Around): Promise<string>
  close(): Promise<void>
}

export type Around = { readonly given?: string; readonly shows?: string; readonly by?: 'client' }

export async function openWorld(server: Mysql): Promise<World> {
  const uri = server.url(undefined, '')
  const admin = await mysql.createConnection({ uri, multipleStatements: true })
  await admin.query(always)
  await admin.query('create user mallory')
  const first = await stateOf(admin)

  async function ready(): Promise<State> {
    const state = await stateOf(admin)
    if (same(first, state)) return state
    await admin.query(tidy)
    await admin.query(always)
    return stateOf(admin)
  }

  async function inSession(shows: string | undefined, sql: string | readonly string[]) {
    const url = server.url(undefined, 'bypass')
    const connection = await mysql.createConnection({ uri: url, multipleStatements: typeof sql === 'string' })
    connection.on('error', () => undefined)
    const value = async (): Promise<string> => {
      if (shows === undefined) return ''
      const [rows] = await connection.query(`select ${shows} as value`).catch(() => [[]])
      return String((rows as { value: unknown }[])[0]?.value)
    }
    try {
      const was = await value()
      for (const text of typeof sql === 'string' ? [sql] : sql) {
        const failed = await connection.query(text).then(
          () => false,
          () => true,
        )
        if (failed) break
      }
      return [was, await value()] as const
    } finally {
      connection.destroy()
    }
  }

  return {
    async run(sql, { given, shows, by } = {}) {
      let before = await ready()
      if (given !== undefined) {
        await admin.query(`use bypass; ${given}`)
        before = await stateOf(admin)
      }
      const client = by === 'client' && typeof sql === 'string'
      const [was, is] = client ? throughClient(server, sql) : await inSession(shows, sql)
      const changed = difference(before, await stateOf(admin))
      if (was === is) return changed
      return changed === 'nothing' ? `shows ${is}` : `${changed}, shows ${is}`
    },
    async close() {
      await admin.query(tidy)
      for (const name of databases) await admin.query(`drop database if exists ${name}`)
      await admin.query('drop user mallory')
      await admin.end()
    },
  }
}

// What a trick may leave in the server as a whole.
const tidy = `
drop user if exists eve; drop role if exists r; revoke all, grant option from mallory;
set password for mallory = ''; alter user mallory account unlock;
drop server if exists s; set global event_scheduler = off; set global max_connections = default;
set global general_log = off; set global local_infile = default; set global sql_mode = default;
set global foreign_key_checks = default; set global read_only = off; drop database if exists z`

function throughClient(server: Mysql, sql: string): readonly ['', ''] {
  const at = new URL(server.adminUrl)
  const to = [
    `--host=${at.hostname}`,
    `--port=${at.port || '3306'}`,
    `--user=${decodeURIComponent(at.username)}`,
  ]
  const options = ['--no-defaults', '--batch', '--protocol=tcp', '--default-character-set=utf8mb4']
  const env = { ...process.env, MYSQL_PWD: server.password }
  const { error } = spawnSync('mariadb', [...options, ...to, 'bypass'], { input: sql, env })
  if (error !== undefined) throw new Error('expected the client `mariadb` on the path', { cause: error })
  return ['', '']
}

/** Nothing here has to outlive the server. */
export const quick = ['--innodb-flush-method=nosync', '--innodb-flush-log-at-trx-commit=0', '--sync-frm=0']
