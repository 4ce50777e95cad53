import { cast } from './script.ts'
import type { Row } from './table.ts'

/**
 * Few rows that have, between them, everything that any row has: each kind of act and of opening, each policy, verdict,
 * code and reason. A row that brings something new is taken by itself.
 */
export function cover(rows: readonly Row[]): readonly Row[] {
  const all = rows.map((row) => ({ row, has: [...new Set(traits(row))] }))
  const left = new Set(all.flatMap(({ has }) => has))
  const fresh = ({ has }: { readonly has: readonly string[] }) => has.filter((one) => left.has(one)).length
  const chosen: Row[] = []
  while (left.size > 0) {
    const [best] = all.toSorted((a, b) => fresh(b) - fresh(a))
    if (best === undefined) break
    chosen.push(best.row)
    for (const one of best.has) left.delete(one)
  }
  return chosen
}

const people = new RegExp(`\\b(${[...Object.keys(cast), 'robot'].join('|')})\\b`, 'g')

function traits([policy, script, outcome, , notCounted]: Row): readonly string[] {
  const acts = script.split(/, |(?<=:) /).map((one) => one.replace(people, 'x').replace(/\d+/, 'n'))
  const reasons = notCounted.split(', ').map((one) => one.split(' ')[1] ?? '')
  return [`policy ${policy}`, outcome, ...acts, ...reasons]
}
