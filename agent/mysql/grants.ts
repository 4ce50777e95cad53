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
  return [...list].sort()
}

/** They show something, or let the account do what any client can. */
const harmlessEverywhere: ReadonlySet<string> = new Set([
  'PROCESS',
  'SHOW DATABASES',
  'REPLICATION CLIENT',
  'BINLOG MONITOR',
  'CREATE TEMPORARY TABLES',
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
