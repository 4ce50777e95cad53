import { testRule } from '../testing.ts'
import { noWhereUpdate } from './no-where-update.ts'

testRule(noWhereUpdate, {
  reports: {
    'a plain one': ['UPDATE users SET a = 1;', '1: UPDATE users has no WHERE: it changes every row.'],
    'one with FROM only': [
      'UPDATE users SET a = b.a FROM b;',
      '1: UPDATE users has no WHERE: it changes every row.',
    ],
    'a WITH': [
      'INSERT INTO log WITH d AS (UPDATE x SET a = 1 RETURNING id) SELECT id FROM d;',
      '1: UPDATE x has no WHERE: it changes every row.',
    ],
    'a WHERE that is true': [
      'UPDATE x SET a = 1 WHERE true;',
      '1: UPDATE x has a WHERE that is always true: it changes every row.',
    ],
    'the body of a DO in quotes': [
      "DO 'BEGIN UPDATE x SET a = 1; END';",
      '1: UPDATE x has no WHERE: it changes every row.',
    ],
    'two of them': [
      `UPDATE x SET a = 1;
UPDATE y SET a = 1;`,
      '1: UPDATE x has no WHERE: it changes every row.',
      '2: UPDATE y has no WHERE: it changes every row.',
    ],
  },
  allows: {
    'a WHERE': 'UPDATE users SET a = 1 WHERE id = 2;',
    'ON CONFLICT': 'INSERT INTO x VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1;',
    'FOR UPDATE': 'SELECT * FROM x FOR UPDATE;',
    'a table born in the same file': `CREATE TABLE x (a int);
UPDATE x SET a = 1;`,
  },
})

testRule(
  noWhereUpdate,
  {
    reports: {
      'no WHERE': ['UPDATE a SET b = 1', '1: UPDATE a has no WHERE: it changes every row.'],
      'a LIMIT': ['UPDATE IGNORE d.a SET b = 1 LIMIT 5', '1: UPDATE d.a has no WHERE: it changes every row.'],
      'the tables that a join changes': [
        'UPDATE a JOIN d.b AS z SET z.c = a.c',
        '1: UPDATE d.b has no WHERE: it changes every row.',
      ],
      'all of them where it does not say which': [
        'UPDATE a, b SET c = 1',
        '1: UPDATE a has no WHERE: it changes every row.',
        '1: UPDATE b has no WHERE: it changes every row.',
      ],
      'a WHERE in a subquery only': [
        'UPDATE a SET b = (SELECT c FROM d WHERE e = 1)',
        '1: UPDATE a has no WHERE: it changes every row.',
      ],
      'a WHERE that is always true': [
        'UPDATE a SET b = 1 WHERE 1=1',
        '1: UPDATE a has a WHERE that is always true: it changes every row.',
      ],
    },
    allows: {
      'a WHERE': 'UPDATE a SET b = 1 WHERE c = 2',
      'a join with a derived table':
        'UPDATE a JOIN (SELECT 1 AS id FROM b) AS c ON a.id = c.id SET a.d = 1 WHERE a.e = 1',
      'an INSERT that updates': 'INSERT INTO a VALUES (1) ON DUPLICATE KEY UPDATE b = 1',
    },
  },
  { engine: 'mysql' },
)
