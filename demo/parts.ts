import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerPage } from '../test/github/page.ts'
import { binaries } from '../test/mysql/binaries.ts'
import { type Mysql, startMariadb } from '../test/mysql/private.ts'
import { type Postgres, startPostgres } from '../test/postgres/private.ts'
import { examplePolicy } from '../test/stage/setting.ts'
import { type Stage, serverReady, stage } from '../test/stage/stage.ts'
import { orders } from './mariadb.ts'

/** Everything that runs, so that all of it can be ended at any moment, its start included. */
export type Parts = {
  /** Call it once. */
  start(): Promise<Stage>
  /** Ends what runs and removes every file. Waits for a start that is under way, as half a start cannot be undone. */
  stop(): Promise<void>
}

export function openParts(env: Record<string, string | undefined>): Parts {
  const before = env.TMPDIR
  const folder = mkdtempSync(join(tmpdir(), 'dbward-demo-'))
  // PostgreSQL runs under another account where we are root, and has its directory in here.
  chmodSync(folder, 0o711)
  // Clones, repositories and the database all go where the system says: so one removal gets what an interruption left.
  env.TMPDIR = folder
  let starting: Promise<Stage> | null = null
  let postgres: Postgres | null = null
  let mariadb: Mysql | null = null

  async function startAll(): Promise<Stage> {
    postgres = await startPostgres()
    const shared = { postgres, leaseSeconds: 30, github: { extend: registerPage } }
    if (!mariadbIsHere(env)) return stage(shared)
    mariadb = await startMariadb()
    return stage({ ...shared, mariadb, policy: bothEngines, alsoTargets: [[orders, 'mariadb']] })
  }
  return {
    async start() {
      starting = startAll()
      const it = await starting
      it.server.start()
      await serverReady(it)
      it.agent.start()
      return it
    },
    async stop() {
      const it = await starting?.catch(() => null)
      await it?.stop()
      await postgres?.stop()
      await mariadb?.stop()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
      if (before === undefined) delete env.TMPDIR
      else env.TMPDIR = before
    },
  }
}

/** What `npm run demo` could not install is left out, and the demo says so. */
export function mariadbIsHere(env: Record<string, string | undefined>): boolean {
  if (env.DBWARD_TEST_SKIP_MYSQL === '1') return false
  if (env.DBWARD_TEST_MYSQL_URL !== undefined) return true
  try {
    binaries()
    return true
  } catch {
    return false
  }
}

const bothEngines = examplePolicy.replace(
  'workflows:\n',
  `  orders:
    engine: mariadb
    server_version: "10.11"
    migrations: db/orders/*.sql
    environments: [production]
workflows:
  - database: orders
    environment: production
    steps:
      - approvers: [{ team: acme/dba, min: 1 }]
`,
)
