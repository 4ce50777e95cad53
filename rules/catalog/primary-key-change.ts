import { toldOf } from '../mysql/told.ts'
import type { Work } from '../mysql/work.ts'
import type { Rule } from '../rule.ts'

export const primaryKeyChange: Rule = {
  id: 'primary-key-change',
  engines: ['mysql', 'mariadb'],
  severity: 'warn',
  title: 'A new primary key, another one, or none',
  why: 'InnoDB keeps the rows in the order of the primary key: with another one the table and all of its indexes are built anew. Dropping it alone copies the table while writers wait, and so does a key of columns that may be NULL, unless sql_mode is strict.',
  instead:
    'Drop and add it in one statement that ends with ALGORITHM=INPLACE, LOCK=NONE, so that the server refuses what would keep writers waiting.',
  bad: 'ALTER TABLE visits DROP PRIMARY KEY;',
  good: 'ALTER TABLE visits DROP PRIMARY KEY, ADD PRIMARY KEY (day, id), ALGORITHM=INPLACE, LOCK=NONE;',

  check: (statement, file) => toldOf(statement, file, works),
}

const works: ReadonlySet<Work> = new Set([
  ...(['add-primary-key', 'drop-primary-key', 'replace-primary-key'] as const),
])
