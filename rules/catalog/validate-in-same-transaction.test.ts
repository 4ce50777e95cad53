import { testRule } from '../testing.ts'
import { validateInSameTransaction } from './validate-in-same-transaction.ts'

testRule(validateInSameTransaction, {
  reports: {
    both: [
      `ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT k;`,
      '2: t is locked since k was added, and stays so until every row is checked, the longer the larger it is.',
    ],
    'both in one statement': [
      'ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID, VALIDATE CONSTRAINT k;',
      '1: t is locked since k was added, and stays so until every row is checked, the longer the larger it is.',
    ],
  },
  allows: {
    'another constraint': `ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT other;`,
    'another table': `ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID;
ALTER TABLE u VALIDATE CONSTRAINT k;`,
    'the second step alone': 'ALTER TABLE t VALIDATE CONSTRAINT k;',
  },
})
