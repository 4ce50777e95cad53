import { type Effect, writesRows } from './effects.ts'
import type { FileContext } from './file-context.ts'
import { mayRewrite } from './mysql/blocking.ts'
import { nameKey } from './name-key.ts'
import type { Name, Statement, StatementOf } from './statement.ts'

/** What a statement does to a table that was there before, by what it may cost. */
export type How =
  | 'drop'
  | 'truncate'
  | 'truncate-cascade'
  | 'truncate-part'
  | 'drop-column'
  | 'drop-index'
  | 'drop-database'
  | 'index'
  | 'index-concurrently'
  | 'rewrite'
  | 'scan'
  | 'alter'
  | 'rename'
  | 'link'
  | 'insert'
  | 'change'
  | 'change-all'
  | 'delete'
  | 'delete-all'
  | 'create'
  | 'unread'

/**
 * A table that a file touches. `name` is of an index or a database where one is dropped, and null for `unread`: what it does, or to
 * which table, is not known here. `link`: rows of other tables may be reached through it from now on. `create` is said
 * of tables that are surely new when the file ends. `anywhere`: the file has changed where a name without a schema is
 * looked for. `brief`: it is surely locked for a moment only, however large it is.
 */
export type Touch = {
  readonly how: How
  readonly name: Name | null
  readonly anywhere: boolean
  readonly brief?: true
}

/** Gathers what the statements of a file touch, each thing once; what the file itself has made is left out. */
export function touching(): {
  saw(statement: Statement, file: FileContext): void
  all(file: FileContext): readonly Touch[]
} {
  const found = new Map<string, { readonly touch: Touch; readonly briefAt?: number }>()
  let anywhere = false
  let slowAt = -1
  return {
    saw(statement, file) {
      const { off } = statement.span
      const isBrief = briefly(statement, file)
      for (const [how, name] of touchesOf(statement, file)) {
        if (name !== null && isNew(name, how, file)) continue
        const touch = { how, name, anywhere: anywhere && name?.schema === undefined }
        const key = `${how} ${touch.anywhere} ${name === null} ${name?.schema ?? '\0'}\0${name?.name}`
        const before = found.get(key)
        const brief = name !== null && locking.includes(how) && isBrief(name)
        if (!brief && !quick.includes(how)) slowAt = off
        const stays = brief && (before === undefined || before.briefAt !== undefined)
        found.set(key, { touch, ...(stays ? { briefAt: before?.briefAt ?? off } : {}) })
      }
      anywhere ||= statement.kind === 'names-change'
    },
    all: (file) =>
      [...found.values()].flatMap(({ touch, briefAt }): readonly Touch[] => {
        const { how, name } = touch
        if (how === 'create' && (name === null || !file.createdHere(name, 'table'))) return []
        // A lock is held until the transaction ends, and with it for as long as what comes after takes.
        const held = file.tx === 'auto' && briefAt !== undefined && slowAt >= briefAt
        return [briefAt === undefined || held ? touch : { ...touch, brief: true }]
      }),
  }
}

/** They take no longer for a large table than for a small one, whatever is locked before them. */
const quick: readonly How[] = ['create', 'drop', 'truncate', 'truncate-cascade', 'drop-database']

/** Nothing but their lock is in anybody's way. */
const locking: readonly How[] = ['alter', 'rewrite', 'rename', 'link', 'drop-column', 'drop-index']

/**
 * On PostgreSQL it is measured what reads or writes rows under its lock. Where waiting has no end, nothing is brief. One
 * statement may name a hundred thousand tables, so its effects are looked through once.
 */
function briefly(statement: Statement, file: FileContext): (name: Name) => boolean {
  let all: ReadonlyMap<string, boolean> | undefined
  return (name) => {
    if (file.waitsForever !== undefined) return false
    all ??= briefLocks(file.effects(statement))
    return all.get(nameKey(name)) === true
  }
}

function briefLocks(effects: readonly Effect[]): ReadonlyMap<string, boolean> {
  const found = new Map<string, boolean>()
  for (const { relation, scans, rewrites } of effects) {
    const key = nameKey(relation)
    found.set(key, found.get(key) !== false && scans === 'no' && rewrites === 'no')
  }
  return found
}

function isNew(name: Name, how: How, file: FileContext): boolean {
  if (how === 'create' || how === 'drop-database') return false
  return file.createdHere(name, how === 'drop-index' ? 'index' : 'table')
}

function touchesOf(statement: Statement, file: FileContext): readonly (readonly [How, Name | null])[] {
  switch (statement.kind) {
    case 'create-table':
      return [
        ...(statement.maybe || statement.temporary || statement.conditional
          ? []
          : [['create', statement.table] as const]),
        ...(statement.references ?? []).map((table) => ['alter', table] as const),
      ]
    case 'create-index':
      // ON ONLY builds nothing, and still waits for the lock.
      if (statement.only) return [['alter', statement.table]]
      return [[statement.concurrently ? 'index-concurrently' : 'index', statement.table]]
    case 'drop-table':
      return statement.names.map((name) => ['drop', name] as const)
    case 'drop-index':
      return statement.names.map((name) => ['drop-index', name] as const)
    case 'truncate':
      return statement.tables.map((name) => [truncating(statement), name] as const)
    case 'drop-database':
      return [['drop-database', { name: statement.database }]]
    case 'rename':
      return statement.of === 'index' ? [] : [['rename', statement.from]]
    case 'drop-column':
      return [['drop-column', statement.table]]
    case 'alter-column-type':
      // What it costs on MySQL and MariaDB is said by the table-work beside it.
      return [[file.engine === 'postgres' ? 'rewrite' : 'alter', statement.table]]
    case 'table-work': {
      const other = statement.references
      return [
        ...(mayRewrite(statement, file) ? [['rewrite', statement.table] as const] : []),
        ...(other === undefined ? [] : [['alter', other] as const]),
      ]
    }
    case 'add-column': {
      const anew = statement.fill !== undefined && writesRows(statement.fill, file.version)
      const own = [anew ? 'rewrite' : 'alter', statement.table] as const
      return statement.references === undefined ? [own] : [own, ['alter', statement.references]]
    }
    case 'add-constraint': {
      const other = statement.references?.table
      const own = [buildsIndex(statement) ? 'index' : 'alter', statement.table] as const
      return other === undefined ? [own] : [own, ['alter', other]]
    }
    case 'validate-constraint':
      return [['scan', statement.table]]
    case 'rename-column':
    case 'set-not-null':
    case 'drop-not-null':
    case 'drop-constraint':
    case 'create-trigger':
      return [['alter', statement.table]]
    case 'partition':
      return [
        ['alter', statement.table],
        ...(statement.what === 'create' ? [] : [['alter', statement.partition] as const]),
        ...(statement.what === 'attach' ? [['link', statement.table] as const] : []),
      ]
    case 'rewrite':
      return [statement.table === undefined ? ['unread', null] : ['rewrite', statement.table]]
    case 'lock-table':
      return statement.tables.map((table) => ['alter', table] as const)
    case 'drop-other':
      // What goes with it is not named.
      return statement.cascade ? [['unread', null]] : []
    case 'reindex':
      return [statement.what === 'TABLE' && statement.name ? ['index', statement.name] : ['unread', null]]
    case 'lock-timeout':
    case 'rename-other':
      return []
    case 'comment':
      return []
    case 'alter-table':
      // Nobody who reads or writes waits for so weak a lock.
      if (statement.lock === 'SHARE UPDATE EXCLUSIVE' && statement.links === undefined) return []
      return [[statement.links === undefined ? 'alter' : 'link', statement.table]]
    case 'insert':
      return [[statement.replaces ? 'delete' : 'insert', statement.table]]
    case 'merge':
      return [['insert', statement.table]]
    case 'update':
      return [[statement.where === 'some' ? 'change' : 'change-all', statement.table]]
    case 'delete':
      return [[statement.where === 'some' ? 'delete' : 'delete-all', statement.table]]
    case 'drop-view':
    case 'drop-sequence':
    case 'create-view':
    case 'create-sequence':
    case 'add-enum-value':
    case 'in-list':
    // It is a matter of the file that runs the program.
    case 'dynamic-sql':
    // Each comes beside what says what the statement touches.
    case 'grant':
    case 'account':
    case 'secret':
    case 'row-security':
    case 'definer':
    case 'danger':
    case 'confusable-name':
      return []
    case 'names-change':
      return statement.names === 'all' ? [['unread', null]] : []
    case 'other':
      return harmless.has(statement.tag) ? [] : [['unread', null]]
    default:
      return [['unread', null]]
  }
}

function truncating({ what, cascade }: StatementOf<'truncate'>): How {
  if (what !== undefined) return 'truncate-part'
  return cascade ? 'truncate-cascade' : 'truncate'
}

function buildsIndex({ what, byIndex }: StatementOf<'add-constraint'>): boolean {
  return byIndex === undefined && (what === 'unique' || what === 'primary-key' || what === 'exclude')
}

/** They take no lock on a table that anybody waits for, and their time does not depend on how much is in one. */
const harmless = new Set([
  'AlterDefaultPrivilegesStmt',
  'AlterEnumStmt',
  'AlterFunctionStmt',
  'AlterOwnerStmt',
  'AlterSeqStmt',
  'AlterTypeStmt',
  'CommentStmt',
  'CompositeTypeStmt',
  'CreateDomainStmt',
  'CreateEnumStmt',
  'CreateRangeStmt',
  'CreateSchemaStmt',
  // What its body does is lowered besides.
  'DoStmt',
  'GrantRoleStmt',
  'GrantStmt',
  // Of MySQL and MariaDB, where the bodies are read, and a call of one is not harmless.
  'create-function',
  'create-procedure',
  'create-role',
  'create-user',
  'grant',
  'revoke',
  'set',
])
