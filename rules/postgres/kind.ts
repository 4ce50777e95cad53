import type { Node } from 'libpg-query'
import { tagOf } from './tree.ts'

const named: Readonly<Record<string, string>> = {
  CreateStmt: 'create-table',
  CreateTableAsStmt: 'create-table-as',
  IndexStmt: 'create-index',
  ViewStmt: 'create-view',
  CreateSeqStmt: 'create-sequence',
  CreateTrigStmt: 'create-trigger',
  CreatedbStmt: 'create-database',
  DropdbStmt: 'drop-database',
  VariableSetStmt: 'set',
  RuleStmt: 'create-rule',
}

/** The plan's word for a statement: `alter-table`, `update`, `drop-table`. */
export function kindOf(node: Node): string {
  const tag = tagOf(node)
  if ('DropStmt' in node) return `drop-${kebab(node.DropStmt.removeType?.replace('OBJECT_', '') ?? 'object')}`
  return named[tag] ?? kebab(tag.replace(/Stmt$/, '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-'))
}

function kebab(text: string): string {
  return text.toLowerCase().replaceAll('_', '-')
}
