/**
 * A condition, as far as its look tells anything about it. Both engines lower a WHERE into this.
 *
 * `text` is the same for two expressions that surely have the same value in one row.
 */
export type Expression =
  | { readonly is: 'constant'; readonly value: string | number | boolean | null }
  /** `key`: it is never NULL, by its look; `floor`: it is never below that */
  | {
      readonly is: 'column'
      readonly name: string
      readonly text: string
      readonly key: boolean
      readonly floor?: number
    }
  /** NULL where one of its arguments is, and nowhere else */
  | {
      readonly is: 'strict'
      readonly text?: string | undefined
      readonly of: readonly Expression[]
      readonly floor?: number
    }
  | { readonly is: 'unknown'; readonly text?: string | undefined }
  | { readonly is: 'not'; readonly of: Expression }
  | { readonly is: 'and' | 'or' | 'coalesce'; readonly of: readonly Expression[] }
  | {
      readonly is: 'compare'
      readonly operator: Operator
      readonly left: Expression
      readonly right: Expression
    }
  /** IS NULL, IS TRUE, IS FALSE; all else is their NOT */
  | { readonly is: 'test'; readonly for: 'null' | 'true' | 'false'; readonly of: Expression }
  /** LIKE '%' */
  | { readonly is: 'any-text'; readonly of: Expression }
  | { readonly is: 'case'; readonly branches: readonly Branch[]; readonly otherwise: Expression }

export type Operator = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'same' | 'distinct'
type Branch = { readonly when: Expression; readonly gives: Expression }

export const unknown: Expression = { is: 'unknown' }
/** What is nested deeper than anybody writes, and was not read. */
export const tooDeep: Expression = { is: 'unknown' }
export const nothing: Expression = { is: 'constant', value: null }

export function constant(value: string | number | boolean | null): Expression {
  return { is: 'constant', value }
}

export function not(of: Expression): Expression {
  return { is: 'not', of }
}

export function compare(operator: Operator, left: Expression, right: Expression): Expression {
  return { is: 'compare', operator, left, right }
}

/** The expressions inside of one. */
export function partsOf(one: Expression): readonly Expression[] {
  switch (one.is) {
    case 'not':
    case 'test':
    case 'any-text':
      return [one.of]
    case 'and':
    case 'or':
    case 'coalesce':
    case 'strict':
      return one.of
    case 'compare':
      return [one.left, one.right]
    case 'case':
      return [...one.branches.flatMap(({ when, gives }) => [when, gives]), one.otherwise]
    default:
      return []
  }
}

/** The text of an expression that has the same value wherever it stands in one row. */
export function textOf(one: Expression): string | undefined {
  if (one.is === 'constant') return `${typeof one.value} ${String(one.value)}`
  return one.is === 'column' || one.is === 'strict' || one.is === 'unknown' ? one.text : undefined
}
