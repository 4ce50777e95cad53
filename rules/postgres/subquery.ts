import type { Node, SelectStmt, SubLink } from 'libpg-query'
import { type Expression, unknown } from '../expression.ts'
import { holdsAlways } from '../truth.ts'
import { condition, expression } from './expression.ts'
import { named, type Scope } from './scope.ts'
import { stringOf } from './tree.ts'

/** What a subquery surely gives: at least one row, and in its one column this. */
export type Given = { readonly rows?: 'some'; readonly column?: Expression }

/**
 * A subquery that gives a row whatever is in the tables: `(SELECT true)`, `(SELECT count(*) FROM y)`, or one that reads
 * the table that changes, where the row that is looked at is there itself: `id IN (SELECT id FROM x)`.
 */
export function subquery({ subselect }: SubLink, scope: Scope): Given {
  const select = subselect !== undefined && 'SelectStmt' in subselect ? subselect.SelectStmt : undefined
  if (select === undefined || !isPlain(select)) return {}
  const { fromClause = [], whereClause, targetList = [], valuesLists = [] } = select
  if (fromClause.length === 0) {
    if (whereClause !== undefined && !holdsAlways(condition(whereClause, scope))) return {}
    const [row] = valuesLists
    const value = row && 'List' in row ? row.List.items?.[0] : selected(targetList)
    return { rows: 'some', ...(valuesLists.length < 2 && value ? { column: expression(value, scope) } : {}) }
  }
  if (counts(targetList)) {
    return { rows: 'some', column: { is: 'strict', of: [], floor: 0 } }
  }
  const inner = itself(fromClause, scope)
  if (inner === undefined) return {}
  if (whereClause !== undefined && !holdsAlways(condition(whereClause, inner))) return {}
  const value = selected(targetList)
  return { rows: 'some', column: value === undefined ? unknown : expression(value, inner) }
}

function isPlain(select: SelectStmt): boolean {
  const { op, havingClause, groupClause, limitCount, limitOffset, withClause, targetList = [] } = select
  const more = havingClause ?? groupClause ?? limitCount ?? limitOffset ?? withClause
  return op === 'SETOP_NONE' && more === undefined && targetList.length <= 1
}

function selected(targetList: readonly Node[]): Node | undefined {
  const [target] = targetList
  return target !== undefined && 'ResTarget' in target ? target.ResTarget.val : undefined
}

function counts(targetList: readonly Node[]): boolean {
  const value = selected(targetList)
  return value !== undefined && 'FuncCall' in value && stringOf(value.FuncCall.funcname?.at(-1)) === 'count'
}

/** The scope of a subquery whose one table is the one that changes. */
function itself(fromClause: readonly Node[], scope: Scope): Scope | undefined {
  const [from] = fromClause
  const target = scope.tables[0]?.table
  if (fromClause.length !== 1 || from === undefined || !('RangeVar' in from) || target === undefined) return
  const read = named(from.RangeVar)
  if (read.table?.name !== target.name || read.table.schema !== target.schema) return
  return {
    ...scope,
    seen: new Map(),
    tables: [read, ...scope.tables.filter(({ alias }) => alias !== read.alias)],
  }
}
