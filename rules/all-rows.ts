import { type Meaning, type Name, show, type Where } from './statement.ts'

type Change = Meaning & { readonly kind: 'update' | 'delete' }

/** Why an UPDATE or DELETE means every row of its table; undefined where it says which rows it means. */
export function allRows({ table, where, merged }: Change, verb: string, does: string): string | undefined {
  if (where === 'some') return
  return merged === true
    ? byMerge(table, where, does)
    : byItself(table, where, `${verb} ${show(table)}`, does)
}

function byItself(table: Name, where: Where, what: string, does: string): string {
  if (where === 'empty') return `${what} has no WHERE: it ${does} every row.`
  if (where === 'always') return `${what} has a WHERE that is always true: it ${does} every row.`
  return `${what} has a WHERE that speaks of other tables only: it ${does} every row of ${show(table)}, or none.`
}

function byMerge(table: Name, where: Where, does: string): string {
  const what = `MERGE INTO ${show(table)}`
  if (where === 'unmatched') return `${what} ${does} every row that its source does not have.`
  if (where === 'untied')
    return `${what} has an ON that speaks of its source only: it ${does} every row, or none.`
  return `${what} has an ON that is always true: it ${does} every row.`
}
