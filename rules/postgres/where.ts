import type { Node } from 'libpg-query'
import type { Where } from '../statement.ts'
import { holdsAlways } from '../truth.ts'
import { condition } from './expression.ts'
import type { Scope } from './scope.ts'
import { isRecord, stringOf, walk } from './tree.ts'

/** Whether a WHERE leaves any row out, as far as its look tells. */
export function whereOf(clause: Node | undefined, scope: Scope): Where {
  if (clause === undefined) return 'empty'
  if (holdsAlways(condition(clause, scope))) return 'always'
  return isTied(clause, scope) ? 'some' : 'untied'
}

/** Whether a condition speaks of the table that changes, or may do so: not one of its names is of another table for sure. */
function isTied(clause: Node, { tables }: Scope): boolean {
  const [target, ...others] = tables
  const known = new Set(others.map(({ alias }) => alias))
  const qualifiers: (string | undefined)[] = []
  walk(clause, ({ tag, body }) => {
    if (tag === 'ColumnRef') qualifiers.push(qualifierOf(body.fields))
    const alias = isRecord(body.alias) ? body.alias.aliasname : tag === 'RangeVar' ? body.relname : undefined
    if (typeof alias === 'string' && alias !== target?.alias) known.add(alias)
    return true
  })
  return qualifiers.length === 0 || qualifiers.some((one) => one === undefined || !known.has(one))
}

function qualifierOf(fields: unknown): string | undefined {
  return Array.isArray(fields) && fields.length > 1 ? stringOf(fields.at(-2)) : undefined
}
