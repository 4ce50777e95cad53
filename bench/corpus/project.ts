import type { Engine } from '@dbward/rules/engine'
import type { Random } from './random.ts'
import { columns, type Holds, things } from './words.ts'

/** How the people of one project write: it stays the same over all of its files. */
export type Style = {
  readonly upper: boolean
  readonly quoted: boolean
  readonly tool: 'plain' | 'dbmate' | 'transaction' | 'prisma' | 'drizzle'
  readonly key: 'bigserial' | 'serial' | 'identity' | 'uuid'
  /** they know what a lock is, and write CONCURRENTLY, NOT VALID, LOCK=NONE */
  readonly careful: boolean
  /** IF EXISTS and IF NOT EXISTS wherever it may stand */
  readonly guarded: boolean
  readonly zoned: boolean
  readonly short: boolean
  readonly commented: boolean
  readonly indent: string
}

export type Column = { readonly name: string; readonly holds: Holds | 'state'; readonly needed: boolean }

/** A table as the migrations so far have made it; the next one changes it. */
export type Table = {
  name: string
  readonly columns: Column[]
  /** tables that it refers to, by a column `<thing>_id` */
  readonly parents: string[]
  readonly indexes: string[]
  readonly constraints: string[]
  /** its indexes, for those that drop one */
  readonly keys: { readonly name: string; readonly on: readonly string[] }[]
  /** it has an `id` that others refer to; a table between two others has none */
  readonly keyed: boolean
  /** a view reads its columns, which PostgreSQL therefore keeps as they are */
  viewed: boolean
  /** it has created_at and updated_at */
  readonly stamped: boolean
}

export type Project = {
  readonly engine: Engine
  readonly style: Style
  readonly random: Random
  readonly tables: Table[]
  readonly enums: { readonly name: string; readonly values: string[] }[]
  readonly functions: string[]
  readonly views: string[]
  /** things that have no table yet */
  readonly coming: string[]
  /** makes a name unique where two changes would choose the same */
  readonly taken: Set<string>
}

export function startProject(engine: Engine, random: Random): Project {
  const tools = engine === 'postgres' ? postgresTools : mysqlTools
  const tool = random.weighted(tools)
  const style: Style = {
    tool,
    upper: tool === 'prisma' || tool === 'drizzle' || random.chance(0.6),
    quoted: tool === 'prisma' || tool === 'drizzle' || random.chance(engine === 'postgres' ? 0.1 : 0.6),
    key: random.weighted([
      [4, 'bigserial'],
      [2, 'serial'],
      [3, 'identity'],
      [3, 'uuid'],
    ]),
    careful: random.chance(0.25),
    guarded: random.chance(0.3),
    zoned: random.chance(0.7),
    short: random.chance(0.5),
    commented: random.chance(0.4),
    indent: random.pick(['  ', '    ', '\t']),
  }
  const coming = random
    .some(things, 60)
    .map((one) => [random.next(), one] as const)
    .sort(([one], [other]) => one - other)
    .map(([, one]) => one)
  return {
    ...{ engine, style, random, tables: [], enums: [], functions: [], views: [], coming },
    taken: new Set(),
  }
}

const postgresTools = [
  [50, 'plain'],
  [14, 'dbmate'],
  [12, 'transaction'],
  [14, 'prisma'],
  [10, 'drizzle'],
] as const
const mysqlTools = [
  [68, 'plain'],
  [14, 'dbmate'],
  [8, 'prisma'],
  [10, 'drizzle'],
] as const

/** The keywords as the project writes them; what is put in stays as it is. */
export function sql({
  style,
}: Project): (texts: TemplateStringsArray, ...parts: readonly (string | number)[]) => string {
  return (texts, ...parts) =>
    texts.map((text, i) => (style.upper ? text.toUpperCase() : text) + (parts[i] ?? '')).join('')
}

export function name({ style, engine }: Project, plain: string): string {
  if (!style.quoted) return plain
  return engine === 'postgres' ? `"${plain}"` : `\`${plain}\``
}

export function names(project: Project, plain: readonly string[]): string {
  return plain.map((one) => name(project, one)).join(', ')
}

/** A name that no other thing of the project has, within the length that servers allow. */
export function fresh({ taken }: Project, wanted: string): string {
  const short = wanted.slice(0, 56)
  let found = short
  for (let n = 2; taken.has(found); n++) found = `${short}_${n}`
  taken.add(found)
  return found
}

export function lines(project: Project, parts: readonly string[]): string {
  return parts.map((one) => `${project.style.indent}${one}`).join(',\n')
}

/** Columns that a table does not have yet. */
export function newColumns(
  project: Project,
  table: Pick<Table, 'columns'>,
  count: number,
): readonly Column[] {
  const { random } = project
  const made: Column[] = []
  for (let tries = 0; made.length < count && tries < 200; tries++) {
    const holds = random.weighted(holding)
    const chosen = random.pick(columns[holds])
    const known = [...table.columns, ...made].some((one) => one.name === chosen)
    if (!known) made.push({ name: chosen, holds, needed: random.chance(0.45) })
  }
  return made
}

const holding: readonly (readonly [number, Holds])[] = [
  ...([
    [22, 'name'],
    [14, 'text'],
    [9, 'code'],
    [11, 'count'],
    [3, 'large'],
    [11, 'flag'],
    [12, 'time'],
  ] as const),
  ...([
    [4, 'date'],
    [7, 'money'],
    [3, 'ratio'],
    [7, 'document'],
    [3, 'uuid'],
    [2, 'tags'],
    [1, 'address'],
  ] as const),
]

export function columnsOf(table: Table, ...holds: readonly Column['holds'][]): readonly Column[] {
  return table.columns.filter((one) => holds.includes(one.holds))
}

/** The tables that others may refer to. */
export function keyed({ tables }: Project): readonly Table[] {
  return tables.filter((one) => one.keyed)
}

/** What goes with a column that is dropped. */
export function forget(table: Table, gone: readonly Column[]): void {
  const names = new Set(gone.map((one) => one.name))
  table.keys.splice(0, table.keys.length, ...table.keys.filter(({ on }) => !on.some((one) => names.has(one))))
}

/** ALTER TABLE with its commands, each on its own line where there are several. */
export function alter(project: Project, table: Table, commands: readonly string[]): string {
  const q = sql(project)
  const head = `${q`alter table `}${name(project, table.name)}`
  return commands.length === 1 ? `${head} ${commands[0]}` : `${head}\n${lines(project, commands)}`
}
