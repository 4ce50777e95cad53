import type { Tricks } from '../trick.ts'

/** Conditions that leave no row out, whatever the rows are. */
const always = [
  ...[
    'true',
    'NOT false',
    '1 = 1',
    "'a' = 'a'",
    '1 < 2',
    "'t'::bool",
    '(true)',
    'true AND true',
    'a = 9 OR true',
  ],
  ...['a = a OR a IS NULL', 'a = a', 'x.a = a', 'a IS NOT NULL OR a IS NULL', 'a IS NOT DISTINCT FROM a'],
  ...['NOT (a <> a)', 'a >= a', 'a BETWEEN a AND a', 'a IN (a)', '(a, b) = (a, b)', 'ctid IS NOT NULL'],
  ...['EXISTS (SELECT 1)', '(SELECT true)', 'a IN (SELECT a FROM x)', 'a = ANY (SELECT z.a FROM x z)'],
  ...[
    'a = ANY (ARRAY(SELECT a FROM x))',
    '1 IN (1, 2)',
    '1 BETWEEN 0 AND 2',
    'NULL IS NULL',
    'now() = now()',
  ],
  ...['coalesce(true, false)', 'CASE WHEN true THEN true END', 'CASE WHEN a = 9 THEN true ELSE true END'],
]

export const conditions: Tricks = Object.fromEntries(
  always.map((where) => [
    where,
    { sql: `DELETE FROM x WHERE ${where};`, happens: 'x: a,b empty', reports: 'no-where-delete' },
  ]),
)
