import { list } from '../paste.ts'
import type { Report, Rule } from '../rule.ts'
import { type StatementOf, show } from '../statement.ts'

// CREATE INDEX holds SHARE on the table for the whole build: reads go on, writes queue.
// https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
export const createIndexNotConcurrently: Rule = {
  id: 'create-index-not-concurrently',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'CREATE INDEX that keeps writers waiting',
  why: 'Building an index blocks every write to the table until the build ends, which grows with the table.',
  instead: 'Use CREATE INDEX CONCURRENTLY, alone in its own file.',
  bad: 'CREATE INDEX users_email ON users (email);',
  good: 'CREATE INDEX CONCURRENTLY users_email ON users (email);',
  mysql: {
    why: 'InnoDB builds indexes while writers go on, but for FULLTEXT, SPATIAL and VECTOR ones, and where ALGORITHM=COPY, LOCK=SHARED or LOCK=EXCLUSIVE is said: then every writer waits until the build ends, which grows with the table.',
    instead:
      'Build it while the table is small, in an hour without writes, or with a tool that changes the schema online.',
    bad: 'CREATE FULLTEXT INDEX users_nickname ON users (nickname);',
    good: 'CREATE INDEX users_email ON users (email);',
  },

  check(statement, file) {
    if (statement.kind !== 'create-index' || statement.concurrently || statement.only) return
    if (file.createdHere(statement.table, 'table') || file.createdHere(statement.table, 'view')) return
    if (file.engine !== 'postgres') return onMysql(statement)
    return {
      message: `Writes to ${show(statement.table)} wait until this index is built, the longer the larger the table is.`,
      instead: `Build it without stopping writers, alone in its own file:\n${concurrent(statement)}`,
    }
  },
}

function onMysql({ table, special }: StatementOf<'create-index'>): Report | string {
  const wait = `writers of ${show(table)} wait until it is built, the longer the larger the table is.`
  if (special !== undefined)
    return `No server builds a ${special.toUpperCase()} index without a lock: ${wait}`
  return {
    message: `This index is built under a lock that the statement asks for: ${wait}`,
    instead: 'Leave ALGORITHM and LOCK out, or write ALGORITHM=INPLACE, LOCK=NONE.',
  }
}

function concurrent({ name, table, unique, columns = [] }: StatementOf<'create-index'>): string {
  const named = name === undefined ? '' : ` ${show(name.name)}`
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY${named} ON ${show(table)} ${list(columns)};`
}
