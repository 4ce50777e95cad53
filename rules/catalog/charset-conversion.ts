import { toldOf } from '../mysql/told.ts'
import type { Work } from '../mysql/work.ts'
import type { Rule } from '../rule.ts'

export const charsetConversion: Rule = {
  id: 'charset-conversion',
  engines: ['mysql', 'mariadb'],
  severity: 'warn',
  title: 'CONVERT TO CHARACTER SET',
  why: 'Every column of text is written anew in the new character set, in a copy of the table: writers wait until that has ended, which grows with the table. A TEXT may become a MEDIUMTEXT, and an index may become too long.',
  instead:
    'Set the default of the table for new columns, and change the columns that need it one by one with a tool that changes the schema online. Where all of its text is in that character set already, LOCK=NONE goes through.',
  bad: 'ALTER TABLE notes CONVERT TO CHARACTER SET utf8mb4;',
  good: 'ALTER TABLE notes DEFAULT CHARACTER SET utf8mb4;',

  check: (statement, file) => toldOf(statement, file, works),
}

const works: ReadonlySet<Work> = new Set(['convert-charset'] as const)
