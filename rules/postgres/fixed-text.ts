import type { A_Const, FuncCall, Node } from 'libpg-query'
import { parseSql } from './parse.ts'
import { stringOf } from './tree.ts'

/**
 * The text that `EXECUTE expression` runs, where the expression is put together from literals only; undefined for all
 * else, which nobody can decide here.
 */
export function fixedText(expression: string): string | undefined {
  const parsed = parseSql(encoder.encode(`select ${expression}`))
  const stmts = 'tree' in parsed ? (parsed.tree.stmts ?? []) : []
  const select = stmts[0]?.stmt
  if (stmts.length !== 1 || select === undefined || !('SelectStmt' in select)) return
  const { targetList = [], fromClause } = select.SelectStmt
  const [target] = targetList
  if (targetList.length !== 1 || fromClause !== undefined || target === undefined) return
  return 'ResTarget' in target ? decided(target.ResTarget.val) : undefined
}

const encoder = new TextEncoder()

function decided(node: Node | undefined): string | undefined {
  if (node === undefined) return
  if ('A_Const' in node) return constantOf(node.A_Const)
  if ('TypeCast' in node) {
    const type = stringOf(node.TypeCast.typeName?.names?.at(-1))
    const whole = node.TypeCast.typeName?.typmods === undefined && type !== 'bpchar'
    return texts.has(type) && whole ? decided(node.TypeCast.arg) : undefined
  }
  if ('CollateClause' in node) return decided(node.CollateClause.arg)
  if ('FuncCall' in node) return called(node.FuncCall)
  if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_OP' || stringOf(node.A_Expr.name?.at(-1)) !== '||')
    return
  const left = decided(node.A_Expr.lexpr)
  const right = decided(node.A_Expr.rexpr)
  return left === undefined || right === undefined ? undefined : left + right
}

const texts = new Set(['text', 'varchar'])

// The parser leaves empty values out: `sval: {}` is the empty text.
function constantOf({ isnull, sval, ival, fval }: A_Const): string | undefined {
  if (isnull === true) return
  if (sval) return sval.sval ?? ''
  return ival ? String(ival.ival ?? 0) : fval?.fval
}

function called({ funcname = [], args = [], func_variadic }: FuncCall): string | undefined {
  const words = funcname.map(stringOf)
  if (words.length > 1 && words[0] !== 'pg_catalog') return
  const values = args.map(decided)
  const known = values.filter((value) => value !== undefined)
  if (func_variadic === true || known.length !== values.length) return
  const [first, ...more] = known
  switch (words.at(-1)) {
    case 'format':
      return first === undefined ? undefined : formatted(first, more)
    case 'concat':
      return known.join('')
    case 'quote_ident':
      return first === undefined ? undefined : quotedName(first)
    case 'quote_literal':
      return first === undefined ? undefined : quotedText(first)
    default:
      return
  }
}

// format() without the widths that nobody uses for SQL.
function formatted(pattern: string, values: readonly string[]): string | undefined {
  let next = 0
  let open = false
  const text = pattern.replaceAll(
    /%(?:(\d+)\$)?([\s\S]?)/g,
    (whole, nth: string | undefined, type: string) => {
      if (whole === '%%') return '%'
      if (nth !== undefined) next = Number(nth) - 1
      const value = values[next++]
      if (value !== undefined && type === 's') return value
      if (value !== undefined && type === 'I') return quotedName(value)
      if (value !== undefined && type === 'L') return quotedText(value)
      open = true
      return ''
    },
  )
  return open ? undefined : text
}

function quotedName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

function quotedText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`
  return text.includes('\\') ? `E${quoted}` : quoted
}
