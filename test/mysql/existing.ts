import { doors, type Mysql, queryOnce, versionOf } from './mysql.ts'

/**
 * The server behind DBWARD_TEST_MYSQL_URL. `stop()` drops the databases made here and the accounts whose names begin
 * with theirs, and the ledger's database; crashing the server is refused.
 */
export async function existingMysql(adminUrl: string): Promise<Mysql> {
  const at = new URL(adminUrl)
  const own = doors(at.host, decodeURIComponent(at.username), decodeURIComponent(at.password))
  const made: string[] = []
  const notOurs = () =>
    Promise.reject(new Error('the server behind DBWARD_TEST_MYSQL_URL is not ours to stop'))
  return {
    ...own,
    ...(await versionOf(own.adminUrl)),
    port: Number(at.port || 3306),
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
      await queryOnce(own.adminUrl, 'drop database if exists dbward', [])
    },
  }
}

async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await queryOnce(adminUrl, `drop database if exists ${name}`, [])
  const accounts = await queryOnce(
    adminUrl,
    'select concat(quote(user), "@", quote(host)) as account from mysql.user where locate(?, user) = 1',
    [name],
  )
  for (const { account } of accounts) await queryOnce(adminUrl, `drop user ${String(account)}`, [])
}
