import { testRule } from '../testing.ts'
import { integerKey } from './integer-key.ts'

testRule(integerKey, {
  reports: {
    serial: ['CREATE TABLE t (id serial PRIMARY KEY);', '1: The key id ends at 2,147,483,647.'],
    'a key of its own line': [
      'CREATE TABLE t (id int, PRIMARY KEY (id));',
      '1: The key id ends at 2,147,483,647.',
    ],
    smallint: ['CREATE TABLE t (id smallint PRIMARY KEY);', '1: The key id ends at 32,767.'],
  },
  allows: {
    bigint: 'CREATE TABLE t (id bigint PRIMARY KEY);',
    'a key of two': 'CREATE TABLE t (a int, b int, PRIMARY KEY (a, b));',
    'no key': 'CREATE TABLE t (a int);',
  },
})
