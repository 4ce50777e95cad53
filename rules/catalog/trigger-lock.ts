import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const triggerLock: Rule = {
  id: 'trigger-lock',
  engines: ['postgres'],
  severity: 'note',
  title: 'CREATE TRIGGER',
  why: 'It takes a short lock that stops writers, and waits for every transaction that is writing; and from then on each write runs the function of the trigger, in the transaction of whoever writes.',
  instead:
    'Look at what the function costs for each row, and run it when no long transaction writes the table.',
  bad: 'CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();',
  good: 'ALTER TABLE users ALTER COLUMN updated_at SET DEFAULT now();',

  check(statement, file) {
    if (statement.kind !== 'create-trigger' || file.createdHere(statement.table, 'table')) return
    return `Writers of ${show(statement.table)} wait for a moment, and each of their writes runs ${show(statement.trigger)} from then on.`
  },
}
