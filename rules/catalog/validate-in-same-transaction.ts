import { alterTable } from '../paste.ts'
import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const validateInSameTransaction: Rule = {
  id: 'validate-in-same-transaction',
  engines: ['postgres'],
  severity: 'warn',
  title: 'NOT VALID and VALIDATE in one transaction',
  why: 'The lock that ADD CONSTRAINT took is held while every row is checked, so that NOT VALID has won nothing.',
  instead: 'Validate the constraint in a migration of its own.',
  bad: `ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total > 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT total_positive;`,
  good: 'ALTER TABLE orders VALIDATE CONSTRAINT total_positive;',

  check(statement, file) {
    if (statement.kind !== 'validate-constraint' || file.tx === 'none') return
    if (file.constraint(statement.table, statement.name) !== 'added') return
    if (file.createdHere(statement.table, 'table')) return
    const table = show(statement.table)
    return {
      message: `${table} is locked since ${show(statement.name)} was added, and stays so until every row is checked, the longer the larger it is.`,
      instead: `In the next migration:\n${alterTable(statement.table, `VALIDATE CONSTRAINT ${show(statement.name)}`)}`,
    }
  },
}
