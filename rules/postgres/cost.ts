import type { IntoClause, Node } from 'libpg-query'
import { isUnknownCall } from './calls.ts'
import { tagOf, walk } from './tree.ts'

// What evaluates its expressions at once. CREATE TABLE evaluates none, and SELECT is known to nobody in any case.
const evaluating = new Set([
  ...['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'AlterTableStmt', 'IndexStmt'],
])

/** Whether it may do or cost what cannot be told here: it calls what is not known, or fills a table with a query. */
export function costsUnknown(node: Node): boolean {
  const into = intoOf(node)
  if (into !== undefined) return into.skipData !== true
  if (!evaluating.has(tagOf(node))) return false
  let found = false
  walk(node, ({ tag, body }) => {
    found ||= tag === 'FuncCall' && isUnknownCall(body)
    return !found
  })
  return found
}

function intoOf(node: Node): IntoClause | undefined {
  if ('CreateTableAsStmt' in node) return node.CreateTableAsStmt.into
  return 'SelectStmt' in node ? node.SelectStmt.intoClause : undefined
}
