import type { A_Const, Node } from 'libpg-query'
import type { Where } from '../statement.ts'

/** Whether a WHERE leaves any row out, as far as its look tells. */
export function whereOf(clause: Node | undefined): Where {
  if (clause === undefined) return 'empty'
  return alwaysTrue(clause) ? 'always' : 'some'
}

function alwaysTrue(clause: Node): boolean {
  if ('A_Const' in clause) return clause.A_Const.boolval?.boolval === true
  if ('TypeCast' in clause) return clause.TypeCast.arg !== undefined && isTrueText(clause.TypeCast.arg)
  if ('BoolExpr' in clause) {
    const { boolop, args = [] } = clause.BoolExpr
    if (boolop === 'AND_EXPR') return args.every(alwaysTrue)
    return boolop === 'OR_EXPR' && args.some(alwaysTrue)
  }
  if (!('A_Expr' in clause) || clause.A_Expr.kind !== 'AEXPR_OP') return false
  const { name = [], lexpr, rexpr } = clause.A_Expr
  const [operator] = name
  const isEquals = operator !== undefined && 'String' in operator && operator.String.sval === '='
  if (!isEquals || lexpr === undefined || rexpr === undefined) return false
  return 'A_Const' in lexpr && 'A_Const' in rexpr && sameConstant(lexpr.A_Const, rexpr.A_Const)
}

// 'true'::boolean
function isTrueText(arg: Node): boolean {
  if (!('A_Const' in arg)) return false
  const text = arg.A_Const.sval?.sval?.toLowerCase()
  return arg.A_Const.boolval?.boolval === true || ['t', 'true', 'y', 'yes', 'on', '1'].includes(text ?? '')
}

function sameConstant(left: A_Const, right: A_Const): boolean {
  const { location: _left, ...one } = left
  const { location: _right, ...other } = right
  return left.isnull !== true && JSON.stringify(one) === JSON.stringify(other)
}
