import type { TypeName } from './definition.ts'
import { isSince, type Version } from './engine.ts'
import type { LockMode } from './lock-mode.ts'
import { rewrites } from './postgres/type-change.ts'
import type { Name, Statement, StatementOf } from './statement.ts'

/**
 * What one statement of PostgreSQL does to one relation while it runs: the strongest lock on it, and whether it reads or
 * writes all of its rows meanwhile. `depends`: on what is not in the text, such as the old type of a column.
 *
 * It is what PostgreSQL 18 does, measured: a test runs each kind and reads pg_locks. An index is named where the text
 * names it; the other indexes of a table follow their table.
 */
export type Effect = {
  readonly relation: Name
  readonly what: 'table' | 'index' | 'view'
  readonly lock: LockMode
  /** of an index: the lock on its table, whose name is not in the text */
  readonly onTable?: LockMode
  /** every row is read under the lock */
  readonly scans: Answer
  /** the relation is written anew under the lock */
  readonly rewrites: Answer
}
export type Answer = 'yes' | 'no' | 'depends'

export type Known = {
  readonly version: Version | undefined
  /** The type that a column had before the statement, where that is known. */
  typeOf(table: Name, column: string): TypeName | undefined
}

/** Of none of its statements, other than those here, does a lock outlast or hold up anybody. */
export function effectsOf(statement: Statement, known: Known): readonly Effect[] {
  switch (statement.kind) {
    case 'create-table':
      // A foreign key puts triggers on the table that it points to.
      return (statement.references ?? []).map((table) => on(table, 'SHARE ROW EXCLUSIVE'))
    case 'create-index':
      if (statement.only) return [on(statement.table, 'SHARE')]
      return statement.concurrently
        ? [on(statement.table, 'SHARE UPDATE EXCLUSIVE', 'yes')]
        : [on(statement.table, 'SHARE', 'yes')]
    case 'drop-table':
      return statement.names.map((name) => on(name, 'ACCESS EXCLUSIVE'))
    case 'drop-view':
      return statement.names.map((name) => ({ ...on(name, 'ACCESS EXCLUSIVE'), what: 'view' }))
    case 'drop-index': {
      const lock = statement.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE'
      return statement.names.map((name) => ({ ...on(name, lock), what: 'index', onTable: lock }))
    }
    case 'truncate':
      return statement.tables.map((table) => ({ ...on(table, 'ACCESS EXCLUSIVE'), rewrites: 'yes' }))
    case 'rename':
      if (statement.of === 'index')
        return [{ ...on(statement.from, 'SHARE UPDATE EXCLUSIVE'), what: 'index' }]
      return statement.of === 'sequence' ? [] : [on(statement.from, 'ACCESS EXCLUSIVE')]
    case 'rename-column':
    case 'drop-column':
    case 'drop-not-null':
    case 'drop-constraint':
      return [on(statement.table, 'ACCESS EXCLUSIVE')]
    case 'set-not-null':
      return [on(statement.table, 'ACCESS EXCLUSIVE', 'yes')]
    case 'add-column':
      return addColumn(statement, known)
    case 'alter-column-type': {
      const { table, column, type, computed } = statement
      const old = known.typeOf(table, column)
      const anew = computed ? 'yes' : type === undefined ? 'depends' : rewrites(old, type)
      return [{ ...on(table, 'ACCESS EXCLUSIVE', anew), rewrites: anew }]
    }
    case 'add-constraint':
      return addConstraint(statement)
    case 'validate-constraint':
      return [on(statement.table, 'SHARE UPDATE EXCLUSIVE', 'yes')]
    case 'partition':
      return partition(statement)
    case 'rewrite': {
      const answer = statement.depends ? 'depends' : 'yes'
      return statement.table === undefined
        ? []
        : [{ ...on(statement.table, 'ACCESS EXCLUSIVE', answer), rewrites: answer }]
    }
    case 'refresh-view':
      return [
        {
          relation: statement.view,
          what: 'view',
          lock: statement.concurrently ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE',
          scans: statement.concurrently ? 'yes' : 'no',
          rewrites: statement.concurrently ? 'no' : 'yes',
        },
      ]
    case 'reindex':
      return reindex(statement)
    case 'lock-table':
      return statement.tables.map((table) => on(table, statement.mode))
    case 'create-trigger':
      return [on(statement.table, 'SHARE ROW EXCLUSIVE')]
    case 'comment':
      return [on(statement.table, 'SHARE UPDATE EXCLUSIVE')]
    case 'create-view':
      // One that is there already is changed in its place.
      return statement.maybe ? [{ ...on(statement.view, 'ACCESS EXCLUSIVE'), what: 'view' }] : []
    case 'alter-table':
      return [on(statement.table, statement.lock ?? 'ACCESS EXCLUSIVE', statement.scans ? 'yes' : 'no')]
    case 'insert':
      return [on(statement.table, 'ROW EXCLUSIVE')]
    case 'merge':
      return [on(statement.table, 'ROW EXCLUSIVE', 'depends')]
    case 'update':
    case 'delete':
      return [on(statement.table, 'ROW EXCLUSIVE', statement.where === 'some' ? 'depends' : 'yes')]
    default:
      return []
  }
}

function on(relation: Name, lock: LockMode, scans: Answer = 'no'): Effect {
  return { relation, what: 'table', lock, scans, rewrites: 'no' }
}

function addColumn(
  { table, fill, inline = [], references, type }: StatementOf<'add-column'>,
  known: Known,
): readonly Effect[] {
  const anew = writesRows(fill, known.version)
  const checks = inline.some((one) => one === 'unique' || one === 'primary-key' || one === 'check')
  const looks = references !== undefined && fill !== 'none'
  // A domain with a CHECK has every row written for it, and any type that is not the server's own may be one.
  const unsure = isOwn(type) ? 'no' : 'depends'
  const own: Effect = {
    ...on(table, 'ACCESS EXCLUSIVE', anew || checks || looks ? 'yes' : unsure),
    rewrites: anew ? 'yes' : unsure,
  }
  return references === undefined
    ? [own]
    : [own, on(references, 'SHARE ROW EXCLUSIVE', looks ? 'depends' : 'no')]
}

function isOwn(type: TypeName | undefined): boolean {
  return type !== undefined && ownTypes.test(type.name)
}

const ownTypes =
  /^(bool|(big|small)?serial[248]?|int[248]|float[48]|numeric|money|oid|text|varchar|bpchar|char|name|bytea|uuid|jsonb?|xml|date|timetz?|timestamp(tz)?|interval|inet|cidr|macaddr8?|(var)?bit|tsvector|tsquery|point|line|lseg|box|path|polygon|circle|(int[48]|num|ts|tstz|date)(multi)?range)$/

/** Before PostgreSQL 11 every default was written into every row. */
export function writesRows(fill: StatementOf<'add-column'>['fill'], version: Version | undefined): boolean {
  if (fill === 'constant' || fill === 'stable') return version !== undefined && !isSince(version, 11)
  return fill === 'volatile' || fill === 'serial' || fill === 'identity' || fill === 'stored'
}

function addConstraint({
  table,
  what,
  checked,
  byIndex,
  references,
}: StatementOf<'add-constraint'>): readonly Effect[] {
  if (what === 'foreign-key') {
    const own = on(table, 'SHARE ROW EXCLUSIVE', checked ? 'yes' : 'no')
    const other = references?.table
    const looked = checked ? 'depends' : 'no'
    return other === undefined ? [own] : [own, on(other, 'SHARE ROW EXCLUSIVE', looked)]
  }
  if (byIndex !== undefined) return [on(table, 'ACCESS EXCLUSIVE')]
  return [on(table, 'ACCESS EXCLUSIVE', checked ? 'yes' : 'no')]
}

function partition({
  what,
  table,
  partition: part,
  concurrently,
}: StatementOf<'partition'>): readonly Effect[] {
  // A default partition is read for rows that belong into the new one.
  if (what === 'create') return [on(table, 'ACCESS EXCLUSIVE', 'depends')]
  if (what === 'attach') {
    // A CHECK that says as much as its bounds spares the reading.
    return [on(table, 'SHARE UPDATE EXCLUSIVE'), on(part, 'ACCESS EXCLUSIVE', 'depends')]
  }
  const lock = concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE'
  return [on(table, lock), on(part, 'ACCESS EXCLUSIVE')]
}

function reindex({ what, name, concurrently }: StatementOf<'reindex'>): readonly Effect[] {
  if (name === undefined || what === 'SCHEMA') return []
  const weak = 'SHARE UPDATE EXCLUSIVE'
  const onTable = concurrently ? weak : 'SHARE'
  if (what === 'TABLE') return [on(name, onTable, 'yes')]
  const index = on(name, concurrently ? weak : 'ACCESS EXCLUSIVE', 'yes')
  return [{ ...index, what: 'index', rewrites: 'yes', onTable }]
}
