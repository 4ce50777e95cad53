import type { Rule } from '../rule.ts'

export const dbwardSchema: Rule = {
  id: 'dbward-schema',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  fixed: true,
  title: 'The schema dbward',
  why: 'The ledger of what was executed is in the schema `dbward`, and what a migration changes there could make it lie. Anything else of that name counts too, and so do the roles whose names begin with `dbward_`.',
  instead: 'Leave the schema and its roles alone, and choose another name for what is yours.',
  bad: "DELETE FROM dbward.ledger WHERE migration_id = '7';",
  good: "DELETE FROM app.ledger WHERE migration_id = '7';",
  mysql: {
    why: 'The ledger of what was executed is in the database `dbward`, and what a migration changes there could make it lie. Anything else of that name counts too, and so do the accounts whose names begin with `dbward_`. A grant on `*.*` reaches it too.',
    instead: 'Leave the database and its accounts alone, and choose another name for what is yours.',
  },

  check(statement) {
    if (statement.kind !== 'dbward-schema') return
    if (statement.everywhere !== true) return 'This names dbward, where the ledger of executed migrations is.'
    return {
      message:
        'This grants rights on every database, and so on dbward, where the ledger of executed migrations is.',
      instead: 'Name the database that is meant: GRANT ... ON app.* TO ...',
    }
  },
}
