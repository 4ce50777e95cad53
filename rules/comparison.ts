import { constant, type Expression, type Operator } from './expression.ts'

/** Whether an operator holds where the left side is below (-1), equal to (0) or above (1) the right one. */
export function holds(operator: Operator, order: number): boolean {
  switch (operator) {
    case '=':
    case 'same':
      return order === 0
    case '<>':
    case 'distinct':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

/** What a comparison gives in every row, undefined where that is not known. */
export function decided(operator: Operator, left: Expression, right: Expression): boolean | undefined {
  if (left.is === 'constant' && right.is === 'constant') return ofConstants(operator, left.value, right.value)
  const floor = floorOf(left)
  const limit = numberOf(right)
  if (floor !== undefined && limit !== undefined) return above(operator, floor, limit)
  const mirrored = mirror[operator]
  const below = floorOf(right)
  const value = numberOf(left)
  return below === undefined || value === undefined ? undefined : above(mirrored, below, value)
}

/** `id > 0`, `length(x) >= 0`, `id <> -1`; what is only true of some rows is undefined. */
function above(operator: Operator, floor: number, limit: number): boolean | undefined {
  if (operator === '>=' && floor >= limit) return true
  return floor > limit && ['>', '<>', 'distinct'].includes(operator) ? true : undefined
}

const mirror = {
  ...({ '=': '=', '<>': '<>', same: 'same', distinct: 'distinct' } as const),
  ...({ '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const),
} satisfies Record<Operator, Operator>

function floorOf(one: Expression): number | undefined {
  return one.is === 'column' || one.is === 'strict' ? one.floor : undefined
}

function numberOf(one: Expression): number | undefined {
  if (one.is !== 'constant' || one.value === null || typeof one.value === 'boolean') return
  const text = String(one.value).trim()
  return /^[-+]?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined
}

type Value = (Expression & { is: 'constant' })['value']

function ofConstants(operator: Operator, first: Value, second: Value): boolean | undefined {
  const [left, right] = [beside(first, second), beside(second, first)]
  const [one, other] = [numberOf(constant(left)), numberOf(constant(right))]
  const numbers = one !== undefined && other !== undefined
  // How a server orders words depends on its collation; single letters and digits alike are safe enough.
  const plain = [left, right].every((value) => typeof value !== 'string' || /^[a-z0-9]*$/.test(value))
  const equality = ['=', '<>', 'same', 'distinct'].includes(operator)
  if (!numbers && typeof left !== typeof right) return
  if (!numbers && !plain && !equality) return
  const [a, b] = numbers ? [one, other] : [String(left), String(right)]
  return holds(operator, a === b ? 0 : a < b ? -1 : 1)
}

/** A boolean beside a number is 1 or 0; PostgreSQL does not compare the two. */
function beside(value: Value, other: Value): Value {
  return typeof value === 'boolean' && typeof other !== 'boolean' && other !== null ? Number(value) : value
}

/** A comparison as a fact and its value: `a <> b` is that `a = b` is false. */
export function factOf(
  operator: Operator,
  left: string | undefined,
  right: string | undefined,
): { readonly text: string; readonly as: boolean } | undefined {
  if (left === undefined || right === undefined) return
  const [a, b, sign] = left <= right ? [left, right, operator] : [right, left, mirror[operator]]
  const [base, as] = facts[sign]
  return { text: `${a}\n${base}\n${b}`, as }
}

const facts: Readonly<Record<Operator, readonly [base: string, as: boolean]>> = {
  '=': ['=', true],
  '<>': ['=', false],
  '<': ['<', true],
  '>=': ['<', false],
  '>': ['>', true],
  '<=': ['>', false],
  same: ['same', true],
  distinct: ['same', false],
}
