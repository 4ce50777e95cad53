import { type Change, createTable, joinTable, keyTo, keyType, type Maker } from './create-table.ts'
import {
  alter,
  type Column,
  columnsOf,
  forget,
  fresh,
  keyed,
  lines,
  name,
  names,
  newColumns,
  type Project,
  sql,
  type Table,
} from './project.ts'
import { definition, literal, sampleOf, typeOf } from './values.ts'
import { laterStates } from './words.ts'

/** What people do to a table of PostgreSQL that is there already, and how often. */
export const alterations: readonly (readonly [number, Maker])[] = [
  [30, addColumns],
  [7, addNeeded],
  [16, createIndex],
  [4, dropIndex],
  [7, addForeignKey],
  [4, addCheck],
  [4, addUnique],
  [8, dropColumn],
  [5, changeType],
  [4, changeNull],
  [4, changeDefault],
  [4, renameColumn],
  [1, renameTable],
  [3, dropTable],
  [4, addEnumValue],
  [2, partition],
]

function addColumns(project: Project, table: Table): Change {
  const q = sql(project)
  const fresh = newColumns(
    project,
    table,
    project.random.weighted([
      [7, 1],
      [2, 2],
      [1, 4],
    ]),
  )
  const guard = project.style.guarded ? q`if not exists ` : ''
  const commands = fresh.map(
    (one) => `${q`add column `}${guard}${name(project, one.name)} ${definition(project, one, table)}`,
  )
  table.columns.push(...fresh)
  if (commands.length === 0) return []
  return project.random.chance(0.7)
    ? [alter(project, table, commands)]
    : commands.map((one) => alter(project, table, [one]))
}

/** A column, its values for old rows, and then NOT NULL. */
function addNeeded(project: Project, table: Table): Change {
  const q = sql(project)
  const [column] = newColumns(project, table, 1)
  if (column === undefined) return []
  table.columns.push(column)
  const field = name(project, column.name)
  const value = sampleOf(project, column)
  const only = project.random.chance(0.6) ? `\n${q`where `}${field} ${q`is null`}` : ''
  return [
    alter(project, table, [`${q`add column `}${field} ${typeOf(project, column)}`]),
    `${q`update `}${name(project, table.name)} ${q`set `}${field} = ${value}${only}`,
    alter(project, table, [`${q`alter column `}${field} ${q`set not null`}`]),
  ]
}

function createIndex(project: Project, table: Table): Change {
  const q = sql(project)
  const { random, style } = project
  const on = random.some(
    table.columns,
    random.weighted([
      [6, 1],
      [3, 2],
      [1, 3],
    ]),
  )
  const first = on[0]
  if (first === undefined) return []
  const unique = random.chance(0.2) && first.holds !== 'document' && first.holds !== 'tags'
  const called = fresh(
    project,
    `${style.commented ? 'idx_' : ''}${table.name}_${on.map((one) => one.name).join('_')}`,
  )
  table.keys.push({ name: called, on: on.map((one) => one.name) })
  const kind = `${unique ? q`unique ` : ''}${q`index `}`
  const how = `${style.careful || random.chance(0.15) ? q`concurrently ` : ''}${style.guarded ? q`if not exists ` : ''}`
  return [
    `${q`create `}${kind}${how}${name(project, called)} ${q`on `}${name(project, table.name)} ${indexed(project, table, on, first)}`,
  ]
}

function indexed(project: Project, table: Table, on: readonly Column[], first: Column): string {
  const q = sql(project)
  const field = name(project, first.name)
  if (first.holds === 'document' || first.holds === 'tags') return `${q`using gin `}(${field})`
  if (first.holds === 'name' && project.random.chance(0.2)) return `(${q`lower`}(${field}))`
  const partial = columnsOf(table, 'time', 'flag')[0]
  const fields = `(${names(
    project,
    on.filter((one) => one.holds !== 'document' && one.holds !== 'tags').map((one) => one.name),
  )})`
  if (partial === undefined || project.random.chance(0.75)) return fields
  return `${fields} ${q`where `}${name(project, partial.name)}${partial.holds === 'flag' ? '' : q` is null`}`
}

function dropIndex(project: Project, table: Table): Change {
  const q = sql(project)
  const index = table.keys.pop()
  if (index === undefined) return []
  const how = `${project.style.careful ? q`concurrently ` : ''}${project.style.guarded ? q`if exists ` : ''}`
  return [`${q`drop index `}${how}${name(project, index.name)}`]
}

function addForeignKey(project: Project, table: Table): Change {
  const q = sql(project)
  const parent = project.random.pick(keyed(project))
  if (parent === table || table.parents.includes(parent.name) || parent.columns.length === 0) return []
  const column = name(project, keyTo(parent.name))
  if (table.parents.some((one) => keyTo(one) === keyTo(parent.name))) return []
  table.parents.push(parent.name)
  const to = `${q`references `}${name(project, parent.name)} (${name(project, 'id')})`
  const add = `${q`add column `}${column} ${keyType(project)}`
  if (project.random.chance(0.5)) return [alter(project, table, [`${add} ${to}`])]
  const constraint = name(project, fresh(project, `${table.name}_${keyTo(parent.name)}_fkey`))
  const key = `${q`add constraint `}${constraint} ${q`foreign key `}(${column}) ${to}`
  if (!project.style.careful) return [alter(project, table, [add]), alter(project, table, [key])]
  return [
    alter(project, table, [add]),
    alter(project, table, [`${key} ${q`not valid`}`]),
    ...(project.random.chance(0.5)
      ? [alter(project, table, [`${q`validate constraint `}${constraint}`])]
      : []),
  ]
}

function addCheck(project: Project, table: Table): Change {
  const q = sql(project)
  const column = columnsOf(table, 'count', 'money', 'name')[0]
  if (column === undefined) return []
  const constraint = fresh(project, `chk_${table.name}_${column.name}`)
  table.constraints.push(constraint)
  const test =
    column.holds === 'name'
      ? `${q`char_length`}(${name(project, column.name)}) <= 500`
      : `${name(project, column.name)} >= 0`
  const late = project.style.careful ? q` not valid` : ''
  return [
    alter(project, table, [`${q`add constraint `}${name(project, constraint)} ${q`check `}(${test})${late}`]),
  ]
}

function addUnique(project: Project, table: Table): Change {
  const q = sql(project)
  const on = project.random.some(columnsOf(table, 'code', 'name', 'uuid'), project.random.int(1, 2))
  if (on.length === 0) return []
  const constraint = fresh(project, `${table.name}_${on.map((one) => one.name).join('_')}_key`)
  table.constraints.push(constraint)
  const fields = names(
    project,
    on.map((one) => one.name),
  )
  return [
    alter(project, table, [`${q`add constraint `}${name(project, constraint)} ${q`unique `}(${fields})`]),
  ]
}

function dropColumn(project: Project, table: Table): Change {
  const q = sql(project)
  if (table.columns.length < 3 || table.viewed) return []
  const gone = table.columns.splice(
    project.random.int(0, table.columns.length - 1),
    project.random.chance(0.2) ? 2 : 1,
  )
  forget(table, gone)
  const guard = project.style.guarded ? q`if exists ` : ''
  return [
    alter(
      project,
      table,
      gone.map((one) => `${q`drop column `}${guard}${name(project, one.name)}`),
    ),
  ]
}

function changeType(project: Project, table: Table): Change {
  const q = sql(project)
  const column = columnsOf(table, 'count', 'name', 'code', 'money')[0]
  if (column === undefined || table.viewed) return []
  const wider = { count: q`bigint`, name: q`text`, code: q`varchar(128)`, money: q`numeric(14, 4)` } as const
  const type = wider[column.holds as keyof typeof wider]
  const field = name(project, column.name)
  const using = project.random.chance(0.3) ? `${q` using `}${field}::${type}` : ''
  return [alter(project, table, [`${q`alter column `}${field} ${q`type `}${type}${using}`])]
}

function changeNull(project: Project, table: Table): Change {
  const q = sql(project)
  const [column] = project.random.some(table.columns, 1)
  if (column === undefined) return []
  return [
    alter(project, table, [
      `${q`alter column `}${name(project, column.name)} ${project.random.chance(0.6) ? q`drop not null` : q`set not null`}`,
    ]),
  ]
}

function changeDefault(project: Project, table: Table): Change {
  const q = sql(project)
  const [column] = project.random.some(columnsOf(table, 'count', 'flag', 'document', 'code'), 1)
  if (column === undefined) return []
  const what = project.random.chance(0.6) ? `${q`set default `}${sampleOf(project, column)}` : q`drop default`
  return [alter(project, table, [`${q`alter column `}${name(project, column.name)} ${what}`])]
}

function renameColumn(project: Project, table: Table): Change {
  const q = sql(project)
  const [column] = project.random.some(columnsOf(table, 'name', 'text', 'count', 'time'), 1)
  const [other] = newColumns(project, table, 1)
  if (column === undefined || other === undefined) return []
  table.columns.splice(table.columns.indexOf(column), 1, { ...column, name: other.name })
  return [
    alter(project, table, [
      `${q`rename column `}${name(project, column.name)} ${q`to `}${name(project, other.name)}`,
    ]),
  ]
}

function renameTable(project: Project, table: Table): Change {
  const q = sql(project)
  const to = fresh(project, project.random.chance(0.5) ? `legacy_${table.name}` : `${table.name}_archive`)
  const change = alter(project, table, [`${q`rename to `}${name(project, to)}`])
  for (const other of project.tables) {
    const at = other.parents.indexOf(table.name)
    if (at !== -1) other.parents.splice(at, 1, to)
  }
  table.name = to
  return [change]
}

function dropTable(project: Project, table: Table): Change {
  const q = sql(project)
  if (
    table.viewed ||
    project.tables.length < 6 ||
    project.tables.some((one) => one.parents.includes(table.name))
  )
    return []
  project.tables.splice(project.tables.indexOf(table), 1)
  const guard = project.style.guarded || project.random.chance(0.5) ? q`if exists ` : ''
  return [
    `${q`drop table `}${guard}${name(project, table.name)}${project.views.length > 0 ? q` cascade` : ''}`,
  ]
}

function addEnumValue(project: Project): Change {
  const q = sql(project)
  const last = project.enums.at(-1)
  const value = last && laterStates.find((one) => !last.values.includes(one))
  if (last === undefined || value === undefined) return createTable(project)
  last.values.push(value)
  const guard = project.style.guarded ? q`if not exists ` : ''
  return [`${q`alter type `}${name(project, last.name)} ${q`add value `}${guard}${literal(value)}`]
}

/** A table by months, with its first partitions. */
function partition(project: Project): Change {
  const q = sql(project)
  const called = fresh(project, `${project.random.pick(['event', 'metric', 'request', 'audit'])}_log`)
  const body = [
    q`id bigint not null`,
    q`happened_at timestamptz not null`,
    q`payload jsonb not null default '{}'`,
  ]
  const months = Array.from({ length: project.random.int(1, 12) }, (_, i) => i + 1)
  const month = (n: number) => `2025-${String(n).padStart(2, '0')}-01`
  const parts = months.map((n) => {
    const bounds = `${q`for values from `}('${month(n)}') ${q`to `}('${n === 12 ? '2026-01-01' : month(n + 1)}')`
    return `${q`create table `}${called}_p2025_${String(n).padStart(2, '0')} ${q`partition of `}${called} ${bounds}`
  })
  return [
    `${q`create table `}${called} (\n${lines(project, body)}\n) ${q`partition by range `}(happened_at)`,
    ...parts,
  ]
}

export function addTable(project: Project): Change {
  return project.random.chance(0.15) ? joinTable(project) : createTable(project)
}
