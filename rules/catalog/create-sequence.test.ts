import { expect, test } from 'vitest'
import { places, testRule } from '../testing.ts'
import { createSequence } from './create-sequence.ts'

testRule(createSequence, {
  reports: {
    one: ['CREATE SEQUENCE app.s;', '1: The sequence app.s belongs to no column.'],
  },
  allows: {
    'an identity': 'CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);',
    'a change of one': 'ALTER SEQUENCE s CYCLE;',
  },
})

test('is off unless a policy asks for it', async () => {
  expect(await places('CREATE SEQUENCE s;')).toEqual([])
})

testRule(
  createSequence,
  {
    reports: { 'a sequence': ['CREATE SEQUENCE s START WITH 1', '1: The sequence s belongs to no column.'] },
    allows: { AUTO_INCREMENT: 'CREATE TABLE a (b INT AUTO_INCREMENT PRIMARY KEY)' },
  },
  { engine: 'mariadb' },
)
