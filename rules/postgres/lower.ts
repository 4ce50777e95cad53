import type { Node } from 'libpg-query'
import type { Meaning, Statement } from '../statement.ts'
import { alterMeanings } from './alter.ts'
import { lowerDo } from './body.ts'
import { callMeaning } from './calls.ts'
import { changes } from './change.ts'
import { control } from './control.ts'
import { costsUnknown } from './cost.ts'
import {
  createIndex,
  createInto,
  createTable,
  drop,
  droppedFrom,
  isTemporary,
  move,
  partitioned,
  rename,
} from './create-drop.ts'
import { namesLedger } from './ledger.ts'
import { maintained } from './maintain.ts'
import { isOn, outsideTransaction } from './outside.ts'
import { isProgram, isRead, lowerProgram } from './program.ts'
import { securityCall, securityMeanings } from './security.ts'
import { callAt, clauseAt, place, type Source } from './source.ts'
import { isRecord, nameOf, relationName, tagOf, type Visited, walk } from './tree.ts'

/**
 * Lowers one statement of PostgreSQL: what it does itself, and what runs inside of it (a DELETE in a WITH, under
 * EXPLAIN ANALYZE, in the body of a DO). What only defines code that runs later is read by `lowerProgram`.
 */
export function lower(node: Node, source: Source): readonly Statement[] {
  const found: Statement[] = own(node, source)
  if (!source.noLedger && namesLedger(node)) found.push(place({ kind: 'dbward-schema' }, source))
  found.push(...security(node, source))
  if (costsUnknown(node)) found.push(place({ kind: 'unknown-cost' }, source))
  source.runs?.(node)
  if ('DoStmt' in node) found.push(...lowerDo(node.DoStmt, source, lower))
  // What makes a program in a body, and runs it there, is too much to follow.
  if (isProgram(node) && source.conditional) found.push(...lowerProgram(node, source, true, lower))
  const root: unknown = Object.values(node)[0]
  walk(node, (inner) => {
    if (isLater(inner)) {
      found.push(...callsIn(inner, source))
      return false
    }
    if (inner.body !== root) found.push(...nestedMeanings(inner, source))
    return true
  })
  return found
}

function own(node: Node, source: Source): Statement[] {
  if ('AlterTableStmt' in node) {
    const meanings = alterMeanings(node.AlterTableStmt)
    const of = meanings.length
    return meanings.map((meaning, nth) => ({ ...place(meaning, source), command: { nth, of } }))
  }
  if ('CreateSchemaStmt' in node) {
    // Its elements are in the new schema without saying so: their bare names prove nothing.
    return (node.CreateSchemaStmt.schemaElts ?? []).flatMap((one) =>
      own(one, { ...source, conditional: true }),
    )
  }
  const outside = outsideTransaction(node)
  const meanings = [
    ...(outside === undefined ? [] : [{ kind: 'outside-transaction', what: outside } as const]),
    ...(maintained(node) ?? changes(node, source) ?? (outside === undefined ? [meaningOf(node)] : [])),
    ...partitioned(node),
    ...droppedFrom(node),
    ...namespaces(node),
    ...databases(node),
  ]
  return meanings.map((one) => place(one, source))
}

/** A schema that goes or gets another name takes the meaning from names, and so does a search path that is reset. */
function namespaces(node: Node): readonly Meaning[] {
  const gone = 'DropStmt' in node && node.DropStmt.removeType === 'OBJECT_SCHEMA'
  const moved = 'RenameStmt' in node && node.RenameStmt.renameType === 'OBJECT_SCHEMA'
  if (gone || moved) return [{ kind: 'names-change', names: 'all' }]
  const reset = 'VariableSetStmt' in node && node.VariableSetStmt.kind === 'VAR_RESET_ALL'
  return reset ? [{ kind: 'names-change', names: 'bare' }] : []
}

function databases(node: Node): readonly Meaning[] {
  return 'DropdbStmt' in node ? [{ kind: 'drop-database', database: node.DropdbStmt.dbname ?? '' }] : []
}

function security(node: Node, source: Source): readonly Statement[] {
  if ('CreateSchemaStmt' in node) {
    return (node.CreateSchemaStmt.schemaElts ?? []).flatMap((one) => security(one, source))
  }
  const of = 'AlterTableStmt' in node ? (node.AlterTableStmt.cmds ?? []).length : 0
  return securityMeanings(node).map(({ meaning, nth }) => {
    const placed = place(meaning, source)
    return nth === undefined ? placed : { ...placed, command: { nth, of } }
  })
}

function meaningOf(node: Node): Meaning {
  // A function costs nothing until it is called, where its body says what it does then.
  if ('CreateFunctionStmt' in node && isRead(node.CreateFunctionStmt))
    return { kind: 'other', tag: 'create-function' }
  return defined(node) ?? control(node) ?? { kind: 'other', tag: tagOf(node) }
}

function defined(node: Node): Meaning | undefined {
  if ('CreateStmt' in node) return createTable(node.CreateStmt)
  if ('CreateForeignTableStmt' in node && node.CreateForeignTableStmt.base) {
    // Its rows are somewhere else and were there before: it is not new as other tables are.
    return { ...createTable(node.CreateForeignTableStmt.base), maybe: true }
  }
  if ('SelectStmt' in node && node.SelectStmt.intoClause) return createInto(node.SelectStmt.intoClause)
  if ('CreateTableAsStmt' in node) {
    const { into, objtype, if_not_exists } = node.CreateTableAsStmt
    if (objtype !== 'OBJECT_MATVIEW') return createInto(into, if_not_exists)
    return {
      kind: 'create-view',
      view: relationName(into?.rel),
      temporary: false,
      maybe: if_not_exists === true,
    }
  }
  if ('ViewStmt' in node) {
    const { view, replace } = node.ViewStmt
    return {
      kind: 'create-view',
      view: relationName(view),
      temporary: isTemporary(view),
      maybe: replace === true,
    }
  }
  if ('CreateSeqStmt' in node) {
    const { sequence, if_not_exists } = node.CreateSeqStmt
    const temporary = isTemporary(sequence)
    return {
      kind: 'create-sequence',
      sequence: relationName(sequence),
      temporary,
      maybe: if_not_exists === true,
    }
  }
  if ('IndexStmt' in node) return createIndex(node.IndexStmt)
  if ('DropStmt' in node) return drop(node.DropStmt)
  if ('RenameStmt' in node) return rename(node.RenameStmt)
  if ('AlterObjectSchemaStmt' in node) return move(node.AlterObjectSchemaStmt)
  if ('DropOwnedStmt' in node) return { kind: 'names-change', names: 'all' }
  if ('RuleStmt' in node) {
    const table = relationName(node.RuleStmt.relation)
    return { kind: 'alter-table', table, links: table }
  }
  if (
    'AlterEnumStmt' in node &&
    node.AlterEnumStmt.newVal !== undefined &&
    node.AlterEnumStmt.oldVal === undefined
  ) {
    return { kind: 'add-enum-value', type: nameOf(node.AlterEnumStmt.typeName ?? []) }
  }
  if ('AlterEnumStmt' in node) {
    return { kind: 'rename-other', what: 'ENUM VALUE', from: nameOf(node.AlterEnumStmt.typeName ?? []) }
  }
  return undefined
}

// Bodies and conditions of what is defined here and runs some other day, and EXPLAIN that does not execute.
const later = new Set([
  'CreateFunctionStmt',
  'RuleStmt',
  'ViewStmt',
  'CreatePolicyStmt',
  'AlterPolicyStmt',
  'CreateTrigStmt',
])

function isLater({ tag, body }: Visited): boolean {
  if (tag !== 'ExplainStmt') return later.has(tag)
  return !Array.isArray(body.options) || !isOn(body.options, 'analyze')
}

// Of what reads rows some other day it is known today which functions it calls.
const evaluated = new Set(['ViewStmt', 'CreatePolicyStmt', 'AlterPolicyStmt', 'CreateTrigStmt'])

function callsIn({ tag, body }: Visited, source: Source): readonly Statement[] {
  const found: Statement[] = []
  if (!evaluated.has(tag)) return found
  walk(body, (inner) => {
    const meaning = inner.tag === 'FuncCall' ? securityCall(inner.body) : undefined
    if (meaning) found.push(place(meaning, source, callAt(source, locationOf(inner.body))))
    return true
  })
  return found
}

const maxListed = 100

function nestedMeanings({ tag, body }: Visited, source: Source): readonly Statement[] {
  if (tag === 'FuncCall') {
    const meaning = callMeaning(body) ?? securityCall(body)
    return meaning ? [place(meaning, source, callAt(source, locationOf(body)))] : []
  }
  if (tag === 'A_Expr') {
    const length = body.kind === 'AEXPR_IN' ? listLength(body.rexpr) : 0
    if (length <= maxListed) return []
    return [place({ kind: 'in-list', length }, source, callAt(source, locationOf(body)))]
  }
  const node = dataChange(tag, body)
  const meanings = node && changes(node, source)
  if (!node || !meanings) return []
  const where = clauseAt(source, locationOf(body.relation), tag.replace('Stmt', '').toLowerCase())
  const besides = securityMeanings(node).map(({ meaning }) => meaning)
  return [...meanings, ...besides].map((meaning) => place(meaning, source, where))
}

function dataChange(tag: string, body: Visited['body']): Node | undefined {
  if (tag === 'InsertStmt') return { InsertStmt: body }
  if (tag === 'UpdateStmt') return { UpdateStmt: body }
  if (tag === 'DeleteStmt') return { DeleteStmt: body }
  return tag === 'MergeStmt' ? { MergeStmt: body } : undefined
}

function listLength(list: unknown): number {
  const items = isRecord(list) && isRecord(list.List) ? list.List.items : undefined
  return Array.isArray(items) ? items.length : 0
}

// The parser leaves a location of 0 out.
function locationOf(body: unknown): number {
  return isRecord(body) && typeof body.location === 'number' ? body.location : 0
}
