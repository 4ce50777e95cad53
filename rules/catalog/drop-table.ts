import type { Rule } from '../rule.ts'
import { show, showAll } from '../statement.ts'

export const dropTable: Rule = {
  id: 'drop-table',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  title: 'DROP TABLE',
  why: 'The rows are gone, and every query that still names the table fails.',
  instead:
    'Stop using the table first and wait until pg_stat_user_tables shows no reads of it any more; drop it in a migration of its own.',
  bad: 'DROP TABLE orders;',
  good: "COMMENT ON TABLE orders IS 'unused since June';",
  mysql: {
    instead:
      'Stop using the table first and wait a while; drop it in a migration of its own when nobody missed it.',
    good: "ALTER TABLE orders COMMENT = 'unused since June';",
    why: 'The rows are gone, no transaction brings them back, and every query that still names the table fails.',
  },

  check(statement, file) {
    if (statement.kind === 'drop-database') {
      return `Dropping the database ${show(statement.database)} deletes all of its tables.`
    }
    if (statement.kind !== 'drop-table') return
    const dropped = statement.names.filter((name) => !file.createdHere(name, 'table'))
    if (dropped.length === 0) return
    const more = statement.cascade ? ', and CASCADE drops what depends on it too' : ''
    return `Dropping ${showAll(dropped)} deletes its rows, and queries that name it fail${more}.`
  },
}
