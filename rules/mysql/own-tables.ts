import type { Meaning, Name } from '../statement.ts'

const own = new Set(['mysql', 'sys', 'performance_schema', 'information_schema'])

/** What a statement means that changes a table of the server's own: accounts, functions, settings. */
export function ownTablesMeaning(meanings: readonly Meaning[]): Meaning | undefined {
  const schema = meanings.flatMap(changed).find((name) => own.has(name.schema?.toLowerCase() ?? ''))?.schema
  if (schema === undefined) return
  return {
    kind: 'transaction-control',
    what: `A change in the database ${schema.toLowerCase()}`,
    effect: 'changes accounts, functions or settings of the server behind its back',
  }
}

function changed(meaning: Meaning): readonly Name[] {
  switch (meaning.kind) {
    case 'insert':
    case 'update':
    case 'delete':
    case 'create-table':
    case 'alter-table':
    case 'add-column':
    case 'drop-column':
    case 'alter-column-type':
    case 'rename-column':
    case 'drop-constraint':
    case 'table-work':
      return [meaning.table]
    case 'truncate':
      return meaning.tables
    case 'drop-table':
    case 'drop-view':
      return meaning.names
    case 'rename':
      return [meaning.from, meaning.to]
    case 'create-view':
      return [meaning.view]
    case 'drop-database':
      return [{ schema: meaning.database, name: '' }]
    default:
      return []
  }
}
