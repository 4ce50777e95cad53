import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const dropNotNull: Rule = {
  id: 'drop-not-null',
  engines: ['postgres'],
  severity: 'note',
  title: 'DROP NOT NULL',
  why: 'Code that reads the column may meet a NULL where there never was one.',
  instead: 'Deploy code that can read a NULL first.',
  bad: 'ALTER TABLE users ALTER COLUMN email DROP NOT NULL;',
  good: "ALTER TABLE users ALTER COLUMN email SET DEFAULT '';",

  check(statement, file) {
    if (statement.kind !== 'drop-not-null' || file.createdHere(statement.table, 'table')) return
    return `Code that reads ${show(statement.column)} of ${show(statement.table)} may meet a NULL from now on.`
  },
}
