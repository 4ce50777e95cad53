import type { Column } from './definition.ts'
import type { Statement } from './statement.ts'

/** The columns that a statement makes; of a temporary table none, as nobody keeps it. */
export function newColumns(statement: Statement): readonly Column[] {
  if (statement.kind === 'create-table') return statement.temporary ? [] : (statement.columns ?? [])
  if (statement.kind !== 'add-column') return []
  const { column, type, fill = 'none', inline = [] } = statement
  return [{ name: column, fill, inline, ...(type === undefined ? {} : { type }) }]
}
