import { testRule } from '../testing.ts'
import { enumValue } from './enum-value.ts'

testRule(enumValue, {
  reports: {
    'a new value': [
      "ALTER TYPE e ADD VALUE 'b';",
      '1: A value of e cannot be removed again, and this file cannot use it yet.',
    ],
    'one before another': [
      "ALTER TYPE app.e ADD VALUE IF NOT EXISTS 'b' BEFORE 'a';",
      '1: A value of app.e cannot be removed again, and this file cannot use it yet.',
    ],
  },
  allows: {
    'another name for one': "ALTER TYPE e RENAME VALUE 'a' TO 'b';",
  },
})
