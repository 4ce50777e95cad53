import type { FileContext } from '../file-context.ts'
import { pasted } from '../paste.ts'
import type { Report, Rule } from '../rule.ts'
import { type Meaning, type Statement, show, type Test } from '../statement.ts'

export const unbatchedBackfill: Rule = {
  id: 'unbatched-backfill',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'warn',
  title: 'A large part of a table changed at once',
  why: 'A WHERE that only asks for NULL, for a flag, or for what is not so usually means a large part of the table. All those rows stay locked until the transaction ends, and their old versions stay until vacuum: both grow with the table.',
  instead: 'Change a thousand rows at a time, each time in a transaction of its own.',
  bad: "UPDATE users SET plan = 'free' WHERE plan IS NULL;",
  good: "UPDATE users SET plan = 'free' WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 1000);",
  mysql: {
    why: 'A WHERE that only asks for NULL, for a flag, or for what is not so usually means a large part of the table. All those rows stay locked until the transaction ends, replicas wait as long again, and a failure undoes them one by one: all of it grows with the table.',
    good: "UPDATE users SET plan = 'free' WHERE plan IS NULL ORDER BY id LIMIT 1000;",
  },

  check(statement, file) {
    if (statement.later) return
    if (statement.kind === 'insert') return copied(statement, file)
    if ((statement.kind !== 'update' && statement.kind !== 'delete') || statement.merged) return
    const { table, picks, sets = [] } = statement
    if (picks === undefined || picks.rows === 'few' || file.createdHere(table, 'table')) return
    const fills = sets.some((column) => file.addedHere(table, column))
    if (picks.rows !== 'many' && !fills) return
    const what =
      statement.kind === 'update' ? `UPDATE ${show(table)} changes` : `DELETE FROM ${show(table)} deletes`
    const rows = picks.rows === 'many' ? `every row where ${asked(picks.tests)}` : 'old rows for a new column'
    return {
      message: `${what} ${rows} in one statement: they stay locked until the last one is done.`,
      instead: batches(statement, picks.tests, file),
    }
  },
}

const shown = { null: ' IS NULL', 'not-null': ' IS NOT NULL', other: ' <> ...', true: '', false: '' } as const

function testOf({ column, is }: Test, named = show(column)): string {
  return `${is === 'false' ? 'NOT ' : ''}${named}${shown[is]}`
}

function asked(tests: readonly Test[]): string {
  const all = [...new Set(tests.map((one) => testOf(one)))]
  return all.length > 3 ? `${all.slice(0, 3).join(', ')} and so on` : all.join(', ')
}

type Change = Statement & { readonly kind: 'update' | 'delete' }

/** The same change, a part at a time, as it stands in the file. */
function batches(
  { kind, table, sets = [] }: Change,
  tests: readonly Test[],
  { engine }: FileContext,
): string {
  const [only] = tests
  const where = tests.length === 1 && only !== undefined ? testOf(only, pasted(only.column, engine)) : '...'
  const name = pasted(table, engine)
  const set = sets.map((column) => `${pasted(column, engine)} = ...`).join(', ')
  const verb = kind === 'update' ? `UPDATE ${name} SET ${set}` : `DELETE FROM ${name}`
  const part =
    engine === 'postgres'
      ? `WHERE id IN (SELECT id FROM ${name} WHERE ${where} LIMIT 1000)`
      : `WHERE ${where} ORDER BY id LIMIT 1000`
  return `Run this again and again from outside until it changes no row, with the key of the table for id: ${verb} ${part};`
}

function copied(statement: Meaning & { kind: 'insert' }, file: FileContext): Report | undefined {
  const { table, copies } = statement
  if (copies === undefined || file.createdHere(table, 'table') || file.createdHere(copies, 'table')) return
  const [to, from] = [pasted(table, file.engine), pasted(copies, file.engine)]
  return {
    message: `INSERT INTO ${show(table)} copies every row of ${show(copies)} in one statement: it takes the longer the more there are.`,
    instead: `Run this again and again from outside, with the last key that was copied: INSERT INTO ${to} SELECT ... FROM ${from} WHERE id > ... ORDER BY id LIMIT 1000;`,
  }
}
