import type { Node } from 'libpg-query'
import { type LockMode, lockModes } from '../lock-mode.ts'
import type { Meaning, Name } from '../statement.ts'
import { isOn } from './outside.ts'
import { nameOf, rangeNames, relationName } from './tree.ts'

/** Statements that take a lock on a table and change no definition of it, each with what it does to its table. */
export function maintained(node: Node): readonly Meaning[] | undefined {
  if ('VacuumStmt' in node) return vacuum(node.VacuumStmt)
  if ('ClusterStmt' in node) {
    const { relation } = node.ClusterStmt
    return [{ kind: 'rewrite', what: 'CLUSTER', ...(relation ? { table: relationName(relation) } : {}) }]
  }
  if ('ReindexStmt' in node) {
    const { kind, relation, params, name } = node.ReindexStmt
    return [
      {
        kind: 'reindex',
        what: reindexed[kind ?? ''] ?? 'DATABASE',
        concurrently: isOn(params, 'concurrently'),
        ...(relation ? { name: relationName(relation) } : name ? { name: { name } } : {}),
      },
    ]
  }
  if ('RefreshMatViewStmt' in node) {
    const { relation, concurrent, skipData } = node.RefreshMatViewStmt
    const view = relationName(relation)
    // WITH NO DATA empties it at once.
    if (skipData === true) return [{ kind: 'alter-table', table: view }]
    return [{ kind: 'refresh-view', view, concurrently: concurrent === true }]
  }
  if ('LockStmt' in node) {
    const { relations, mode } = node.LockStmt
    return [{ kind: 'lock-table', tables: rangeNames(relations), mode: modeOf(mode) }]
  }
  if ('CreateTrigStmt' in node) {
    const { relation, trigname } = node.CreateTrigStmt
    return [{ kind: 'create-trigger', table: relationName(relation), trigger: trigname ?? '' }]
  }
  if ('CommentStmt' in node) return commented(node.CommentStmt)
  if ('CreatePolicyStmt' in node) return [altered(relationName(node.CreatePolicyStmt.table))]
  if ('AlterPolicyStmt' in node) return [altered(relationName(node.AlterPolicyStmt.table))]
  if ('CreateStatsStmt' in node) {
    return rangeNames(node.CreateStatsStmt.relations).map((table) => altered(table, 'SHARE UPDATE EXCLUSIVE'))
  }
  return undefined
}

function commented({ objtype, object }: Extract<Node, { CommentStmt: unknown }>['CommentStmt']) {
  const parts = object !== undefined && 'List' in object ? (object.List.items ?? []) : []
  const name = nameOf(objtype === 'OBJECT_COLUMN' ? parts.slice(0, -1) : parts)
  const isTable = objtype === 'OBJECT_TABLE' || objtype === 'OBJECT_COLUMN'
  return isTable ? [{ kind: 'comment', table: name } as const] : undefined
}

const reindexed: Readonly<Record<string, (Meaning & { kind: 'reindex' })['what']>> = {
  REINDEX_OBJECT_INDEX: 'INDEX',
  REINDEX_OBJECT_TABLE: 'TABLE',
  REINDEX_OBJECT_SCHEMA: 'SCHEMA',
  REINDEX_OBJECT_SYSTEM: 'SYSTEM',
}

function altered(table: Name, lock?: LockMode): Meaning {
  return { kind: 'alter-table', table, ...(lock === undefined ? {} : { lock }) }
}

function modeOf(mode: number | undefined): LockMode {
  return lockModes[(mode ?? 8) - 1] ?? 'ACCESS EXCLUSIVE'
}

type Vacuum = Extract<Node, { VacuumStmt: unknown }>['VacuumStmt']

function vacuum({ options, rels = [], is_vacuumcmd }: Vacuum): readonly Meaning[] {
  const tables = rels.flatMap((one) =>
    'VacuumRelation' in one && one.VacuumRelation.relation ? [relationName(one.VacuumRelation.relation)] : [],
  )
  if (is_vacuumcmd === true && isOn(options, 'full')) {
    const full = { kind: 'rewrite', what: 'VACUUM FULL' } as const
    return tables.length === 0 ? [full] : tables.map((table) => ({ ...full, table }))
  }
  return tables.map((table) => altered(table, 'SHARE UPDATE EXCLUSIVE'))
}
