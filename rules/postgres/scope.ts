import type { Node, RangeVar } from 'libpg-query'
import type { Expression } from '../expression.ts'
import type { Name } from '../statement.ts'
import { isRecord, relationName, stringOf } from './tree.ts'

/** The tables that a condition may speak of, by the names that it has for them; the first is the one that changes. */
export type Scope = {
  readonly tables: readonly Named[]
  /** whether a column is never NULL, as other statements of the file say */
  readonly isKey: (table: Name, column: string) => boolean
  /** what was read already: the left side of an IN stands before each of its values */
  readonly seen: Map<Node, Expression>
}
export type Named = { readonly alias: string; readonly table: Name | undefined }

export function named(relation: RangeVar | undefined): Named {
  const table = relationName(relation)
  return { alias: relation?.alias?.aliasname ?? table.name, table }
}

/** The tables of a FROM or USING, those of its joins too. What is no table has a name and nothing else. */
export function namedIn(from: readonly Node[]): readonly Named[] {
  return from.flatMap((node): readonly Named[] => {
    if ('RangeVar' in node) return [named(node.RangeVar)]
    if ('JoinExpr' in node) {
      const { larg, rarg } = node.JoinExpr
      return namedIn([larg, rarg].flatMap((side) => (side === undefined ? [] : [side])))
    }
    const body: unknown = Object.values(node)[0]
    const alias = isRecord(body) && isRecord(body.alias) ? body.alias.aliasname : undefined
    return typeof alias === 'string' ? [{ alias, table: undefined }] : []
  })
}

export type Column = {
  /** the same for one column of one table, whatever name the table goes by */
  readonly text: string
  readonly column: string
  /** undefined where the name may mean more than one table, or none that is known */
  readonly table: Name | undefined
  /** whether it is the table itself that changes, and not another reading of it */
  readonly ofTarget: boolean
}

// In other schemas there may be columns of these names; as system columns they are nowhere NULL.
const system = new Set(['ctid', 'tableoid', 'xmin', 'xmax', 'cmin', 'cmax'])

/** What a column reference means in a scope. */
export function columnOf(fields: readonly Node[], { tables }: Scope): Column | undefined {
  const words = fields.map(stringOf)
  const column = words.at(-1) ?? ''
  if (column === '') return
  const qualifier = words.at(-2)
  const found =
    qualifier === undefined
      ? tables.length === 1
        ? tables[0]
        : undefined
      : tables.find(({ alias }) => alias === qualifier)
  const table = found?.table
  const ofTarget = found !== undefined && found === tables[0]
  const whose =
    table === undefined ? (words.slice(0, -1).join('.') ?? '') : `${table.schema ?? ''}.${table.name}`
  return { text: `column ${whose} ${column}`, column, table, ofTarget }
}

/** Whether a column is never NULL by its look: it is named id, or the file makes it the key of its table. */
export function isKey({ column, table, ofTarget }: Column, scope: Scope): boolean {
  if (!ofTarget || table === undefined) return false
  return column === 'id' || system.has(column) || scope.isKey(table, column)
}
