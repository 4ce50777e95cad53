import { keepsOut } from '../lock-mode.ts'
import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const slowUnderLock: Rule = {
  id: 'slow-under-lock',
  engines: ['postgres'],
  severity: 'warn',
  title: 'Work that takes long while an earlier statement keeps everybody out',
  why: 'A lock is held until the transaction ends: after an ALTER TABLE, whatever takes long in the same file keeps the readers and writers of that table waiting too.',
  instead: 'Put what takes long into a migration of its own.',
  bad: `ALTER TABLE users ADD COLUMN plan text;
CREATE INDEX users_email ON users (email);`,
  good: `ALTER TABLE users ADD COLUMN plan text;
ALTER TABLE orders ADD COLUMN plan text;`,

  check(statement, file) {
    const slow = file.effects(statement).some(({ scans, rewrites }) => scans === 'yes' || rewrites === 'yes')
    const held = file.held.find(({ lock }) => keepsOut(lock) === 'everybody')
    if (!slow || held === undefined || statement.kind === 'update' || statement.kind === 'delete') return
    // That the lock of NOT VALID is held meanwhile has a rule of its own, and TRUNCATE is quick.
    if (statement.kind === 'truncate' || isOwnValidation(statement, file)) return
    return `Readers and writers of ${show(held.relation)}, which line ${held.line} has locked, wait until this is done.`
  },
}

function isOwnValidation(...[statement, file]: Parameters<Rule['check']>): boolean {
  return (
    statement.kind === 'validate-constraint' && file.constraint(statement.table, statement.name) === 'added'
  )
}
