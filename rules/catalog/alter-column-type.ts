import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const alterColumnType: Rule = {
  id: 'alter-column-type',
  engines: ['postgres'],
  severity: 'warn',
  title: 'ALTER COLUMN TYPE',
  why: 'Most changes of a type rewrite the table and its indexes under ACCESS EXCLUSIVE: readers and writers wait for as long as that takes.',
  instead: 'Add a column of the new type, keep both filled, move the readers, then drop the old one.',
  bad: 'ALTER TABLE orders ALTER COLUMN id TYPE bigint;',
  good: 'ALTER TABLE orders ADD COLUMN id_new bigint;',

  check(statement, file) {
    if (statement.kind !== 'alter-column-type' || file.createdHere(statement.table, 'table')) return
    const column = `${show(statement.column)} of ${show(statement.table)}`
    return `Changing the type of ${column} may rewrite the table while readers and writers wait.`
  },
}
