import { errnoOf } from './error.ts'
import { ledgerPrivileges, type Part } from './ledger-schema.ts'
import type { Query } from './session.ts'

/**
 * What would let this account undo what guards the ledger, or act as another one: none means strong. It is no wall
 * against the account's owner, who can do without dbward what they like; it is one against the SQL of a migration.
 *
 * Only what is known to be harmless passes, so that a privilege of a version to come counts as a weakness.
 */
export async function accountWeaknesses(
  query: Query,
  account: string,
  part: Part,
  itself = true,
): Promise<readonly string[]> {
  const grantee = granteeOf(account)
  const found = await query(privilegesSql, [grantee, grantee, grantee, grantee])
  const list = new Set<string>()
  for (const row of found) {
    const privilege = String(row.privilege).toUpperCase()
    const [schema, table] = [text(row.home), text(row.name)]
    if (row.grantable === 'YES') list.add('may grant what it has')
    if (privilege === 'USAGE') continue
    if (schema === null) {
      if (!harmlessEverywhere.has(privilege)) list.add(`has ${privilege} on every database`)
    } else if (covers(schema, 'mysql') || covers(schema, 'sys')) list.add(`has ${privilege} on ${schema}`)
    else if (table === null && covers(schema, 'dbward')) list.add(`has ${privilege} on the database dbward`)
    else if (table !== null && schema.toLowerCase() === 'dbward') {
      const column = text(row.item)
      if (!mayHave(part, table, privilege, column)) {
        list.add(`has ${privilege} on dbward.${table}${column === null ? '' : ` (${column})`}`)
      }
    }
  }
  // Every account sees its own roles, and nobody else's.
  for (const role of itself ? await roles(query) : []) {
    list.add(`has the role ${role}, whose privileges are not looked at`)
  }
  for (const one of itself ? await effective(query, part) : []) list.add(one)
  return [...list].sort()
}

/**
 * What the server lets this account do, whoever it was granted to: everybody, or an account without a name, which lists
 * of its own privileges do not show. What no list shows is tried where there is nothing to change.
 */
async function effective(query: Query, part: Part): Promise<readonly string[]> {
  const list: string[] = []
  for (const row of await query(columnsSql)) {
    for (const privilege of String(row.privileges).toUpperCase().split(',')) {
      if (privilege === '' || mayHave(part, String(row.name), privilege, String(row.item))) continue
      list.push(`may ${privilege} in dbward.${String(row.name)}`)
    }
  }
  for (const table of ['attempt', 'ledger', 'step']) {
    if (await passes(query, `delete from dbward.${table} where 1 = 0`))
      list.push(`may DELETE in dbward.${table}`)
  }
  if (await passes(query, 'drop table dbward.a_table_that_is_not_there')) list.push('may DROP in dbward')
  return list
}

const columnsSql = `
select c.table_name as name, c.column_name as item, c.privileges as privileges
from information_schema.columns c where c.table_schema = 'dbward'`

/** False where the server says that the privilege is missing. Whatever else it says, it would have let us. */
async function passes(query: Query, sql: string): Promise<boolean> {
  try {
    await query(sql)
    return true
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === null) throw error
    return ![1044, 1142, 1143].includes(errno)
  }
}

/** Databases other than its own, and dbward, in which this account may do something; `*` in a name stands for any. */
export async function otherDatabases(query: Query, account: string, own: string): Promise<readonly string[]> {
  const grantee = granteeOf(account)
  const found = await query(
    `select p.table_schema as home, 1 as pattern from information_schema.schema_privileges p where p.grantee = ?
     union select p.table_schema, 0 from information_schema.table_privileges p where p.grantee = ?`,
    [grantee, grantee],
  )
  const names = found.map(({ home, pattern }) =>
    Number(pattern) === 1 ? String(home).replace(/\\?[\s\S]/g, plain) : String(home),
  )
  return [...new Set(names)].filter((name) => name !== own && name !== 'dbward').sort()
}

function plain(part: string): string {
  if (part === '%' || part === '_') return '*'
  return part.length > 1 ? part.slice(1) : part
}

/** They show something. A temporary table could stand in the place of one of the ledger, so that is not one of them. */
const harmlessEverywhere: ReadonlySet<string> = new Set([
  'PROCESS',
  'SHOW DATABASES',
  'REPLICATION CLIENT',
  'BINLOG MONITOR',
])

/** `'name'@'host'`, as the catalogue writes it. */
export function granteeOf(account: string): string {
  const at = account.lastIndexOf('@')
  return `'${account.slice(0, at)}'@'${account.slice(at + 1)}'`
}

const privilegesSql = `
select null as home, null as name, null as item, p.privilege_type as privilege, p.is_grantable as grantable
from information_schema.user_privileges p where p.grantee = ?
union all
select p.table_schema, null, null, p.privilege_type, p.is_grantable from information_schema.schema_privileges p where p.grantee = ?
union all
select p.table_schema, p.table_name, null, p.privilege_type, p.is_grantable from information_schema.table_privileges p
where p.grantee = ?
union all
select p.table_schema, p.table_name, p.column_name, p.privilege_type, p.is_grantable
from information_schema.column_privileges p where p.grantee = ?`

/** A grant on a database may be a pattern, in which % and _ stand for others and a backslash takes that away. */
function covers(pattern: string, schema: string): boolean {
  const expression = pattern.replace(/\\?[\s\S]/g, (part) => {
    if (part === '%') return '.*'
    if (part === '_') return '.'
    return (part.length > 1 ? part.slice(1) : part).replace(/[^\w]/g, '\\$&')
  })
  return new RegExp(`^${expression}$`, 'i').test(schema)
}

/** `column` null is the whole table. */
export function mayHave(part: Part, table: string, privilege: string, column: string | null): boolean {
  const columns = ledgerPrivileges[part][table.toLowerCase()]?.[privilege]
  if (columns === undefined) return false
  return columns === null || (column !== null && columns.includes(column.toLowerCase()))
}

async function roles(query: Query): Promise<readonly string[]> {
  const found = await query('select distinct r.role_name as role from information_schema.applicable_roles r')
  return found.map((row) => String(row.role))
}

function text(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value)
}
