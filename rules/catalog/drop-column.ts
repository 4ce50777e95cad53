import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const dropColumn: Rule = {
  id: 'drop-column',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'DROP COLUMN',
  why: 'The values are gone, and every query that still names the column fails; an application often reads its columns once and fails until it is started again.',
  instead: 'Deploy code that does not use the column first, then drop it.',
  bad: 'ALTER TABLE users DROP COLUMN nickname;',
  good: 'ALTER TABLE users ALTER COLUMN nickname DROP DEFAULT;',
  mysql: {
    good: 'ALTER TABLE users ALTER COLUMN nickname DROP DEFAULT;',
  },

  check(statement, file) {
    if (statement.kind !== 'drop-column' || file.createdHere(statement.table, 'table')) return
    return `Dropping ${show(statement.column)} of ${show(statement.table)} deletes its values, and queries that name it fail.`
  },
}
