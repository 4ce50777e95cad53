import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const noWhereUpdate: Rule = {
  id: 'no-where-update',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  title: 'UPDATE without WHERE',
  why: 'It rewrites every row of the table in one transaction: all rows stay locked until the end, and the table doubles in size until vacuum.',
  instead: 'Say in a WHERE which rows are meant, and update a large table in batches.',
  bad: 'UPDATE users SET active = true;',
  good: 'UPDATE users SET active = true WHERE active IS NULL AND id BETWEEN 1 AND 10000;',
  mysql: {
    why: 'It changes every row of the table in one transaction: all rows stay locked until the end. LIMIT is no guard: it does not say which rows.',
  },

  check(statement, file) {
    if (
      statement.kind !== 'update' ||
      statement.where === 'some' ||
      file.createdHere(statement.table, 'table')
    )
      return
    const how = statement.where === 'empty' ? 'has no WHERE' : 'has a WHERE that is always true'
    return `UPDATE ${show(statement.table)} ${how}: it changes every row.`
  },
}
