import type { Rule } from '../rule.ts'
import { grantedText, grantSql, weightOf, withoutOption } from '../security.ts'

export const grantOption: Rule = {
  id: 'grant-option',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  title: 'Rights that may be given on',
  why: 'With the option, whoever has the right decides who else gets it, and no file says so any more.',
  instead: 'Leave the option out, and grant the right to each role in a migration.',
  bad: 'GRANT SELECT ON orders TO accounting WITH GRANT OPTION;',
  good: `CREATE TABLE invoices (id bigint);
GRANT SELECT ON invoices TO accounting;`,

  check(statement) {
    if (statement.kind !== 'grant' || weightOf(statement) !== 'passes-on') return
    const { passesOn, to } = statement
    const decides = to.length === 1 ? 'decides' : 'decide'
    return {
      message: `${passesOn}: from here on ${to.join(', ')} ${decides} who else gets ${grantedText(statement)}.`,
      instead: `Leave it out: ${grantSql(withoutOption(statement))}`,
    }
  },
}
