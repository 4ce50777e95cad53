import type { Name, Statement } from './statement.ts'

/** What a rule may ask about the file around a statement. */
export type FileContext = {
  readonly tx: 'auto' | 'none'
  readonly serverVersion: number | undefined
  /** the first statement so far that changes definitions, and the first that changes rows */
  readonly firstDefinition: Statement | undefined
  readonly firstChange: Statement | undefined
  /**
   * Whether an earlier statement of this file surely created this very relation, so that nobody uses it yet.
   * IF NOT EXISTS, OR REPLACE and the body of a DO prove nothing; `x` and `public.x` may be two tables.
   */
  createdHere(name: Name): boolean
}

/** A context that is told each statement after the rules have seen it. */
export function fileContext(
  fixed: Pick<FileContext, 'tx' | 'serverVersion'>,
): FileContext & { saw(statement: Statement): void } {
  const created = new Set<string>()
  let firstDefinition: Statement | undefined
  let firstChange: Statement | undefined
  return {
    ...fixed,
    get firstDefinition() {
      return firstDefinition
    },
    get firstChange() {
      return firstChange
    },
    createdHere: (name) => created.has(key(name)),
    saw(statement) {
      if (isDefinition(statement)) firstDefinition ??= statement
      if (isChange(statement)) firstChange ??= statement
      remember(statement, created)
    },
  }
}

/** Whether it takes a lock on tables that others wait for: a temporary table is nobody else's. */
export function isDefinition(statement: Statement): boolean {
  switch (statement.kind) {
    case 'create-table':
    case 'create-view':
    case 'create-sequence':
      return !statement.temporary
    case 'create-index':
    case 'drop-table':
    case 'drop-view':
    case 'drop-sequence':
    case 'drop-index':
    case 'truncate':
    case 'rename':
    case 'add-column':
    case 'drop-column':
    case 'alter-column-type':
    case 'alter-table':
      return true
    default:
      return false
  }
}

export function isChange({ kind }: Statement): boolean {
  return kind === 'insert' || kind === 'update' || kind === 'delete' || kind === 'merge'
}

// A NUL cannot be in a name, so no name can be made to look like another name's key.
function key({ schema, name }: Name): string {
  return schema === undefined ? name : `${schema}\0${name}`
}

function remember(statement: Statement, created: Set<string>): void {
  const made = madeBy(statement)
  if (made !== undefined && !statement.conditional) created.add(key(made))
  switch (statement.kind) {
    case 'drop-table':
    case 'drop-view':
    case 'drop-sequence':
    case 'drop-index':
      // A second DROP of the same name would meet the older relation that the first one uncovered.
      for (const name of statement.names) created.delete(key(name))
      break
    case 'rename': {
      const known = created.delete(key(statement.from))
      if (known && !statement.conditional) created.add(key(statement.to))
      else created.delete(key(statement.to))
      break
    }
    case 'search-path':
      // From here on a name without a schema may mean another relation than before.
      for (const one of created) if (!one.includes('\0')) created.delete(one)
      break
    default:
  }
}

function madeBy(statement: Statement): Name | undefined {
  switch (statement.kind) {
    case 'create-table':
      return statement.maybe ? undefined : temporaryName(statement.table, statement.temporary)
    case 'create-view':
      return statement.maybe ? undefined : temporaryName(statement.view, statement.temporary)
    case 'create-sequence':
      return statement.maybe ? undefined : temporaryName(statement.sequence, statement.temporary)
    case 'create-index':
      return statement.maybe ? undefined : statement.name
    default:
      return undefined
  }
}

// pg_temp comes first in every search path, so the bare name finds it.
function temporaryName(name: Name, temporary: boolean): Name {
  return temporary ? { name: name.name } : name
}
