import type { ColumnDef, Constraint, Node, TypeName as Typed } from 'libpg-query'
import type { Column, ConstraintKind, Fill, TypeName } from '../definition.ts'
import type { Name } from '../statement.ts'
import { relationName, stringOf } from './tree.ts'
import { isVolatile } from './volatile.ts'

export function columnOf(column: ColumnDef): Column {
  const type = typeOf(column.typeName)
  const constraints = constraintsOf(column)
  return {
    name: column.colname ?? '',
    fill: fillOf(type, constraints),
    inline: constraints.flatMap(({ contype }) => kinds[contype ?? ''] ?? []),
    ...(type === undefined ? {} : { type }),
  }
}

export function constraintsOf({ constraints = [] }: ColumnDef): readonly Constraint[] {
  return constraints.flatMap((node) => ('Constraint' in node ? [node.Constraint] : []))
}

/** The table that a REFERENCES behind the column names. */
export function referenceOf(column: ColumnDef): Name | undefined {
  const foreign = constraintsOf(column).find(({ contype }) => contype === 'CONSTR_FOREIGN')
  return foreign?.pktable && relationName(foreign.pktable)
}

export const kinds: Readonly<Record<string, ConstraintKind>> = {
  CONSTR_PRIMARY: 'primary-key',
  CONSTR_UNIQUE: 'unique',
  CONSTR_EXCLUSION: 'exclude',
  CONSTR_FOREIGN: 'foreign-key',
  CONSTR_CHECK: 'check',
  CONSTR_NOTNULL: 'not-null',
}

export function typeOf(typed: Typed | undefined): TypeName | undefined {
  const name = stringOf(typed?.names?.at(-1)).toLowerCase()
  if (typed === undefined || name === '') return
  return {
    name,
    args: (typed.typmods ?? []).flatMap(numberOf),
    array: (typed.arrayBounds ?? []).length > 0,
  }
}

function numberOf(node: Node): readonly number[] {
  if (!('A_Const' in node) || node.A_Const.ival === undefined) return []
  // The parser leaves a zero out.
  return [node.A_Const.ival.ival ?? 0]
}

const serials = new Set(['serial', 'serial2', 'serial4', 'serial8', 'bigserial', 'smallserial'])

function fillOf(type: TypeName | undefined, constraints: readonly Constraint[]): Fill {
  if (type !== undefined && serials.has(type.name)) return 'serial'
  const of = (contype: Constraint['contype']) => constraints.find((one) => one.contype === contype)
  if (of('CONSTR_IDENTITY') !== undefined) return 'identity'
  const generated = of('CONSTR_GENERATED')
  if (generated !== undefined) return generated.generated_kind === 'v' ? 'virtual' : 'stored'
  const expression = of('CONSTR_DEFAULT')?.raw_expr
  if (isNull(expression)) return 'none'
  if (isVolatile(expression)) return 'volatile'
  return isConstant(expression) ? 'constant' : 'stable'
}

// DEFAULT NULL, DEFAULT NULL::text
function isNull(expression: Node | undefined): boolean {
  if (expression === undefined) return true
  if ('TypeCast' in expression) return isNull(expression.TypeCast.arg)
  return 'A_Const' in expression && expression.A_Const.isnull === true
}

function isConstant(expression: Node | undefined): boolean {
  if (expression === undefined) return true
  return 'TypeCast' in expression ? isConstant(expression.TypeCast.arg) : 'A_Const' in expression
}
