import type { Rule } from '../rule.ts'

export const triggersOff: Rule = {
  id: 'triggers-off',
  engines: ['postgres'],
  severity: 'block',
  title: 'Triggers and rules switched off',
  why: 'What a trigger checks or writes down is skipped for everybody, and not for this file alone; DISABLE TRIGGER ALL takes the foreign keys with it. What was written meanwhile is never checked again, also after it is switched on.',
  instead: 'Change the rows with the triggers in place.',
  bad: `ALTER TABLE orders DISABLE TRIGGER ALL;`,
  good: `UPDATE orders SET note = 'paid' WHERE id = 7;`,

  check(statement, file) {
    if (statement.kind !== 'danger' || statement.of !== 'triggers-off') return
    // Nobody writes to it yet.
    if (statement.table !== undefined && file.createdHere(statement.table, 'table')) return
    return { message: `${statement.what} ${statement.effect}.`, instead: statement.instead }
  },
}
