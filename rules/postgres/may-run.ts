import type { Node } from 'libpg-query'
import { functionName, isUnknownCall } from './calls.ts'
import { isRecord, stringOf, tagOf, walk } from './tree.ts'

/** The names of the functions and procedures that statements make. */
export function programNames(nodes: readonly Node[]): ReadonlySet<string> {
  return new Set(
    nodes.flatMap((node) =>
      'CreateFunctionStmt' in node ? [stringOf(node.CreateFunctionStmt.funcname?.at(-1)).toLowerCase()] : [],
    ),
  )
}

/**
 * Whether a statement may run a function that the file makes, or fire a rule or a trigger: it changes rows, calls what
 * is not known, or reads a table that may be a view. What a DO does is asked of each statement of its body.
 */
export function mayRun(node: Node, made: ReadonlySet<string>): boolean {
  const tag = tagOf(node)
  if (running.has(tag)) return true
  if (quiet.has(tag)) return false
  let found = !calling.has(tag)
  walk(node, ({ tag: inner, body }) => {
    if (inner === 'FuncCall') found ||= made.has(functionName(body)) || callsAway(body)
    else if (inner === 'RangeVar') found ||= calling.get(tag) === 'reads' && !isCatalog(body)
    else if (running.has(inner)) found = true
    else if (inner === 'AlterTableCmd') found ||= testing.has(String(body.subtype))
    return !found
  })
  return found
}

// pg_dump sets the search path by a call.
function callsAway(call: Readonly<Record<string, unknown>>): boolean {
  return isUnknownCall(call) && functionName(call) !== 'set_config'
}

const running = new Set([
  ...['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'TruncateStmt', 'CopyStmt', 'CallStmt'],
  ...['ExecuteStmt', 'FetchStmt', 'RefreshMatViewStmt', 'VacuumStmt', 'ReindexStmt', 'ClusterStmt'],
])

// What only defines, and evaluates nothing.
const quiet = new Set([
  ...['CreateFunctionStmt', 'RuleStmt', 'ViewStmt', 'CreateTrigStmt', 'CreatePolicyStmt', 'AlterPolicyStmt'],
  ...['CreateSchemaStmt', 'CreateEnumStmt', 'AlterEnumStmt', 'CreateSeqStmt', 'AlterSeqStmt', 'CommentStmt'],
  ...['DropStmt', 'RenameStmt', 'AlterObjectSchemaStmt', 'AlterOwnerStmt', 'GrantStmt', 'GrantRoleStmt'],
  ...['AlterDefaultPrivilegesStmt', 'AlterFunctionStmt', 'CompositeTypeStmt', 'CreateRangeStmt'],
  ...[
    'VariableSetStmt',
    'VariableShowStmt',
    'TransactionStmt',
    'CreateExtensionStmt',
    'LockStmt',
    'CreateStatsStmt',
  ],
  // Its statements are asked one by one.
  'DoStmt',
])

// What evaluates expressions at once, and what reads tables besides.
const calling = new Map<string, 'evaluates' | 'reads'>([
  ['CreateStmt', 'evaluates'],
  ['AlterTableStmt', 'evaluates'],
  ['IndexStmt', 'evaluates'],
  ['CreateDomainStmt', 'evaluates'],
  ['SelectStmt', 'reads'],
  ['CreateTableAsStmt', 'reads'],
  ['ExplainStmt', 'reads'],
  ['PrepareStmt', 'reads'],
  ['DeclareCursorStmt', 'reads'],
])

// Old rows are read for these, and their checks and indexes may have functions in them.
const testing = new Set([
  'AT_AddConstraint',
  'AT_ValidateConstraint',
  'AT_AlterColumnType',
  'AT_AttachPartition',
])

function isCatalog(relation: unknown): boolean {
  if (!isRecord(relation) || typeof relation.relname !== 'string') return false
  const { schemaname } = relation
  if (schemaname === undefined) return relation.relname.startsWith('pg_')
  return schemaname === 'pg_catalog' || schemaname === 'information_schema'
}
