import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const notNullWithoutDefault: Rule = {
  id: 'not-null-without-default',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'ADD COLUMN NOT NULL without a default',
  why: 'The rows that are there have no value for the column, so the statement fails on every table that is not empty, often only in production.',
  instead:
    'Give it a DEFAULT (constant ones are instant since PostgreSQL 11), or add it nullable, fill it, and add NOT NULL later.',
  bad: 'ALTER TABLE users ADD COLUMN country text NOT NULL;',
  good: "ALTER TABLE users ADD COLUMN country text NOT NULL DEFAULT 'unknown';",
  mysql: {
    why: 'The rows that are there get the implicit default of the type, such as 0 or an empty text: nobody chose it, and nobody can tell it from a real value.',
    instead: 'Give it a DEFAULT, or add it nullable, fill it, and make it NOT NULL later.',
    bad: 'ALTER TABLE users ADD COLUMN country varchar(2) NOT NULL;',
    good: "ALTER TABLE users ADD COLUMN country varchar(2) NOT NULL DEFAULT 'XX';",
  },

  check(statement, file) {
    if (statement.kind !== 'add-column' || !statement.notNull || statement.filled) return
    if (file.createdHere(statement.table, 'table')) return
    const column = show(statement.column)
    if (file.engine !== 'postgres') {
      return `Adding ${column} to ${show(statement.table)} gives the rows that it has a value that nobody chose.`
    }
    return `Adding ${column} to ${show(statement.table)} fails where the table has rows: they have no value for it.`
  },
}
