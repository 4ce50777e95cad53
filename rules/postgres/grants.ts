import type { AlterDefaultPrivilegesStmt, GrantRoleStmt, GrantStmt, Node } from 'libpg-query'
import type { Grant } from '../security.ts'
import { type Name, show } from '../statement.ts'
import { rolesOf, roleText, routineText } from './spelling.ts'
import { listedName, relationName, stringOf } from './tree.ts'

/** GRANT and REVOKE of rights. */
export function grant(statement: GrantStmt, before?: string): Grant {
  const roles = rolesOf(statement.grantees)
  const revoke = statement.is_grant !== true
  const rights = rightsOf(statement.privileges)
  const toPublic = roles.some(({ roletype }) => roletype === 'ROLESPEC_PUBLIC')
  const byDefault = isDefault(statement, rights)
  return {
    kind: 'grant',
    revoke,
    rights,
    on: objectText(statement),
    ...(before === undefined ? {} : { before }),
    tables: tablesOf(statement),
    to: roles.map(roleText),
    ...(toPublic && !byDefault ? { everyone: 'public' as const } : {}),
    ...(statement.grant_option === true && !revoke ? { passesOn: 'WITH GRANT OPTION' } : {}),
    powers: [],
    ...(revoke && toPublic && roles.length === 1 && tightens(statement, rights)
      ? { quiet: true as const }
      : {}),
  }
}

/** ALTER DEFAULT PRIVILEGES, which is about what will be made later. */
export function defaultPrivileges({ options = [], action }: AlterDefaultPrivilegesStmt): Grant | undefined {
  if (action === undefined) return
  let before = 'ALTER DEFAULT PRIVILEGES'
  for (const option of options) {
    if (!('DefElem' in option)) continue
    const { defname, arg } = option.DefElem
    const items = arg !== undefined && 'List' in arg ? (arg.List.items ?? []) : []
    if (defname === 'roles') before += ` FOR ROLE ${rolesOf(items).map(roleText).join(', ')}`
    if (defname === 'schemas') before += ` IN SCHEMA ${items.map((one) => show(stringOf(one))).join(', ')}`
  }
  return grant(action, before)
}

/** Membership in roles, with the option to give it on. */
export function grantRoles(statement: GrantRoleStmt): Grant {
  const names = (statement.granted_roles ?? []).flatMap((node) =>
    'AccessPriv' in node ? [node.AccessPriv.priv_name ?? ''] : [],
  )
  const revoke = statement.is_grant !== true
  const admin = (statement.opt ?? []).some((node) => 'DefElem' in node && isAdmin(node.DefElem))
  return {
    kind: 'grant',
    revoke,
    rights: names.map(show),
    tables: [],
    to: rolesOf(statement.grantee_roles).map(roleText),
    ...(admin && !revoke ? { passesOn: 'WITH ADMIN OPTION' } : {}),
    powers: names.filter((name) => powerfulRoles.has(name)),
  }
}

function isAdmin({ defname, arg }: { defname?: string; arg?: Node }): boolean {
  return defname === 'admin' && !(arg !== undefined && 'Boolean' in arg && arg.Boolean.boolval !== true)
}

/** They reach the files, the programs and the sessions of the server, or every row of it. */
export const powerfulRoles = new Set([
  ...['pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'],
  ...['pg_read_all_data', 'pg_write_all_data', 'pg_signal_backend', 'pg_maintain', 'pg_checkpoint'],
  ...['pg_create_subscription', 'pg_use_reserved_connections'],
  // What providers of servers call the one who may do almost all.
  ...[
    'rds_superuser',
    'rds_replication',
    'cloudsqlsuperuser',
    'azure_pg_admin',
    'postgres',
    'supabase_admin',
  ],
])

function rightsOf(privileges: readonly Node[] | undefined): readonly string[] {
  if (privileges === undefined) return ['ALL']
  return privileges.flatMap((node) => {
    if (!('AccessPriv' in node)) return []
    const { priv_name, cols } = node.AccessPriv
    const right = priv_name?.toUpperCase() ?? 'ALL'
    return [cols === undefined ? right : `${right} (${cols.map((one) => show(stringOf(one))).join(', ')})`]
  })
}

const routines = new Set(['OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE'])
const openByDefault = new Set([...routines, 'OBJECT_TYPE', 'OBJECT_DOMAIN', 'OBJECT_LANGUAGE'])

/** Whether PUBLIC has it anyway: https://www.postgresql.org/docs/current/ddl-priv.html */
function isDefault({ objtype, objects = [] }: GrantStmt, rights: readonly string[]): boolean {
  if (openByDefault.has(objtype ?? '')) return true
  if (objtype === 'OBJECT_DATABASE') return rights.every((one) => /^(CONNECT|TEMP|TEMPORARY)$/.test(one))
  const onlyPublic = objects.every((one) => stringOf(one) === 'public')
  return objtype === 'OBJECT_SCHEMA' && onlyPublic && rights.every((one) => one === 'USAGE')
}

/** What the manuals advise: nobody should make things in a schema, nor run a function, unless it was said who. */
function tightens({ objtype }: GrantStmt, rights: readonly string[]): boolean {
  if (routines.has(objtype ?? '')) return true
  return objtype === 'OBJECT_SCHEMA' && rights.every((one) => one === 'CREATE')
}

function tablesOf({ targtype, objtype, objects = [] }: GrantStmt): readonly Name[] {
  if (targtype !== 'ACL_TARGET_OBJECT' || (objtype !== 'OBJECT_TABLE' && objtype !== 'OBJECT_SEQUENCE'))
    return []
  return objects.flatMap((node) => ('RangeVar' in node ? [relationName(node.RangeVar)] : []))
}

function objectText({ targtype, objtype = 'OBJECT_TABLE', objects = [] }: GrantStmt): string {
  const noun = objtype.replace('OBJECT_', '').replaceAll('_', ' ')
  if (targtype === 'ACL_TARGET_DEFAULTS') return `${noun}S`
  const names = objects.map(objectName).join(', ')
  if (targtype === 'ACL_TARGET_ALL_IN_SCHEMA') return `ALL ${noun}S IN SCHEMA ${names}`
  if (objtype === 'OBJECT_TABLE') return names
  return `${nouns[objtype] ?? noun} ${names}`
}

const nouns: Readonly<Record<string, string>> = {
  OBJECT_FDW: 'FOREIGN DATA WRAPPER',
  OBJECT_LARGEOBJECT: 'LARGE OBJECT',
  OBJECT_PARAMETER_ACL: 'PARAMETER',
}

function objectName(node: Node): string {
  if ('RangeVar' in node) return show(relationName(node.RangeVar))
  if ('ObjectWithArgs' in node) return routineText(node.ObjectWithArgs)
  if ('Integer' in node) return String(node.Integer.ival ?? 0)
  return show(listedName(node))
}
