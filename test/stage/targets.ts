import { initPostgres } from '@dbward/agent/init'
import { type Mysql, startMariadb } from '../mysql/private.ts'
import { type Postgres, startPostgres } from '../postgres/private.ts'
import { openWay, type Way } from './way.ts'

export type Engine = 'postgres' | 'mariadb'
export type Row = Readonly<Record<string, unknown>>

/** A database server of the stage, of either family, as far as a test of the whole needs to know it. */
export type Server = Pick<Postgres, 'port' | 'crash' | 'start' | 'stop'>

/** A database and environment with the address that the agent has of it. */
export type TargetDatabase = {
  /** `app@production` */
  readonly name: string
  readonly engine: Engine
  readonly database: string
  /** What the agent is given through its environment, by variable. */
  readonly env: Readonly<Record<string, string>>
  readonly urlEnv: string
  readonly server: Server
  /** SQL as the administrator. */
  query(sql: string): Promise<readonly Row[]>
}

/** Servers of the stage: started when first needed, or somebody else's, whom nobody stops here. */
export type Servers = {
  postgres(): Promise<Postgres>
  mariadb(): Promise<Mysql>
  /** A way to a server's port that can be cut; the same one for the same port. */
  way(port: number): Promise<Way>
  cut(): void
  stop(): Promise<void>
}

export function openServers(given: { readonly postgres?: Postgres; readonly mariadb?: Mysql }): Servers {
  let postgres: Promise<Postgres> | null = null
  let mariadb: Promise<Mysql> | null = null
  const ways = new Map<number, Promise<Way>>()
  const opened: Way[] = []
  return {
    postgres: () => (postgres ??= given.postgres ? Promise.resolve(given.postgres) : startPostgres()),
    mariadb: () => (mariadb ??= given.mariadb ? Promise.resolve(given.mariadb) : startMariadb()),
    way(port) {
      const found = ways.get(port) ?? openWay(port)
      if (!ways.has(port)) void found.then((way) => opened.push(way))
      ways.set(port, found)
      return found
    },
    cut: () => {
      for (const way of opened) way.cut()
    },
    async stop() {
      for (const way of opened) way.close()
      if (given.postgres === undefined) await (await postgres)?.stop()
      if (given.mariadb === undefined) await (await mariadb)?.stop()
    },
  }
}

/** Makes a database with its ledger and the account that runs migrations. `nth` keeps variables apart. */
export async function makeTarget(
  servers: Servers,
  name: string,
  engine: Engine,
  nth: number,
  cuttable: boolean,
): Promise<TargetDatabase> {
  const urlEnv = nth === 0 ? 'SHOP_DATABASE_URL' : `SHOP_DATABASE_URL_${nth + 1}`
  const through = async (url: string, port: number) =>
    cuttable ? url.replace(`:${port}/`, `:${(await servers.way(port)).port}/`) : url
  if (engine === 'mariadb') throw new Error('not yet')
  const server = await servers.postgres()
  const database = await server.createDatabase('shop')
  const role = `${database}_migrator`
  await initPostgres(server.url(undefined, database), {
    migrator: role,
    migratorPassword: server.password,
    schemas: ['public'],
  })
  const url = await through(server.url(role, database), server.port)
  return {
    name,
    engine,
    database,
    urlEnv,
    env: { [urlEnv]: url },
    server,
    query: (sql) => server.query(database, sql),
  }
}
