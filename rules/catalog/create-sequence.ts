import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const createSequence: Rule = {
  id: 'create-sequence',
  engines: ['postgres'],
  severity: 'off',
  title: 'CREATE SEQUENCE',
  why: 'For teams that want identity columns instead, which own their sequence.',
  instead: 'Use GENERATED ALWAYS AS IDENTITY.',
  bad: 'CREATE SEQUENCE invoice_numbers;',
  good: 'CREATE TABLE invoices (number bigint GENERATED ALWAYS AS IDENTITY);',

  check(statement) {
    if (statement.kind !== 'create-sequence') return
    return `The sequence ${show(statement.sequence)} belongs to no column.`
  },
}
