import { type Fill, showType } from '../definition.ts'
import { writesRows } from '../effects.ts'
import { alterTable, nameFor } from '../paste.ts'
import type { Rule } from '../rule.ts'
import { type Name, show } from '../statement.ts'

// https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
export const addColumnRewritesTable: Rule = {
  id: 'add-column-rewrites-table',
  engines: ['postgres'],
  severity: 'warn',
  title: 'ADD COLUMN that gives each row a value of its own',
  why: 'A volatile default, a serial, an identity or a stored generated column writes the whole table and its indexes anew under ACCESS EXCLUSIVE: readers and writers wait, which grows with the table. A constant or now() does not, since PostgreSQL 11.',
  instead: 'Add the column without it, set the default for new rows, and fill the old rows in batches.',
  bad: 'ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();',
  good: `ALTER TABLE users ADD COLUMN token uuid;
ALTER TABLE users ALTER COLUMN token SET DEFAULT gen_random_uuid();`,

  check(statement, file) {
    if (statement.kind !== 'add-column' || statement.fill === undefined) return
    if (!writesRows(statement.fill, file.version) || file.createdHere(statement.table, 'table')) return
    const { table, column, fill, type } = statement
    const plain =
      type === undefined ? '...' : showType(fill === 'serial' ? { ...type, name: integer(type.name) } : type)
    const add = alterTable(table, `ADD COLUMN ${show(column)} ${plain}`)
    return {
      message: `Adding ${show(column)} with ${reasons[fill]} writes ${show(table)} and its indexes anew while readers and writers wait, the longer the larger it is.`,
      instead: [`Add it empty. ${then[fill]}`, add, ...next(fill, table, column)].join('\n'),
    }
  },
}

const reasons = {
  none: 'no default',
  constant: 'a default, before PostgreSQL 11,',
  stable: 'a default, before PostgreSQL 11,',
  volatile: 'a default that is another one for each row',
  serial: 'a serial',
  identity: 'an identity',
  stored: 'a stored generated value',
  virtual: 'a virtual value',
} as const

const then = {
  none: '',
  constant: 'Fill the old rows in batches:',
  stable: 'Fill the old rows in batches:',
  volatile: 'Fill the old rows in batches:',
  serial: 'Fill the old rows in batches, then let it take its numbers from a sequence:',
  identity: 'Fill the old rows in batches, set NOT NULL by way of a CHECK, then:',
  stored: 'Fill it by a trigger and in batches, or make it VIRTUAL (PostgreSQL 18):',
  virtual: '',
} as const

function next(fill: Fill, table: Name, column: string): readonly string[] {
  const alter = (command: string) => alterTable(table, `ALTER COLUMN ${show(column)} ${command}`)
  if (fill === 'stored') return []
  if (fill === 'identity') return ['-- later', alter('ADD GENERATED ALWAYS AS IDENTITY')]
  if (fill !== 'serial') return [alter('SET DEFAULT ...')]
  const sequence = show({ ...table, name: nameFor(table, [column], 'seq') })
  return [
    `CREATE SEQUENCE ${sequence} OWNED BY ${show(table)}.${show(column)};`,
    alter('SET DEFAULT nextval(...)'),
  ]
}

function integer(serial: string): string {
  if (serial === 'bigserial' || serial === 'serial8') return 'int8'
  return serial === 'smallserial' || serial === 'serial2' ? 'int2' : 'int4'
}
