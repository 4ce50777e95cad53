import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

// https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES
export const enumValue: Rule = {
  id: 'enum-value',
  engines: ['postgres'],
  severity: 'note',
  title: 'ALTER TYPE ... ADD VALUE',
  why: 'A value cannot be taken out of an enum again, and it cannot be used in the transaction that adds it.',
  instead: 'Use the value in the next migration only; where values come and go, use a table of them.',
  bad: "ALTER TYPE order_state ADD VALUE 'returned';",
  good: 'CREATE TABLE order_states (name text PRIMARY KEY);',

  check(statement) {
    if (statement.kind !== 'add-enum-value') return
    return `A value of ${show(statement.type)} cannot be removed again, and this file cannot use it yet.`
  },
}
