import type { Rule } from '../rule.ts'
import { grantSql, verb, weightOf, withoutOption } from '../security.ts'

export const powerfulRole: Rule = {
  id: 'powerful-role',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  title: 'Power over the whole server',
  why: 'A superuser, a role that passes by row security or makes roles, and the roles that reach the files and programs of the server are asked nothing any more: every other right and rule is void for them, the ledger of what was executed included.',
  instead:
    'Grant the rights on the tables that are needed. What a server needs beyond, those who run it set up.',
  bad: 'ALTER ROLE reporting BYPASSRLS;',
  good: 'CREATE POLICY all_rows ON orders FOR SELECT TO reporting USING (true);',
  mysql: {
    why: 'SUPER, FILE, CREATE USER and their like reach beyond the tables: to the files of the server, to what other sessions do, to the accounts.',
    bad: "GRANT SUPER ON *.* TO 'app'@'10.0.0.5';",
    good: `CREATE TABLE invoices (id bigint);
GRANT SELECT ON invoices TO 'app'@'10.0.0.5';`,
  },

  check(statement, { engine }) {
    if (statement.kind === 'account' && statement.powers.length > 0) {
      return {
        message: `${statement.what} with ${statement.powers.join(', ')} gives power over the whole server.`,
        instead: statement.instead,
      }
    }
    if (statement.kind !== 'grant' || weightOf(statement) !== 'power') return
    const { powers, on } = statement
    const onTable = grantSql({ ...withoutOption(statement), on: 'a_table' }, { rights: ['SELECT'] })
    return {
      message: `${verb(statement, 'gets')} ${powers.join(', ')}, which is power over the whole server.`,
      instead:
        engine === 'postgres' || on === undefined
          ? `Grant what is needed on the tables: ${onTable}`
          : `Leave ${powers.join(', ')} out, and grant what is needed on the tables.`,
    }
  },
}
