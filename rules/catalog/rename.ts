import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const rename: Rule = {
  id: 'rename',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'RENAME of a table, a view, a column, a schema, a type or a function',
  why: 'Code that is running still uses the old name and fails from this moment on, until its new version is everywhere.',
  instead:
    'Add the new name beside the old one (a column that is kept equal, a view), move the code, then drop the old one.',
  bad: 'ALTER TABLE users RENAME COLUMN mail TO email;',
  good: 'ALTER TABLE users ADD COLUMN email text;',
  mysql: {
    bad: 'RENAME TABLE users TO people;',
    good: 'ALTER TABLE users ADD COLUMN email varchar(255);',
  },

  check(statement, file) {
    switch (statement.kind) {
      case 'rename': {
        const { from, to, of } = statement
        if (of === 'index' || of === 'sequence' || file.createdHere(from, of ?? 'table')) return
        const instead =
          file.engine === 'postgres' && of === undefined && to.schema === from.schema
            ? `To keep code running that knows the old name, in this same file:\nCREATE VIEW ${show(from)} AS SELECT * FROM ${show(to)};`
            : 'Add the new name beside the old one, move the code, then drop the old one.'
        return { message: `Queries that name ${show(from)} fail from this moment on.`, instead }
      }
      case 'rename-column': {
        const { table, column, to } = statement
        if (file.createdHere(table, 'table')) return
        return {
          message: `Queries that name ${show(column)} of ${show(table)} fail from this moment on.`,
          instead: `Add ${show(to)} beside it, keep both filled, move the code, then drop ${show(column)}.`,
        }
      }
      case 'rename-other':
        return statement.what === 'ENUM VALUE'
          ? `Code that names this value of ${show(statement.from)} fails from this moment on.`
          : `Code that names the ${statement.what.toLowerCase()} ${show(statement.from)} fails from this moment on.`
      default:
        return
    }
  },
}
