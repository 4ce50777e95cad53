import type { TypeName } from '../definition.ts'

/**
 * Whether a change of a column's type writes the table anew; `depends` on its old type, where that is not known, or on the
 * session's time zone. What is `no` here was measured on PostgreSQL 18: the server keeps the rows where the old values
 * are valid as they are stored, and the limits of the type only grow.
 */
export function rewrites(from: TypeName | undefined, to: TypeName): 'yes' | 'no' | 'depends' {
  if (from === undefined) return kept(to) ? 'depends' : 'yes'
  if (from.array !== to.array) return 'yes'
  if (from.name === to.name && String(from.args) === String(to.args)) return 'no'
  if (to.array) return 'yes'
  const zones = new Set(['timestamp', 'timestamptz'])
  if (zones.has(from.name) && zones.has(to.name) && from.name !== to.name) {
    return holds(from.args, to.args) ? 'depends' : 'yes'
  }
  if (from.name !== to.name) {
    const free = binary[from.name]?.includes(to.name) === true
    return free && (to.args.length === 0 || (limited.has(to.name) && longer(from, to))) ? 'no' : 'yes'
  }
  return growing.has(to.name) && holds(from.args, to.args) ? 'no' : 'yes'
}

/** What some other type can become without a word of it being written again. */
function kept({ name }: TypeName): boolean {
  return growing.has(name) || Object.values(binary).some((targets) => targets.includes(name))
}

const limited = new Set(['varchar'])
// A text has no limit of its own, so it fits into no varchar(n).
function longer(from: TypeName, to: TypeName): boolean {
  return from.name === 'varchar' && holds(from.args, to.args)
}

const growing = new Set([
  'varchar',
  'numeric',
  'varbit',
  'timestamp',
  'timestamptz',
  'time',
  'timetz',
  'interval',
])

/** Casts of pg_cast that cost nothing (castmethod b). */
const binary: Readonly<Record<string, readonly string[]>> = {
  varchar: ['text', 'citext'],
  text: ['varchar', 'citext'],
  citext: ['text', 'varchar'],
  cidr: ['inet'],
  xml: ['text', 'varchar'],
}

/** Whether every value within the old limits is within the new ones, unchanged. */
function holds(from: readonly number[], to: readonly number[]): boolean {
  if (to.length === 0) return true
  if (from.length === 0) return false
  const [size = 0, scale = 0] = from
  const [most = 0, newScale = 0] = to
  return most >= size && scale === newScale
}

const sizes: Readonly<Record<string, number>> = { int2: 2, int4: 4, int8: 8, float4: 4, float8: 8 }

/** Whether a value that was allowed may not be any more: the statement then fails, or cuts it. */
export function narrows(from: TypeName | undefined, to: TypeName): boolean {
  if (from === undefined) return to.args.length > 0 || to.name === 'int2'
  if (rewrites(from, to) !== 'yes') return false
  const [old, now] = [sizes[from.name], sizes[to.name]]
  if (old !== undefined && now !== undefined) return now < old || from.name[0] !== to.name[0]
  return to.args.length > 0 || !['text', 'varchar', 'citext', 'numeric'].includes(to.name)
}
