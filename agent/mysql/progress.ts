import { openSession, type Query, type Session } from './session.ts'

/**
 * The second account, on a connection of its own: what it writes is committed at once, whatever the SQL of a migration
 * does to its session. A connection that idled away during a long statement is made anew, to the same server only.
 */
export type Progress = {
  readonly server: string
  readonly account: string
  readonly query: Query
  close(): Promise<void>
}

export async function openProgress(url: string, program: string, connectMs?: number): Promise<Progress> {
  const open = () => openSession(url, program, connectMs)
  let current: Session = await open()
  const { server, account } = current
  return {
    server,
    account,
    query: async (sql, values) => {
      if (!current.alive()) {
        current = await open()
        if (current.server !== server) {
          current.destroy()
          throw new Error(`expected the server ${server}, got ${current.server}`)
        }
      }
      return current.query(sql, values)
    },
    close: () => current.close(),
  }
}
