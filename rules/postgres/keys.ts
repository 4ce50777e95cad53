import type { ColumnDef, Constraint, CreateStmt, Node } from 'libpg-query'
import { nameKey } from '../name-key.ts'
import type { Name } from '../statement.ts'
import { relationName, stringOf } from './tree.ts'

/** Which columns are never NULL, as far as the tables and keys that a file makes say so. */
export function keysOf(statements: readonly Node[]): (table: Name, column: string) => boolean {
  const keys = new Set<string>()
  const add = (table: Name, columns: readonly string[]) => {
    for (const column of columns) keys.add(nameKey(table, column))
  }
  for (const node of statements) {
    if ('CreateStmt' in node) add(relationName(node.CreateStmt.relation), ofTable(node.CreateStmt))
    if (!('AlterTableStmt' in node)) continue
    for (const command of node.AlterTableStmt.cmds ?? []) {
      const def = 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined
      if (def !== undefined && 'Constraint' in def)
        add(relationName(node.AlterTableStmt.relation), ofConstraint(def.Constraint))
    }
  }
  return (table, column) => keys.has(nameKey(table, column))
}

function ofTable({ tableElts = [], constraints = [] }: CreateStmt): readonly string[] {
  return [...tableElts, ...constraints].flatMap((element) => {
    if ('Constraint' in element) return ofConstraint(element.Constraint)
    return 'ColumnDef' in element && isPrimary(element.ColumnDef) ? [element.ColumnDef.colname ?? ''] : []
  })
}

function isPrimary({ constraints = [] }: ColumnDef): boolean {
  return constraints.some((one) => 'Constraint' in one && one.Constraint.contype === 'CONSTR_PRIMARY')
}

function ofConstraint({ contype, keys = [] }: Constraint): readonly string[] {
  return contype === 'CONSTR_PRIMARY' ? keys.map(stringOf) : []
}
