import { ConfigError } from '@dbward/protocol/errors'
import mysql from 'mysql2'
import type { InitDone } from '../init.ts'
import { errnoOf } from './error.ts'
import { accountWeaknesses, granteeOf, mayHave } from './grants.ts'
import { ledgerPrivileges, ledgerTables, ledgerVersion, type Part } from './ledger-schema.ts'
import { openSession, type Query } from './session.ts'

export type MysqlInit = {
  /** `name` or `name@host`; the host is `%` where none is said. Made where it is missing, left as it is where it is there. */
  readonly migrator: string
  readonly migratorPassword?: string
  /** The second account, which writes down progress. */
  readonly progress: string
  readonly progressPassword?: string
  /** Databases on which migrations may do everything but grant. */
  readonly schemas?: readonly string[]
}

const reserved = ['dbward', 'mysql', 'sys', 'information_schema', 'performance_schema']

/** Sets up the ledger of a server and the two accounts around it; a second time it changes nothing. */
export async function initMysql(adminUrl: string, want: MysqlInit): Promise<InitDone> {
  const wrong = (want.schemas ?? []).filter((one) => reserved.includes(one.toLowerCase()))
  if (wrong.length > 0)
    throw new ConfigError([`expected the databases of migrations, got ${wrong.join(', ')}`])
  const accounts = { migrator: accountOf(want.migrator), progress: accountOf(want.progress) }
  if (accounts.migrator === accounts.progress) {
    throw new ConfigError(['expected two accounts, got the same one for migrations and for progress'])
  }
  const session = await openSession(adminUrl, 'dbward init')
  const { query } = session
  try {
    if (session.unfit !== null) throw new ConfigError([`${session.unfit}: correct the URL`])
    const made = [
      ...(await makeLedger(query)),
      ...(await makeAccount(query, accounts.migrator, want.migratorPassword)),
      ...(await makeAccount(query, accounts.progress, want.progressPassword)),
    ]
    for (const part of ['migrator', 'progress'] as const) await grantLedger(query, accounts[part], part)
    for (const schema of want.schemas ?? []) {
      // In the name of a database, _ and % are patterns here.
      const name = mysql.escapeId(schema.replace(/[_%\\]/g, '\\$&'), true)
      await query(`grant all privileges on ${name}.* to ${quoted(accounts.migrator)}`)
    }
    return { made, weaknesses: await weaknessesOf(query, accounts) }
  } catch (cause) {
    if ([1044, 1142, 1227, 1410, 1045].includes(errnoOf(cause) ?? 0)) {
      const fix = 'connect as an account that may create databases and users, and has GRANT OPTION on both'
      throw new ConfigError([`${session.account} may not set up the ledger: ${fix}`], { cause })
    }
    throw cause
  } finally {
    await session.close()
  }
}

/** The last part after @ is the host, as in `app@10.0.0.%`. */
function accountOf(name: string): string {
  const full = name.includes('@') ? name : `${name}@%`
  if (/['\\`]/.test(full) || full.startsWith('@')) {
    throw new ConfigError(['expected the name of an account without quotes and backslashes'])
  }
  return full
}

function quoted(account: string): string {
  const at = account.lastIndexOf('@')
  return `${mysql.escape(account.slice(0, at))}@${mysql.escape(account.slice(at + 1))}`
}

async function makeLedger(query: Query): Promise<readonly string[]> {
  const databases = await query(
    "select s.schema_name from information_schema.schemata s where s.schema_name = 'dbward'",
  )
  const before = await tables(query)
  const foreign = before.filter((one) => one.comment !== ledgerVersion && one.kind === 'BASE TABLE')
  if (foreign.length > 0 || (databases.length > 0 && before.length === 0 && (await routines(query)))) {
    throw new ConfigError([
      `expected the database dbward to hold a ${ledgerVersion} or nothing, got other tables: rename that database`,
    ])
  }
  await query('create database if not exists dbward character set utf8mb4 collate utf8mb4_bin')
  for (const sql of Object.values(ledgerTables)) await query(sql)
  const had = new Set(before.map((one) => one.name))
  const after = (await tables(query)).filter((one) => !had.has(one.name)).map((one) => `dbward.${one.name}`)
  return databases.length > 0 ? after : ['database dbward', ...after]
}

async function routines(query: Query): Promise<boolean> {
  return (
    (await query("select 1 from information_schema.routines r where r.routine_schema = 'dbward' limit 1"))
      .length > 0
  )
}

async function tables(
  query: Query,
): Promise<readonly { readonly name: string; readonly comment: string; readonly kind: string }[]> {
  const found = await query(
    `select t.table_name as name, t.table_comment as comment, t.table_type as kind from information_schema.tables t
     where t.table_schema = 'dbward' order by 1`,
  )
  return found.map((row) => ({
    name: String(row.name),
    comment: String(row.comment),
    kind: String(row.kind),
  }))
}

async function makeAccount(query: Query, account: string, password?: string): Promise<readonly string[]> {
  const at = account.lastIndexOf('@')
  const name = [account.slice(0, at), account.slice(at + 1)]
  if ((await query('select u.user from mysql.user u where u.user = ? and u.host = ?', name)).length > 0)
    return []
  if (password === undefined) {
    throw new ConfigError([`expected a password for the account ${account}, which is made, got none`])
  }
  await query(`create user ${quoted(account)} identified by ${mysql.escape(password)}`)
  return [`account ${account}`]
}

async function grantLedger(query: Query, account: string, part: Part): Promise<void> {
  await takeBack(query, account, part)
  for (const [table, privileges] of Object.entries(ledgerPrivileges[part])) {
    const list = Object.entries(privileges).map(([privilege, columns]) =>
      columns === null ? privilege : `${privilege} (${columns.map((one) => mysql.escapeId(one)).join(', ')})`,
    )
    await query(`grant ${list.join(', ')} on dbward.${table} to ${quoted(account)}`)
  }
}

/** What an earlier version granted on whole tables and this one does not. */
async function takeBack(query: Query, account: string, part: Part): Promise<void> {
  const had = await query(
    `select p.table_name as name, p.privilege_type as privilege from information_schema.table_privileges p
     where p.grantee = ? and p.table_schema = 'dbward' and p.privilege_type in ('SELECT', 'INSERT')`,
    [granteeOf(account)],
  )
  for (const row of had) {
    const [table, privilege] = [String(row.name), String(row.privilege).toUpperCase()]
    if (mayHave(part, table, privilege, null)) continue
    await query(`revoke ${privilege} on dbward.${mysql.escapeId(table)} from ${quoted(account)}`)
  }
}

async function weaknessesOf(
  query: Query,
  accounts: Readonly<Record<Part, string>>,
): Promise<readonly string[]> {
  const found: string[] = []
  for (const part of ['migrator', 'progress'] as const) {
    // The roles that the query would see are the administrator's own.
    const list = await accountWeaknesses(query, accounts[part], part, false)
    found.push(...list.map((one) => (part === 'migrator' ? one : `(progress account) ${one}`)))
  }
  return found
}
