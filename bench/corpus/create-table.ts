import {
  type Column,
  columnsOf,
  fresh,
  keyed,
  lines,
  name,
  newColumns,
  type Project,
  sql,
  type Table,
} from './project.ts'
import { definition, literal, now, typeOf } from './values.ts'
import { phrases, plural, states } from './words.ts'

/** Statements of one change, without their `;`. */
export type Change = readonly string[]
/** Makes a change of a table that is there. */
export type Maker = (project: Project, table: Table) => Change

/** A new table with its keys, its indexes and what else the project's people add to one. */
export function createTable(project: Project): Change {
  const { random, engine, style } = project
  const thing = project.coming.pop()
  if (thing === undefined) return joinTable(project)
  const called = fresh(project, plural(thing))
  const before: string[] = random.chance(0.18) ? newEnum(project, thing) : []
  const parents = random
    .some(
      keyed(project),
      random.weighted([
        [4, 0],
        [5, 1],
        [3, 2],
        [1, 3],
      ]),
    )
    .map((one) => one.name)
  const fields: Column[] = [
    ...newColumns(project, { columns: [] }, random.int(2, random.chance(0.2) ? 16 : 8)),
  ]
  if (before.length > 0 || (project.enums.length > 0 && random.chance(0.15))) {
    fields.push({ name: 'status', holds: 'state', needed: true })
  }
  const stamped = random.chance(0.8)
  const table: Table = {
    name: called,
    columns: fields,
    parents,
    indexes: [],
    constraints: [],
    keys: [],
    keyed: true,
    viewed: false,
    stamped,
  }
  const body = [
    keyColumn(project),
    ...fields.map((one) => `${name(project, one.name)} ${definition(project, one)}`),
  ]
  for (const parent of parents) body.push(...reference(project, table, parent))
  if (stamped) body.push(...stamps(project))
  const unique = columnsOf(table, 'name', 'code').find((one) =>
    /slug|email|sku|code|external_id/.test(one.name),
  )
  body.push(
    ...(engine === 'postgres' ? postgresParts(project, table, unique) : mysqlParts(project, table, unique)),
  )
  const q = sql(project)
  const guard = style.guarded ? q`if not exists ` : ''
  const after = engine === 'postgres' ? '' : mysqlEnd(project)
  const create = `${q`create table `}${guard}${name(project, called)} (\n${lines(project, body)}\n)${after}`
  project.tables.push(table)
  return [...before, create, ...(engine === 'postgres' ? postgresAfter(project, table) : [])]
}

function keyColumn(project: Project): string {
  const q = sql(project)
  const id = name(project, 'id')
  if (project.engine !== 'postgres') {
    if (project.style.key === 'uuid') return `${id} ${q`char(36) not null`}`
    return `${id} ${project.style.key === 'serial' ? q`int unsigned` : q`bigint unsigned`} ${q`not null auto_increment`}`
  }
  if (project.style.tool === 'prisma') return `${id} ${q`text not null`}`
  switch (project.style.key) {
    case 'bigserial':
      return `${id} ${q`bigserial primary key`}`
    case 'serial':
      return `${id} ${q`serial primary key`}`
    case 'identity':
      return `${id} ${q`bigint generated always as identity primary key`}`
    case 'uuid':
      return `${id} ${q`uuid primary key default gen_random_uuid()`}`
  }
}

/** The type of a column that refers to the key of another table. */
export function keyType(project: Project): string {
  const q = sql(project)
  const { engine, style } = project
  if (engine !== 'postgres') {
    if (style.key === 'uuid') return q`char(36)`
    return style.key === 'serial' ? q`int unsigned` : q`bigint unsigned`
  }
  if (style.tool === 'prisma') return q`text`
  return style.key === 'uuid' ? q`uuid` : style.key === 'serial' ? q`integer` : q`bigint`
}

/** `users` is referred to by `user_id`. */
export function keyTo(table: string): string {
  const one = table
    .replace(/_\d+$/, '')
    .replace(/ies$/, 'y')
    .replace(/(ch|sh|x|ss)es$/, '$1')
    .replace(/([^s])s$/, '$1')
  return `${one}_id`
}

function reference(project: Project, table: Table, parent: string): readonly string[] {
  const q = sql(project)
  const column = keyTo(parent)
  const type = `${name(project, column)} ${keyType(project)}${project.random.chance(0.75) ? q` not null` : ''}`
  const inline = project.engine === 'postgres' && project.style.tool !== 'prisma'
  if (!inline) return [type]
  const action = project.random.weighted([
    [5, ''],
    [4, q` on delete cascade`],
    [1, q` on delete set null`],
  ] as const)
  table.indexes.push(...(project.random.chance(0.5) ? [column] : []))
  return [`${type} ${q`references `}${name(project, parent)} (${name(project, 'id')})${action}`]
}

function stamps(project: Project): readonly string[] {
  const q = sql(project)
  const type = typeOf(project, { name: 'created_at', holds: 'time' })
  const on = project.engine === 'postgres' ? '' : ` ${q`on update `}${now(project)}`
  return [
    `${name(project, 'created_at')} ${type} ${q`not null default `}${now(project)}`,
    `${name(project, 'updated_at')} ${type} ${q`not null default `}${now(project)}${on}`,
  ]
}

function postgresParts(project: Project, table: Table, unique: Column | undefined): readonly string[] {
  const q = sql(project)
  const parts: string[] = []
  if (project.style.tool === 'prisma') {
    parts.push(
      `${q`constraint `}${name(project, `${table.name}_pkey`)} ${q`primary key `}(${name(project, 'id')})`,
    )
  }
  if (unique !== undefined && project.random.chance(0.7))
    parts.push(`${q`unique `}(${name(project, unique.name)})`)
  const amount = columnsOf(table, 'money', 'count')[0]
  if (amount !== undefined && project.random.chance(0.25)) {
    parts.push(`${q`check `}(${name(project, amount.name)} >= 0)`)
  }
  return parts
}

function mysqlParts(project: Project, table: Table, unique: Column | undefined): readonly string[] {
  const q = sql(project)
  const parts = [`${q`primary key `}(${name(project, 'id')})`]
  const key = (column: string) => name(project, `${table.name}_${column}`.slice(0, 60))
  if (unique !== undefined)
    parts.push(`${q`unique key `}${key(`${unique.name}_unique`)} (${name(project, unique.name)})`)
  for (const parent of table.parents) {
    const column = keyTo(parent)
    table.indexes.push(column)
    parts.push(`${q`key `}${key(`${column}_idx`)} (${name(project, column)})`)
    if (!project.random.chance(0.7)) continue
    const constraint = fresh(project, `fk_${table.name}_${column}`)
    table.constraints.push(constraint)
    const action = project.random.chance(0.5) ? q` on delete cascade` : ''
    parts.push(
      `${q`constraint `}${name(project, constraint)} ${q`foreign key `}(${name(project, column)}) ${q`references `}${name(project, parent)} (${name(project, 'id')})${action}`,
    )
  }
  return parts
}

function mysqlEnd(project: Project): string {
  const q = sql(project)
  const collation = project.style.short ? q` collate=utf8mb4_unicode_ci` : ''
  const comment = project.style.commented ? `${q` comment=`}${literal(project.random.pick(phrases))}` : ''
  return `${q` engine=`}InnoDB${q` default charset=`}utf8mb4${collation.toLowerCase().replace('collate', q`collate`)}${comment}`
}

function postgresAfter(project: Project, table: Table): readonly string[] {
  const q = sql(project)
  const { random, style } = project
  const out: string[] = []
  const on = (column: string) => {
    const made = fresh(project, `${random.chance(0.5) ? 'idx_' : ''}${table.name}_${column}`)
    table.keys.push({ name: made, on: [column] })
    const index = name(project, made)
    const guard = style.guarded ? q`if not exists ` : ''
    return `${q`create index `}${guard}${index} ${q`on `}${name(project, table.name)} (${name(project, column)})`
  }
  for (const column of table.indexes) out.push(on(column))
  if (random.chance(0.3)) {
    const more = random.some(columnsOf(table, 'name', 'code', 'time', 'uuid'), 1)
    for (const { name: column } of more) {
      table.indexes.push(column)
      out.push(on(column))
    }
  }
  if (style.tool === 'prisma') {
    for (const parent of table.parents) {
      const constraint = name(project, fresh(project, `${table.name}_${keyTo(parent)}_fkey`))
      out.push(
        `${q`alter table `}${name(project, table.name)} ${q`add constraint `}${constraint} ${q`foreign key `}(${name(project, keyTo(parent))}) ${q`references `}${name(project, parent)}(${name(project, 'id')}) ${q`on delete restrict on update cascade`}`,
      )
    }
  }
  if (style.commented && random.chance(0.6)) out.push(...comments(project, table))
  return out
}

/** COMMENT ON the table and some of its columns. */
export function comments(project: Project, table: Table): Change {
  const q = sql(project)
  const { random } = project
  const on = random.some(table.columns, random.int(0, 3)).map((column) => {
    const place = `${name(project, table.name)}.${name(project, column.name)}`
    return `${q`comment on column `}${place} ${q`is `}${literal(random.pick(phrases))}`
  })
  return [
    `${q`comment on table `}${name(project, table.name)} ${q`is `}${literal(random.pick(phrases))}`,
    ...on,
  ]
}

function newEnum(project: Project, thing: string): string[] {
  const values = [...project.random.pick(states)]
  const called = fresh(project, `${thing}_status`)
  project.enums.push({ name: called, values })
  if (project.engine !== 'postgres') return []
  const q = sql(project)
  return [`${q`create type `}${name(project, called)} ${q`as enum `}(${values.map(literal).join(', ')})`]
}

/** A table between two others. */
export function joinTable(project: Project): Change {
  const { random, engine } = project
  const q = sql(project)
  const [one, other] = random.some(keyed(project), 2)
  if (one === undefined || other === undefined) return []
  const called = fresh(project, `${one.name}_${other.name}`)
  const keys = [keyTo(one.name), keyTo(other.name)] as const
  if (keys[0] === keys[1]) return []
  const table: Table = {
    name: called,
    columns: [],
    parents: [one.name, other.name],
    indexes: [],
    constraints: [],
    keys: [],
    keyed: false,
    viewed: false,
    stamped: false,
  }
  const body = [one, other].map((to) => {
    const type = `${name(project, keyTo(to.name))} ${keyType(project)} ${q`not null`}`
    return engine === 'postgres'
      ? `${type} ${q`references `}${name(project, to.name)} ${q`on delete cascade`}`
      : type
  })
  body.push(`${q`primary key `}(${keys.map((key) => name(project, key)).join(', ')})`)
  if (engine !== 'postgres')
    body.push(`${q`key `}${name(project, `${called}_other`.slice(0, 60))} (${name(project, keys[1])})`)
  project.tables.push(table)
  return [
    `${q`create table `}${name(project, called)} (\n${lines(project, body)}\n)${engine === 'postgres' ? '' : mysqlEnd(project)}`,
  ]
}
