import { describe, expect, test } from 'vitest'
import { reviewSql, testRule } from '../testing.ts'
import { unbatchedBackfill } from './unbatched-backfill.ts'

const said = (line: number, what: string) =>
  `${line}: ${what} in one statement: they stay locked until the last one is done.`

const both = {
  reports: {
    'a column that is filled': [
      'UPDATE users SET plan = 1 WHERE plan IS NULL;',
      said(1, 'UPDATE users changes every row where plan IS NULL'),
    ],
    'what is not NULL': [
      'DELETE FROM app.users WHERE deleted_at IS NOT NULL;',
      said(1, 'DELETE FROM app.users deletes every row where deleted_at IS NOT NULL'),
    ],
    'a flag': [
      'UPDATE users SET plan = 1 WHERE NOT active AND admin;',
      said(1, 'UPDATE users changes every row where NOT active, admin'),
    ],
    'a flag that is compared': [
      'UPDATE users SET plan = 1 WHERE active = true OR admin IS FALSE;',
      said(1, 'UPDATE users changes every row where active, NOT admin'),
    ],
    'what is not so': [
      "DELETE FROM users WHERE plan <> 'free';",
      said(1, 'DELETE FROM users deletes every row where plan <> ...'),
    ],
    'a list of what is not so': [
      'DELETE FROM users WHERE plan NOT IN (1, 2) AND NOT (kind = 3);',
      said(1, 'DELETE FROM users deletes every row where plan <> ..., kind <> ...'),
    ],
    'a column of the same file': [
      'ALTER TABLE users ADD COLUMN plan int;\nUPDATE users SET plan = 1 WHERE created_at < now();',
      said(2, 'UPDATE users changes old rows for a new column'),
    ],
    'a copy of a table': [
      'INSERT INTO a SELECT b, c FROM d;',
      '1: INSERT INTO a copies every row of d in one statement: it takes the longer the more there are.',
    ],
  },
  allows: {
    'a value': 'UPDATE users SET plan = 1 WHERE plan IS NULL AND kind = 2;',
    'a list': 'UPDATE users SET plan = 1 WHERE plan IS NULL AND id IN (1, 2);',
    'a range with both ends': 'UPDATE users SET plan = 1 WHERE plan IS NULL AND id > 1 AND id <= 1000;',
    BETWEEN: 'UPDATE users SET plan = 1 WHERE plan IS NULL AND id BETWEEN 1 AND 1000;',
    'a range with one end': 'DELETE FROM users WHERE created_at < now();',
    'a call': "UPDATE users SET plan = 1 WHERE lower(plan) = 'a';",
    'every row, which another rule reports': 'UPDATE users SET plan = 1;',
    'a table of the same file':
      'CREATE TABLE users (plan int);\nUPDATE users SET plan = 1 WHERE plan IS NULL;',
    'a copy into a new table': 'CREATE TABLE a (b int);\nINSERT INTO a SELECT b FROM d;',
    'a copy of a part': 'INSERT INTO a SELECT b FROM d WHERE c = 1;',
    'a copy of some rows': 'INSERT INTO a SELECT b FROM d LIMIT 10;',
    'a count': 'INSERT INTO a SELECT count(*) FROM d;',
    'a value of the same file':
      'ALTER TABLE users ADD COLUMN plan int;\nUPDATE users SET plan = 1 WHERE id = 1;',
  },
} as const

testRule(unbatchedBackfill, {
  reports: {
    ...both.reports,
    'what differs': [
      'DELETE FROM users WHERE plan IS DISTINCT FROM 1;',
      said(1, 'DELETE FROM users deletes every row where plan <> ...'),
    ],
    'the body of a DO': [
      'DO $$ BEGIN\nUPDATE users SET plan = 1 WHERE plan IS NULL; END $$;',
      said(2, 'UPDATE users changes every row where plan IS NULL'),
    ],
  },
  allows: {
    ...both.allows,
    'a chunk': 'UPDATE users SET plan = 1 WHERE id IN (SELECT id FROM users WHERE plan IS NULL LIMIT 1000);',
    'a chunk by ctid':
      'DELETE FROM users WHERE ctid = ANY (ARRAY(SELECT ctid FROM users WHERE a IS NULL LIMIT 10));',
    'another table':
      'UPDATE users SET plan = p.id FROM plans p WHERE p.user_id = users.id AND users.plan IS NULL;',
    'a function': 'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM users WHERE a IS NULL $$;',
  },
})

testRule(
  unbatchedBackfill,
  {
    reports: both.reports,
    allows: {
      ...both.allows,
      'a chunk': 'UPDATE users SET plan = 1 WHERE plan IS NULL ORDER BY id LIMIT 1000;',
      'another table':
        'UPDATE users JOIN plans p ON p.user_id = users.id SET plan = p.id WHERE users.plan IS NULL;',
    },
  },
  { engine: 'mysql' },
)

describe('the loop that it advises', () => {
  test.each([
    [
      'postgres',
      'UPDATE users SET "Plan" = ... WHERE id IN (SELECT id FROM users WHERE "Plan" IS NULL LIMIT 1000);',
    ],
    ['mysql', 'UPDATE users SET Plan = ... WHERE Plan IS NULL ORDER BY id LIMIT 1000;'],
  ] as const)('on %s', async (engine, advice) => {
    const quote = engine === 'postgres' ? '"' : '`'
    const sql = `UPDATE users SET ${quote}Plan${quote} = 'secret' WHERE ${quote}Plan${quote} IS NULL;`
    const [reviewed] = await reviewSql(sql, { engine })
    expect(reviewed?.findings[0]?.instead).toContain(advice)
  })
})
