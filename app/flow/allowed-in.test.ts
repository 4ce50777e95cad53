import type { DatabasePolicy } from '@dbward/protocol/policy'
import { review } from '@dbward/rules/review'
import { expect, test } from 'vitest'
import { allowedIn } from './allowed-in.ts'

const database: DatabasePolicy = {
  ...{ name: 'app', engine: 'postgres', serverVersion: null, migrations: 'db/*.sql', environments: [] },
}
const sql = `-- dbward: allow drop-column: nobody reads it
alter table a drop column b, drop column c;
`

test('what is allowed is one thing however many environments it is for, and another where it is graver', async () => {
  const files = [{ path: 'db/1_a.sql', bytes: Buffer.from(sql) }]
  const on = async (
    environment: string,
    level: 'block' | 'warn' | 'off',
    neverAllow: readonly string[] = [],
  ) => {
    const severities = { 'drop-column': level } as const
    return {
      database,
      environment,
      reviews: await review(files, { engine: 'postgres', severities, neverAllow }),
    }
  }
  const requests = await Promise.all([
    on('staging', 'warn'),
    on('test', 'warn'),
    on('production', 'block'),
    on('demo', 'off'),
    on('vault', 'block', ['drop-column']),
  ])
  const shown = allowedIn('db/1_a.sql', { requests }).map(
    ({ severity, line, reason, finding, targets }) =>
      `${severity} ${line} ${reason} ${finding.column} ${targets.join(' ')}`,
  )
  expect(shown).toEqual([
    'warn 1 nobody reads it 15 app@staging app@test',
    'warn 1 nobody reads it 30 app@staging app@test',
    'block 1 nobody reads it 15 app@production',
    'block 1 nobody reads it 30 app@production',
  ])
  expect(allowedIn('db/2_b.sql', { requests })).toEqual([])
})
