import type { Rule } from '../rule.ts'
import { grantedText, grantSql, verb, weightOf, withoutOption } from '../security.ts'

export const grantsToEveryone: Rule = {
  id: 'grants-to-everyone',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  title: 'Rights for everybody',
  why: 'PUBLIC is every role of the server, those included that somebody makes next year. A right that it has cannot be taken from one of them.',
  instead: 'Grant the right to the roles that need it, by their names.',
  bad: 'GRANT SELECT ON orders TO PUBLIC;',
  good: `CREATE TABLE invoices (id bigint);
GRANT SELECT ON invoices TO accounting;`,
  mysql: {
    why: 'An account with the host % may log in from anywhere, and one without a name is whoever comes. All rights on a database are in the hands of whoever learns the password, wherever that is. PUBLIC of MariaDB is every account.',
    instead: 'Name the host that the account comes from, and the rights that it needs.',
    bad: "GRANT ALL ON shop.* TO 'app'@'%';",
    good: `CREATE TABLE invoices (id bigint);
GRANT SELECT ON invoices TO 'app'@'10.0.0.5';`,
  },

  check(statement) {
    if (statement.kind !== 'grant' || weightOf(statement) !== 'everyone') return
    const plain = withoutOption(statement)
    if (statement.everyone === 'any-host') {
      const narrow = grantSql(plain, { rights: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] })
      return {
        message: `${verb(statement, 'gets')} ${grantedText(statement)}, and may log in from any host.`,
        instead: `Name the host that it comes from, and the rights that it needs: ${narrow.replaceAll('@"%"', '@"10.0.0.5"')}`,
      }
    }
    const [who, whom] =
      statement.everyone === 'public'
        ? ['PUBLIC', 'everybody who can log in, also each role to come']
        : ['An account without a name', 'whoever logs in']
    return {
      message: `${who} gets ${grantedText(statement)}: that is ${whom}.`,
      instead: `Name the role that needs it: ${grantSql(plain, { to: ['the_role_that_needs_it'] })}`,
    }
  },
}
