import type { Rule } from '../rule.ts'
import { show, showAll } from '../statement.ts'

// DROP INDEX holds ACCESS EXCLUSIVE on the table; CONCURRENTLY waits instead.
// https://www.postgresql.org/docs/current/sql-dropindex.html
export const dropIndex: Rule = {
  id: 'drop-index',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'DROP INDEX',
  why: 'Queries that use the index become slow at once, and building it again takes long. Without CONCURRENTLY readers and writers of the table wait too.',
  instead:
    'Look at pg_stat_user_indexes whether anything uses the index, then drop it with DROP INDEX CONCURRENTLY, alone in its file.',
  bad: 'DROP INDEX users_email;',
  good: 'ALTER INDEX users_email RENAME TO users_email_unused;',
  mysql: {
    why: 'Queries that use the index become slow at once, and building it again takes long.',
    instead:
      'Make it INVISIBLE (MySQL) or IGNORED (MariaDB 10.6) first, and drop it when nothing became slow.',
    bad: 'DROP INDEX users_email ON users;',
    good: 'ALTER TABLE users RENAME INDEX users_email TO users_email_unused;',
  },

  check(statement, file) {
    if (statement.kind !== 'drop-index') return
    const dropped = statement.names.filter((name) => !file.createdHere(name, 'index'))
    if (dropped.length === 0) return
    const slow = `Queries that use ${showAll(dropped)} become slow once it is dropped.`
    if (statement.concurrently || file.engine !== 'postgres') return slow
    const [first] = dropped
    return {
      message: `${slow} Readers and writers of its table wait while it is.`,
      instead: `Look at pg_stat_user_indexes whether anything uses it, then, alone in its file:\nDROP INDEX CONCURRENTLY ${first === undefined ? '' : show(first)};`,
    }
  },
}
