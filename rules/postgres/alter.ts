import type { AlterTableCmd, AlterTableStmt, Node } from 'libpg-query'
import type { LockMode } from '../lock-mode.ts'
import type { Meaning, Name } from '../statement.ts'
import { columnOf, referenceOf, typeOf } from './columns.ts'
import { constraintMeaning } from './constraint.ts'
import { relationName } from './tree.ts'

/** What the commands of an ALTER TABLE mean, one for each of them and in their order. */
export function alterMeanings(statement: AlterTableStmt): readonly Meaning[] {
  const table = relationName(statement.relation)
  if (statement.objtype === 'OBJECT_TYPE') return [{ kind: 'other', tag: 'AlterTypeStmt' }]
  return (statement.cmds ?? []).map((command) => {
    return 'AlterTableCmd' in command
      ? meaningOf(command.AlterTableCmd, table)
      : { kind: 'alter-table', table }
  })
}

function meaningOf(command: AlterTableCmd, table: Name): Meaning {
  const column = command.name ?? ''
  const name = command.name ?? ''
  switch (command.subtype) {
    case 'AT_AddColumn':
      return addColumn(command, table)
    case 'AT_DropColumn':
      return { kind: 'drop-column', table, column, ...cascadeOf(command) }
    case 'AT_AlterColumnType':
      return alterType(command.def, table, column)
    case 'AT_SetNotNull':
      return { kind: 'set-not-null', table, column }
    case 'AT_DropNotNull':
      return { kind: 'drop-not-null', table, column }
    case 'AT_AddConstraint':
      return constraintMeaning(command.def, table) ?? { kind: 'alter-table', table }
    case 'AT_DropConstraint':
      return { kind: 'drop-constraint', table, name, ...cascadeOf(command) }
    case 'AT_ValidateConstraint':
      return { kind: 'validate-constraint', table, name }
    case 'AT_AttachPartition':
    case 'AT_DetachPartition':
      return partition(command, table)
    case 'AT_AlterConstraint':
      return { kind: 'alter-table', table, ...enforced(command.def) }
    case 'AT_AddInherit':
      return { kind: 'alter-table', table, ...parentOf(command.def) }
    case 'AT_SetLogged':
      // Where it is logged already, nothing is written.
      return { kind: 'rewrite', table, what: 'SET LOGGED', depends: true }
    case 'AT_SetUnLogged':
      return { kind: 'rewrite', table, what: 'SET UNLOGGED', depends: true }
    case 'AT_SetTableSpace':
      return { kind: 'rewrite', table, what: 'SET TABLESPACE', depends: true }
    case 'AT_SetAccessMethod':
      return { kind: 'rewrite', table, what: 'SET ACCESS METHOD', depends: true }
    case 'AT_SetExpression':
      return { kind: 'rewrite', table, what: 'SET EXPRESSION', depends: true }
    default:
      return { kind: 'alter-table', table, ...lockOf(command) }
  }
}

// AlterTableGetLockLevel of the server says which command waits for less than ACCESS EXCLUSIVE.
const shareUpdate: LockMode = 'SHARE UPDATE EXCLUSIVE'
const shareRow: LockMode = 'SHARE ROW EXCLUSIVE'
const weaker: Readonly<Record<string, LockMode>> = {
  AT_SetStatistics: shareUpdate,
  AT_ClusterOn: shareUpdate,
  AT_DropCluster: shareUpdate,
  AT_SetOptions: shareUpdate,
  AT_ResetOptions: shareUpdate,
  AT_DetachPartitionFinalize: shareUpdate,
  AT_EnableTrig: shareRow,
  AT_EnableAlwaysTrig: shareRow,
  AT_EnableReplicaTrig: shareRow,
  AT_EnableTrigAll: shareRow,
  AT_EnableTrigUser: shareRow,
  AT_DisableTrig: shareRow,
  AT_DisableTrigAll: shareRow,
  AT_DisableTrigUser: shareRow,
}

function lockOf({ subtype, def }: AlterTableCmd): { readonly lock?: LockMode } {
  const lock = weaker[subtype ?? '']
  if (lock !== undefined) return { lock }
  const options = subtype === 'AT_SetRelOptions' || subtype === 'AT_ResetRelOptions'
  return options && optionNames(def).every(isWeakOption) ? { lock: shareUpdate } : {}
}

function optionNames(def: Node | undefined): readonly string[] {
  const items = def !== undefined && 'List' in def ? (def.List.items ?? []) : []
  return items.map((one) => ('DefElem' in one ? (one.DefElem.defname ?? '') : ''))
}

// The other options of reloptions.c wait for ACCESS EXCLUSIVE.
function isWeakOption(name: string): boolean {
  return (
    /^autovacuum_|^log_autovacuum/.test(name) ||
    [
      'fillfactor',
      'toast_tuple_target',
      'parallel_workers',
      'vacuum_index_cleanup',
      'vacuum_truncate',
    ].includes(name)
  )
}

function cascadeOf({ behavior }: AlterTableCmd): { readonly cascade?: true } {
  return behavior === 'DROP_CASCADE' ? { cascade: true } : {}
}

function partition({ subtype, def }: AlterTableCmd, table: Name): Meaning {
  if (def === undefined || !('PartitionCmd' in def)) return { kind: 'alter-table', table }
  const { name, bound, concurrent } = def.PartitionCmd
  return {
    kind: 'partition',
    what: subtype === 'AT_AttachPartition' ? 'attach' : 'detach',
    table,
    partition: relationName(name),
    byDefault: bound?.is_default === true,
    concurrently: concurrent === true,
  }
}

// A constraint that was not enforced is held against every row.
function enforced(def: Node | undefined): { readonly scans?: true } {
  const on = def !== undefined && 'ATAlterConstraint' in def && def.ATAlterConstraint.is_enforced === true
  return on ? { scans: true } : {}
}

function parentOf(def: Node | undefined): { links?: Name } {
  return def !== undefined && 'RangeVar' in def ? { links: relationName(def.RangeVar) } : {}
}

function addColumn({ def, missing_ok }: AlterTableCmd, table: Name): Meaning {
  if (def === undefined || !('ColumnDef' in def)) return { kind: 'alter-table', table }
  const { name, ...column } = columnOf(def.ColumnDef)
  const references = referenceOf(def.ColumnDef)
  return {
    kind: 'add-column',
    table,
    column: name,
    notNull: column.inline.includes('not-null') || column.inline.includes('primary-key'),
    filled: column.fill !== 'none',
    ...column,
    ...(references === undefined ? {} : { references }),
    ...(missing_ok === true ? { maybe: true } : {}),
  }
}

function alterType(def: Node | undefined, table: Name, column: string): Meaning {
  if (def === undefined || !('ColumnDef' in def)) return { kind: 'alter-column-type', table, column }
  const { raw_default: using, collClause } = def.ColumnDef
  // With another collation the indexes are built anew, and which one it had is not in the file.
  const type = collClause === undefined ? typeOf(def.ColumnDef.typeName) : undefined
  return {
    kind: 'alter-column-type',
    table,
    column,
    ...(type === undefined ? {} : { type }),
    ...(using === undefined || isColumn(using, column) ? {} : { computed: true }),
  }
}

// USING column, USING column::type: no more than the cast that is made without it.
function isColumn(expression: Node, column: string): boolean {
  if ('TypeCast' in expression) {
    return expression.TypeCast.arg !== undefined && isColumn(expression.TypeCast.arg, column)
  }
  if (!('ColumnRef' in expression)) return false
  const [only, ...more] = expression.ColumnRef.fields ?? []
  return more.length === 0 && only !== undefined && 'String' in only && only.String.sval === column
}
