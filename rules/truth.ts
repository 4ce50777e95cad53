import { decided, factOf, holds } from './comparison.ts'
import { constant, type Expression, type Operator, partsOf, textOf, tooDeep } from './expression.ts'

/**
 * Whether a condition holds in every row, by its look.
 *
 * What appears twice is tried both ways: `x IS NULL OR x IS NOT NULL`, `x = 1 OR x <> 1 OR x IS NULL`. One that is nested
 * deeper than it is looked into is taken for such a one: it is no way to hide `true`.
 */
export function holdsAlways(condition: Expression): boolean {
  if (isDeep(condition, 0)) return true
  const facts = repeated(condition)
  for (let bits = 0; bits < 1 << facts.length; bits++) {
    const supposed = new Map(facts.map((fact, i) => [fact, (bits & (1 << i)) !== 0] as const))
    const known = { supposed, seen: new Map() }
    if (truth(condition, known, 0) !== yes) return false
  }
  return true
}

/** What is supposed of a row: by the text of a column, whether it is NULL; by that of a comparison, whether it holds. */
type Known = {
  readonly supposed: ReadonlyMap<string, boolean>
  /** what came out of conditions that stand in more than one place: the left side of an IN */
  readonly seen: Map<Expression, number>
}

// Outcomes of a condition as bits: what may come out of it.
const yes = 1
const no = 2
const neither = 4
const any = yes | no | neither

const maxDepth = 60
// 32 ways to suppose are still nothing; who repeats more than that writes no plain condition.
const maxFacts = 5
const maxParts = 2000

function isDeep(one: Expression, depth: number): boolean {
  return one === tooDeep || depth > maxDepth || partsOf(one).some((inner) => isDeep(inner, depth + 1))
}

function repeated(condition: Expression): readonly string[] {
  const seen = new Map<string, number>()
  let parts = 0
  const look = (one: Expression, depth: number): void => {
    if (++parts > maxParts || depth > maxDepth) return
    if (one.is === 'column' && !one.key) count(seen, one.text)
    if (one.is === 'compare') {
      const fact = factOf(one.operator, textOf(one.left), textOf(one.right))
      if (fact !== undefined) count(seen, fact.text)
    }
    for (const inner of partsOf(one)) look(inner, depth + 1)
  }
  look(condition, 0)
  if (parts > maxParts) return []
  return [...seen].flatMap(([fact, times]) => (times > 1 ? [fact] : [])).slice(0, maxFacts)
}

function count(seen: Map<string, number>, text: string): void {
  seen.set(text, (seen.get(text) ?? 0) + 1)
}

function truth(one: Expression, known: Known, depth: number): number {
  if (!conditions.has(one.is)) return outcomeOf(one, known, depth)
  const before = known.seen.get(one)
  if (before !== undefined) return before
  const is = outcomeOf(one, known, depth)
  known.seen.set(one, is)
  return is
}

function outcomeOf(one: Expression, known: Known, depth: number): number {
  if (depth > maxDepth) return any
  const inner = (of: Expression) => truth(of, known, depth + 1)
  switch (one.is) {
    case 'constant':
      return one.value === null ? neither : isTrue(one.value)
    case 'not':
      return negated(inner(one.of))
    case 'and':
      return negated(one.of.reduce((all, of) => either(all, negated(inner(of))), no))
    case 'or':
      return one.of.reduce((all, of) => (all === yes ? yes : either(all, inner(of))), no)
    case 'compare':
      return compared(one.operator, one.left, one.right, known, depth)
    case 'test':
      return tested(one, known, depth)
    case 'any-text':
      return orNull(yes, nullness(one.of, known, depth))
    case 'coalesce': {
      let found = 0
      for (const of of one.of) {
        const is = inner(of)
        found |= is & ~neither
        if ((is & neither) === 0) return found
      }
      return found | neither
    }
    case 'case':
      return branched(one, inner)
    case 'column':
      return one.key ? yes | no : any
    default:
      return any
  }
}

function isTrue(value: string | number | boolean): number {
  if (typeof value === 'boolean') return value ? yes : no
  return Number(value) === 0 || Number.isNaN(Number(value)) ? no : yes
}

function negated(of: number): number {
  return (of & neither) | (of & yes ? no : 0) | (of & no ? yes : 0)
}

function either(one: number, other: number): number {
  if (one === yes || other === yes) return yes
  const certain = (one | other) & yes
  const possible = one & no && other & no ? no : 0
  const open = (one & neither && other & (no | neither)) || (other & neither && one & (no | neither))
  return certain | possible | (open ? neither : 0)
}

function branched(one: Expression & { is: 'case' }, inner: (of: Expression) => number): number {
  let found = 0
  for (const { when, gives } of one.branches) {
    const is = inner(when)
    if (is & yes) found |= inner(gives)
    if (is === yes) return found
  }
  return found | inner(one.otherwise)
}

function tested(one: Expression & { is: 'test' }, known: Known, depth: number): number {
  if (one.for === 'null') {
    const is = nullness(one.of, known, depth)
    return is === 'always' ? yes : is === 'never' ? no : yes | no
  }
  const wanted = one.for === 'true' ? yes : no
  const is = truth(one.of, known, depth + 1)
  return (is & wanted ? yes : 0) | (is & ~wanted ? no : 0)
}

type Nullness = 'never' | 'always' | 'maybe'

function nullness(one: Expression, known: Known, depth: number): Nullness {
  if (depth > maxDepth) return 'maybe'
  switch (one.is) {
    case 'constant':
      return one.value === null ? 'always' : 'never'
    case 'column': {
      const isNull = known.supposed.get(one.text)
      return one.key || isNull === false ? 'never' : isNull === true ? 'always' : 'maybe'
    }
    case 'strict':
      return joined(one.of.map((of) => nullness(of, known, depth + 1)))
    case 'coalesce': {
      const all = one.of.map((of) => nullness(of, known, depth + 1))
      return all.includes('never') ? 'never' : all.every((is) => is === 'always') ? 'always' : 'maybe'
    }
    case 'unknown':
      return 'maybe'
    default:
      return nullnessOf(truth(one, known, depth + 1))
  }
}

function joined(all: readonly Nullness[]): Nullness {
  if (all.includes('always')) return 'always'
  return all.every((is) => is === 'never') ? 'never' : 'maybe'
}

function orNull(outcome: number, is: Nullness): number {
  return is === 'always' ? neither : is === 'maybe' ? outcome | neither : outcome
}

/** Nobody compares a thing with itself in earnest, so that such a comparison counts as true where it is NULL, too. */
function compared(
  operator: Operator,
  given: Expression,
  other: Expression,
  known: Known,
  depth: number,
): number {
  const [one, two] = [settled(given, known, depth), settled(other, known, depth)]
  const [left, right, nulls] = [one.as, two.as, [one.null, two.null] as const]
  const safe = operator === 'same' || operator === 'distinct'
  if (safe && nulls.includes('always')) {
    if (nulls.includes('maybe')) return yes | no
    return (nulls[0] === nulls[1]) === (operator === 'same') ? yes : no
  }
  if (isNull(left) || isNull(right)) return neither
  const [a, b] = [textOf(left), textOf(right)]
  const certain = a !== undefined && a === b ? holds(operator, 0) : decided(operator, left, right)
  if (certain !== undefined) return certain ? yes : no
  const fact = known.supposed.size === 0 ? undefined : factOf(operator, a, b)
  const supposed = fact && known.supposed.get(fact.text)
  const outcome = fact === undefined || supposed === undefined ? yes | no : supposed === fact.as ? yes : no
  return safe ? outcome : orNull(outcome, joined(nulls))
}

function isNull(one: Expression): boolean {
  return one.is === 'constant' && one.value === null
}

/** `(1 = 1) = true`: a condition that is settled is as good as a constant. It is asked once, for it may hold others. */
function settled(
  one: Expression,
  known: Known,
  depth: number,
): { readonly as: Expression; readonly null: Nullness } {
  if (!conditions.has(one.is)) return { as: one, null: nullness(one, known, depth + 1) }
  const is = truth(one, known, depth + 1)
  return { as: is === yes || is === no ? constant(is === yes) : one, null: nullnessOf(is) }
}

function nullnessOf(outcome: number): Nullness {
  return outcome === neither ? 'always' : outcome & neither ? 'maybe' : 'never'
}

const conditions = new Set<Expression['is']>(['not', 'and', 'or', 'compare', 'test', 'any-text', 'case'])
