import type { Engine, Version } from './engine.ts'
import { knownRelations } from './known-relations.ts'
import type { Name, Statement } from './statement.ts'

/** What a rule may ask about the file around a statement. */
export type FileContext = {
  readonly engine: Engine
  readonly tx: 'auto' | 'none'
  /** undefined where nobody said it: a rule then assumes whatever is worse */
  readonly version: Version | undefined
  /** the first statement so far that changes definitions, and the first that changes rows */
  readonly firstDefinition: Statement | undefined
  readonly firstChange: Statement | undefined
  /**
   * Whether an earlier statement of this file surely created this very relation, so that nobody uses it yet.
   * IF NOT EXISTS, OR REPLACE and the body of a DO prove nothing; `x` and `public.x` may be two tables. A new view
   * is no new table: what is deleted from it was there before.
   */
  createdHere(name: Name, what: Relation): boolean
}

export type Relation = 'table' | 'view' | 'sequence' | 'index'

/** A context that is told each statement after the rules have seen it. */
export function fileContext(
  fixed: Pick<FileContext, 'engine' | 'tx' | 'version'>,
): FileContext & { saw(statement: Statement): void } {
  const known = knownRelations()
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
    createdHere: known.has,
    saw(statement) {
      if (isDefinition(statement)) firstDefinition ??= statement
      if (isChange(statement)) firstChange ??= statement
      known.saw(statement)
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
    case 'convert-table':
    case 'drop-database':
      return true
    default:
      return false
  }
}

export function isChange({ kind }: Statement): boolean {
  return kind === 'insert' || kind === 'update' || kind === 'delete' || kind === 'merge'
}
