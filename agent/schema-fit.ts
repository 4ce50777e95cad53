import type { Unparsed } from '@dbward/protocol/ids'
import { canonical } from '@dbward/protocol/json'
import { type Schema, type SchemaTable, schemaLimits } from '@dbward/protocol/schema'

export type SeenTable = Unparsed<SchemaTable>
/** What a database told of itself, before it is made fit for a statement. `cut`: it had more than was asked for. */
export type SeenSchema = Pick<Unparsed<Schema>, 'engine' | 'server_version' | 'names' | 'path'> & {
  readonly tables: readonly SeenTable[]
  readonly cut: boolean
}
export type FitSchema = Omit<SeenSchema, 'cut'> & { readonly truncated: boolean }

/**
 * A schema that goes into one statement: partitions summed up, estimates rounded to two digits, everything in one order
 * and cut where it is too much. So the same database gives the same bytes until something of weight changes. Partitions
 * come last, as their parent says the most of them.
 */
export function fitSchema({ cut, ...seen }: SeenSchema): FitSchema {
  const sums = partitionSums(seen.tables, cut)
  const sorted = [...seen.tables].sort(byPlace)
  const tables: SeenTable[] = []
  let truncated = cut
  // The rest is for what stands around the tables: ids, and a path of 100 names.
  let left = schemaLimits.bytes - 40_000
  for (const one of sorted) {
    const fit = fitTable({ ...one, ...sums.get(keyOf(one)) })
    left -= Buffer.byteLength(canonical(fit.table)) + 1
    if (left < 0 || tables.length === schemaLimits.tables) {
      truncated = true
      break
    }
    truncated ||= fit.cut
    tables.push(fit.table)
  }
  return { ...seen, path: seen.path.slice(0, 100), tables, truncated }
}

/** `1234567` becomes `1200000`: enough to judge by, and no reason for a new version after every insert. */
export function twoDigits(n: number | null): number | null {
  if (n === null || !Number.isFinite(n) || n < 0) return null
  const unit = 10 ** Math.max(0, String(Math.round(n)).length - 2)
  return Math.min(Math.round(n / unit) * unit, Number.MAX_SAFE_INTEGER)
}

function fitTable(one: SeenTable): { readonly table: SeenTable; readonly cut: boolean } {
  const columns = one.columns.slice(0, schemaLimits.columns)
  const indexes = [...one.indexes].sort(byName).slice(0, schemaLimits.perTable)
  const foreign_keys = [...one.foreign_keys].sort(byName).slice(0, schemaLimits.perTable)
  const table = {
    ...one,
    rows: twoDigits(one.rows),
    bytes: twoDigits(one.bytes),
    columns: columns.map((column) => ({ ...column, type: column.type.slice(0, 256).toWellFormed() })),
    indexes,
    foreign_keys,
  }
  const all = one.columns.length + one.indexes.length + one.foreign_keys.length
  return { table, cut: all > columns.length + indexes.length + foreign_keys.length }
}

type Sum = Pick<SeenTable, 'rows' | 'bytes'>

/** PostgreSQL counts rows and bytes of the partitions only. Where some were not seen, nobody knows the sum. */
function partitionSums(tables: readonly SeenTable[], cut: boolean): ReadonlyMap<string, Sum> {
  const parts = Map.groupBy(
    tables.filter((one) => one.of !== null),
    (one) => keyOf(one.of ?? one),
  )
  const sums = new Map<string, Sum>()
  const sumOf = (one: SeenTable, depth: number): Sum => {
    const own = parts.get(keyOf(one)) ?? []
    if (one.kind !== 'partitioned' || own.length === 0 || depth > 20) return one
    const all = own.map((part) => sumOf(part, depth + 1))
    const sum = { rows: cut ? null : sumRows(all), bytes: cut ? null : total(all.map((part) => part.bytes)) }
    sums.set(keyOf(one), sum)
    return sum
  }
  for (const one of tables) if (one.of === null) sumOf(one, 0)
  return sums
}

/** A new partition that nobody has counted yet is next to empty; a large one leaves the whole unknown. */
function sumRows(parts: readonly Sum[]): number | null {
  return total(parts.map((one) => one.rows ?? (one.bytes !== null && one.bytes < 1024 ** 2 ? 0 : null)))
}

function total(numbers: readonly (number | null)[]): number | null {
  return numbers.reduce((sum, one) => (sum === null || one === null ? null : sum + one), 0)
}

function byPlace(a: SeenTable, b: SeenTable): number {
  const late = Number(a.kind === 'partition') - Number(b.kind === 'partition')
  return late === 0 ? compare(keyOf(a), keyOf(b)) : late
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compare(a.name, b.name)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

// No name has a NUL in it, so that no two places have the same key.
function keyOf({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return `${schema}\0${name}`
}
