import { alterTable, list, nameFor } from '../paste.ts'
import type { Report, Rule } from '../rule.ts'
import { type Name, type StatementOf, show } from '../statement.ts'

type Added = StatementOf<'add-constraint'>

// https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
export const constraintWithoutNotValid: Rule = {
  id: 'constraint-without-not-valid',
  engines: ['postgres'],
  severity: 'warn',
  title: 'FOREIGN KEY, CHECK or NOT NULL without NOT VALID',
  why: 'Every row is checked under the lock: for a foreign key writers of both tables wait, for a CHECK readers too, which grows with the table.',
  instead:
    'Add the constraint NOT VALID, and validate it in the next migration: that lets others read and write.',
  bad: 'ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);',
  good: 'ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;',

  check(statement, file) {
    if (
      statement.kind === 'add-constraint' &&
      statement.checked &&
      !file.createdHere(statement.table, 'table')
    ) {
      return reported(statement)
    }
    if (statement.kind !== 'add-column' || file.createdHere(statement.table, 'table')) return
    // One that is NULL everywhere has nothing to be looked up, and one that writes the table has a rule of its own.
    if (statement.references !== undefined && (statement.fill === 'constant' || statement.fill === 'stable'))
      return lookedUp(statement, statement.references)
    if (!statement.inline?.includes('check')) return
    const table = show(statement.table)
    return {
      message: `Readers and writers of ${table} wait until every row is checked, the longer the larger it is.`,
      instead: `Add the column without the CHECK, then:\n${alterTable(statement.table, `ADD CONSTRAINT ${show(nameFor(statement.table, [statement.column], 'check'))} CHECK (...) NOT VALID`)}\n-- in the next migration\n${validate(statement.table, nameFor(statement.table, [statement.column], 'check'))}`,
    }
  },
}

function lookedUp({ table, column }: StatementOf<'add-column'>, other: Name): Report {
  const name = nameFor(table, [column], 'fkey')
  return {
    message: `Readers and writers of ${show(table)} wait until the default is looked up in ${show(other)} for every row, the longer the larger ${show(table)} is.`,
    instead: `Add the column without REFERENCES, then:\n${alterTable(table, `ADD CONSTRAINT ${show(name)} FOREIGN KEY ${list([column])} REFERENCES ${show(other)} NOT VALID`)}\n-- in the next migration\n${validate(table, name)}`,
  }
}

function reported({ table, what, columns, name, references }: Added): Report | undefined {
  if (what === 'foreign-key') {
    const constraint = name ?? nameFor(table, columns, 'fkey')
    const other = references === undefined ? '' : ` and ${show(references.table)}`
    const to =
      references === undefined
        ? '...'
        : `${show(references.table)}${references.columns.length > 0 ? ` ${list(references.columns)}` : ''}`
    return {
      message: `Writers of ${show(table)}${other} wait until every row is checked, the longer the larger ${show(table)} is.`,
      instead: `Check the rows in a migration of its own:\n${alterTable(table, `ADD CONSTRAINT ${show(constraint)} FOREIGN KEY ${list(columns)} REFERENCES ${to} NOT VALID`)}\n-- in the next migration\n${validate(table, constraint)}`,
    }
  }
  if (what !== 'check' && what !== 'not-null') return
  const constraint = name ?? nameFor(table, columns, what === 'check' ? 'check' : 'not_null')
  const condition = what === 'check' ? 'CHECK (...)' : `NOT NULL ${columns.map(show).join(', ')}`
  return {
    message: `Readers and writers of ${show(table)} wait until every row is checked, the longer the larger it is.`,
    instead: `Check the rows in a migration of its own:\n${alterTable(table, `ADD CONSTRAINT ${show(constraint)} ${condition} NOT VALID`)}\n-- in the next migration\n${validate(table, constraint)}`,
  }
}

function validate(table: Added['table'], constraint: string): string {
  return alterTable(table, `VALIDATE CONSTRAINT ${show(constraint)}`)
}
