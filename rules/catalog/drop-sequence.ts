import type { Rule } from '../rule.ts'
import { showAll } from '../statement.ts'

export const dropSequence: Rule = {
  id: 'drop-sequence',
  engines: ['postgres', 'mariadb'],
  severity: 'warn',
  title: 'DROP SEQUENCE',
  why: 'Defaults and code that take numbers from the sequence fail, and where it had come to is forgotten.',
  instead: 'Take the default away and stop using the sequence first, then drop it.',
  bad: 'DROP SEQUENCE invoice_numbers;',
  good: 'ALTER TABLE invoices ALTER COLUMN number DROP DEFAULT;',

  check(statement, file) {
    if (statement.kind !== 'drop-sequence') return
    const dropped = statement.names.filter((name) => !file.createdHere(name, 'sequence'))
    if (dropped.length === 0) return
    return `Whatever takes numbers from ${showAll(dropped)} fails once it is dropped, and its last number is lost.`
  },
}
