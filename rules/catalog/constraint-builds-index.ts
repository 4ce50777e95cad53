import { alterTable, list, nameFor } from '../paste.ts'
import type { Report, Rule } from '../rule.ts'
import { type Name, show } from '../statement.ts'

// https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX
export const constraintBuildsIndex: Rule = {
  id: 'constraint-builds-index',
  engines: ['postgres'],
  severity: 'warn',
  title: 'UNIQUE, PRIMARY KEY or EXCLUDE on a table that is there',
  why: 'The index of the constraint is built under ACCESS EXCLUSIVE: readers and writers wait until it is done, which grows with the table.',
  instead: 'Build a unique index CONCURRENTLY first, and make it the constraint with USING INDEX.',
  bad: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);',
  good: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;',

  check(statement, file) {
    if (statement.kind === 'add-column') {
      const what = statement.inline?.find((one) => one === 'unique' || one === 'primary-key')
      if (what === undefined || file.createdHere(statement.table, 'table')) return
      return report(statement.table, what, [statement.column], undefined)
    }
    if (statement.kind !== 'add-constraint' || statement.byIndex !== undefined) return
    const { table, what, columns, name } = statement
    if (file.createdHere(table, 'table')) return
    if (what === 'unique' || what === 'primary-key') return report(table, what, columns, name)
    if (what !== 'exclude') return
    return {
      message: `Readers and writers of ${show(table)} wait until the index of this EXCLUDE is built, the longer the larger it is.`,
      instead:
        'There is no way to build it beforehand: run it when the table is little used, or into a new table that takes the place of this one.',
    }
  },
}

function report(
  table: Name,
  what: 'unique' | 'primary-key',
  columns: readonly string[],
  given: string | undefined,
): Report {
  const primary = what === 'primary-key'
  const name = show(given ?? nameFor(table, primary ? [] : columns, primary ? 'pkey' : 'key'))
  const kind = primary ? 'PRIMARY KEY' : 'UNIQUE'
  return {
    message: `Readers and writers of ${show(table)} wait until the index of this ${kind} is built, the longer the larger it is.`,
    instead: `Build the index first:\n-- alone in its own file\nCREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${show(table)} ${list(columns)};\n-- in the next migration\n${alterTable(table, `ADD CONSTRAINT ${name} ${kind} USING INDEX ${name}`)}`,
  }
}
