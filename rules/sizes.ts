import type { Touch } from './touches.ts'

/** What the risk asks of a schema snapshot; any snapshot that has these members will do. */
export type Sizes = {
  /** The schemas in which a name without one is looked for, in their order. */
  readonly path: readonly string[]
  /** `folded`: the server takes `Users` and `users` for one table. */
  readonly names: 'exact' | 'folded'
  /** There are tables, or foreign keys, that are not in it. */
  readonly truncated: boolean
  readonly tables: readonly SizedTable[]
}
export type SizedTable = {
  readonly schema: string
  readonly name: string
  /** The table whose partition it is. What the parent has, its partitions have together. */
  readonly of: { readonly schema: string; readonly name: string } | null
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
  /** Where rows of it are deleted, or all of it by TRUNCATE ... CASCADE. */
  follow(table: SizedTable, by: 'delete' | 'truncate'): Followers
}

export type Followers = {
  /** The other tables whose rows go, too; see `mostReached`. */
  readonly gone: readonly SizedTable[]
  /** Over how many foreign keys in a row the farthest of them is reached. */
  readonly depth: number
  /** The other tables of which rows stay and point to nothing or to a default from then on. */
  readonly changed: readonly SizedTable[]
}

/** A cascade is followed until it has reached more tables than this. */
export const mostReached = 100

export function indexSizes({ tables, path, names }: Sizes): SizeIndex {
  const fold = (text: string) => (names === 'folded' ? text.toLowerCase() : text)
  const place = (schema: string, name: string) => `${fold(schema)}\0${fold(name)}`
  const keyOf = (one: SizedTable) => place(one.schema, one.name)
  const byName = Map.groupBy(tables, (one) => fold(one.name))
  const byIndex = gather(tables, (one) => one.indexes.map((index) => fold(index.name)))
  const byPlace = new Map(tables.map((one) => [keyOf(one), one]))
  const above = (one: SizedTable) => ancestors(one, (of) => byPlace.get(place(of.schema, of.name)))
  const pointers = (counts: (onDelete: string) => boolean) => {
    const keysOf = (one: SizedTable) =>
      one.foreign_keys.filter((key) => counts(key.on_delete)).map((key) => place(key.to_schema, key.to_table))
    const direct = gather(tables, keysOf)
    // Rows of a partitioned table are those of its partitions, and a key may point to one of them alone.
    const below = gather(tables, (one) =>
      keysOf(one).flatMap((to) => {
        const target = byPlace.get(to)
        return target === undefined ? [] : above(target).map(keyOf)
      }),
    )
    return (one: SizedTable) => [
      ...(direct.get(keyOf(one)) ?? []),
      ...(below.get(keyOf(one)) ?? []),
      ...above(one).flatMap((parent) => direct.get(keyOf(parent)) ?? []),
    ]
  }
  const pointing = gather(tables, (one) => one.foreign_keys.map((key) => place(key.to_schema, key.to_table)))
  const going = { delete: pointers((on) => on === 'cascade'), truncate: pointers(() => true) }
  const changing = pointers((on) => on === 'set null' || on === 'set default')

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
    follow(table, by) {
      const reached = new Set([table])
      let edge: readonly SizedTable[] = [table]
      let depth = 0
      while (reached.size <= mostReached) {
        edge = [...new Set(edge.flatMap(going[by]))].filter((one) => !reached.has(one))
        if (edge.length === 0) break
        for (const one of edge) reached.add(one)
        depth++
      }
      const stays = by === 'truncate' ? [] : [...reached].flatMap(changing)
      const changed = [...new Set(stays)].filter((one) => !reached.has(one))
      return { gone: [...reached].slice(1), depth, changed }
    },
  }
}

/** The table that it is a partition of, that one's own, and so on; a snapshot that goes round in circles has an end. */
function ancestors(
  one: SizedTable,
  find: (of: NonNullable<SizedTable['of']>) => SizedTable | undefined,
): readonly SizedTable[] {
  const found: SizedTable[] = []
  let at = one.of === null ? undefined : find(one.of)
  while (at !== undefined && !found.includes(at) && found.length < deepest) {
    found.push(at)
    at = at.of === null ? undefined : find(at.of)
  }
  return found
}

const deepest = 20

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
