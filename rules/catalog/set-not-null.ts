import { isSince } from '../engine.ts'
import { alterTable, nameFor } from '../paste.ts'
import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

// Since PostgreSQL 12 a validated CHECK (column IS NOT NULL) spares the reading of all rows.
// https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL
export const setNotNull: Rule = {
  id: 'set-not-null',
  engines: ['postgres'],
  severity: 'warn',
  title: 'SET NOT NULL without a validated CHECK',
  why: 'Every row is read under ACCESS EXCLUSIVE: readers and writers wait, which grows with the table. A CHECK that was validated before, without that lock, spares it (PostgreSQL 12 and later).',
  instead:
    'Add CHECK (column IS NOT NULL) NOT VALID in one migration; in the next validate it and set NOT NULL.',
  bad: 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;',
  good: `ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT users_email_not_null;`,

  check(statement, file) {
    if (statement.kind !== 'set-not-null' || file.createdHere(statement.table, 'table')) return
    // What the constraint says is not in this file; that somebody validated one here shows that they know.
    const old = file.version !== undefined && !isSince(file.version, 12)
    if (!old && file.validated(statement.table)) return
    const { table, column } = statement
    const name = show(nameFor(table, [column], 'not_null'))
    return {
      message: `Readers and writers of ${show(table)} wait until every row is read for ${show(column)}, the longer the larger it is.`,
      instead: [
        'Have the rows read without that lock:',
        alterTable(table, `ADD CONSTRAINT ${name} CHECK (${show(column)} IS NOT NULL) NOT VALID`),
        '-- in the next migration',
        alterTable(table, `VALIDATE CONSTRAINT ${name}`),
        alterTable(table, `ALTER COLUMN ${show(column)} SET NOT NULL`),
        alterTable(table, `DROP CONSTRAINT ${name}`),
      ].join('\n'),
    }
  },
}
