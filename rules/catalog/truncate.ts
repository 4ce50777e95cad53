import type { Rule } from '../rule.ts'
import { showAll } from '../statement.ts'

export const truncate: Rule = {
  id: 'truncate',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  title: 'TRUNCATE',
  why: 'The rows are gone at once, and readers and writers of the table wait for the ACCESS EXCLUSIVE lock.',
  instead: 'Delete the rows that are meant with a WHERE, in batches.',
  bad: 'TRUNCATE sessions;',
  good: "DELETE FROM sessions WHERE expires_at < now() - interval '30 days';",
  mysql: {
    why: 'The rows are gone at once, and no transaction brings them back. DROP PARTITION does the same to a part of a table.',
    good: 'DELETE FROM sessions WHERE expires_at < now() - INTERVAL 30 DAY;',
  },

  check(statement, file) {
    if (statement.kind !== 'truncate') return
    // Older tables may refer to one that is new, and CASCADE empties them.
    const emptied = statement.tables.filter(
      (table) => statement.cascade === true || !file.createdHere(table, 'table'),
    )
    if (emptied.length === 0) return
    const { what = 'TRUNCATE' } = statement
    const rows =
      what === 'DROP PARTITION' || what === 'TRUNCATE PARTITION' ? 'the rows of a part' : 'every row'
    const more = statement.cascade ? ', and CASCADE empties every table that refers to it too' : ''
    return `${what} deletes ${rows} of ${showAll(emptied)}${more}.`
  },
}
