import { testRule } from '../testing.ts'
import { dropSequence } from './drop-sequence.ts'

testRule(dropSequence, {
  reports: {
    one: [
      'DROP SEQUENCE s;',
      '1: Whatever takes numbers from s fails once it is dropped, and its last number is lost.',
    ],
  },
  allows: {
    'one born in the same file': `CREATE SEQUENCE s;
DROP SEQUENCE s;`,
    'a restart': 'ALTER SEQUENCE s RESTART;',
  },
})

testRule(
  dropSequence,
  {
    reports: {
      'a sequence': [
        'DROP SEQUENCE IF EXISTS s',
        '1: Whatever takes numbers from s fails once it is dropped, and its last number is lost.',
      ],
      'what OR REPLACE drops': [
        'CREATE OR REPLACE SEQUENCE s',
        '1: Whatever takes numbers from s fails once it is dropped, and its last number is lost.',
      ],
    },
    allows: { 'a sequence that was made here': 'CREATE SEQUENCE s; DROP SEQUENCE s' },
  },
  { engine: 'mariadb' },
)
