import type { Meaning } from './statement.ts'

/**
 * What is said of the body of a stored program that nothing in the file runs: what loses rows, tables and columns, and
 * what no migration may do. Locks on tables, and how a file is composed, are matters of the moment at which it runs.
 */
const lasting: Readonly<Record<Meaning['kind'], boolean>> = {
  delete: true,
  update: true,
  truncate: true,
  'drop-table': true,
  'drop-column': true,
  'drop-database': true,
  opaque: true,
  'dynamic-sql': true,
  'transaction-control': true,
  'dbward-schema': true,
  'create-table': false,
  'create-view': false,
  'create-sequence': false,
  'create-index': false,
  'drop-view': false,
  'drop-sequence': false,
  'drop-index': false,
  rename: false,
  'add-column': false,
  'alter-column-type': false,
  'table-work': false,
  'drop-other': true,
  'alter-table': false,
  'rename-column': false,
  'rename-other': false,
  'add-constraint': false,
  'validate-constraint': false,
  'drop-constraint': false,
  'set-not-null': false,
  'drop-not-null': false,
  partition: false,
  rewrite: false,
  'refresh-view': false,
  reindex: false,
  'lock-table': false,
  comment: false,
  'create-trigger': false,
  'lock-timeout': false,
  'add-enum-value': false,
  insert: false,
  merge: false,
  'in-list': false,
  'unknown-cost': false,
  'names-change': false,
  'outside-transaction': false,
  other: false,
}

export function lastsBeyond({ kind }: Meaning): boolean {
  return lasting[kind]
}
