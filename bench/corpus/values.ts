import { type Column, name, type Project, sql, type Table } from './project.ts'
import { phrases } from './words.ts'

/** The type of a column, as the project's engine and people have it. */
export function typeOf(project: Project, column: Pick<Column, 'holds' | 'name'>): string {
  const q = sql(project)
  const { engine, style } = project
  if (column.holds === 'state') return stateType(project)
  if (engine === 'postgres') {
    const text = style.short ? q`varchar(255)` : q`text`
    const types: Readonly<Record<Column['holds'], string>> = {
      name: text,
      text: q`text`,
      code: style.short ? q`varchar(64)` : q`text`,
      count: q`integer`,
      large: q`bigint`,
      flag: q`boolean`,
      time: style.zoned ? q`timestamptz` : style.tool === 'prisma' ? q`timestamp(3)` : q`timestamp`,
      date: q`date`,
      money: q`numeric(12, 2)`,
      ratio: q`double precision`,
      document: q`jsonb`,
      uuid: q`uuid`,
      tags: q`text[]`,
      address: q`inet`,
      state: text,
    }
    return types[column.holds]
  }
  const types: Readonly<Record<Column['holds'], string>> = {
    name: style.short ? q`varchar(255)` : q`varchar(191)`,
    text: q`text`,
    code: q`varchar(64)`,
    count: q`int`,
    large: q`bigint`,
    flag: q`tinyint(1)`,
    time: style.zoned ? q`datetime(6)` : q`timestamp`,
    date: q`date`,
    money: q`decimal(12,2)`,
    ratio: q`double`,
    document: q`json`,
    uuid: q`char(36)`,
    tags: q`varchar(1000)`,
    address: q`varchar(45)`,
    state: q`varchar(32)`,
  }
  return types[column.holds]
}

function stateType(project: Project): string {
  const q = sql(project)
  const last = project.enums.at(-1)
  if (last === undefined) return q`varchar(32)`
  if (project.engine === 'postgres') return name(project, last.name)
  return `${q`enum`}(${last.values.map(literal).join(', ')})`
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A value that such a column may have. */
export function sampleOf(project: Project, column: Column): string {
  const q = sql(project)
  const { random, engine } = project
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => random.int(0, 15).toString(16)).join('')
  switch (column.holds) {
    case 'name':
      if (column.name === 'email') return literal(`person${random.int(1, 9999)}@example.com`)
      return literal(random.pick(phrases))
    case 'text':
      return literal(`${random.pick(phrases)}, ${random.pick(phrases)}. ${random.pick(phrases)}`)
    case 'code':
      return literal(`${random.pick(['EU', 'US', 'std', 'x'])}-${random.int(1, 999)}`)
    case 'count':
    case 'large':
      return String(random.int(0, 1000))
    case 'flag':
      return engine === 'postgres' ? random.pick([q`true`, q`false`]) : random.pick(['0', '1'])
    case 'time':
      return random.chance(0.5)
        ? now(project)
        : literal(`2024-0${random.int(1, 9)}-1${random.int(0, 9)} 12:00:00`)
    case 'date':
      return literal(`2024-0${random.int(1, 9)}-1${random.int(0, 9)}`)
    case 'money':
      return `${random.int(0, 500)}.${random.int(10, 99)}`
    case 'ratio':
      return `0.${random.int(1, 99)}`
    case 'document':
      return literal(`{"theme": "${random.pick(['dark', 'light'])}", "limit": ${random.int(1, 100)}}`)
    case 'uuid':
      return literal(`${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`)
    case 'tags':
      return engine === 'postgres' ? literal('{read,write}') : literal('read,write')
    case 'address':
      return literal(`10.0.${random.int(0, 255)}.${random.int(1, 254)}`)
    case 'state':
      return literal(project.enums.at(-1)?.values[0] ?? 'active')
  }
}

export function now(project: Project): string {
  const q = sql(project)
  if (project.engine !== 'postgres')
    return project.style.zoned ? q`current_timestamp(6)` : q`current_timestamp`
  return project.style.tool === 'prisma' ? q`current_timestamp` : q`now()`
}

/** What a column says after its name. */
export function definition(project: Project, column: Column, table?: Table): string {
  const q = sql(project)
  const { random } = project
  const parts = [typeOf(project, column)]
  // A NOT NULL without a default is what people write for a new table; on an old one some learn of it.
  if (column.needed) parts.push(q`not null`)
  const old = table !== undefined
  const wanted =
    column.holds === 'flag' || column.holds === 'count' || (old && column.needed && random.chance(0.8))
  const may = project.engine === 'postgres' || !['text', 'document'].includes(column.holds)
  if (wanted && may) parts.push(q`default ` + plainDefault(project, column))
  else if (!column.needed && project.engine !== 'postgres') parts.push(q`null`)
  return parts.join(' ')
}

function plainDefault(project: Project, column: Column): string {
  const q = sql(project)
  if (column.holds === 'uuid' && project.engine === 'postgres') return q`gen_random_uuid()`
  if (column.holds === 'time') return now(project)
  if (column.holds === 'document') return literal('{}')
  if (column.holds === 'name' || column.holds === 'text') return "''"
  if (column.holds === 'count') return '0'
  return sampleOf(project, column)
}
