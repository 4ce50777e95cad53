import type { Rule } from '../rule.ts'

export const transactionControl: Rule = {
  id: 'transaction-control',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  fixed: true,
  title: 'Transaction, role and session control',
  why: 'The executor runs a file in a transaction of its own, as a role that it chose, under a lock. SQL that ends the transaction, changes the role or gives up the lock takes away what keeps a migration whole and its record true.',
  instead:
    'Leave it out: each file is one transaction already. What cannot run in one gets `-- migrate:up transaction:false`.',
  bad: `CREATE TABLE notes (body text);
COMMIT;`,
  good: 'CREATE TABLE notes (body text);',
  mysql: {
    why: 'The executor runs a file in a transaction of its own, or its statements one by one where one of them commits by itself, in a session that it has set up, under a lock. SQL that ends the transaction, changes the session or gives up the lock takes away what keeps a migration whole and its record true.',
    instead: 'Leave it out.',
    bad: "INSERT INTO notes (body) VALUES ('a');\nCOMMIT;",
    good: "INSERT INTO notes (body) VALUES ('a');",
  },

  check(statement) {
    if (statement.kind !== 'transaction-control') return
    const { what, effect, instead } = statement
    const message = `${what} ${effect}.`
    return instead === undefined ? message : { message, instead }
  },
}
