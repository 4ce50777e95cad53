import { testRule } from '../testing.ts'
import { triggerLock } from './trigger-lock.ts'

testRule(triggerLock, {
  reports: {
    'a trigger': [
      'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();',
      '1: Writers of t wait for a moment, and each of their writes runs g from then on.',
    ],
  },
  allows: {
    'a table born in the same file': `CREATE TABLE t (a int);
CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();`,
  },
})
