import { allRows } from '../all-rows.ts'
import type { Rule } from '../rule.ts'

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
    if (statement.kind !== 'update' || file.createdHere(statement.table, 'table')) return
    return allRows(statement, 'UPDATE', 'changes')
  },
}
