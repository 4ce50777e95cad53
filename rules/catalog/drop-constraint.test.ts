import { testRule } from '../testing.ts'
import { dropConstraint } from './drop-constraint.ts'

testRule(dropConstraint, {
  reports: {
    'a constraint': [
      'ALTER TABLE t DROP CONSTRAINT k;',
      '1: Without k, rows get into t that break it, and nobody notices.',
    ],
    'IF EXISTS': [
      'ALTER TABLE t DROP CONSTRAINT IF EXISTS k CASCADE;',
      '1: Without k, rows get into t that break it, and nobody notices.',
    ],
    'one that was validated for nothing': [
      'ALTER TABLE t VALIDATE CONSTRAINT k;\nALTER TABLE t DROP CONSTRAINT k;',
      '2: Without k, rows get into t that break it, and nobody notices.',
    ],
    'one that a body may not have added': [
      'DO $$ BEGIN ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID; EXCEPTION WHEN duplicate_object THEN NULL; END $$;\nALTER TABLE t DROP CONSTRAINT k;',
      '2: Without k, rows get into t that break it, and nobody notices.',
    ],
  },
  allows: {
    'one that is new in the same file': `ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID;
ALTER TABLE t DROP CONSTRAINT k;`,
    'one that was validated for SET NOT NULL': `ALTER TABLE t VALIDATE CONSTRAINT k;
ALTER TABLE t ALTER a SET NOT NULL;
ALTER TABLE t DROP CONSTRAINT k;`,
    'a table born in the same file': `CREATE TABLE t (a int UNIQUE);
ALTER TABLE t DROP CONSTRAINT t_a_key;`,
  },
})

testRule(
  dropConstraint,
  {
    reports: {
      'a foreign key': [
        'ALTER TABLE t DROP FOREIGN KEY k',
        '1: Without k, rows get into t that break it, and nobody notices.',
      ],
      'a constraint': [
        'ALTER TABLE t DROP CONSTRAINT k',
        '1: Without k, rows get into t that break it, and nobody notices.',
      ],
    },
    allows: {
      'a column': 'ALTER TABLE t DROP COLUMN k',
      'a table born in the same file': 'CREATE TABLE t (a INT); ALTER TABLE t DROP CONSTRAINT k',
    },
  },
  { engine: 'mariadb' },
)
