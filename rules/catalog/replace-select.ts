import { pasted } from '../paste.ts'
import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

// https://dev.mysql.com/doc/refman/8.4/en/replace.html
export const replaceSelect: Rule = {
  id: 'replace-select',
  engines: ['mysql', 'mariadb'],
  severity: 'warn',
  title: 'REPLACE with the rows of a table',
  why: 'REPLACE deletes each row that has a key of the new ones and inserts it anew. Columns that it does not name fall back to their defaults, and foreign keys with ON DELETE CASCADE take rows of other tables along.',
  instead: 'Use INSERT ... SELECT ... ON DUPLICATE KEY UPDATE, which changes the columns that it names.',
  bad: 'REPLACE INTO users (id, name) SELECT id, name FROM imported WHERE batch = 7;',
  good: 'INSERT INTO users (id, name) SELECT id, name FROM imported WHERE batch = 7 ON DUPLICATE KEY UPDATE name = VALUES(name);',

  check(statement, file) {
    if (statement.kind !== 'insert' || !statement.replaces || !statement.queried) return
    if (file.createdHere(statement.table, 'table')) return
    const table = show(statement.table)
    return {
      message: `REPLACE INTO ${table} deletes the rows that have a key of the query: their columns that it does not name are lost.`,
      instead: `Use INSERT INTO ${pasted(statement.table, file.engine)} (...) SELECT ... ON DUPLICATE KEY UPDATE ..., which changes the columns that it names.`,
    }
  },
}
