import { review } from '@dbward/rules/review'
import { split } from '@dbward/rules/split'
import pg from 'pg'
import type { Postgres } from '../postgres/postgres.ts'

const encode = (text: string) => new TextEncoder().encode(text)

/** What is left of the table x, and in `all` of every table. */
export type State = {
  readonly columns: readonly string[] | undefined
  readonly rows: number
  readonly bs: readonly string[]
  readonly all: readonly string[]
}

const fresh = `create table x (a int, b int); insert into x values (1, 1), (2, 2);
create table y (a int, b int); insert into y values (1, 1), (2, 2)`

/** How a text reaches the server: all of it at once, or as our statements, each alone, in one transaction. */
export type Way = 'server' | 'ours'

export type World = {
  /** What texts leave behind, one after the other, in a database of their own; an error ends a text. */
  run(texts: readonly string[], way: Way): Promise<State>
  close(): Promise<void>
}

/** Databases of a role that owns them and is nothing else: hostile SQL never runs as a superuser. */
export async function openWorld(server: Postgres): Promise<World> {
  const home = await server.createDatabase('reading')
  const role = `${home}_owner`
  const password = server.password.replaceAll("'", "''")
  await server.query(home, `create role ${role} login nosuperuser password '${password}'`)
  await server.query(home, fresh)
  await server.query(home, `alter table x owner to ${role}; alter table y owner to ${role}`)

  async function all(database: string, sql: string): Promise<void> {
    await inside(database, async (client) => {
      await client.query(sql).catch(() => undefined)
    })
  }

  async function alone(database: string, sql: string): Promise<void> {
    const bytes = encode(sql)
    const { stmts } = await split(bytes, 'postgres')
    await inside(database, async (client) => {
      await client.query('begin')
      for (const { off, len } of stmts) {
        const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(off, off + len))
        const failed = await client.query(text).then(
          () => false,
          () => true,
        )
        if (failed) break
      }
      await client.query('commit').catch(() => undefined)
    })
  }

  async function inside(database: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
    const client = new pg.Client({ connectionString: server.url(role, database) })
    client.on('error', () => undefined)
    await client.connect()
    try {
      await client.query("set statement_timeout = '20s'")
      await work(client)
    } finally {
      await client.end()
    }
  }

  async function state(database: string): Promise<State> {
    const tables = await server.query(
      database,
      `select c.relname as name, array(select a.attname::text from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum) as columns
       from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1`,
    )
    const found: string[] = []
    let x: Pick<State, 'columns' | 'rows' | 'bs'> = { columns: undefined, rows: 0, bs: [] }
    for (const { name, columns } of tables as { name: string; columns: readonly string[] }[]) {
      const rows = await server.query(
        database,
        `select to_jsonb(t)::text as row from public."${name}" t order by 1`,
      )
      found.push(`${name} ${columns.join(',')} ${rows.map(({ row }) => String(row)).join(' ')}`)
      const bs = rows.map(({ row }) => String((JSON.parse(String(row)) as { b?: unknown }).b))
      if (name === 'x') x = { columns, rows: rows.length, bs }
    }
    return { ...x, all: found }
  }

  let made = 0
  return {
    async run(texts, way) {
      const database = `${home}_${++made}`
      await server.query('postgres', `create database ${database} template ${home} owner ${role}`)
      try {
        for (const sql of texts) await (way === 'server' ? all : alone)(database, sql)
        return await state(database)
      } finally {
        await server.query('postgres', `drop database ${database} with (force)`)
      }
    },
    close: async () => {
      await server.query(home, `drop owned by ${role}; drop role ${role}`)
    },
  }
}

export type Read = {
  /** whether something in the file was not understood */
  readonly blocked: boolean
  readonly rules: readonly string[]
}

export async function readBy(sql: string): Promise<Read> {
  const [reviewed] = await review([{ path: 'db/migrate/1_x.sql', bytes: encode(sql) }], {
    engine: 'postgres',
  })
  const rules = [...new Set(reviewed?.findings.map(({ rule }) => rule))].sort()
  return { blocked: rules.includes('unparsed'), rules }
}
