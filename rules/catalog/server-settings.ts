import type { Rule } from '../rule.ts'

export const serverSettings: Rule = {
  id: 'server-settings',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  title: 'The server and the sessions of others',
  why: 'It reaches beyond the tables of this change: the settings of sessions to come, connections of others, replication, the catalogue. No transaction undoes most of it. Waiting inside of a migration keeps all those waiting who need its locks.',
  instead: 'Let those who run the server do it, outside of migrations.',
  bad: `ALTER ROLE app SET statement_timeout = 0;`,
  good: `SET LOCAL statement_timeout = '5s';`,
  mysql: {
    why: 'SLEEP and BENCHMARK keep all those waiting who need the locks of the migration. (SET GLOBAL and its like always block: see transaction-control.)',
    instead: 'Leave it out.',
    bad: 'SELECT SLEEP(2);',
    good: 'SELECT NOW();',
  },

  check(statement) {
    if (statement.kind !== 'danger' || statement.of !== 'server-setting') return
    return { message: `${statement.what} ${statement.effect}.`, instead: statement.instead }
  },
}
