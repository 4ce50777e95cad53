import { testRule } from '../testing.ts'
import { addColumnRewritesTable } from './add-column-rewrites-table.ts'

testRule(addColumnRewritesTable, {
  reports: {
    'a volatile default': [
      'ALTER TABLE t ADD COLUMN x uuid DEFAULT gen_random_uuid();',
      '1: Adding x with a default that is another one for each row writes t and its indexes anew while readers and writers wait, the longer the larger it is.',
    ],
    'a function that is not known': [
      'ALTER TABLE t ADD COLUMN x text DEFAULT app.next_code();',
      '1: Adding x with a default that is another one for each row writes t and its indexes anew while readers and writers wait, the longer the larger it is.',
    ],
    clock_timestamp: [
      'ALTER TABLE t ADD COLUMN x timestamptz NOT NULL DEFAULT clock_timestamp();',
      '1: Adding x with a default that is another one for each row writes t and its indexes anew while readers and writers wait, the longer the larger it is.',
    ],
    'a serial': [
      'ALTER TABLE t ADD COLUMN x bigserial;',
      '1: Adding x with a serial writes t and its indexes anew while readers and writers wait, the longer the larger it is.',
    ],
    'an identity': [
      'ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS IDENTITY;',
      '1: Adding x with an identity writes t and its indexes anew while readers and writers wait, the longer the larger it is.',
    ],
    'a stored value': [
      'ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a * 2) STORED;',
      '1: Adding x with a stored generated value writes t and its indexes anew while readers and writers wait, the longer the larger it is.',
    ],
    'a call within an expression': [
      "ALTER TABLE t ADD COLUMN x text DEFAULT 'a' || random()::text;",
      '1: Adding x with a default that is another one for each row writes t and its indexes anew while readers and writers wait, the longer the larger it is.',
    ],
  },
  allows: {
    'no default': 'ALTER TABLE t ADD COLUMN x int;',
    'a constant': 'ALTER TABLE t ADD COLUMN x int NOT NULL DEFAULT 5;',
    now: 'ALTER TABLE t ADD COLUMN x timestamptz DEFAULT now();',
    CURRENT_TIMESTAMP: 'ALTER TABLE t ADD COLUMN x timestamptz DEFAULT CURRENT_TIMESTAMP;',
    'a virtual value': 'ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a * 2) VIRTUAL;',
    'a table born in the same file': `CREATE TABLE t (a int);
ALTER TABLE t ADD COLUMN x serial;`,
  },
})
