import type { Expression } from '../expression.ts'
import type { Name } from '../statement.ts'
import type { TableRef } from './table-refs.ts'

/** The tables that a condition may speak of; the first is the one that changes. */
export type Scope = {
  readonly refs: readonly TableRef[]
  /** whether a column is never NULL, as other statements of the file say */
  readonly isKey: (table: Name, column: string) => boolean
}

/** What `column` or `qualifier.column` means. */
export function columnOf(column: string, qualifier: string | undefined, { refs, isKey }: Scope): Expression {
  const name = column.toLowerCase()
  const found =
    qualifier === undefined
      ? refs.length === 1
        ? refs[0]
        : undefined
      : refs.find(({ alias }) => alias.toLowerCase() === qualifier.toLowerCase())
  const whose = found === undefined ? (qualifier ?? '') : `${found.table.schema ?? ''}.${found.table.name}`
  const key = found !== undefined && found === refs[0] && (name === 'id' || isKey(found.table, name))
  const floor = key && name === 'id' ? { floor: 1 } : {}
  return { is: 'column', name: column, text: `column ${whose.toLowerCase()} ${name}`, key, ...floor }
}
