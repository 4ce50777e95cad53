import { testRule } from '../testing.ts'
import { dropCascade } from './drop-cascade.ts'

testRule(dropCascade, {
  reports: {
    'a view': [
      'DROP VIEW v CASCADE;',
      '1: CASCADE drops whatever depends on v too, and does not say what that is.',
    ],
    'a type': [
      'DROP TYPE e CASCADE;',
      '1: CASCADE drops whatever depends on e too, and does not say what that is.',
    ],
    'a column': [
      'ALTER TABLE t DROP COLUMN a CASCADE;',
      '1: CASCADE drops whatever depends on a too, and does not say what that is.',
    ],
    'a constraint': [
      'ALTER TABLE t DROP CONSTRAINT k CASCADE;',
      '1: CASCADE drops whatever depends on k too, and does not say what that is.',
    ],
  },
  allows: {
    RESTRICT: 'DROP VIEW v RESTRICT;',
    'a view born in the same file': `CREATE VIEW v AS SELECT 1;
DROP VIEW v CASCADE;`,
  },
})
