import { allRows } from '../all-rows.ts'
import type { Rule } from '../rule.ts'

export const noWhereDelete: Rule = {
  id: 'no-where-delete',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  title: 'DELETE without WHERE',
  why: 'It deletes every row of the table, and holds locks and writes WAL for all of them in one transaction.',
  instead: 'Say in a WHERE which rows are meant, and delete many rows in batches.',
  bad: 'DELETE FROM sessions;',
  good: "DELETE FROM sessions WHERE expires_at < now() - interval '30 days';",
  mysql: {
    why: 'It deletes every row of the table, and holds locks and writes undo and binary log for all of them in one transaction. LIMIT is no guard: it does not say which rows.',
    good: 'DELETE FROM sessions WHERE expires_at < now() - INTERVAL 30 DAY;',
  },

  check(statement, file) {
    if (statement.kind !== 'delete' || file.createdHere(statement.table, 'table')) return
    return allRows(statement, 'DELETE FROM', 'deletes')
  },
}
