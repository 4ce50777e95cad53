import { describe, expect, test } from 'vitest'
import type { Engine } from '../engine.ts'
import { reviewSql } from '../testing.ts'

async function touched(sql: string, engine: Engine, serverVersion?: string) {
  const version = serverVersion === undefined ? {} : { serverVersion }
  const [reviewed] = await reviewSql(sql, { engine, ...version })
  return reviewed?.touches.map(({ how, name }) => `${how} ${name?.name}`)
}

async function reported(sql: string, engine: Engine, serverVersion?: string) {
  const version = serverVersion === undefined ? {} : { serverVersion }
  const [reviewed] = await reviewSql(sql, { engine, ...version })
  return reviewed?.findings.map(({ rule }) => rule)
}

describe('what builds the table anew is a rewrite for the risk, and nothing else:', () => {
  test.each<[string, Engine, string | undefined, boolean]>([
    ['ADD b INT FIRST', 'mysql', undefined, true],
    ['ADD b INT FIRST', 'mysql', '8.0', true],
    ['ADD b INT FIRST', 'mysql', '8.0.28', true],
    ['ADD b INT FIRST', 'mysql', '8.0.29', false],
    ['ADD b INT FIRST', 'mysql', '8.4', false],
    ['ADD b INT FIRST', 'mariadb', undefined, false],
    ['ADD b INT', 'mysql', undefined, false],
    ['DROP b', 'mysql', '8.0.28', true],
    ['DROP b', 'mariadb', '10.6', false],
    ['ADD b INT, ADD INDEX (b)', 'mariadb', '10.11', true],
    ['ADD INDEX (b)', 'mariadb', '10.11', false],
    ['RENAME COLUMN b TO c', 'mysql', '8.0.20', false],
    ['MODIFY b BIGINT', 'mysql', '8.4', true],
    ['MODIFY b BIGINT, ALGORITHM=INSTANT', 'mysql', '8.4', false],
    ['MODIFY b BIGINT, ALGORITHM=NOCOPY', 'mariadb', undefined, false],
    ['MODIFY b BIGINT, ALGORITHM=INPLACE', 'mariadb', undefined, true],
    ['ENGINE=InnoDB, ALGORITHM=NOCOPY', 'mariadb', undefined, true],
    ['ADD b INT, ALGORITHM=COPY', 'mariadb', undefined, true],
    ['ADD CHECK (b > 0)', 'mariadb', '11.4', true],
    ['FORCE', 'mariadb', undefined, true],
    ["COMMENT='x'", 'mysql', undefined, false],
    ['ALTER b SET DEFAULT 1', 'mysql', undefined, false],
    ['CONVERT TO CHARACTER SET utf8mb4', 'mysql', undefined, true],
  ])('ALTER TABLE a %s on %s %s: %s', async (command, engine, version, rewrites) => {
    const touches = await touched(`ALTER TABLE a ${command}`, engine, version)
    expect(touches?.includes('rewrite a')).toBe(rewrites)
  })

  test('OPTIMIZE TABLE', async () => {
    expect(await touched('OPTIMIZE LOCAL TABLE a, d.b', 'mysql')).toEqual(['rewrite a', 'rewrite b'])
  })

  test('an index that is built beside writers is none, and one under a lock is a lock', async () => {
    const sql =
      'CREATE INDEX i ON a (b); CREATE FULLTEXT INDEX j ON b (c); ALTER TABLE c ADD KEY (d), LOCK=SHARED'
    const touches = await touched(sql, 'mysql')
    expect(touches?.filter((one) => !one.startsWith('alter'))).toEqual([
      'index-concurrently a',
      'index b',
      'rewrite b',
      'index c',
    ])
  })

  test('the other table of a foreign key is touched', async () => {
    const sql = 'ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES c (id)'
    expect(await touched(sql, 'mysql')).toEqual(['alter a', 'rewrite a', 'alter c'])
  })
})

describe('a copy keeps writers waiting by version:', () => {
  test.each<[string, Engine, string | undefined, readonly string[]]>([
    ['ADD CHECK (b > 0)', 'mariadb', undefined, ['alter-copies-table']],
    ['ADD CHECK (b > 0)', 'mariadb', '10.6', ['alter-copies-table']],
    ['ADD CHECK (b > 0)', 'mariadb', '11.1', ['alter-copies-table']],
    ['ADD CHECK (b > 0)', 'mariadb', '11.2', []],
    ['ADD CHECK (b > 0), LOCK=SHARED', 'mariadb', '11.2', ['alter-copies-table']],
    ['MODIFY b BIGINT', 'mariadb', '11.8', []],
    ['MODIFY b BIGINT', 'mysql', '9.4', ['alter-column-type']],
    ['ENGINE=MyISAM', 'mariadb', '11.8', ['engine-change']],
    ['ADD b INT REFERENCES c (d)', 'mysql', '8.0.40', []],
    ['ADD b INT REFERENCES c (d)', 'mysql', '9.0', ['add-foreign-key']],
    ['ADD b INT REFERENCES c (d)', 'mariadb', '11.8', ['add-foreign-key']],
    ['PARTITION BY KEY (b)', 'mariadb', '11.8', ['alter-copies-table']],
  ])('ALTER TABLE a %s on %s %s', async (command, engine, version, rules) => {
    expect(await reported(`ALTER TABLE a ${command}`, engine, version)).toEqual(rules)
  })
})
