import { doors, type Postgres, queryOnce } from './postgres.ts'

/**
 * The server behind DBWARD_TEST_PG_URL. `stop()` drops the databases made here, and the roles whose names begin with
 * theirs; crashing the server is refused.
 */
export function existingPostgres(adminUrl: string): Postgres {
  const at = new URL(adminUrl)
  const home = decodeURIComponent(at.pathname.slice(1)) || 'postgres'
  const own = doors(at.host, decodeURIComponent(at.username), decodeURIComponent(at.password), home)
  const made: string[] = []
  const notOurs = () => Promise.reject(new Error('the server behind DBWARD_TEST_PG_URL is not ours to stop'))
  return {
    ...own,
    port: Number(at.port || 5432),
    pid: 0,
    createDatabase: async (prefix) => {
      const name = await own.createDatabase(prefix)
      made.push(name)
      return name
    },
    crash: notOurs,
    halt: notOurs,
    start: () => Promise.resolve(),
    stop: async () => {
      for (const name of made) await dropDatabase(own.adminUrl, name)
    },
  }
}

async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await queryOnce(adminUrl, `drop database if exists ${name} with (force)`, [])
  const find = 'select quote_ident(rolname) as role from pg_roles where starts_with(rolname, $1)'
  for (const { role } of await queryOnce(adminUrl, find, [name])) {
    await queryOnce(adminUrl, `drop owned by ${String(role)}; drop role ${String(role)}`, [])
  }
}
