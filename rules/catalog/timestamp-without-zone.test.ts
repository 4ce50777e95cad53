import { testRule } from '../testing.ts'
import { timestampWithoutZone } from './timestamp-without-zone.ts'

testRule(timestampWithoutZone, {
  reports: {
    'a new table': [
      'CREATE TABLE t (a timestamp, b timestamp(3) without time zone);',
      '1: Which moment a, b means depends on the time zone of the session that wrote it.',
    ],
    'a new column': [
      'ALTER TABLE t ADD COLUMN b timestamp DEFAULT now();',
      '1: Which moment b means depends on the time zone of the session that wrote it.',
    ],
  },
  allows: {
    'with a zone': 'CREATE TABLE t (a timestamptz, b timestamp with time zone);',
  },
})
