import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const createSequence: Rule = {
  id: 'create-sequence',
  engines: ['postgres', 'mariadb'],
  severity: 'off',
  title: 'CREATE SEQUENCE',
  why: 'For teams that want identity columns instead, which own their sequence.',
  instead: 'Use GENERATED ALWAYS AS IDENTITY.',
  bad: 'CREATE SEQUENCE invoice_numbers;',
  good: 'CREATE TABLE invoices (number bigint GENERATED ALWAYS AS IDENTITY);',
  mysql: {
    why: 'For teams that want AUTO_INCREMENT instead, which belongs to its table.',
    instead: 'Use AUTO_INCREMENT.',
    good: 'CREATE TABLE invoices (number bigint AUTO_INCREMENT PRIMARY KEY);',
  },

  check(statement) {
    if (statement.kind !== 'create-sequence') return
    return `The sequence ${show(statement.sequence)} belongs to no column.`
  },
}
