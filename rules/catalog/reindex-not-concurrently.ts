import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

// https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY
export const reindexNotConcurrently: Rule = {
  id: 'reindex-not-concurrently',
  engines: ['postgres'],
  severity: 'warn',
  title: 'REINDEX without CONCURRENTLY',
  why: 'Writers of the table wait until its indexes are built anew, and so does every reader that would use one of them, which grows with the table.',
  instead: 'Use REINDEX ... CONCURRENTLY, alone in its own file.',
  bad: 'REINDEX TABLE orders;',
  good: 'REINDEX TABLE CONCURRENTLY orders;',

  check(statement, file) {
    if (statement.kind !== 'reindex' || statement.concurrently) return
    const { what, name } = statement
    if (name !== undefined && file.createdHere(name, what === 'INDEX' ? 'index' : 'table')) return
    const named = name === undefined ? '' : ` ${show(name)}`
    const whose = { INDEX: `the table of${named}`, TABLE: named.trim(), SCHEMA: `every table of${named}` }
    const tables = what === 'DATABASE' || what === 'SYSTEM' ? 'every table' : whose[what]
    return {
      message: `Writers of ${tables} wait until the rebuild ends, and readers that would use the index too; it takes longer the larger the table is.`,
      instead: `Alone in its own file:\nREINDEX ${what} CONCURRENTLY${named};`,
    }
  },
}
