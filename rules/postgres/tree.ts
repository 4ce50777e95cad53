import type { Node, RangeVar } from 'libpg-query'
import type { Name } from '../statement.ts'

/** A node of the parse tree as `{ Tag: body }`, without its type. */
export type Visited = { readonly tag: string; readonly body: Readonly<Record<string, unknown>> }

/**
 * Visits every tagged node below a value, parents before children. `visit` answers whether to look inside;
 * fields that hold a node's body without its tag (`larg`, `withClause`) are looked into always.
 */
export function walk(value: unknown, visit: (node: Visited) => boolean): void {
  if (Array.isArray(value)) for (const item of value) walk(item, visit)
  else if (isRecord(value)) {
    // Parsed JSON: it has no keys but its own, and making a list of them costs more than the visit.
    for (const key in value) {
      const inner = value[key]
      const isTag = key.charCodeAt(0) <= 0x5a && isRecord(inner)
      if (!isTag || visit({ tag: key, body: inner })) walk(inner, visit)
    }
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function tagOf(node: Node | undefined): string {
  return node === undefined ? '' : (Object.keys(node)[0] ?? '')
}

export function relationName(relation: RangeVar | undefined): Name {
  const name = relation?.relname ?? ''
  return relation?.schemaname === undefined ? { name } : { schema: relation.schemaname, name }
}

/** The name in a list such as `[schema, table]`, as DROP and ALTER TYPE have it. */
export function listedName(node: Node | undefined): Name {
  return nameOf(node !== undefined && 'List' in node ? (node.List.items ?? []) : node ? [node] : [])
}

export function nameOf(parts: readonly Node[]): Name {
  const words = parts.map(stringOf)
  const name = words.at(-1) ?? ''
  const schema = words.at(-2)
  return schema === undefined ? { name } : { schema, name }
}

export function stringOf(node: Node | undefined): string {
  return node !== undefined && 'String' in node ? (node.String.sval ?? '') : ''
}

/** The text of a constant, undefined for anything that is none. The parser leaves empty values out. */
export function constantText(node: unknown): string | undefined {
  const constant = isRecord(node) ? (node.TypeCast ? inner(node.TypeCast) : node.A_Const) : undefined
  if (!isRecord(constant) || !isRecord(constant.sval)) return
  return typeof constant.sval.sval === 'string' ? constant.sval.sval : ''
}

function inner(cast: unknown): unknown {
  return isRecord(cast) && isRecord(cast.arg) ? cast.arg.A_Const : undefined
}

export function rangeNames(relations: readonly Node[] = []): readonly Name[] {
  return relations.flatMap((node) => ('RangeVar' in node ? [relationName(node.RangeVar)] : []))
}
