import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

// CREATE INDEX holds SHARE on the table for the whole build: reads go on, writes queue.
// https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
export const createIndexNotConcurrently: Rule = {
  id: 'create-index-not-concurrently',
  engines: ['postgres'],
  severity: 'warn',
  title: 'CREATE INDEX without CONCURRENTLY',
  why: 'Building an index blocks every write to the table until the build ends, which grows with the table.',
  instead: 'Use CREATE INDEX CONCURRENTLY, alone in its own file.',
  bad: 'CREATE INDEX users_email ON users (email);',
  good: 'CREATE INDEX CONCURRENTLY users_email ON users (email);',

  check(statement, file) {
    if (statement.kind !== 'create-index' || statement.concurrently || statement.only) return
    if (file.createdHere(statement.table, 'table') || file.createdHere(statement.table, 'view')) return
    return `Writes to ${show(statement.table)} wait until this index is built.`
  },
}
