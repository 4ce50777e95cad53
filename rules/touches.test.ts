import { expect, test } from 'vitest'
import { reviewSql } from './testing.ts'

async function touched(sql: string): Promise<readonly string[]> {
  const [reviewed] = await reviewSql(sql)
  return (reviewed?.touches ?? []).map(({ how, name, brief }) => {
    return `${how} ${name === null ? '?' : name.name}${brief ? ', brief' : ''}`
  })
}

test.each<[string, string, readonly string[]]>([
  ['a column', 'ALTER TABLE t ADD COLUMN a int;', ['alter t, brief']],
  ['a column of a type that may be a domain with a CHECK', 'ALTER TABLE t ADD COLUMN a email;', ['alter t']],
  [
    'a default that is looked up for every row',
    'ALTER TABLE t ADD COLUMN a int DEFAULT 1 REFERENCES p (id);',
    ['alter t', 'alter p'],
  ],
  [
    'a reference that is NULL',
    'ALTER TABLE t ADD COLUMN a int REFERENCES p (id);',
    ['alter t, brief', 'alter p, brief'],
  ],
  ['a trigger that goes', 'DROP TRIGGER g ON s.t;', ['alter t, brief']],
  ['a policy that goes', 'DROP POLICY p ON t;', ['alter t, brief']],
  ['a rule that goes', 'DROP RULE r ON t;', ['alter t, brief']],
  [
    'a wait without end',
    "SELECT set_config('lock_timeout', '0', true);\nALTER TABLE t ADD COLUMN a int;",
    ['unread ?', 'alter t'],
  ],
])('%s', async (_name, sql, expected) => {
  const found = await touched(sql)
  expect(found.filter((one) => sql.startsWith('SELECT') || one !== 'unread ?')).toEqual(expected)
})

test('a statement that names a hundred thousand tables is read in time', async () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `t${i}`).join(', ')
  const began = process.cpuUsage()
  const [reviewed] = await reviewSql(`LOCK TABLE ${names};\n${'CREATE INDEX ON t (a);\n'.repeat(4000)}`)
  const { user, system } = process.cpuUsage(began)
  expect(reviewed?.touches).toHaveLength(100_001)
  expect((user + system) / 1e6).toBeLessThan(10)
})
