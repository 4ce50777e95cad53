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
import { columnOf, kinds, referenceOf } from './columns.ts'
import { columnsOf } from './constraint.ts'
import { listedName, nameOf, rangeNames, relationName } from './tree.ts'

export function createTable(statement: CreateStmt): Meaning & { kind: 'create-table' } {
  const { relation, if_not_exists, tableElts = [] } = statement
  const columns = tableElts.flatMap((one) => ('ColumnDef' in one ? [one.ColumnDef] : []))
  const constraints = tableElts.flatMap((one) => ('Constraint' in one ? [one.Constraint] : []))
  const key = constraints.find(({ contype }) => kinds[contype ?? ''] === 'primary-key')
  return {
    kind: 'create-table',
    table: relationName(relation),
    temporary: isTemporary(relation),
    maybe: if_not_exists === true,
    columns: columns.map(columnOf),
    references: [
      ...columns.flatMap((one) => referenceOf(one) ?? []),
      ...constraints.flatMap(({ pktable }) => (pktable ? [relationName(pktable)] : [])),
    ],
    ...(key === undefined ? {} : { key: columnsOf(key) }),
  }
}

/** CREATE TABLE ... AS, SELECT ... INTO. */
export function createInto(into: IntoClause | undefined, maybe = false): Meaning {
  return { kind: 'create-table', table: relationName(into?.rel), temporary: isTemporary(into?.rel), maybe }
}

/** What CREATE TABLE ... PARTITION OF does to the table that it becomes a part of: it waits for a lock on it. */
export function partitioned(node: Node): readonly Meaning[] {
  const made =
    'CreateStmt' in node
      ? node.CreateStmt
      : 'CreateForeignTableStmt' in node
        ? node.CreateForeignTableStmt.base
        : undefined
  const [parent] = rangeNames(made?.inhRelations)
  if (made?.partbound === undefined || parent === undefined) return []
  return [
    {
      kind: 'partition',
      what: 'create',
      table: parent,
      partition: relationName(made.relation),
      byDefault: made.partbound.is_default === true,
      concurrently: false,
    },
  ]
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
    unique: statement.unique === true,
    ...indexed(statement),
  }
}

/** The columns of an index that is nothing but columns: such a one can be written down again from its names. */
function indexed({ indexParams = [], whereClause, accessMethod, ...rest }: IndexStmt): {
  readonly columns?: readonly string[]
} {
  const columns = indexParams.flatMap((one) =>
    'IndexElem' in one && one.IndexElem.name !== undefined ? [one.IndexElem.name] : [],
  )
  const plain = columns.length === indexParams.length && whereClause === undefined && accessMethod === 'btree'
  return plain && rest.indexIncludingParams === undefined && rest.options === undefined ? { columns } : {}
}

const dropped = {
  OBJECT_TABLE: 'drop-table',
  OBJECT_FOREIGN_TABLE: 'drop-table',
  OBJECT_VIEW: 'drop-view',
  OBJECT_MATVIEW: 'drop-view',
  OBJECT_SEQUENCE: 'drop-sequence',
  OBJECT_INDEX: 'drop-index',
} as const

export function drop({ removeType, objects = [], concurrent, behavior }: DropStmt): Meaning {
  const kind = isDropped(removeType) ? dropped[removeType] : undefined
  const cascade = behavior === 'DROP_CASCADE'
  if (kind !== undefined) {
    const names = objects.map(listedName)
    return { kind, names, concurrently: concurrent === true, ...(cascade ? { cascade } : {}) }
  }
  const what = removeType?.replace('OBJECT_', '').replaceAll('_', ' ') ?? 'OBJECT'
  return { kind: 'drop-other', what, names: objects.map(otherName), cascade }
}

/** What is dropped from a table waits for a lock on it. */
export function droppedFrom(node: Node): readonly Meaning[] {
  if (!('DropStmt' in node) || !partsOfTables.has(node.DropStmt.removeType ?? '')) return []
  return (node.DropStmt.objects ?? []).map((one) => {
    const parts = 'List' in one ? (one.List.items ?? []) : []
    return { kind: 'alter-table', table: nameOf(parts.slice(0, -1)) }
  })
}

const partsOfTables = new Set(['OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE'])

function otherName(node: Node): Name {
  if ('TypeName' in node) return nameOf(node.TypeName.names ?? [])
  if ('ObjectWithArgs' in node) return nameOf(node.ObjectWithArgs.objname ?? [])
  return listedName(node)
}

function isDropped(type: string | undefined): type is keyof typeof dropped {
  return type !== undefined && Object.hasOwn(dropped, type)
}

const relations = {
  OBJECT_TABLE: {},
  OBJECT_FOREIGN_TABLE: {},
  OBJECT_VIEW: { of: 'view' },
  OBJECT_MATVIEW: { of: 'view' },
  OBJECT_SEQUENCE: { of: 'sequence' },
  OBJECT_INDEX: { of: 'index' },
} as const

export function rename(statement: RenameStmt): Meaning {
  const { renameType = '', relation, subname, newname = '', object } = statement
  if (relation !== undefined && renameType === 'OBJECT_COLUMN') {
    const table = relationName(relation)
    return { kind: 'rename-column', table, column: subname ?? '', to: newname }
  }
  if (isRelation(renameType)) {
    const from = relationName(relation)
    return { kind: 'rename', from, to: { ...from, name: newname }, ...relations[renameType] }
  }
  if (relation !== undefined && renameType === 'OBJECT_TABCONSTRAINT') {
    return { kind: 'alter-table', table: relationName(relation) }
  }
  const what = renameType.replace('OBJECT_', '').replaceAll('_', ' ')
  const from = subname === undefined ? (object ? otherName(object) : undefined) : { name: subname }
  if (from === undefined || !relied.has(what)) return { kind: 'other', tag: 'RenameStmt' }
  return { kind: 'rename-other', what, from }
}

/** What code has by its name, beside tables and columns. */
const relied = new Set([
  'DATABASE',
  'SCHEMA',
  'TYPE',
  'DOMAIN',
  'FUNCTION',
  'PROCEDURE',
  'ROUTINE',
  'AGGREGATE',
  'ATTRIBUTE',
])

function isRelation(type: string): type is keyof typeof relations {
  return Object.hasOwn(relations, type)
}

/** ALTER TABLE ... SET SCHEMA. */
export function move({ relation, newschema }: AlterObjectSchemaStmt): Meaning {
  if (relation === undefined || newschema === undefined)
    return { kind: 'other', tag: 'AlterObjectSchemaStmt' }
  const from = relationName(relation)
  return { kind: 'rename', from, to: { schema: newschema, name: from.name } }
}
