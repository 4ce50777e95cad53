import type { Change } from './create-table.ts'
import { columnsOf, fresh, name, type Project, sql, type Table } from './project.ts'

type Maker = (project: Project, table: Table) => Change

/** Views, triggers, procedures and rights on MySQL. */
export const codeChanges: readonly (readonly [number, Maker])[] = [
  [7, view],
  [4, trigger],
  [4, procedure],
  [2, storedFunction],
  [3, grant],
  [1, drop],
]

function view(project: Project, table: Table): Change {
  const q = sql(project)
  const fields = table.columns.slice(0, 6).map((one) => `t.${name(project, one.name)}`)
  if (fields.length === 0) return []
  const called = fresh(project, `${table.name}_view`)
  project.views.push(called)
  const [time] = columnsOf(table, 'time')
  const only = time === undefined ? '' : `\n${q`where `}t.${name(project, time.name)} ${q`is not null`}`
  return [
    `${q`create or replace view `}${name(project, called)} ${q`as`}\n${q`select`}\n  ${fields.join(',\n  ')}\n${q`from `}${name(project, table.name)} t${only}`,
  ]
}

function trigger(project: Project, table: Table): Change {
  const q = sql(project)
  const [column] = columnsOf(table, 'name', 'code')
  if (column === undefined) return []
  const called = name(project, fresh(project, `${table.name}_before_insert`))
  const field = name(project, column.name)
  return [
    `${q`create trigger `}${called} ${q`before insert on `}${name(project, table.name)}\n${q`for each row set new`}.${field} = ${q`trim(new`}.${field})`,
  ]
}

/** A body with statements of its own: the mysql client needs another delimiter for it, as files have it. */
function procedure(project: Project, table: Table): Change {
  const [column] = columnsOf(table, 'name', 'code', 'text')
  if (column === undefined) return []
  const called = name(project, fresh(project, `purge_${table.name}`))
  const [t, c] = [name(project, table.name), name(project, column.name)]
  const body = [
    `CREATE PROCEDURE ${called}(IN batch INT)`,
    'BEGIN',
    '  DECLARE done INT DEFAULT 0;',
    '  REPEAT',
    `    UPDATE ${t} SET ${c} = TRIM(${c}) WHERE ${c} LIKE ' %' LIMIT 1000;`,
    '    SET done = done + 1;',
    '    IF done > batch THEN',
    '      SET done = batch;',
    '    END IF;',
    '  UNTIL done >= batch END REPEAT;',
    'END',
  ]
  return [`${delimited}${body.join('\n')}`]
}

/** How a statement begins that needs a delimiter other than `;`: the file is put together from that. */
export const delimited = 'DELIMITER '

function storedFunction(project: Project, table: Table): Change {
  const q = sql(project)
  const called = name(project, fresh(project, `${table.name}_label`))
  project.functions.push(called)
  return [
    `${q`create function `}${called}(code ${q`varchar(64)`}) ${q`returns varchar(80) deterministic`}\n${q`return concat`}('#', ${q`upper`}(code))`,
  ]
}

function grant(project: Project, table: Table): Change {
  const q = sql(project)
  const role = project.random.pick(["'reporting'@'%'", "'app'@'10.%'"])
  return [`${q`grant select on `}${name(project, table.name)} ${q`to `}${role}`]
}

function drop(project: Project): Change {
  const q = sql(project)
  const called = project.views.pop()
  return called === undefined ? [] : [`${q`drop view if exists `}${name(project, called)}`]
}
