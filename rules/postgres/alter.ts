import type { AlterTableCmd, AlterTableStmt, ColumnDef, Constraint, Node } from 'libpg-query'
import type { Meaning, Name } from '../statement.ts'
import { relationName, stringOf } from './tree.ts'

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
  switch (command.subtype) {
    case 'AT_AddColumn':
      return addColumn(command.def, table)
    case 'AT_DropColumn':
      return { kind: 'drop-column', table, column }
    case 'AT_AlterColumnType':
      return { kind: 'alter-column-type', table, column }
    case 'AT_DetachPartition':
      return isConcurrent(command.def)
        ? { kind: 'outside-transaction', what: 'DETACH PARTITION ... CONCURRENTLY' }
        : { kind: 'alter-table', table }
    case 'AT_AttachPartition':
      return { kind: 'alter-table', table, links: table }
    case 'AT_AddInherit':
      return { kind: 'alter-table', table, ...parentOf(command.def) }
    default:
      return { kind: 'alter-table', table }
  }
}

function parentOf(def: Node | undefined): { links?: Name } {
  return def !== undefined && 'RangeVar' in def ? { links: relationName(def.RangeVar) } : {}
}

function isConcurrent(def: Node | undefined): boolean {
  return def !== undefined && 'PartitionCmd' in def && def.PartitionCmd.concurrent === true
}

function addColumn(def: Node | undefined, table: Name): Meaning {
  if (def === undefined || !('ColumnDef' in def)) return { kind: 'alter-table', table }
  const column = def.ColumnDef
  const constraints = (column.constraints ?? []).flatMap((node) =>
    'Constraint' in node ? [node.Constraint] : [],
  )
  return {
    kind: 'add-column',
    table,
    column: column.colname ?? '',
    notNull: constraints.some(({ contype }) => contype === 'CONSTR_NOTNULL' || contype === 'CONSTR_PRIMARY'),
    filled: isSerial(column) || constraints.some(fills),
  }
}

function fills({ contype, raw_expr }: Constraint): boolean {
  if (contype === 'CONSTR_IDENTITY' || contype === 'CONSTR_GENERATED') return true
  return contype === 'CONSTR_DEFAULT' && !isNull(raw_expr)
}

// DEFAULT NULL, DEFAULT NULL::text
function isNull(expression: Node | undefined): boolean {
  if (expression === undefined) return true
  if ('TypeCast' in expression) return isNull(expression.TypeCast.arg)
  return 'A_Const' in expression && expression.A_Const.isnull === true
}

const serials = new Set(['serial', 'serial2', 'serial4', 'serial8', 'bigserial', 'smallserial'])

function isSerial(column: ColumnDef): boolean {
  return serials.has(stringOf(column.typeName?.names?.at(-1)))
}
