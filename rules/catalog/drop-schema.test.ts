import { testRule } from '../testing.ts'
import { dropSchema } from './drop-schema.ts'

testRule(dropSchema, {
  reports: {
    'an empty one': ['DROP SCHEMA app;', '1: Queries that name app fail once it is dropped.'],
    'several with all that is in them': [
      'DROP SCHEMA app, shop CASCADE;',
      '1: Every table in app, shop is gone with its rows, and queries that name one fail.',
    ],
  },
  allows: {
    'a table': 'DROP TABLE t;',
  },
})
