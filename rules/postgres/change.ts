import type {
  DeleteStmt,
  InsertStmt,
  MergeStmt,
  MergeWhenClause,
  Node,
  RangeVar,
  UpdateStmt,
} from 'libpg-query'
import { picksOf } from '../picks.ts'
import type { Meaning, Name, Where } from '../statement.ts'
import { condition } from './expression.ts'
import { named, namedIn, type Scope } from './scope.ts'
import type { Source } from './source.ts'
import { rangeNames, relationName } from './tree.ts'
import { whereOf } from './where.ts'

type Keys = Pick<Source, 'isKey'>

/** What a statement does to rows, each branch of a MERGE for itself; undefined for all others. */
export function changes(node: Node, keys: Keys): readonly Meaning[] | undefined {
  if ('InsertStmt' in node) return [insert(node.InsertStmt)]
  if ('UpdateStmt' in node) return [update(node.UpdateStmt, keys)]
  if ('DeleteStmt' in node) return [remove(node.DeleteStmt, keys)]
  if ('MergeStmt' in node) return merge(node.MergeStmt, keys)
  if (!('TruncateStmt' in node)) return
  const { relations, behavior } = node.TruncateStmt
  const cascade = behavior === 'DROP_CASCADE' ? { cascade: true } : {}
  return [{ kind: 'truncate', tables: rangeNames(relations), ...cascade }]
}

function insert({ relation, selectStmt }: InsertStmt): Meaning {
  const copies = wholeTable(selectStmt)
  return { kind: 'insert', table: relationName(relation), ...(copies ? { copies } : {}) }
}

/** The one table that a query reads from its first row to its last. */
function wholeTable(query: Node | undefined): Name | undefined {
  const select = query !== undefined && 'SelectStmt' in query ? query.SelectStmt : undefined
  const [from] = select?.fromClause ?? []
  if (select === undefined || from === undefined || !('RangeVar' in from)) return
  const { op, whereClause, limitCount, groupClause, havingClause, withClause, targetList = [] } = select
  const less = whereClause ?? limitCount ?? groupClause ?? havingClause ?? withClause
  const counts = targetList.some(
    (one) => 'ResTarget' in one && one.ResTarget.val && 'FuncCall' in one.ResTarget.val,
  )
  return less === undefined && op === 'SETOP_NONE' && !counts && select.fromClause?.length === 1
    ? relationName(from.RangeVar)
    : undefined
}

function update({ relation, fromClause = [], whereClause, targetList }: UpdateStmt, keys: Keys): Meaning {
  if (relation?.relname === 'pg_settings') {
    return {
      kind: 'transaction-control',
      what: 'UPDATE of pg_settings',
      effect: 'changes settings of the session unseen',
    }
  }
  const scope = scopeOf(relation, fromClause, keys)
  return { kind: 'update', ...rows(relationName(relation), whereClause, scope), sets: columnsOf(targetList) }
}

function remove({ relation, usingClause = [], whereClause }: DeleteStmt, keys: Keys): Meaning {
  const scope = scopeOf(relation, usingClause, keys)
  return { kind: 'delete', ...rows(relationName(relation), whereClause, scope) }
}

// Each name in a condition is looked for among them.
const maxTables = 200

function scopeOf(relation: RangeVar | undefined, others: readonly Node[], { isKey }: Keys): Scope {
  return { tables: [named(relation), ...namedIn(others).slice(0, maxTables)], isKey, seen: new Map() }
}

function rows(table: Name, clause: Node | undefined, scope: Scope) {
  const where = whereOf(clause, scope)
  return where === 'some' ? { table, where, picks: picksOf(condition(clause, scope)) } : { table, where }
}

function columnsOf(targetList: readonly Node[] = []): readonly string[] {
  return targetList.flatMap((one) => ('ResTarget' in one ? [one.ResTarget.name ?? ''] : []))
}

function merge(statement: MergeStmt, keys: Keys): readonly Meaning[] {
  const { relation, sourceRelation, joinCondition, mergeWhenClauses = [] } = statement
  const table = relationName(relation)
  const scope = scopeOf(relation, sourceRelation ? [sourceRelation] : [], keys)
  const found = joinCondition === undefined ? 'always' : whereOf(joinCondition, scope)
  const branches = mergeWhenClauses.flatMap((one): readonly Meaning[] => {
    if (!('MergeWhenClause' in one)) return []
    const { commandType, targetList } = one.MergeWhenClause
    const means = { table, where: branch(one.MergeWhenClause, found, scope), merged: true } as const
    if (commandType === 'CMD_DELETE') return [{ kind: 'delete', ...means }]
    return commandType === 'CMD_UPDATE' ? [{ kind: 'update', ...means, sets: columnsOf(targetList) }] : []
  })
  return [{ kind: 'merge', table }, ...branches]
}

/** The rows that a branch of a MERGE is for: those that ON finds, or those that it does not find in the source. */
function branch({ condition: more, matchKind }: MergeWhenClause, found: Where, scope: Scope): Where {
  const where = whereOf(more, scope)
  if (matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE') return where === 'some' ? where : 'unmatched'
  if (where === 'some' || found === 'some') return 'some'
  return where === 'untied' || found === 'untied' ? 'untied' : 'always'
}
