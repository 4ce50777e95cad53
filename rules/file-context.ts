import type { TypeName } from './definition.ts'
import { type Effect, effectsOf } from './effects.ts'
import type { Engine, Version } from './engine.ts'
import { type Held, heldLocks } from './held-locks.ts'
import { knownColumns } from './known-columns.ts'
import { knownRelations } from './known-relations.ts'
import { nameKey } from './name-key.ts'
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
  /** the first locks that statements before have taken, and that are held until the transaction ends; none without one */
  readonly held: readonly Held[]
  /** the statement that has taken the end from waiting for a lock, where it has none now: the executor's own holds otherwise */
  readonly waitsForever: Statement | undefined
  /**
   * Whether an earlier statement of this file surely created this very relation, so that nobody uses it yet.
   * IF NOT EXISTS, OR REPLACE and the body of a DO prove nothing; `x` and `public.x` may be two tables. A new view
   * is no new table: what is deleted from it was there before.
   */
  createdHere(name: Name, what: Relation): boolean
  /** What a statement of PostgreSQL does to relations that were there before. */
  effects(statement: Statement): readonly Effect[]
  /** the type of a column before the statement, where the file tells it */
  typeOf(table: Name, column: string): TypeName | undefined
  /** whether an earlier statement has added the column */
  addedHere(table: Name, column: string): boolean
  /**
   * what an earlier statement surely did to the constraint: NOT VALID added it, VALIDATE read the rows for it, and then
   * SET NOT NULL on its table had its use of it
   */
  constraint(table: Name, name: string): 'added' | 'validated' | 'used' | undefined
  /** whether an earlier statement has validated a constraint of this table */
  validated(table: Name): boolean
}

export type Relation = 'table' | 'view' | 'sequence' | 'index'

/** A context that is told each statement after the rules have seen it. */
export function fileContext(
  fixed: Pick<FileContext, 'engine' | 'tx' | 'version'>,
): FileContext & { saw(statement: Statement): void } {
  const known = knownRelations()
  const columns = knownColumns()
  const locks = heldLocks()
  const constraints = new Map<string, 'added' | 'validated'>()
  const notNull = new Set<string>()
  const validated = new Set<string>()
  const added = new Set<string>()
  let firstDefinition: Statement | undefined
  let firstChange: Statement | undefined
  let waitsForever: Statement | undefined
  // Many rules ask about one statement; what was known of the file changes only after it.
  let asked: { readonly statement: Statement; readonly effects: readonly Effect[] } | undefined
  const context: FileContext & { saw(statement: Statement): void } = {
    ...fixed,
    get firstDefinition() {
      return firstDefinition
    },
    get firstChange() {
      return firstChange
    },
    get waitsForever() {
      return waitsForever
    },
    held: locks.all,
    createdHere: known.has,
    effects(statement) {
      if (fixed.engine !== 'postgres') return []
      if (asked?.statement === statement) return asked.effects
      const all = effectsOf(statement, { version: fixed.version, typeOf: columns.typeOf })
      asked = { statement, effects: all.filter(({ relation, what }) => !known.has(relation, what)) }
      return asked.effects
    },
    typeOf: columns.typeOf,
    addedHere: (table, column) => added.has(nameKey(table, column)),
    constraint(table, name) {
      const done = constraints.get(nameKey(table, name))
      return done === 'validated' && notNull.has(nameKey(table)) ? 'used' : done
    },
    validated: (table) => validated.has(nameKey(table)),
    saw(statement) {
      if (isDefinition(statement)) firstDefinition ??= statement
      const old = fixed.engine !== 'postgres' || context.effects(statement).length > 0
      if (isChange(statement) && old) firstChange ??= statement
      if (fixed.tx === 'auto') locks.saw(statement, context.effects(statement))
      if (statement.kind === 'lock-timeout') {
        if (statement.off) waitsForever = statement
        else if (!statement.conditional) waitsForever = undefined
      }
      if (statement.kind === 'add-column') added.add(nameKey(statement.table, statement.column))
      if (!statement.conditional) remember(statement)
      known.saw(statement)
      columns.saw(statement)
      asked = undefined
    },
  }
  return context

  function remember(statement: Statement): void {
    switch (statement.kind) {
      case 'add-constraint':
        if (statement.name !== undefined && !statement.checked)
          constraints.set(nameKey(statement.table, statement.name), 'added')
        break
      case 'validate-constraint':
        constraints.set(nameKey(statement.table, statement.name), 'validated')
        validated.add(nameKey(statement.table))
        break
      case 'set-not-null':
        notNull.add(nameKey(statement.table))
        break
      // Another table may have the name from here on.
      case 'rename':
      case 'names-change':
        constraints.clear()
        validated.clear()
        notNull.clear()
        break
      default:
    }
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
    case 'rename-column':
    case 'add-column':
    case 'drop-column':
    case 'alter-column-type':
    case 'alter-table':
    case 'add-constraint':
    case 'drop-constraint':
    case 'set-not-null':
    case 'drop-not-null':
    case 'partition':
    case 'rewrite':
    case 'create-trigger':
    case 'table-work':
    case 'drop-database':
      return true
    case 'other':
      return commits.has(statement.tag)
    default:
      return false
  }
}

/** What MySQL and MariaDB commit by itself, with all that came before it, besides tables and views. */
const commits = new Set([
  ...['procedure', 'function', 'trigger', 'event', 'database', 'user', 'role'].flatMap((what) => [
    `create-${what}`,
    `alter-${what}`,
    `drop-${what}`,
  ]),
  ...['alter-view', 'alter-sequence', 'rename-user', 'grant', 'revoke'],
])

export function isChange({ kind }: Statement): boolean {
  return kind === 'insert' || kind === 'update' || kind === 'delete' || kind === 'merge'
}
