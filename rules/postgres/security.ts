import type { AlterTableStmt, Node } from 'libpg-query'
import type { SecurityMeaning } from '../security.ts'
import { show } from '../statement.ts'
import { accountMeanings, tableOwner } from './accounts.ts'
import { dangerousCall } from './danger-calls.ts'
import { dangerMeanings, triggersOff } from './dangers.ts'
import { defaultPrivileges, grant, grantRoles } from './grants.ts'
import { policyMeaning, rowSecurityCommand } from './policies.ts'
import { routineMeanings } from './routines.ts'
import { configMeaning, settingMeaning } from './session.ts'
import { namedDanger, settingDanger } from './session-danger.ts'
import { roleText } from './spelling.ts'
import { constantText, isRecord, nameOf, relationName } from './tree.ts'

/** What one statement does to who may do what; `nth` is the command of an ALTER TABLE that does it. */
export function securityMeanings(
  node: Node,
): readonly { readonly meaning: SecurityMeaning; readonly nth?: number }[] {
  if ('AlterTableStmt' in node) return tableMeanings(node.AlterTableStmt)
  return ofStatement(node).map((meaning) => ({ meaning }))
}

function ofStatement(node: Node): readonly SecurityMeaning[] {
  if ('GrantStmt' in node) return [grant(node.GrantStmt)]
  if ('GrantRoleStmt' in node) return [grantRoles(node.GrantRoleStmt)]
  if ('AlterDefaultPrivilegesStmt' in node) return one(defaultPrivileges(node.AlterDefaultPrivilegesStmt))
  if ('VariableSetStmt' in node) {
    const said = settingMeaning(node.VariableSetStmt)
    return said === undefined || said.kind === 'names-change' ? one(settingDanger(node.VariableSetStmt)) : []
  }
  if ('AlterRoleSetStmt' in node || 'AlterDatabaseSetStmt' in node) return one(lastingSetting(node))
  const policy = policyMeaning(node)
  if (policy !== undefined) return [policy]
  return [...accountMeanings(node), ...routineMeanings(node), ...dangerMeanings(node)]
}

function one(meaning: SecurityMeaning | undefined): readonly SecurityMeaning[] {
  return meaning === undefined ? [] : [meaning]
}

function tableMeanings({
  relation,
  cmds = [],
  objtype,
}: AlterTableStmt): ReturnType<typeof securityMeanings> {
  const table = relationName(relation)
  const noun = objtype?.replace('OBJECT_', '').replaceAll('_', ' ') ?? 'TABLE'
  return cmds.flatMap((node, nth) => {
    if (!('AlterTableCmd' in node)) return []
    const command = node.AlterTableCmd
    const owner =
      command.subtype === 'AT_ChangeOwner' ? tableOwner(table, roleText(command.newowner), noun) : undefined
    const meaning = owner ?? rowSecurityCommand(command, table) ?? triggersOff(command, table)
    return meaning === undefined ? [] : [{ meaning, nth }]
  })
}

/** ALTER ROLE ... SET, ALTER DATABASE ... SET: every session to come has it. */
function lastingSetting(node: Node): SecurityMeaning | undefined {
  const { set, whose } =
    'AlterDatabaseSetStmt' in node
      ? {
          set: node.AlterDatabaseSetStmt.setstmt,
          whose: `DATABASE ${show(node.AlterDatabaseSetStmt.dbname ?? '')}`,
        }
      : 'AlterRoleSetStmt' in node
        ? { set: node.AlterRoleSetStmt.setstmt, whose: roleOf(node.AlterRoleSetStmt.role) }
        : { set: undefined, whose: '' }
  if (set === undefined) return
  const said = settingMeaning(set)
  // What no migration may set at all is said already.
  if (said !== undefined && said.kind !== 'names-change' && said.kind !== 'lock-timeout') return
  const verb = set.kind === 'VAR_SET_VALUE' || set.kind === 'VAR_SET_CURRENT' ? 'SET' : 'RESET'
  return {
    kind: 'danger',
    of: 'server-setting',
    what: `ALTER ${whose} ${verb} ${set.name ?? 'ALL'}`,
    effect: 'changes a setting for every session to come, that of the executor included',
    instead:
      set.name === undefined ? 'Leave it out.' : `Set it where it is needed: SET LOCAL ${set.name} = ...;`,
  }
}

function roleOf(role: Parameters<typeof roleText>[0]): string {
  return role === undefined ? 'ROLE ALL' : `ROLE ${roleText(role)}`
}

/** What the call of a function reaches; undefined for most, and for what is said already. */
export function securityCall(call: Readonly<Record<string, unknown>>): SecurityMeaning | undefined {
  const parts = Array.isArray(call.funcname) ? call.funcname : []
  const { schema, name } = nameOf(parts.filter(isNode))
  if (name === 'set_config') {
    const [setting, value] = Array.isArray(call.args) ? call.args.map(constantText) : []
    const said = configMeaning(setting, value)
    return setting === undefined || said !== undefined
      ? undefined
      : namedDanger(setting, `set_config of ${setting}`)
  }
  return dangerousCall(schema === 'pg_catalog' ? undefined : schema, name)
}

function isNode(part: unknown): part is Node {
  return isRecord(part)
}
