import type { A_Const, A_Expr, FuncCall, Node, SubLink } from 'libpg-query'
import { isBuiltIn } from '../built-ins.ts'
import {
  compare,
  constant,
  type Expression,
  not,
  nothing,
  type Operator,
  textOf,
  unknown,
} from '../expression.ts'
import { columnOf, isKey, type Scope } from './scope.ts'
import { subquery } from './subquery.ts'
import { stringOf } from './tree.ts'

/** A condition of PostgreSQL for `holdsAlways`: in its place a text is a boolean. */
export function condition(node: Node | undefined, scope: Scope): Expression {
  const found = expression(node, scope)
  return found.is === 'constant' && typeof found.value === 'string' ? boolean(found.value) : found
}

export function expression(node: Node | undefined, scope: Scope): Expression {
  if (node === undefined) return unknown
  const before = scope.seen.get(node)
  if (before !== undefined) return before
  const found = read(node, scope)
  scope.seen.set(node, found)
  return found
}

function read(node: Node, scope: Scope): Expression {
  const inner = (one: Node | undefined) => expression(one, scope)
  if ('A_Const' in node) return constantOf(node.A_Const)
  if ('ColumnRef' in node) return column(node.ColumnRef.fields ?? [], scope)
  if ('BoolExpr' in node) {
    const { boolop, args = [] } = node.BoolExpr
    const of = args.map((one) => condition(one, scope))
    if (boolop === 'NOT_EXPR') return not(of[0] ?? unknown)
    return { is: boolop === 'AND_EXPR' ? 'and' : 'or', of }
  }
  if ('A_Expr' in node) return operation(node.A_Expr, scope)
  if ('NullTest' in node) {
    const { arg, nulltesttype } = node.NullTest
    return nullTest(arg, nulltesttype === 'IS_NULL', scope)
  }
  if ('BooleanTest' in node) {
    const { arg, booltesttype = '' } = node.BooleanTest
    const is = booltesttype.replace('IS_', '').replace('NOT_', '')
    const asked = is === 'TRUE' ? 'true' : is === 'FALSE' ? 'false' : 'null'
    const test: Expression = { is: 'test', for: asked, of: condition(arg, scope) }
    return booltesttype.includes('NOT_') ? not(test) : test
  }
  if ('TypeCast' in node)
    return cast(inner(node.TypeCast.arg), stringOf(node.TypeCast.typeName?.names?.at(-1)))
  if ('CollateClause' in node) return inner(node.CollateClause.arg)
  if ('CoalesceExpr' in node)
    return { is: 'coalesce', of: (node.CoalesceExpr.args ?? []).map((one) => condition(one, scope)) }
  if ('CaseExpr' in node) {
    const { arg, args = [], defresult } = node.CaseExpr
    const branches = args.flatMap((one) => {
      if (!('CaseWhen' in one)) return []
      const { expr, result } = one.CaseWhen
      const when = arg === undefined ? condition(expr, scope) : compare('=', inner(arg), inner(expr))
      return [{ when, gives: condition(result, scope) }]
    })
    return { is: 'case', branches, otherwise: defresult ? condition(defresult, scope) : nothing }
  }
  if ('MinMaxExpr' in node) {
    const { args = [], op } = node.MinMaxExpr
    return extreme(args.map(inner), op === 'IS_GREATEST')
  }
  if ('SubLink' in node) return subLink(node.SubLink, scope)
  return 'FuncCall' in node ? call(node.FuncCall, scope) : unknown
}

function constantOf({ isnull, boolval, ival, fval, sval }: A_Const): Expression {
  if (isnull === true) return nothing
  // The parser leaves empty values out: `boolval: {}` is false, `ival: {}` is 0.
  if (boolval) return constant(boolval.boolval === true)
  if (ival) return constant(ival.ival ?? 0)
  if (fval) return constant(Number(fval.fval))
  return sval ? constant(sval.sval ?? '') : unknown
}

function boolean(text: string): Expression {
  const word = text.trim().toLowerCase()
  if (['t', 'tr', 'tru', 'true', 'y', 'ye', 'yes', 'on', '1'].includes(word)) return constant(true)
  return ['f', 'fa', 'fal', 'fals', 'false', 'n', 'no', 'of', 'off', '0'].includes(word)
    ? constant(false)
    : unknown
}

function column(fields: readonly Node[], scope: Scope): Expression {
  const found = columnOf(fields, scope)
  if (found === undefined) return unknown
  const key = isKey(found, scope)
  const floor = key && found.column === 'id' ? { floor: 1 } : {}
  return { is: 'column', name: found.column, text: found.text, key, ...floor }
}

const comparisons: Readonly<Record<string, Operator>> = {
  ...({ '=': '=', '<>': '<>', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const),
}

function operation({ kind, name, lexpr, rexpr }: A_Expr, scope: Scope): Expression {
  const sign = stringOf(name?.at(-1))
  const operator = Object.hasOwn(comparisons, sign) ? comparisons[sign] : undefined
  const left = () => expression(lexpr, scope)
  const items = listOf(rexpr)
  const each = () =>
    items?.map((item) => (operator ? pair(operator, lexpr, item, scope) : unknown)) ?? [unknown]
  switch (kind) {
    case 'AEXPR_OP':
      if (operator !== undefined) return pair(operator, lexpr, rexpr, scope)
      if (sign === '~' || sign === '~*' || sign === '!~' || sign === '!~*')
        return pattern(left(), textIn(rexpr), anyMatch, sign.startsWith('!'))
      return arithmetic(sign, lexpr === undefined ? constant(0) : left(), expression(rexpr, scope))
    case 'AEXPR_DISTINCT':
      return compare('distinct', left(), expression(rexpr, scope))
    case 'AEXPR_NOT_DISTINCT':
      return compare('same', left(), expression(rexpr, scope))
    case 'AEXPR_IN':
      return { is: sign === '=' ? 'or' : 'and', of: each() }
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL': {
      const is = kind === 'AEXPR_OP_ANY' ? 'or' : 'and'
      const queried =
        rexpr && 'SubLink' in rexpr && operator ? subquery(rexpr.SubLink, scope).column : undefined
      if (queried !== undefined && operator !== undefined) return compare(operator, left(), queried)
      return { is, of: each() }
    }
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
    case 'AEXPR_SIMILAR':
      return pattern(left(), textIn(rexpr), /^%+$/, sign.startsWith('!'))
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN': {
      const [low, high] = items ?? []
      const of = [pair('>=', lexpr, low, scope), pair('<=', lexpr, high, scope)]
      const between: Expression = { is: 'and', of }
      return kind === 'AEXPR_BETWEEN' ? between : not(between)
    }
    default:
      return unknown
  }
}

function listOf(node: Node | undefined): readonly Node[] | undefined {
  if (node === undefined) return
  if ('List' in node) return node.List.items ?? []
  return 'A_ArrayExpr' in node ? (node.A_ArrayExpr.elements ?? []) : undefined
}

/** A comparison, of rows too: `(a, 1) = (a, 1)`. */
function pair(operator: Operator, left: Node | undefined, right: Node | undefined, scope: Scope): Expression {
  const [rows, others] = [rowOf(left), rowOf(right)]
  if (rows === undefined || others === undefined || rows.length !== others.length)
    return compare(operator, expression(left, scope), expression(right, scope))
  if (operator !== '=' && operator !== '<>') return unknown
  const same: Expression = { is: 'and', of: rows.map((one, i) => pair('=', one, others[i], scope)) }
  return operator === '=' ? same : not(same)
}

function rowOf(node: Node | undefined): readonly Node[] | undefined {
  return node !== undefined && 'RowExpr' in node ? (node.RowExpr.args ?? []) : undefined
}

function nullTest(arg: Node | undefined, isNull: boolean, scope: Scope): Expression {
  const row = rowOf(arg)
  if (row !== undefined) return { is: 'and', of: row.map((one) => nullTest(one, isNull, scope)) }
  const test: Expression = { is: 'test', for: 'null', of: expression(arg, scope) }
  return isNull ? test : not(test)
}

const anyMatch = /^\^?(\.\*)?\$?$/

function pattern(of: Expression, text: string | undefined, all: RegExp, negated: boolean): Expression {
  if (text === undefined || !all.test(text)) return unknown
  return negated ? not({ is: 'any-text', of }) : { is: 'any-text', of }
}

/** A literal, also one with ESCAPE. */
function textIn(node: Node | undefined): string | undefined {
  const plain = node !== undefined && 'FuncCall' in node ? node.FuncCall.args?.[0] : node
  if (plain === undefined || !('A_Const' in plain)) return
  return plain.A_Const.sval ? (plain.A_Const.sval.sval ?? '') : undefined
}

function arithmetic(sign: string, left: Expression, right: Expression): Expression {
  const [a, b] = [textOf(left), textOf(right)]
  const text = a === undefined || b === undefined ? undefined : `(${a} ${sign} ${b})`
  if (left.is === 'constant' && right.is === 'constant') {
    const [one, other] = [left.value, right.value]
    if (one === null || other === null) return nothing
    if (sign === '||') return constant(`${one}${other}`)
    const numbers = typeof one === 'number' && typeof other === 'number'
    if (numbers && sign === '+') return constant(one + other)
    if (numbers && sign === '-') return constant(one - other)
    if (numbers && sign === '*') return constant(one * other)
  }
  return strictSigns.has(sign) ? { is: 'strict', text, of: [left, right] } : { is: 'unknown', text }
}

const strictSigns = new Set(['+', '-', '*', '/', '%', '||'])

function cast(of: Expression, type: string): Expression {
  if (of.is === 'constant' && of.value !== null) {
    if (type === 'bool') return typeof of.value === 'string' ? boolean(of.value) : constant(Boolean(of.value))
    if (['text', 'varchar', 'bpchar', 'name'].includes(type)) return constant(String(of.value))
    if (/^(int[248]|numeric|float[48])$/.test(type)) {
      return Number.isNaN(Number(of.value)) ? unknown : constant(Number(of.value))
    }
  }
  if (of.is === 'constant' && of.value === null) return nothing
  const text = textOf(of)
  return { is: 'strict', text: text && `${type} ${text}`, of: [of] }
}

function extreme(of: readonly Expression[], greatest: boolean): Expression {
  const numbers = of.map((one) =>
    one.is === 'constant' && typeof one.value === 'number' ? one.value : undefined,
  )
  if (numbers.every((one) => one !== undefined))
    return constant(greatest ? Math.max(...numbers) : Math.min(...numbers))
  return { is: 'unknown' }
}

// Never below 0, and NULL for NULL only.
const counting = new Set([
  ...['length', 'char_length', 'character_length', 'octet_length', 'bit_length', 'abs', 'cardinality'],
  ...['strpos', 'position', 'ascii'],
])
const strict = new Set([
  'lower',
  'upper',
  'btrim',
  'ltrim',
  'rtrim',
  'reverse',
  'md5',
  'initcap',
  'ceil',
  'floor',
])
const volatile = new Set([
  ...['random', 'clock_timestamp', 'timeofday', 'nextval', 'setval', 'currval', 'lastval'],
  ...['gen_random_uuid', 'uuidv4', 'uuidv7', 'uuid_generate_v4'],
])

function call({ funcname = [], args = [] }: FuncCall, scope: Scope): Expression {
  const words = funcname.map(stringOf)
  const name = words.at(-1) ?? ''
  if (words.length > 1 && words[0] !== 'pg_catalog') return unknown
  const of = args.map((one) => expression(one, scope))
  const texts = of.map(textOf)
  const known = isBuiltIn(name, 'postgres') && !volatile.has(name) && !texts.includes(undefined)
  const text = known ? `${name}(${texts.join(', ')})` : undefined
  if (counting.has(name)) return { is: 'strict', text, of, floor: 0 }
  return strict.has(name) ? { is: 'strict', text, of } : { is: 'unknown', text }
}

function subLink(link: SubLink, scope: Scope): Expression {
  const { rows, column: found } = subquery(link, scope)
  if (link.subLinkType === 'EXISTS_SUBLINK') return rows === 'some' ? constant(true) : unknown
  if (link.subLinkType === 'EXPR_SUBLINK') return found ?? unknown
  if (link.subLinkType !== 'ANY_SUBLINK') return unknown
  const operator = stringOf(link.operName?.at(-1))
  const is = operator === '' ? '=' : Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined
  return is === undefined ? unknown : compare(is, expression(link.testexpr, scope), found ?? unknown)
}
