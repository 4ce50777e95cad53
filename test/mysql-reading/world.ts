import { spawnSync } from 'node:child_process'
import { review } from '@dbward/rules/review'
import { split } from '@dbward/rules/split'
import mysql from 'mysql2/promise'
import type { Mysql } from '../mysql/mysql.ts'

const encode = (text: string) => new TextEncoder().encode(text)

/** What of two known tables is left: the names of those that are there, with their columns and their rows. */
export type State = readonly string[]

const fresh = `drop database if exists reading_world; create database reading_world; use reading_world;
create table x (a int, b int); insert into x values (1, 1), (2, 2);
create table y (a int, b int); insert into y values (1, 1), (2, 2)`

export const before: State = ['x a,b 2', 'y a,b 2']

/** How a text reaches the server: all of it at once, through the mysql client, or as our statements, each alone. */
export type Way = 'server' | 'client' | 'ours'

export type World = {
  /** What the text leaves of the two tables, and of others; an error ends it, as in a migration. */
  run(sql: string, way: Way): Promise<State>
  close(): Promise<void>
}

export async function openWorld(server: Mysql): Promise<World> {
  const admin = await mysql.createConnection({ uri: server.adminUrl, multipleStatements: true })

  async function all(sql: string): Promise<void> {
    const uri = server.url(undefined, 'reading_world')
    const connection = await mysql.createConnection({ uri, multipleStatements: true })
    await connection.query(sql).catch(() => undefined)
    connection.destroy()
  }

  async function alone(sql: string): Promise<void> {
    const connection = await mysql.createConnection({ uri: server.url(undefined, 'reading_world') })
    const bytes = encode(sql)
    const { stmts } = await split(bytes, server.engine)
    for (const { off, len } of stmts) {
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(off, off + len))
      const failed = await connection.query(text).then(
        () => false,
        () => true,
      )
      if (failed) break
    }
    connection.destroy()
  }

  function byClient(sql: string): void {
    const at = new URL(server.adminUrl)
    const to = [
      `--host=${at.hostname}`,
      `--port=${at.port || '3306'}`,
      `--user=${decodeURIComponent(at.username)}`,
    ]
    const options = ['--no-defaults', '--batch', '--protocol=tcp', '--default-character-set=utf8mb4']
    const env = { ...process.env, MYSQL_PWD: server.password }
    const { error } = spawnSync('mariadb', [...options, ...to, 'reading_world'], { input: sql, env })
    if (error !== undefined) throw new Error('expected the client `mariadb` on the path', { cause: error })
  }

  async function state(): Promise<State> {
    const [tables] = await admin.query(
      `select table_name as name, (select group_concat(column_name order by ordinal_position)
       from information_schema.columns c where c.table_schema = t.table_schema and c.table_name = t.table_name) as columns
       from information_schema.tables t where table_schema = 'reading_world' order by table_name`,
    )
    const found: string[] = []
    for (const { name, columns } of tables as { name: string; columns: string }[]) {
      const [[row] = []] = (await admin.query('select count(*) as n from ??', [
        `reading_world.${name}`,
      ])) as unknown as [{ n: number }[]]
      found.push(`${name} ${columns} ${row?.n}`)
    }
    return found
  }

  return {
    async run(sql, way) {
      await admin.query(fresh)
      if (way === 'server') await all(sql)
      else if (way === 'ours') await alone(sql)
      else byClient(sql)
      return state()
    },
    close: () => admin.end(),
  }
}

export type Read = {
  /** whether the file would be refused as not understood */
  readonly blocked: boolean
  readonly rules: readonly string[]
}

export async function readBy(sql: string, engine: Mysql['engine']): Promise<Read> {
  const bytes = encode(sql)
  const { problems } = await split(bytes, engine)
  const [reviewed] = await review([{ path: 'db/migrate/1_x.sql', bytes }], { engine })
  const rules = [...new Set(reviewed?.findings.map(({ rule }) => rule))].sort()
  return { blocked: problems.length > 0 && rules.includes('unparsed'), rules }
}
