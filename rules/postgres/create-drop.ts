import type {
  AlterObjectSchemaStmt,
  CreateStmt,
  DropStmt,
  IndexStmt,
  IntoClause,
  Node,
  RangeVar,
  RenameStmt,
} from 'libpg-query'
import type { Meaning, Name } from '../statement.ts'
import { listedName, relationName } from './tree.ts'

export function createTable({ relation, if_not_exists }: CreateStmt): Meaning & { kind: 'create-table' } {
  const maybe = if_not_exists === true
  return { kind: 'create-table', table: relationName(relation), temporary: isTemporary(relation), maybe }
}

/** CREATE TABLE ... AS, SELECT ... INTO. */
export function createInto(into: IntoClause | undefined, maybe = false): Meaning {
  return { kind: 'create-table', table: relationName(into?.rel), temporary: isTemporary(into?.rel), maybe }
}

/** What CREATE TABLE ... PARTITION OF does to the table that it becomes a part of: it waits for a lock on it. */
export function partitioned(node: Node): Meaning | undefined {
  const made =
    'CreateStmt' in node
      ? node.CreateStmt
      : 'CreateForeignTableStmt' in node
        ? node.CreateForeignTableStmt.base
        : undefined
  const [parent] = rangeNames(made?.inhRelations)
  return made?.partbound === undefined || parent === undefined
    ? undefined
    : { kind: 'alter-table', table: parent }
}

export function isTemporary(relation: RangeVar | undefined): boolean {
  return relation?.relpersistence === 't' || relation?.schemaname === 'pg_temp'
}

export function createIndex(statement: IndexStmt): Meaning {
  const table = relationName(statement.relation)
  return {
    kind: 'create-index',
    // An index lives in the schema of its table, and has no schema of its own in CREATE INDEX.
    ...(statement.idxname === undefined ? {} : { name: { ...table, name: statement.idxname } }),
    table,
    concurrently: statement.concurrent === true,
    only: statement.relation?.inh !== true,
    maybe: statement.if_not_exists === true,
  }
}

const dropped = {
  OBJECT_TABLE: 'drop-table',
  OBJECT_FOREIGN_TABLE: 'drop-table',
  OBJECT_VIEW: 'drop-view',
  OBJECT_MATVIEW: 'drop-view',
  OBJECT_SEQUENCE: 'drop-sequence',
  OBJECT_INDEX: 'drop-index',
} as const

export function drop({ removeType, objects = [], concurrent }: DropStmt): Meaning {
  const kind = isDropped(removeType) ? dropped[removeType] : undefined
  if (removeType === 'OBJECT_SCHEMA') return { kind: 'names-change', names: 'all' }
  if (kind === undefined) return { kind: 'other', tag: 'DropStmt' }
  return { kind, names: objects.map(listedName), concurrently: concurrent === true }
}

function isDropped(type: string | undefined): type is keyof typeof dropped {
  return type !== undefined && Object.hasOwn(dropped, type)
}

const renamed = new Set([
  'OBJECT_TABLE',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_INDEX',
])

export function rename({ renameType, relation, newname }: RenameStmt): Meaning {
  if (renameType === 'OBJECT_COLUMN' && relation)
    return { kind: 'alter-table', table: relationName(relation) }
  if (renameType === 'OBJECT_SCHEMA') return { kind: 'names-change', names: 'all' }
  if (renameType === undefined || !renamed.has(renameType)) return { kind: 'other', tag: 'RenameStmt' }
  const from: Name = relationName(relation)
  return { kind: 'rename', from, to: { ...from, name: newname ?? '' } }
}

/** ALTER TABLE ... SET SCHEMA. */
export function move({ relation, newschema }: AlterObjectSchemaStmt): Meaning {
  if (relation === undefined || newschema === undefined)
    return { kind: 'other', tag: 'AlterObjectSchemaStmt' }
  const from = relationName(relation)
  return { kind: 'rename', from, to: { schema: newschema, name: from.name } }
}

export function rangeNames(relations: readonly Node[] = []): readonly Name[] {
  return relations.flatMap((node) => ('RangeVar' in node ? [relationName(node.RangeVar)] : []))
}
