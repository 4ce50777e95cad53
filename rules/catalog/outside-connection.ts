import type { Rule } from '../rule.ts'

export const outsideConnection: Rule = {
  id: 'outside-connection',
  engines: ['postgres'],
  severity: 'block',
  title: 'Connections to other servers',
  why: 'The database server reaches places that neither the author nor the reviewer of a migration reaches: it carries rows out, or takes in what others change later without a migration. The address and often a password stand in its catalogue.',
  instead: 'Let the application bring the rows from one to the other.',
  bad: `CREATE SUBSCRIPTION copied CONNECTION 'host=db2.example dbname=shop' PUBLICATION all_rows WITH (connect = false);`,
  good: `CREATE TABLE invoices_of_shop (id bigint PRIMARY KEY);`,

  check(statement) {
    if (statement.kind !== 'danger' || statement.of !== 'outside') return
    return { message: `${statement.what} ${statement.effect}.`, instead: statement.instead }
  },
}
