import { keepsOut } from '../lock-mode.ts'
import type { Rule } from '../rule.ts'
import { showAll } from '../statement.ts'

export const lockTable: Rule = {
  id: 'lock-table',
  engines: ['postgres'],
  severity: 'warn',
  title: 'LOCK TABLE',
  why: 'Others wait from this statement until the file is done, whatever the statements after it would need.',
  instead:
    'Leave it out: each statement takes the lock that it needs. To keep off writers only, name SHARE ROW EXCLUSIVE.',
  bad: 'LOCK TABLE users;',
  good: 'LOCK TABLE users IN SHARE UPDATE EXCLUSIVE MODE;',

  check(statement, file) {
    if (statement.kind !== 'lock-table') return
    const who = keepsOut(statement.mode)
    const tables = statement.tables.filter((table) => !file.createdHere(table, 'table'))
    if (who === 'nobody' || tables.length === 0) return
    const everybody = who === 'everybody'
    const message = `${everybody ? 'Readers and writers' : 'Writers'} of ${showAll(tables)} wait from here until the file is done.`
    const instead = 'Leave it out: each statement takes the lock that it needs.'
    return everybody
      ? { message, instead: `${instead} To keep off writers only, name SHARE ROW EXCLUSIVE.` }
      : { message, instead }
  },
}
