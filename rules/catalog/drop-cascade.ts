import type { Rule } from '../rule.ts'
import { showAll } from '../statement.ts'

export const dropCascade: Rule = {
  id: 'drop-cascade',
  engines: ['postgres'],
  severity: 'warn',
  title: 'DROP ... CASCADE',
  why: 'It drops whatever depends on what is named, views, foreign keys, columns and functions, and a reviewer does not see what that is.',
  instead: 'Drop what depends on it by name first, and leave CASCADE out.',
  bad: 'DROP VIEW active_users CASCADE;',
  good: 'CREATE OR REPLACE VIEW active_users AS SELECT id, email FROM users WHERE active;',

  check(statement, file) {
    switch (statement.kind) {
      case 'drop-view':
      case 'drop-sequence':
      case 'drop-index': {
        const what =
          statement.kind === 'drop-view' ? 'view' : statement.kind === 'drop-index' ? 'index' : 'sequence'
        const names = statement.names.filter((name) => !file.createdHere(name, what))
        return statement.cascade && names.length > 0 ? said(showAll(names)) : undefined
      }
      case 'drop-column':
      case 'drop-constraint': {
        const name = statement.kind === 'drop-column' ? statement.column : statement.name
        const isNew = file.createdHere(statement.table, 'table')
        return statement.cascade && !isNew ? said(showAll([{ name }])) : undefined
      }
      case 'drop-other':
        return statement.cascade && statement.what !== 'SCHEMA' ? said(showAll(statement.names)) : undefined
      default:
        return
    }
  },
}

function said(names: string): string {
  return `CASCADE drops whatever depends on ${names} too, and does not say what that is.`
}
