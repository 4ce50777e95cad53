import { setTimeout as sleep } from 'node:timers/promises'
import type { Online } from '@dbward/rules/mysql/work'
import mysql from 'mysql2/promise'
import type { Mysql } from '../mysql/mysql.ts'

export type Measure = {
  /** Whether the server takes the statement, on tables that are made anew for it where an earlier one was taken. */
  takes(sql: string): Promise<boolean>
  /** The cheapest ALGORITHM and LOCK with which the server takes the statement. */
  cheapest(sql: string): Promise<Online | undefined>
  /** Whether rows are written while the statement runs. */
  letsWrite(tables: string, sql: string, write: string): Promise<boolean>
  close(): Promise<void>
}

export async function openMeasure(server: Mysql, tables: string): Promise<Measure> {
  const connect = () => mysql.createConnection({ uri: server.adminUrl, multipleStatements: true })
  const [connection, writer] = await Promise.all([connect(), connect()])
  const make = (all: string) =>
    connection.query(`drop database if exists online; create database online; use online; ${all}`)
  await make(tables)

  async function takes(sql: string): Promise<boolean> {
    const taken = await connection.query(sql).then(
      () => true,
      () => false,
    )
    if (taken) await make(tables)
    return taken
  }

  return {
    takes,
    async cheapest(sql) {
      for (const one of cheapestFirst) {
        if (await takes(asking(sql, one))) return one
      }
      return
    },
    async letsWrite(others, sql, write) {
      await make(others)
      await writer.query('use online')
      let running = true
      let longest = 0
      const started = performance.now()
      const altered = connection.query(sql).finally(() => {
        running = false
      })
      for (let id = 1000; running; id++) {
        await sleep(5)
        const before = performance.now()
        if (running) await writer.query(write, [id])
        longest = Math.max(longest, performance.now() - before)
      }
      await altered
      // One that waits does so for nearly all of the time, another one for hardly any.
      return longest < (performance.now() - started) / 2
    },
    close: async () => {
      await Promise.all([connection.end(), writer.end()])
    },
  }
}

const cheapestFirst = (['instant', 'nocopy', 'inplace', 'copy'] as const).flatMap((algorithm) =>
  (['none', 'shared', 'exclusive'] as const).map((lock): Online => ({ algorithm, lock })),
)

export function asking(sql: string, { algorithm, lock }: Partial<Online>): string {
  const separator = sql.startsWith('alter table') ? ', ' : ' '
  const how = algorithm === undefined ? '' : `${separator}algorithm=${algorithm}`
  return `${sql}${how}${lock === undefined ? '' : `${separator}lock=${lock}`}`
}
