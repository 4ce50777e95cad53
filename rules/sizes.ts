import type { Touch } from './touches.ts'

/** What the risk asks of a schema snapshot; any snapshot that has these members will do. */
export type Sizes = {
  /** The schemas in which a name without one is looked for, in their order. */
  readonly path: readonly string[]
  /** `folded`: the server takes `Users` and `users` for one table. */
  readonly names: 'exact' | 'folded'
  readonly tables: readonly SizedTable[]
}
export type SizedTable = {
  readonly schema: string
  readonly name: string
  readonly rows: number | null
  readonly bytes: number | null
  readonly indexes: readonly { readonly name: string }[]
  readonly foreign_keys: readonly {
    readonly to_schema: string
    readonly to_table: string
    readonly on_delete: string
  }[]
}

/** A snapshot made ready for many questions: a snapshot and a change may both be large, and strangers wrote them. */
export type SizeIndex = {
  find(touch: Touch): readonly SizedTable[]
  /** How many foreign keys of other tables point to it. */
  references(table: SizedTable): number
  /** The tables whose rows go with rows of this one, and over how many keys the farthest is reached; see `mostReached`. */
  cascade(table: SizedTable): { readonly tables: readonly SizedTable[]; readonly depth: number }
}

/** A cascade is followed until it has reached more tables than this. */
export const mostReached = 100

export function indexSizes({ tables, path, names }: Sizes): SizeIndex {
  const fold = (text: string) => (names === 'folded' ? text.toLowerCase() : text)
  const place = (schema: string, name: string) => `${fold(schema)}\0${fold(name)}`
  const keyOf = (one: SizedTable) => place(one.schema, one.name)
  const byName = Map.groupBy(tables, (one) => fold(one.name))
  const byIndex = gather(tables, (one) => one.indexes.map((index) => fold(index.name)))
  const pointing = gather(tables, (one) => one.foreign_keys.map((key) => place(key.to_schema, key.to_table)))
  const cascading = gather(tables, (one) =>
    one.foreign_keys
      .filter((key) => key.on_delete === 'cascade')
      .map((key) => place(key.to_schema, key.to_table)),
  )

  return {
    /**
     * The tables that a touched name may mean. One without a schema is the first on the path; where the file changed
     * the path, or where none is on it, it may be any of that name. A dropped index stands for its table.
     */
    find({ name, how, anywhere }) {
      if (name === null || how === 'drop-database') return []
      const named = (how === 'drop-index' ? byIndex : byName).get(fold(name.name)) ?? []
      const inside = (schema: string) => named.filter((one) => fold(one.schema) === fold(schema))
      const { schema } = name
      // On MySQL and MariaDB an index is its table's, and stands under its name.
      if (schema !== undefined && how === 'drop-index') {
        return named.filter((one) => [one.schema, one.name].some((at) => fold(at) === fold(schema)))
      }
      if (schema !== undefined) return inside(schema)
      if (anywhere) return [...new Set(named)]
      return path.map(inside).find((one) => one.length > 0) ?? [...new Set(named)]
    },
    references: (table) => (pointing.get(keyOf(table)) ?? []).filter((one) => one !== table).length,
    cascade(table) {
      const reached = new Set([table])
      let edge: readonly SizedTable[] = [table]
      let depth = 0
      while (reached.size <= mostReached) {
        edge = [...new Set(edge.flatMap((one) => cascading.get(keyOf(one)) ?? []))].filter(
          (one) => !reached.has(one),
        )
        if (edge.length === 0) break
        for (const one of edge) reached.add(one)
        depth++
      }
      return { tables: [...reached].slice(1), depth }
    },
  }
}

/** A table stands under each of its keys, as often as it has it. */
function gather(
  tables: readonly SizedTable[],
  keysOf: (one: SizedTable) => readonly string[],
): ReadonlyMap<string, readonly SizedTable[]> {
  const found = new Map<string, SizedTable[]>()
  for (const one of tables) {
    for (const key of keysOf(one)) {
      const list = found.get(key) ?? []
      list.push(one)
      found.set(key, list)
    }
  }
  return found
}
