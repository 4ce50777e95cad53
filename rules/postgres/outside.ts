import type { Node } from 'libpg-query'
import { isRecord, stringOf } from './tree.ts'

/** What of a statement the server runs outside a transaction only (PreventInTransactionBlock), or undefined. */
export function outsideTransaction(node: Node): string | undefined {
  if ('VacuumStmt' in node) return node.VacuumStmt.is_vacuumcmd ? 'VACUUM' : undefined
  if ('ReindexStmt' in node) return reindex(node.ReindexStmt.kind, node.ReindexStmt.params)
  if ('ClusterStmt' in node) return node.ClusterStmt.relation ? undefined : 'CLUSTER of all tables'
  if ('CreatedbStmt' in node) return 'CREATE DATABASE'
  if ('DropdbStmt' in node) return 'DROP DATABASE'
  if ('AlterDatabaseStmt' in node) {
    return hasOption(node.AlterDatabaseStmt.options, 'tablespace')
      ? 'ALTER DATABASE ... SET TABLESPACE'
      : undefined
  }
  if ('CreateTableSpaceStmt' in node) return 'CREATE TABLESPACE'
  if ('DropTableSpaceStmt' in node) return 'DROP TABLESPACE'
  if ('CreateSubscriptionStmt' in node)
    return makesSlot(node.CreateSubscriptionStmt.options) ? 'CREATE SUBSCRIPTION' : undefined
  if ('DropSubscriptionStmt' in node) return 'DROP SUBSCRIPTION'
  if ('AlterSubscriptionStmt' in node) {
    return node.AlterSubscriptionStmt.kind === 'ALTER_SUBSCRIPTION_REFRESH'
      ? 'ALTER SUBSCRIPTION ... REFRESH'
      : undefined
  }
  return undefined
}

function reindex(kind: string | undefined, params: readonly Node[] | undefined): string | undefined {
  if (isOn(params, 'concurrently')) return 'REINDEX CONCURRENTLY'
  if (kind === 'REINDEX_OBJECT_SCHEMA') return 'REINDEX SCHEMA'
  if (kind === 'REINDEX_OBJECT_DATABASE') return 'REINDEX DATABASE'
  return kind === 'REINDEX_OBJECT_SYSTEM' ? 'REINDEX SYSTEM' : undefined
}

// CREATE SUBSCRIPTION makes a replication slot unless it is told not to connect or not to make one.
function makesSlot(options: readonly Node[] | undefined): boolean {
  return ['connect', 'create_slot'].every((name) => !hasOption(options, name) || isOn(options, name))
}

function hasOption(options: readonly Node[] | undefined, name: string): boolean {
  return (options ?? []).some((option) => 'DefElem' in option && option.DefElem.defname === name)
}

/** Whether an option such as EXPLAIN's ANALYZE is there and not switched off. */
export function isOn(options: readonly Node[] | undefined, name: string): boolean {
  return (options ?? []).some((option) => {
    return 'DefElem' in option && option.DefElem.defname === name && !isOff(option.DefElem.arg)
  })
}

function isOff(arg: Node | undefined): boolean {
  if (arg === undefined) return false
  if ('Integer' in arg) return (arg.Integer.ival ?? 0) === 0
  if ('Boolean' in arg) return arg.Boolean.boolval !== true
  return isRecord(arg) && ['off', 'false', '0'].includes(stringOf(arg).toLowerCase())
}
