import { type FileContext, isChange, isDefinition } from '../file-context.ts'
import { keepsOut } from '../lock-mode.ts'
import type { Rule } from '../rule.ts'
import { type Statement, show } from '../statement.ts'

export const mixedDdlDml: Rule = {
  id: 'mixed-ddl-dml',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'Changes of definitions and of rows in one file',
  why: 'The locks that the changed definitions took are held until the last row is changed, and a failure undoes both.',
  instead: 'Change the definitions in one migration and the rows in the next.',
  bad: `ALTER TABLE users ADD COLUMN plan text;
UPDATE users SET plan = 'free' WHERE plan IS NULL;`,
  good: 'ALTER TABLE users ADD COLUMN plan text;',
  mysql: {
    why: 'A change of a definition, of an account or of a stored program commits what came before it, without saying so, and in a file with one each statement commits by itself: after a failure the first part is done and stays.',
  },

  check(statement, file) {
    if (file.engine === 'postgres') return underLocks(statement, file)
    const before = isChange(statement)
      ? file.firstDefinition
      : isDefinition(statement)
        ? file.firstChange
        : undefined
    const isFirst = isChange(statement) ? file.firstChange === undefined : file.firstDefinition === undefined
    if (before === undefined || !isFirst) return
    return isChange(statement)
      ? `Rows change here after the definitions of line ${before.line}, which are committed: a failure undoes neither.`
      : `Definitions change here, and the rows changed on line ${before.line} are committed: a failure undoes neither.`
  },
}

/** A table that is new in this file keeps nobody waiting, whatever is done to it. */
function underLocks(statement: Statement, file: FileContext): string | undefined {
  const [held] = file.held
  if (isChange(statement)) {
    if (held === undefined || file.firstChange !== undefined || file.effects(statement).length === 0) return
    return `Rows change here while ${show(held.relation)} is locked since line ${held.line}, until the last one is changed.`
  }
  const change = file.firstChange
  const [effect] = file.effects(statement).filter(({ lock }) => keepsOut(lock) !== 'nobody')
  if (change === undefined || held !== undefined || effect === undefined) return
  return `${show(effect.relation)} is locked here in the transaction that changed rows on line ${change.line}.`
}
