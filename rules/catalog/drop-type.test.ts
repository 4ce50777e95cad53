import { testRule } from '../testing.ts'
import { dropType } from './drop-type.ts'

testRule(dropType, {
  reports: {
    'a type': ['DROP TYPE app.e;', '1: Code that names the type app.e fails once it is dropped.'],
    'a function': [
      'DROP FUNCTION f(int), g();',
      '1: Code that names the function f, g fails once it is dropped.',
    ],
    'an extension': [
      'DROP EXTENSION IF EXISTS pgcrypto;',
      '1: Code that names the extension pgcrypto fails once it is dropped.',
    ],
  },
  allows: {
    'a trigger': 'DROP TRIGGER g ON t;',
    'a rule': 'DROP RULE r ON t;',
  },
})
