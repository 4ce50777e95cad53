import type { Expression } from './expression.ts'
import type { Picks, Test } from './statement.ts'

/** How many rows a condition may mean, by its look. */
export function picksOf(condition: Expression): Picks {
  const found: Found = { tests: [], ends: new Set(), few: false, open: false, parts: 0 }
  gather(condition, false, found)
  const { tests, few, open } = found
  return { rows: few ? 'few' : open || tests.length === 0 ? 'open' : 'many', tests }
}

type Found = {
  readonly tests: Test[]
  /** the ends of ranges so far: with both a range is closed */
  readonly ends: Set<string>
  few: boolean
  open: boolean
  parts: number
}

const maxParts = 2000

function gather(one: Expression, negated: boolean, found: Found): void {
  if (++found.parts > maxParts) {
    found.open = true
    return
  }
  switch (one.is) {
    case 'and':
    case 'or':
      for (const of of one.of) gather(of, negated, found)
      return
    case 'not':
      gather(one.of, !negated, found)
      return
    case 'column':
      found.tests.push({ column: one.name, is: negated ? 'false' : 'true' })
      return
    case 'test':
      tested(one, negated, found)
      return
    case 'compare':
      compared(one, negated, found)
      return
    case 'constant':
      return
    default:
      found.open = true
  }
}

function tested(one: Expression & { is: 'test' }, negated: boolean, found: Found): void {
  if (one.of.is !== 'column') {
    found.open = true
    return
  }
  const { name: column } = one.of
  if (one.for === 'null') found.tests.push({ column, is: negated ? 'not-null' : 'null' })
  else found.tests.push({ column, is: (one.for === 'true') === negated ? 'false' : 'true' })
}

function compared(one: Expression & { is: 'compare' }, negated: boolean, found: Found): void {
  const { operator, left, right } = one
  const [column, value] = left.is === 'column' ? [left, right] : [right, left]
  if (operator === '=' || operator === 'same' || operator === '<>' || operator === 'distinct') {
    const equal = (operator === '=' || operator === 'same') !== negated
    const flag = value.is === 'constant' && typeof value.value === 'boolean' ? value.value : undefined
    if (column.is === 'column' && flag !== undefined)
      found.tests.push({ column: column.name, is: flag === equal ? 'true' : 'false' })
    else if (equal) found.few = true
    else if (column.is === 'column') found.tests.push({ column: column.name, is: 'other' })
    else found.open = true
    return
  }
  found.open = true
  if (column.is !== 'column') return
  const up = (operator.startsWith('>') === (column === left)) !== negated
  if (found.ends.has(`${column.text} ${up ? 'below' : 'above'}`)) found.few = true
  found.ends.add(`${column.text} ${up ? 'above' : 'below'}`)
}
