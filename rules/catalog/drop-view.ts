import type { Rule } from '../rule.ts'
import { showAll } from '../statement.ts'

export const dropView: Rule = {
  id: 'drop-view',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'DROP VIEW',
  why: 'Queries that name the view fail, and if it is created again, the grants on it are gone.',
  instead: 'Change it in place with CREATE OR REPLACE VIEW, or stop using it first.',
  bad: 'DROP VIEW active_users;',
  good: 'CREATE OR REPLACE VIEW active_users AS SELECT id, email FROM users WHERE active;',

  check(statement, file) {
    if (statement.kind !== 'drop-view') return
    const dropped = statement.names.filter((name) => !file.createdHere(name, 'view'))
    if (dropped.length === 0) return
    return `Queries that name ${showAll(dropped)} fail once it is dropped.`
  },
}
