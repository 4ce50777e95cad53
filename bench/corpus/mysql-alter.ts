import { type Change, createTable, keyTo, keyType, type Maker } from './create-table.ts'
import {
  alter,
  columnsOf,
  forget,
  fresh,
  keyed,
  name,
  names,
  newColumns,
  type Project,
  sql,
  type Table,
} from './project.ts'
import { definition, literal, sampleOf, typeOf } from './values.ts'
import { laterStates } from './words.ts'

/** What people do to a table of MySQL that is there already, and how often. */
export const alterations: readonly (readonly [number, Maker])[] = [
  [32, addColumns],
  [6, addNeeded],
  [12, addKey],
  [5, createIndex],
  [4, dropKey],
  [7, addForeignKey],
  [3, dropForeignKey],
  [8, dropColumn],
  [9, modify],
  [5, change],
  [3, changeDefault],
  [1, renameTable],
  [3, dropTable],
  [4, widenEnum],
  [1, convert],
]

/** The people who know what a copy costs ask for none. */
function online(project: Project): readonly string[] {
  const q = sql(project)
  if (!project.style.careful || project.random.chance(0.4)) return []
  return project.random.chance(0.5) ? [q`algorithm=inplace`, q`lock=none`] : [q`algorithm=instant`]
}

function addColumns(project: Project, table: Table): Change {
  const q = sql(project)
  const made = newColumns(
    project,
    table,
    project.random.weighted([
      [7, 1],
      [2, 2],
      [1, 4],
    ]),
  )
  const last = table.columns.at(-1)
  const commands = made.map((one, i) => {
    const after =
      i === 0 && last !== undefined && project.random.chance(0.5)
        ? `${q` after `}${name(project, last.name)}`
        : ''
    return `${q`add column `}${name(project, one.name)} ${definition(project, one, table)}${after}`
  })
  table.columns.push(...made)
  return commands.length === 0 ? [] : [alter(project, table, commands)]
}

function addNeeded(project: Project, table: Table): Change {
  const q = sql(project)
  const [column] = newColumns(project, table, 1)
  if (column === undefined) return []
  table.columns.push(column)
  const field = name(project, column.name)
  const only = project.random.chance(0.6) ? `\n${q`where `}${field} ${q`is null`}` : ''
  const type = typeOf(project, column)
  return [
    alter(project, table, [`${q`add column `}${field} ${type} ${q`null`}`]),
    `${q`update `}${name(project, table.name)} ${q`set `}${field} = ${sampleOf(project, column)}${only}`,
    alter(project, table, [`${q`modify column `}${field} ${type} ${q`not null`}`]),
  ]
}

function keyOn(project: Project, table: Table): { readonly called: string; readonly on: string } | undefined {
  const fields = project.random.some(
    columnsOf(table, 'name', 'code', 'count', 'time', 'flag', 'uuid', 'date'),
    project.random.weighted([
      [6, 1],
      [3, 2],
    ]),
  )
  if (fields.length === 0) return
  const called = fresh(project, `idx_${table.name}_${fields.map((one) => one.name).join('_')}`)
  table.keys.push({ name: called, on: fields.map((one) => one.name) })
  return {
    called: name(project, called),
    on: names(
      project,
      fields.map((one) => one.name),
    ),
  }
}

function addKey(project: Project, table: Table): Change {
  const q = sql(project)
  const key = keyOn(project, table)
  if (key === undefined) return []
  const kind = project.random.pick([q`add index `, q`add key `, q`add unique index `])
  const how = project.style.careful ? [q`algorithm=inplace`, q`lock=none`] : []
  return [alter(project, table, [`${kind}${key.called} (${key.on})`, ...how])]
}

function createIndex(project: Project, table: Table): Change {
  const q = sql(project)
  const key = keyOn(project, table)
  if (key === undefined) return []
  const unique = project.random.chance(0.2) ? q`unique ` : ''
  return [`${q`create `}${unique}${q`index `}${key.called} ${q`on `}${name(project, table.name)} (${key.on})`]
}

function dropKey(project: Project, table: Table): Change {
  const q = sql(project)
  const key = table.keys.pop()?.name
  if (key === undefined) return []
  if (project.random.chance(0.3))
    return [`${q`drop index `}${name(project, key)} ${q`on `}${name(project, table.name)}`]
  return [alter(project, table, [`${q`drop index `}${name(project, key)}`])]
}

function addForeignKey(project: Project, table: Table): Change {
  const q = sql(project)
  const parent = project.random.pick(keyed(project))
  if (parent === table || parent.columns.length === 0) return []
  if (table.parents.some((one) => keyTo(one) === keyTo(parent.name))) return []
  table.parents.push(parent.name)
  const column = name(project, keyTo(parent.name))
  const constraint = fresh(project, `fk_${table.name}_${keyTo(parent.name)}`)
  table.constraints.push(constraint)
  const key = `${q`add constraint `}${name(project, constraint)} ${q`foreign key `}(${column}) ${q`references `}${name(project, parent.name)} (${name(project, 'id')})`
  const add = `${q`add column `}${column} ${keyType(project)} ${q`null`}`
  return project.random.chance(0.5)
    ? [alter(project, table, [add, key])]
    : [alter(project, table, [add]), alter(project, table, [key])]
}

function dropForeignKey(project: Project, table: Table): Change {
  const q = sql(project)
  const constraint = table.constraints.pop()
  return constraint === undefined
    ? []
    : [alter(project, table, [`${q`drop foreign key `}${name(project, constraint)}`])]
}

function dropColumn(project: Project, table: Table): Change {
  const q = sql(project)
  if (table.columns.length < 3) return []
  const gone = table.columns.splice(
    project.random.int(0, table.columns.length - 1),
    project.random.chance(0.2) ? 2 : 1,
  )
  forget(table, gone)
  return [
    alter(
      project,
      table,
      gone.map((one) => `${q`drop column `}${name(project, one.name)}`),
    ),
  ]
}

function modify(project: Project, table: Table): Change {
  const q = sql(project)
  const [column] = project.random.some(columnsOf(table, 'name', 'code', 'count', 'text', 'money'), 1)
  if (column === undefined) return []
  const types = {
    name: q`varchar(512)`,
    code: q`varchar(128)`,
    count: q`bigint`,
    text: q`mediumtext`,
    money: q`decimal(14,4)`,
  }
  const type = types[column.holds as keyof typeof types]
  return [
    alter(project, table, [
      `${q`modify column `}${name(project, column.name)} ${type}${column.needed ? q` not null` : q` null`}`,
      ...online(project),
    ]),
  ]
}

function change(project: Project, table: Table): Change {
  const q = sql(project)
  const [column] = project.random.some(columnsOf(table, 'name', 'text', 'count', 'time'), 1)
  const [other] = newColumns(project, table, 1)
  if (column === undefined || other === undefined) return []
  table.columns.splice(table.columns.indexOf(column), 1, { ...column, name: other.name })
  const [from, to] = [name(project, column.name), name(project, other.name)]
  if (project.random.chance(0.3))
    return [alter(project, table, [`${q`rename column `}${from} ${q`to `}${to}`])]
  return [alter(project, table, [`${q`change column `}${from} ${to} ${typeOf(project, column)}${q` null`}`])]
}

function changeDefault(project: Project, table: Table): Change {
  const q = sql(project)
  const [column] = project.random.some(columnsOf(table, 'count', 'flag', 'code'), 1)
  if (column === undefined) return []
  return [
    alter(project, table, [
      `${q`alter column `}${name(project, column.name)} ${q`set default `}${sampleOf(project, column)}`,
    ]),
  ]
}

function renameTable(project: Project, table: Table): Change {
  const q = sql(project)
  const from = name(project, table.name)
  const to = fresh(project, `${table.name}_archive`)
  for (const other of project.tables) {
    const at = other.parents.indexOf(table.name)
    if (at !== -1) other.parents.splice(at, 1, to)
  }
  table.name = to
  return [`${q`rename table `}${from} ${q`to `}${name(project, to)}`]
}

function dropTable(project: Project, table: Table): Change {
  const q = sql(project)
  if (project.tables.length < 6 || project.tables.some((one) => one.parents.includes(table.name))) return []
  project.tables.splice(project.tables.indexOf(table), 1)
  return [`${q`drop table `}${project.random.chance(0.6) ? q`if exists ` : ''}${name(project, table.name)}`]
}

function widenEnum(project: Project, table: Table): Change {
  const q = sql(project)
  const last = project.enums.at(-1)
  const value = last && laterStates.find((one) => !last.values.includes(one))
  const [column] = columnsOf(table, 'state')
  if (last === undefined || value === undefined || column === undefined) return createTable(project)
  last.values.push(value)
  return [
    alter(project, table, [
      `${q`modify column `}${name(project, column.name)} ${q`enum`}(${last.values.map(literal).join(', ')}) ${q`not null`}`,
    ]),
  ]
}

function convert(project: Project, table: Table): Change {
  const q = sql(project)
  return [alter(project, table, [`${q`convert to character set `}utf8mb4${q` collate `}utf8mb4_unicode_ci`])]
}
