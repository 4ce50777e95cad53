import { expect, test } from 'vitest'
import { defaultRiskLimits, riskLimitsFor } from './policy.ts'
import { parsePolicy } from './policy-parse.ts'

const parse = (risk: string) =>
  parsePolicy(
    new TextEncoder().encode(`version: 1
databases:
  app: { engine: postgres, migrations: a/*.sql, environments: [staging, production] }
  crm: { engine: mariadb, migrations: b/*.sql, environments: [production] }
workflows: [{}]
risk:
${risk}`),
    [],
  )
function limits(risk: string, database: string, environment: string) {
  const parsed = parse(risk)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return riskLimitsFor(parsed.policy, database, environment)
}

test('scopes add up key by key, the most specific last, over the defaults', () => {
  const risk = `  - { database: app, large_rows: 30000, warnings: 7 }
  - { environment: production, large_rows: 20000, very_large_size: 2TiB }
  - { large_rows: 10000, large_size: 512MiB, cascade_depth: 2 }
  - { database: app, environment: production, large_rows: 40000 }`
  const all = { ...defaultRiskLimits, largeSize: 512 * 1024 ** 2, cascadeDepth: 2 }
  expect(limits(risk, 'app', 'staging')).toEqual({ ...all, largeRows: 30_000, warnings: 7 })
  expect(limits(risk, 'crm', 'production')).toEqual({
    ...all,
    largeRows: 20_000,
    veryLargeSize: 2 * 1024 ** 4,
  })
  expect(limits(risk, 'app', 'production')).toEqual({
    ...all,
    largeRows: 40_000,
    veryLargeSize: 2 * 1024 ** 4,
    warnings: 7,
  })
})

test('a policy that says nothing has the defaults', () => {
  expect(limits('  []', 'app', 'production')).toEqual(defaultRiskLimits)
  expect(limits('  - {}', 'app', 'production')).toEqual(defaultRiskLimits)
})

test.each<[string, string, number, number, RegExp]>([
  ['an unknown key', '  - { rows: 1 }', 7, 7, /unknown key rows in a risk scope; known are database/],
  ['no rows', '  - { large_rows: 0 }', 7, 19, /large_rows must be a whole number from 1/],
  ['a part of a row', '  - { large_rows: 1.5 }', 7, 19, /large_rows must be a whole number/],
  ['rows as text', '  - { large_rows: "5" }', 7, 19, /large_rows must be a whole number/],
  ['rows beyond counting', '  - { very_large_rows: 1e16 }', 7, 24, /very_large_rows must be a whole/],
  ['a depth that nothing reaches', '  - { cascade_depth: 101 }', 7, 22, /cascade_depth .* from 1 to 100/],
  ['no warnings', '  - { warnings: 0 }', 7, 17, /warnings must be a whole number from 1/],
  ['a size without a unit', '  - { large_size: 1024 }', 7, 19, /large_size must be a size such as 512MiB/],
  ['a size of another unit', '  - { large_size: 1GB }', 7, 19, /large_size must be a size/],
  ['a size beyond measure', '  - { very_large_size: 1025TiB }', 7, 24, /at most 1024TiB/],
  ['an unknown database', '  - { database: ap, warnings: 1 }', 7, 17, /database ap is not under databases/],
  [
    'a scope twice',
    '  - { warnings: 1 }\n  - { warnings: 2 }',
    8,
    1,
    /this risk scope and the one on line 7/,
  ],
  [
    'rows in the wrong order',
    '  - { large_rows: 10, very_large_rows: 10 }',
    ...([7, 1, /^large_rows must be less than very_large_rows for app in staging$/] as const),
  ],
  [
    'a size above the default of the other',
    '  - { large_size: 100GiB }',
    ...([7, 1, /^large_size must be less than very_large_size for app in staging$/] as const),
  ],
  [
    'scopes that disagree where they meet',
    '  - { database: app, large_rows: 5000 }\n  - { environment: production, very_large_rows: 5000 }',
    ...([8, 1, /^large_rows must be less than very_large_rows for app in production$/] as const),
  ],
])('%s is a problem at its place', (_, risk, line, column, message) => {
  const parsed = parse(risk)
  if (parsed.ok) throw new Error('expected problems')
  expect(parsed.problems[0]).toEqual({ line, column, message: expect.stringMatching(message) })
  expect(parsed.problems.filter((one) => /less than/.test(one.message)).length).toBeLessThan(2)
})

test('scopes that disagree nowhere are none', () => {
  const risk = `  - { large_rows: 50000000 }
  - { environment: production, very_large_rows: 60000000 }
  - { environment: staging, very_large_rows: 70000000 }`
  expect(limits(risk, 'app', 'staging').veryLargeRows).toBe(70_000_000)
})
