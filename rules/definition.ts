/** A type as the server names it: `int4`, not `integer`; names of the author's own as they stand there. */
export type TypeName = {
  readonly name: string
  /** length, or precision and scale; empty where none is given */
  readonly args: readonly number[]
  readonly array: boolean
}

/**
 * What gives the rows that are there a value in a new column. `volatile`: each row has one of its own, so that the
 * table is written anew; that is also said of a function that is not known.
 */
export type Fill = 'none' | 'constant' | 'stable' | 'volatile' | 'serial' | 'identity' | 'stored' | 'virtual'

export type ConstraintKind = 'primary-key' | 'unique' | 'exclude' | 'foreign-key' | 'check' | 'not-null'

export type Column = {
  readonly name: string
  readonly type?: TypeName
  readonly fill: Fill
  /** the constraints that stand behind the column */
  readonly inline: readonly ConstraintKind[]
}

/** The word of SQL for a type that PostgreSQL's parser names otherwise. */
export function spelled(name: string): string | undefined {
  return written[name]
}

/** A type as SQL has it, for messages and for SQL to paste. */
export function showType({ name, args, array }: TypeName): string {
  const shown = spelled(name) ?? (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)
  return `${shown}${args.length === 0 ? '' : `(${args.join(',')})`}${array ? '[]' : ''}`
}

const written: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  bool: 'boolean',
  bpchar: 'char',
}
