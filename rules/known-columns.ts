import type { TypeName } from './definition.ts'
import { nameKey } from './name-key.ts'
import type { Name, Statement } from './statement.ts'

/** The types of columns as the statements so far leave them. */
export function knownColumns(): {
  typeOf(table: Name, column: string): TypeName | undefined
  saw(statement: Statement): void
} {
  const types = new Map<string, TypeName>()
  const set = (table: Name, column: string, type: TypeName | undefined, surely: boolean) => {
    if (surely && type !== undefined) types.set(nameKey(table, column), type)
    else types.delete(nameKey(table, column))
  }
  return {
    typeOf: (table, column) => types.get(nameKey(table, column)),
    saw(statement) {
      const surely = !statement.conditional
      switch (statement.kind) {
        case 'create-table':
          for (const { name, type } of statement.columns ?? []) {
            set(statement.table, name, type, surely && !statement.maybe)
          }
          break
        case 'add-column':
          set(statement.table, statement.column, statement.type, surely && !statement.maybe)
          break
        case 'alter-column-type':
          set(statement.table, statement.column, statement.type, surely)
          break
        case 'drop-column':
        case 'rename-column':
          set(statement.table, statement.column, undefined, surely)
          break
        // Whose column it is cannot be told any more.
        case 'rename':
        case 'names-change':
        case 'drop-table':
        case 'opaque':
          types.clear()
          break
        default:
      }
    },
  }
}
