import type { Rule } from '../rule.ts'
import { grantedText, grantSql, verb, weightOf, withoutOption } from '../security.ts'

export const privileges: Rule = {
  id: 'privileges',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'Rights, roles and owners',
  why: 'Who may do what changes here, and no test of the application shows it. Roles are those of the whole server, and not of one database.',
  instead: 'Have somebody accept it who answers for who may do what.',
  bad: 'GRANT UPDATE ON orders TO accounting;',
  good: `CREATE TABLE invoices (id bigint);
GRANT UPDATE ON invoices TO accounting;`,
  mysql: {
    why: 'Who may do what changes here, and no test of the application shows it. Accounts are those of the whole server, and not of one database.',
  },

  check(statement, file) {
    if (statement.kind === 'account' && statement.powers.length === 0) {
      if (statement.table !== undefined && file.createdHere(statement.table, 'table')) return
      return { message: `${statement.what} ${statement.effect}.`, instead: statement.instead }
    }
    if (statement.kind !== 'grant' || weightOf(statement) !== 'plain') return
    const { tables, revoke } = statement
    // Nobody has used it yet, and who may is part of what a new table is.
    if (tables.length > 0 && tables.every((one) => isNew(one, file))) return
    const back = grantSql(withoutOption(statement), { revoke: !revoke })
    // All that an account has, which no GRANT says.
    const isAll = statement.on === undefined && /^ALL( PRIVILEGES)?$/.test(statement.rights[0] ?? '')
    return revoke
      ? {
          message: `${verb(statement, 'loses')} ${grantedText(statement)}: what still needs it fails at once.`,
          instead: `Be sure that nothing needs it any more${isAll ? '.' : `; it is given back by ${back}`}`,
        }
      : {
          message: `${verb(statement, 'gets')} ${grantedText(statement)}.`,
          instead: `Have somebody accept it who answers for who may do what; it is taken back by ${back}`,
        }
  },
}

type Asked = Parameters<Rule['check']>[1]

function isNew(name: Parameters<Asked['createdHere']>[0], file: Asked): boolean {
  return (['table', 'view', 'sequence'] as const).some((what) => file.createdHere(name, what))
}
