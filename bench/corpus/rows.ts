import { type Change, keyTo } from './create-table.ts'
import { type Column, columnsOf, name, names, type Project, sql, type Table } from './project.ts'
import { literal, now, sampleOf } from './values.ts'

type Maker = (project: Project, table: Table) => Change

/** What migrations do to rows, on either engine. */
export const rowChanges: readonly (readonly [number, Maker])[] = [
  [12, seed],
  [12, backfill],
  [5, backfillFromParent],
  [4, clean],
  [2, moveRows],
]

function seed(project: Project, table: Table): Change {
  const q = sql(project)
  const { random, engine } = project
  // A row needs a value for whatever may not be empty, and its parents' keys are not known here.
  if (table.parents.length > 0 || columnsOf(table, 'state').length > 0) return []
  const wanted = new Set(random.some(table.columns, random.int(2, 6)))
  const fields = table.columns.filter((one) => one.needed || wanted.has(one))
  if (fields.length === 0) return []
  const rows = Array.from(
    {
      length: random.weighted([
        [5, 1],
        [4, 4],
        [2, 14],
        [1, 60],
      ]),
    },
    () => {
      return `(${fields.map((one) => sampleOf(project, one)).join(', ')})`
    },
  )
  const into = `${name(project, table.name)} (${names(
    project,
    fields.map((one) => one.name),
  )})`
  const end = engine === 'postgres' ? q`on conflict do nothing` : ''
  const kept = end !== '' && random.chance(0.5) ? `\n${end}` : ''
  const verb = engine !== 'postgres' && random.chance(0.3) ? q`insert ignore into ` : q`insert into `
  if (rows.length === 1 || random.chance(0.7)) {
    return [`${verb}${into} ${q`values`}${rows.length === 1 ? ' ' : '\n  '}${rows.join(',\n  ')}${kept}`]
  }
  return rows.map((row) => `${verb}${into} ${q`values `}${row}${kept}`)
}

function backfill(project: Project, table: Table): Change {
  const q = sql(project)
  const [column] = project.random.some(
    table.columns.filter((one) => one.holds !== 'state'),
    1,
  )
  const [other] = columnsOf(table, 'time', 'name', 'code', 'flag')
  if (column === undefined || other === undefined) return []
  return [
    `${q`update `}${name(project, table.name)}\n${q`set `}${name(project, column.name)} = ${sampleOf(project, column)}${where(project, column, other)}`,
  ]
}

function where(project: Project, column: Column, other: Column): string {
  const q = sql(project)
  const field = name(project, other.name)
  return project.random.weighted<() => string>([
    [5, () => `\n${q`where `}${name(project, column.name)} ${q`is null`}`],
    [3, () => `\n${q`where `}${field} = ${sampleOf(project, other)}`],
    [
      2,
      () => `\n${q`where `}${field} ${q`in `}(${[1, 2, 3].map(() => sampleOf(project, other)).join(', ')})`,
    ],
    [1, () => `\n${q`where `}${field} ${q`is not null and `}${name(project, 'id')} ${q`is not null`}`],
    [2, () => ''],
  ])()
}

function backfillFromParent(project: Project, table: Table): Change {
  const q = sql(project)
  const parent = project.tables.find((one) => table.parents.includes(one.name) && one.columns.length > 0)
  const [column] = project.random.some(columnsOf(table, 'name', 'text', 'code'), 1)
  const [from] = parent === undefined ? [] : columnsOf(parent, 'name', 'text', 'code')
  if (parent === undefined || column === undefined || from === undefined) return []
  const on = `${name(project, 'p')}.${name(project, 'id')} = ${name(project, 't')}.${name(project, keyTo(parent.name))}`
  const value = `${name(project, 'p')}.${name(project, from.name)}`
  const only = project.random.chance(0.5)
    ? `\n  ${q`and `}${name(project, 't')}.${name(project, column.name)} ${q`is null`}`
    : ''
  const [t, p] = [name(project, 't'), name(project, 'p')]
  if (project.engine === 'postgres') {
    return [
      `${q`update `}${name(project, table.name)} ${t}\n${q`set `}${name(project, column.name)} = ${value}\n${q`from `}${name(project, parent.name)} ${p}\n${q`where `}${on}${only}`,
    ]
  }
  return [
    `${q`update `}${name(project, table.name)} ${t}\n${q`join `}${name(project, parent.name)} ${p} ${q`on `}${on}\n${q`set `}${t}.${name(project, column.name)} = ${value}${only.replace(/and/i, q`where`)}`,
  ]
}

function clean(project: Project, table: Table): Change {
  const q = sql(project)
  const [column] = columnsOf(table, 'time', 'flag', 'name', 'code')
  if (column === undefined) return []
  const field = name(project, column.name)
  const old =
    project.engine === 'postgres'
      ? `${now(project)} - ${q`interval `}${literal('90 days')}`
      : q`now() - interval 90 day`
  const which = column.holds === 'time' ? `${field} < ${old}` : `${field} = ${sampleOf(project, column)}`
  const all = project.random.chance(0.1)
  return [`${q`delete from `}${name(project, table.name)}${all ? '' : ` ${q`where `}${which}`}`]
}

function moveRows(project: Project, table: Table): Change {
  const q = sql(project)
  const other = project.random.pick(project.tables)
  const shared = table.columns.filter((one) =>
    other.columns.some((its) => its.name === one.name && its.holds === one.holds),
  )
  if (other === table || shared.length === 0) return []
  const fields = names(
    project,
    shared.map((one) => one.name),
  )
  const [first] = shared
  return [
    `${q`insert into `}${name(project, other.name)} (${fields})\n${q`select `}${fields}\n${q`from `}${name(project, table.name)}\n${q`where `}${name(project, first?.name ?? 'id')} ${q`is not null`}`,
  ]
}
