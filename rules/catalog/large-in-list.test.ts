import { testRule } from '../testing.ts'
import { largeInList } from './large-in-list.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i).join(', ')

testRule(largeInList, {
  reports: {
    'a list of 101': [`SELECT 1 FROM t\nWHERE a IN (${numbers(101)});`, '2: This IN list has 101 values.'],
    'a list in NOT IN': [
      `DELETE FROM t WHERE a NOT IN (${numbers(150)});`,
      '1: This IN list has 150 values.',
    ],
    'each of two': [
      `SELECT 1 FROM t WHERE a IN (${numbers(200)})\n OR b IN (${numbers(300)});`,
      '1: This IN list has 200 values.',
      '2: This IN list has 300 values.',
    ],
    'a list in a DO': [
      `DO $$ BEGIN\n  PERFORM 1 FROM t WHERE a IN (${numbers(101)});\nEND $$;`,
      '2: This IN list has 101 values.',
    ],
  },
  allows: {
    'a list of 100': `SELECT 1 FROM t WHERE a IN (${numbers(100)});`,
    'a query': 'SELECT 1 FROM t WHERE a IN (SELECT b FROM u);',
    'many rows of VALUES': `INSERT INTO t VALUES (${numbers(500)});`,
    'a function that is only defined': `CREATE FUNCTION f() RETURNS bool BEGIN ATOMIC SELECT 1 IN (${numbers(200)}); END;`,
  },
})

testRule(
  largeInList,
  {
    reports: {
      'over 100': [`SELECT 1 FROM a WHERE b IN (${'1, '.repeat(100)}1)`, '1: This IN list has 101 values.'],
      pairs: [
        `DELETE FROM a WHERE (b, c) IN (${'(1, 2), '.repeat(100)}(1, 2))`,
        '1: This IN list has 101 values.',
      ],
      'in a body': [
        `CREATE PROCEDURE p() SELECT 1 IN (${'1, '.repeat(100)}1)`,
        '1: This IN list has 101 values.',
      ],
    },
    allows: {
      '100': `SELECT 1 FROM a WHERE b IN (${'1, '.repeat(99)}1)`,
      'a query': `SELECT 1 FROM a WHERE b IN (SELECT ${'1, '.repeat(200)}1)`,
      rows: `INSERT INTO a VALUES ${'(1), '.repeat(200)}(1)`,
      'other parentheses': `SELECT f(${'1, '.repeat(200)}1)`,
    },
  },
  { engine: 'mysql' },
)
