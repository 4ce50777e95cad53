import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const alterColumnType: Rule = {
  id: 'alter-column-type',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'ALTER COLUMN TYPE, MODIFY, CHANGE',
  why: 'Most changes of a type rewrite the table and its indexes under ACCESS EXCLUSIVE: readers and writers wait for as long as that takes.',
  instead: 'Add a column of the new type, keep both filled, move the readers, then drop the old one.',
  bad: 'ALTER TABLE orders ALTER COLUMN id TYPE bigint;',
  good: 'ALTER TABLE orders ADD COLUMN id_new bigint;',
  mysql: {
    why: 'MODIFY and CHANGE to another type, and CONVERT TO CHARACTER SET, copy the table while writers wait, and what a MODIFY does not repeat (NOT NULL, DEFAULT, COMMENT) is gone.',
    bad: 'ALTER TABLE orders MODIFY id bigint;',
  },

  check(statement, file) {
    if (statement.kind === 'convert-table' && !file.createdHere(statement.table, 'table')) {
      return `Converting every text column of ${show(statement.table)} copies the table while writers wait.`
    }
    if (statement.kind !== 'alter-column-type' || file.createdHere(statement.table, 'table')) return
    const column = `${show(statement.column)} of ${show(statement.table)}`
    if (file.engine !== 'postgres') return `Changing ${column} may copy the table while writers wait.`
    return `Changing the type of ${column} may rewrite the table while readers and writers wait.`
  },
}
