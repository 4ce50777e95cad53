import { toldOf } from '../mysql/told.ts'
import type { Work } from '../mysql/work.ts'
import type { Rule } from '../rule.ts'

export const addForeignKey: Rule = {
  id: 'add-foreign-key',
  engines: ['mysql', 'mariadb'],
  severity: 'warn',
  title: 'ADD FOREIGN KEY to a table that has rows',
  why: 'The table is copied, and each row looked up in the other table, while writers wait; on MariaDB the writers of the other table wait as well. It grows with the table. Without foreign_key_checks nothing is checked, and the review blocks that setting.',
  instead:
    'Add the index that it needs, which writers do not notice, and look for rows without a partner first. Then use a tool that changes the schema online, or an hour without writes; a new table can have its foreign keys from the start.',
  bad: 'ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);',
  good: 'ALTER TABLE orders ADD INDEX orders_user (user_id);',

  check: (statement, file) => toldOf(statement, file, works),
}

const works: ReadonlySet<Work> = new Set(['add-foreign-key', 'add-column-referencing'] as const)
