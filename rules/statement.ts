import type { Column, ConstraintKind, Fill, TypeName } from './definition.ts'
import type { LockMode } from './lock-mode.ts'
import type { Asked, Work } from './mysql/work.ts'
import { reservedOnPostgres } from './reserved.ts'
import type { SecurityMeaning } from './security.ts'
import type { Span } from './span.ts'

export type { Span } from './span.ts'

/** The name of a table, view, index or sequence, as the author wrote it (unquoted names in lower case). */
export type Name = { readonly schema?: string; readonly name: string }

/**
 * One thing that a migration does, reduced to what a reviewer asks about it.
 *
 * A rule never sees a parser's tree. One statement of the file lowers into one or more of these (an ALTER TABLE
 * with three commands, a DELETE inside a WITH, the body of a DO), all with the statement's index. What cannot be
 * lowered is `opaque`, and `opaque` blocks: what was not read is not waved through.
 */
export type Statement = Place & Meaning
export type StatementOf<K extends Meaning['kind']> = Extract<Statement, { readonly kind: K }>

export type Place = {
  /** which statement of the file it belongs to, from 0 */
  readonly index: number
  readonly span: Span
  /** the line that `span` starts on, from 1 */
  readonly line: number
  /** the place of this command in its ALTER TABLE, from 0: the exact range of a finding */
  readonly command?: { readonly nth: number; readonly of: number }
  /** it may be skipped or rolled back at run time, as all in a DO body may be: it proves nothing for what follows */
  readonly conditional: boolean
  /** it happens when the stored program that is made here runs, or the rule, and not with the file */
  readonly later?: boolean | 'rule'
}

/**
 * Which rows an UPDATE or DELETE means. `empty` = no WHERE at all, `always` = one that every row passes by its look
 * (`WHERE true`, `id = id`), `untied` = one that speaks of other tables only, `unmatched` = every row that the source
 * of a MERGE does not have.
 */
export type Where = 'empty' | 'always' | 'untied' | 'unmatched' | 'some'

/**
 * How many rows a condition may mean. `few`: it compares something with a value or with another table, or has a
 * LIMIT; `many`: it asks for nothing but NULL, TRUE or what is not so; `open`: it does not say.
 */
export type Picks = { readonly rows: 'few' | 'many' | 'open'; readonly tests: readonly Test[] }
export type Test = { readonly column: string; readonly is: 'null' | 'not-null' | 'true' | 'false' | 'other' }

export type Meaning =
  | SecurityMeaning
  | {
      readonly kind: 'create-table'
      readonly table: Name
      readonly temporary: boolean
      readonly maybe: boolean
      /** as far as they are written there, and not taken from another table or a query */
      readonly columns?: readonly Column[]
      /** the columns of a primary key that stands apart from its column */
      readonly key?: readonly string[]
      /** other tables that its foreign keys point to */
      readonly references?: readonly Name[]
    }
  | {
      readonly kind: 'create-view'
      readonly view: Name
      readonly temporary: boolean
      readonly maybe: boolean
    }
  | {
      readonly kind: 'create-sequence'
      readonly sequence: Name
      readonly temporary: boolean
      readonly maybe: boolean
    }
  | {
      readonly kind: 'create-index'
      readonly name?: Name
      readonly table: Name
      /** CONCURRENTLY, and how MySQL and MariaDB build most indexes: writers go on meanwhile */
      readonly concurrently: boolean
      /** ON ONLY: on a partitioned table it builds nothing */
      readonly only: boolean
      readonly maybe: boolean
      readonly unique?: boolean
      /** what is indexed, where all of it is plain columns */
      readonly columns?: readonly string[]
      /** of MySQL and MariaDB: a kind of index that no server builds while writers go on */
      readonly special?: 'fulltext' | 'spatial' | 'vector'
    }
  | {
      readonly kind: 'drop-table' | 'drop-view' | 'drop-sequence' | 'drop-index'
      readonly names: readonly Name[]
      readonly concurrently: boolean
      readonly cascade?: boolean
    }
  | { readonly kind: 'drop-database'; readonly database: string }
  | {
      readonly kind: 'truncate'
      readonly tables: readonly Name[]
      /** TRUNCATE, if nothing else: DROP PARTITION empties a part of the table */
      readonly what?: string
      readonly cascade?: boolean
    }
  | {
      readonly kind: 'rename'
      readonly from: Name
      readonly to: Name
      /** what it is, where it is no table or where the statement says so */
      readonly of?: 'view' | 'sequence' | 'index'
    }
  | { readonly kind: 'rename-column'; readonly table: Name; readonly column: string; readonly to: string }
  /** a schema, a type, a value of an enum: what code has by name */
  | { readonly kind: 'rename-other'; readonly what: string; readonly from: Name }
  /** a type, a schema, a function: what is neither a table nor in one */
  | {
      readonly kind: 'drop-other'
      readonly what: string
      readonly names: readonly Name[]
      readonly cascade: boolean
    }
  | {
      readonly kind: 'add-column'
      readonly table: Name
      readonly column: string
      readonly notNull: boolean
      /** something gives old rows a value: DEFAULT, serial, identity, generated */
      readonly filled: boolean
      readonly fill?: Fill
      readonly type?: TypeName
      readonly inline?: readonly ConstraintKind[]
      readonly references?: Name
      /** IF NOT EXISTS: a column of that name may be there, with another type */
      readonly maybe?: true
    }
  | {
      readonly kind: 'drop-column'
      readonly table: Name
      readonly column: string
      readonly cascade?: boolean
    }
  | {
      readonly kind: 'alter-column-type'
      readonly table: Name
      readonly column: string
      readonly type?: TypeName
      /** the new values are computed by more than a cast of the old ones */
      readonly computed?: boolean
    }
  | {
      readonly kind: 'add-constraint'
      readonly table: Name
      readonly what: ConstraintKind
      readonly name?: string
      readonly columns: readonly string[]
      /** NOT VALID was not said: the rows that are there are checked */
      readonly checked: boolean
      /** UNIQUE or PRIMARY KEY with an index that is there already */
      readonly byIndex?: string
      readonly references?: {
        readonly table: Name
        readonly columns: readonly string[]
        /** what is done to the other table's rows is done to these: ON DELETE CASCADE */
        readonly follows?: true
      }
    }
  | { readonly kind: 'validate-constraint'; readonly table: Name; readonly name: string }
  | {
      readonly kind: 'drop-constraint'
      readonly table: Name
      readonly name: string
      readonly cascade?: boolean
    }
  | { readonly kind: 'set-not-null' | 'drop-not-null'; readonly table: Name; readonly column: string }
  | {
      readonly kind: 'partition'
      readonly what: 'attach' | 'detach' | 'create'
      readonly table: Name
      readonly partition: Name
      /** it takes every row that fits no other partition */
      readonly byDefault: boolean
      readonly concurrently: boolean
    }
  /** the rows are written anew, into new files: VACUUM FULL, CLUSTER, SET LOGGED */
  | { readonly kind: 'rewrite'; readonly what: string; readonly table?: Name; readonly depends?: true }
  | { readonly kind: 'refresh-view'; readonly view: Name; readonly concurrently: boolean }
  | {
      readonly kind: 'reindex'
      readonly what: 'INDEX' | 'TABLE' | 'SCHEMA' | 'DATABASE' | 'SYSTEM'
      readonly name?: Name
      readonly concurrently: boolean
    }
  | { readonly kind: 'lock-table'; readonly tables: readonly Name[]; readonly mode: LockMode }
  | { readonly kind: 'comment'; readonly table: Name }
  | { readonly kind: 'create-trigger'; readonly table: Name; readonly trigger: string }
  /** SET lock_timeout: whether waiting for a lock has an end */
  | { readonly kind: 'lock-timeout'; readonly off: boolean }
  /** on MySQL and MariaDB, beside what it means: what a command has the server do with the table */
  | {
      readonly kind: 'table-work'
      readonly table: Name
      readonly works: readonly Work[]
      /** the column or the constraint that it is about */
      readonly about?: string
      /** the table that a new foreign key points to */
      readonly references?: Name
      /** what is done to the rows of that table is done to these: ON DELETE CASCADE */
      readonly follows?: true
      readonly asked: Asked
      /** what the other commands of the statement do */
      readonly beside: readonly Work[]
    }
  | {
      readonly kind: 'alter-table'
      readonly table: Name
      /** what it waits for; ACCESS EXCLUSIVE where it is not said */
      readonly lock?: LockMode
      /** every row is read meanwhile */
      readonly scans?: true
      /** the table that other tables' rows are reached through from here on: a new parent, one with a rule */
      readonly links?: Name
    }
  | { readonly kind: 'add-enum-value'; readonly type: Name }
  | {
      readonly kind: 'insert'
      readonly table: Name
      /** the one table that its query reads whole */
      readonly copies?: Name
      /** REPLACE: rows with the same key are deleted first */
      readonly replaces?: true
      /** its rows come from a query that reads a table */
      readonly queried?: true
    }
  /** what its branches update or delete is said besides */
  | { readonly kind: 'merge'; readonly table: Name }
  | {
      readonly kind: 'update' | 'delete'
      readonly table: Name
      readonly where: Where
      /** the columns that an UPDATE sets */
      readonly sets?: readonly string[]
      readonly picks?: Picks
      /** it is a branch of a MERGE */
      readonly merged?: true
    }
  | { readonly kind: 'in-list'; readonly length: number }
  /** it calls a function that is not the server's own, or reads tables to fill another: it may do or cost anything */
  | { readonly kind: 'unknown-cost' }
  /** from here on a name without a schema, or any name, may mean another relation than before */
  | { readonly kind: 'names-change'; readonly names: 'bare' | 'all' }
  /** it would end or change the transaction, the role or the lock that the executor holds */
  | {
      readonly kind: 'transaction-control'
      readonly what: string
      readonly effect: string
      /** what to do instead, where it is not to leave it out */
      readonly instead?: string
    }
  /** `everywhere`: it is not named, and among all that are meant (GRANT ... ON *.*) */
  | { readonly kind: 'dbward-schema'; readonly everywhere?: true }
  /** the server refuses it inside a transaction */
  | { readonly kind: 'outside-transaction'; readonly what: string }
  | { readonly kind: 'opaque'; readonly reason: string; readonly instead: string }
  /** a stored program, which nothing in the file runs, executes SQL that it puts together at run time */
  | { readonly kind: 'dynamic-sql' }
  /** understood, and of no interest to any rule; `tag` is the parser's name for it */
  | { readonly kind: 'other'; readonly tag: string }

/** What of a statement cannot run inside a transaction, or undefined. */
export function needsNoTransaction(statement: Statement, serverVersion?: number): string | undefined {
  if (statement.kind === 'outside-transaction') return statement.what
  if (statement.kind === 'create-index' && statement.concurrently) return 'CREATE INDEX CONCURRENTLY'
  if (statement.kind === 'drop-index' && statement.concurrently) return 'DROP INDEX CONCURRENTLY'
  if (statement.kind === 'partition' && statement.concurrently) return 'DETACH PARTITION ... CONCURRENTLY'
  // PostgreSQL 12 lifted it: https://www.postgresql.org/docs/12/sql-altertype.html#id-1.9.3.42.7
  const old = serverVersion !== undefined && serverVersion < 12
  return old && statement.kind === 'add-enum-value' ? 'ALTER TYPE ... ADD VALUE' : undefined
}

/** A name as a message shows it: quoted where PostgreSQL asks for it, never with what would break the line. */
export function show(name: Name | string): string {
  if (typeof name === 'string')
    return /^[a-z_][a-z0-9_$]*$/.test(name) && !reservedOnPostgres.has(name) ? name : quote(name)
  return name.schema === undefined ? show(name.name) : `${show(name.schema)}.${show(name.name)}`
}

export function showAll(names: readonly Name[]): string {
  const shown = names.slice(0, 5).map(show).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}

// PostgreSQL cuts names at 63 bytes; what a hostile name puts after that need not be shown.
function quote(name: string): string {
  return `"${name
    .slice(0, 63)
    .replaceAll(/[\p{C}\p{Z}]/gu, ' ')
    .replaceAll('"', '""')}"`
}
