import { initPostgres } from '@dbward/agent/init'
import { initMysql } from '@dbward/agent/mysql/init'
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
  /** The variable with the address of the account that writes down progress; null on PostgreSQL. */
  readonly progressUrlEnv: string | null
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

type Making = {
  readonly servers: Servers
  readonly name: string
  readonly nth: number
  readonly cuttable: boolean
}

/** Makes a database with its ledger and the accounts that the agent needs. `nth` keeps variables apart. */
export function makeTarget(engine: Engine, making: Making): Promise<TargetDatabase> {
  return engine === 'mariadb' ? makeMariadb(making) : makePostgres(making)
}

async function makePostgres(making: Making): Promise<TargetDatabase> {
  const server = await making.servers.postgres()
  const database = await server.createDatabase('shop')
  const role = `${database}_migrator`
  await initPostgres(server.url(undefined, database), {
    migrator: role,
    migratorPassword: server.password,
    schemas: ['public'],
  })
  const urlEnv = variable(making)
  return {
    name: making.name,
    engine: 'postgres',
    database,
    urlEnv,
    progressUrlEnv: null,
    env: { [urlEnv]: await through(making, server.url(role, database)) },
    server,
    query: (sql) => server.query(database, sql),
  }
}

async function makeMariadb(making: Making): Promise<TargetDatabase> {
  const server = await making.servers.mariadb()
  const database = await server.createDatabase('shop')
  const [migrator, progress] = [`${database}_migrator`, `${database}_progress`]
  await initMysql(server.adminUrl, {
    migrator: `${migrator}@127.0.0.1`,
    migratorPassword: server.password,
    progress: `${progress}@127.0.0.1`,
    progressPassword: server.password,
    schemas: [database],
  })
  const urlEnv = variable(making)
  const progressUrlEnv = urlEnv.replace('DATABASE', 'PROGRESS')
  return {
    name: making.name,
    engine: 'mariadb',
    database,
    urlEnv,
    progressUrlEnv,
    env: {
      [urlEnv]: await through(making, server.url(migrator, database)),
      [progressUrlEnv]: await through(making, server.url(progress, 'dbward')),
    },
    server,
    query: (sql) => server.query(database, sql),
  }
}

function variable({ nth }: Making): string {
  return nth === 0 ? 'SHOP_DATABASE_URL' : `SHOP_DATABASE_URL_${nth + 1}`
}

async function through({ servers, cuttable }: Making, url: string): Promise<string> {
  if (!cuttable) return url
  const { port } = new URL(url)
  return url.replace(`:${port}/`, `:${(await servers.way(Number(port))).port}/`)
}
