import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const dropConstraint: Rule = {
  id: 'drop-constraint',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'DROP CONSTRAINT',
  why: 'From then on rows get in that break it, unnoticed, and it can only come back once they are mended. INSERT ... ON CONFLICT that relies on it fails.',
  instead: 'Make sure that nothing relies on it; where it is replaced, add the new constraint first.',
  bad: 'ALTER TABLE orders DROP CONSTRAINT orders_user;',
  good: 'ALTER TABLE orders RENAME CONSTRAINT orders_user TO orders_user_old;',

  mysql: {
    why: 'From then on rows get in that break it, unnoticed, and it can only come back once they are mended.',
    bad: 'ALTER TABLE orders DROP FOREIGN KEY orders_user;',
    good: 'ALTER TABLE orders ALTER COLUMN note DROP DEFAULT;',
  },

  check(statement, file) {
    if (statement.kind !== 'drop-constraint' || file.createdHere(statement.table, 'table')) return
    const { table, name } = statement
    // A CHECK that was there for SET NOT NULL only, and one that is new in this file.
    const done = file.constraint(table, name)
    if (done === 'added' || done === 'used') return
    return `Without ${show(name)}, rows get into ${show(table)} that break it, and nobody notices.`
  },
}
