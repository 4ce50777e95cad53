import { type LockMode, strongest } from '@dbward/rules/lock-mode'
import pg from 'pg'
import type { Postgres } from '../postgres/postgres.ts'
import { world } from './statements.ts'

/** What a statement did to one relation that was there before it. */
export type Seen = { readonly lock: LockMode; readonly scanned: boolean; readonly rewritten: boolean }

const relations = `
select c.oid, c.relname, c.relkind, pg_relation_filenode(c.oid) as file, pg_stat_get_xact_tuples_returned(c.oid) as read
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' order by c.oid`

const locks = `
select l.relation, l.mode from pg_locks l
 where l.pid = pg_backend_pid() and l.locktype = 'relation' and l.mode <> 'AccessShareLock'`

type Row = {
  readonly oid: number
  readonly relname: string
  readonly relkind: string
  readonly file: number | null
  readonly read: string
}

/** Opens a database with the world in it, in which statements are measured and taken back, one by one. */
export async function openMeasure(server: Postgres): Promise<{
  measure(sql: string): Promise<ReadonlyMap<string, Seen>>
  close(): Promise<void>
}> {
  const name = await server.createDatabase('locks')
  await server.query(name, world)
  const client = new pg.Client({ connectionString: server.url(undefined, name) })
  await client.connect()
  const rows = async () => (await client.query<Row>(relations)).rows

  return {
    async measure(sql) {
      await client.query('begin')
      try {
        const before = await rows()
        await client.query(sql)
        const held = (await client.query<{ relation: number; mode: string }>(locks)).rows
        const after = new Map((await rows()).map((one) => [one.oid, one]))
        const seen = new Map<string, Seen>()
        for (const { oid, relname, file, read } of before) {
          const modes = held.filter(({ relation }) => relation === oid).map(({ mode }) => modeOf(mode))
          const lock = strongest(modes)
          const now = after.get(oid)
          if (lock === undefined) continue
          const scanned = now !== undefined && Number(now.read) > Number(read)
          seen.set(relname, { lock, scanned, rewritten: now !== undefined && now.file !== file })
        }
        return seen
      } finally {
        await client.query('rollback')
      }
    },
    close: () => client.end(),
  }
}

/** `ShareRowExclusiveLock` -> SHARE ROW EXCLUSIVE */
function modeOf(mode: string): LockMode {
  return mode
    .replace(/Lock$/, '')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase() as LockMode
}
