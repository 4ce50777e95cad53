import { list } from '../paste.ts'
import type { Rule } from '../rule.ts'
import { type Statement, show } from '../statement.ts'

// CREATE INDEX holds SHARE on the table for the whole build: reads go on, writes queue.
// https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
export const createIndexNotConcurrently: Rule = {
  id: 'create-index-not-concurrently',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'CREATE INDEX without CONCURRENTLY, or without LOCK=NONE',
  why: 'Building an index blocks every write to the table until the build ends, which grows with the table.',
  instead: 'Use CREATE INDEX CONCURRENTLY, alone in its own file.',
  bad: 'CREATE INDEX users_email ON users (email);',
  good: 'CREATE INDEX CONCURRENTLY users_email ON users (email);',
  mysql: {
    why: 'InnoDB builds most indexes while writes go on, and some not (FULLTEXT, SPATIAL, tables of other engines). Without a LOCK clause the server chooses by itself, and blocks writes where it must.',
    instead:
      'Write ALGORITHM=INPLACE, LOCK=NONE: the server then refuses what it cannot build while writes go on.',
    good: 'CREATE INDEX users_email ON users (email) ALGORITHM=INPLACE LOCK=NONE;',
  },

  check(statement, file) {
    if (statement.kind !== 'create-index' || statement.concurrently || statement.only) return
    if (file.createdHere(statement.table, 'table') || file.createdHere(statement.table, 'view')) return
    if (file.engine !== 'postgres') {
      return `Nothing says that writes to ${show(statement.table)} go on while this index is built.`
    }
    return {
      message: `Writes to ${show(statement.table)} wait until this index is built, the longer the larger the table is.`,
      instead: `Build it without stopping writers, alone in its own file: ${concurrent(statement)}`,
    }
  },
}

function concurrent({
  name,
  table,
  unique,
  columns = [],
}: Extract<Statement, { kind: 'create-index' }>): string {
  const named = name === undefined ? '' : ` ${show(name.name)}`
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY${named} ON ${show(table)} ${list(columns)};`
}
