import type { AlterPolicyStmt, AlterTableCmd, CreatePolicyStmt, DropStmt, Node, RangeVar } from 'libpg-query'
import type { RowSecurity } from '../security.ts'
import type { Name } from '../statement.ts'
import { holdsAlways } from '../truth.ts'
import { condition } from './expression.ts'
import { named } from './scope.ts'
import { rolesOf } from './spelling.ts'
import { nameOf, relationName, stringOf } from './tree.ts'

/** CREATE, ALTER and DROP POLICY, where they open a table. */
export function policyMeaning(node: Node): RowSecurity | undefined {
  if ('CreatePolicyStmt' in node) return created(node.CreatePolicyStmt)
  if ('AlterPolicyStmt' in node) return altered(node.AlterPolicyStmt)
  return 'DropStmt' in node ? dropped(node.DropStmt) : undefined
}

/** The commands of ALTER TABLE and ALTER VIEW that take row security away. */
export function rowSecurityCommand({ subtype, def }: AlterTableCmd, table: Name): RowSecurity | undefined {
  const base = { kind: 'row-security', table } as const
  if (subtype === 'AT_DisableRowSecurity') return { ...base, how: 'disable' }
  if (subtype === 'AT_NoForceRowSecurity') return { ...base, how: 'no-force' }
  const items = def !== undefined && 'List' in def ? (def.List.items ?? []) : []
  const invoker = items.find((node) => 'DefElem' in node && node.DefElem.defname === 'security_invoker')
  if (invoker === undefined || !('DefElem' in invoker)) return
  const off = subtype === 'AT_ResetRelOptions' || isFalse(invoker.DefElem.arg)
  return off ? { ...base, how: 'invoker-off' } : undefined
}

function isFalse(arg: Node | undefined): boolean {
  if (arg === undefined) return false
  if ('Integer' in arg) return (arg.Integer.ival ?? 0) === 0
  // A bare word is a type to the grammar.
  const bare = 'TypeName' in arg ? arg.TypeName.names?.at(-1) : arg
  const text = stringOf(bare).toLowerCase()
  return text !== '' && ['false', 'off', 'no', '0'].some((one) => one.startsWith(text))
}

function created(statement: CreatePolicyStmt): RowSecurity | undefined {
  // Of several restrictive ones all must agree, and one more that always does changes nothing.
  if (statement.permissive !== true) return
  const { cmd_name = 'all', qual, with_check, table } = statement
  const everybody =
    statement.roles === undefined ||
    rolesOf(statement.roles).some(({ roletype }) => roletype === 'ROLESPEC_PUBLIC')
  const opens = isAlways(qual, table) && (everybody || cmd_name !== 'select') ? opened[cmd_name] : undefined
  return open(table, statement.policy_name, opens ?? (isAlways(with_check, table) ? anyRow : undefined))
}

const anyRow = 'write rows that belong to others into'

const opened: Readonly<Record<string, string>> = {
  all: 'read, change and delete every row of',
  select: 'read every row of',
  update: 'change every row of',
  delete: 'delete every row of',
}

function altered({ policy_name, table, qual, with_check }: AlterPolicyStmt): RowSecurity | undefined {
  return open(
    table,
    policy_name,
    isAlways(qual, table) ? 'reach every row of' : isAlways(with_check, table) ? anyRow : undefined,
  )
}

function isAlways(clause: Node | undefined, table: RangeVar | undefined): boolean {
  if (clause === undefined) return false
  return holdsAlways(condition(clause, { tables: [named(table)], isKey: () => false, seen: new Map() }))
}

function open(
  table: RangeVar | undefined,
  policy: string | undefined,
  opens: string | undefined,
): RowSecurity | undefined {
  if (opens === undefined) return
  return { kind: 'row-security', how: 'open', table: relationName(table), policy: policy ?? '', opens }
}

function dropped({ removeType, objects = [] }: DropStmt): RowSecurity | undefined {
  const [first] = objects
  if (removeType !== 'OBJECT_POLICY' || first === undefined || !('List' in first)) return
  const parts = first.List.items ?? []
  return {
    kind: 'row-security',
    how: 'drop',
    table: nameOf(parts.slice(0, -1)),
    policy: stringOf(parts.at(-1)),
  }
}
