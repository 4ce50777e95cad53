import { describe, expect, it } from 'vitest'
import { limitsFor, neverAllowFor, reviewFor, severitiesFor, workflowFor } from './policy.ts'
import { parsePolicy } from './policy-parse.ts'

const rules = ['drop-column', 'create-sequence']
const parse = (text: string) => parsePolicy(new TextEncoder().encode(text), rules)

const good = `version: 1
databases:
  app:
    engine: postgres
    server_version: "16"
    migrations: db/migrate/*.sql
    environments: [staging, production]
review:
  - { database: "*", environment: "*", rules: { drop-column: block, create-sequence: "off" } }
  - { environment: staging, rules: { drop-column: warn } }
workflows:
  - database: app
    environment: production
    operations: [migrate]
    steps:
      - mode: any
        approvers: [{ team: Acme/DBA, min: 2 }, { role: maintain }]
    require_reason: true
    approval_ttl: 7d
  - environment: staging
execution:
  - { lock_timeout: 3s }
  - { database: app, environment: production, statement_timeout: 15m, lock_retries: 0 }
`

describe('a good policy', () => {
  const parsed = parse(good)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const { policy } = parsed

  it('keeps what it says', () => {
    expect(policy.databases).toEqual([
      {
        name: 'app',
        engine: 'postgres',
        serverVersion: '16',
        migrations: 'db/migrate/*.sql',
        environments: ['staging', 'production'],
      },
    ])
    expect(policy.workflows[0]).toMatchObject({
      line: 12,
      steps: [
        {
          mode: 'any',
          approvers: [
            { kind: 'team', name: 'acme/dba', min: 2 },
            { kind: 'role', name: 'maintain', min: 1 },
          ],
        },
      ],
      requireReason: true,
      distinctApprovers: true,
      approvalTtl: 7 * 86_400_000,
    })
  })

  it('finds the most specific workflow, severities and limits', () => {
    expect(workflowFor(policy, 'app', 'production', 'migrate')?.line).toBe(12)
    expect(workflowFor(policy, 'app', 'staging', 'migrate')?.steps).toEqual([])
    expect(workflowFor(policy, 'app', 'elsewhere', 'migrate')).toBeNull()
    expect(severitiesFor(policy, 'app', 'staging')).toEqual({
      'drop-column': 'warn',
      'create-sequence': 'off',
    })
    expect(severitiesFor(policy, 'app', 'production')['drop-column']).toBe('block')
    expect(limitsFor(policy, 'app', 'production')).toEqual({
      statementTimeout: 900_000,
      lockTimeout: 3_000,
      lockRetries: 0,
      totalTimeout: 3_600_000,
    })
  })
})

describe('rules that no comment allows', () => {
  const parsed = parse(
    good
      .replace('"off" } }', '"off" }, never_allow: [drop-column] }')
      .replace('drop-column: warn }', 'drop-column: warn }, never_allow: []')
      .replace(
        'workflows:',
        '  - { database: app, environment: production, never_allow: [create-sequence, drop-column] }\nworkflows:',
      ),
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))

  it('add up from the widest scope to the narrowest', () => {
    const of = (environment: string) => neverAllowFor(parsed.policy, 'app', environment)
    expect([of('staging'), of('production')]).toEqual([['drop-column'], ['create-sequence', 'drop-column']])
    expect(severitiesFor(parsed.policy, 'app', 'production')['drop-column']).toBe('block')
  })

  it('are of what every reviewer goes by, with the severities and the version of the server', () => {
    const { serverVersion, ...rules } = reviewFor(parsed.policy, 'app', 'production')
    expect(serverVersion ?? null).toBe(parsed.policy.databases[0]?.serverVersion)
    expect(rules).toEqual({
      severities: severitiesFor(parsed.policy, 'app', 'production'),
      neverAllow: ['create-sequence', 'drop-column'],
    })
  })
})

describe('a problem is found with its line', () => {
  it.each<[string, string, string, number, RegExp]>([
    ['an unknown key', 'require_reason: true', 'require_reasons: true', 18, /unknown key require_reasons/],
    [
      'a risk that never may',
      'require_reason: true',
      'auto_approve: { risk: high }',
      18,
      /must be low or medium/,
    ],
    ['no risk', 'require_reason: true', 'auto_approve: { }', 18, /must be low or medium/],
    ['a word for it', 'require_reason: true', 'auto_approve: low', 18, /auto_approve is always, or/],
    [
      'nothing to free',
      '- environment: staging',
      '- { environment: staging, auto_approve: always }',
      20,
      /needs steps/,
    ],
    [
      'another engine',
      'engine: postgres',
      'engine: oracle',
      4,
      /engine of app must be postgres, mysql, mariadb/,
    ],
    ['an unknown rule', 'drop-column: block', 'drop-colum: block', 9, /unknown rule drop-colum/],
    ['a wrong severity', 'drop-column: block', 'drop-column: fatal', 9, /must be block, warn, note or "off"/],
    [
      'an unquoted off',
      'create-sequence: "off"',
      'create-sequence: no',
      9,
      /must be block, warn, note or "off"/,
    ],
    ['a wrong version', 'version: 1', 'version: 2', 1, /version must be 1/],
    ['a wrong duration', 'approval_ttl: 7d', 'approval_ttl: 7 days', 19, /must be a duration/],
    [
      'an unknown environment',
      'environment: staging',
      'environment: stagin',
      10,
      /environment stagin is not one of/,
    ],
    ['an unknown database', 'database: app', 'database: ap', 12, /database ap is not under databases/],
    [
      'an approver of two kinds',
      '{ role: maintain }',
      '{ role: maintain, user: bob }',
      17,
      /one of team, user, role or codeowners/,
    ],
    ['an unreachable minimum', 'min: 2', 'min: 0', 17, /min must be a whole number/],
    ['a key twice', 'version: 1', 'version: 1\nversion: 1', 2, /unique/i],
    ['a path that leaves the repository', 'db/migrate/*.sql', '../*.sql', 6, /must be a path such as/],
    ['a reading role', 'role: maintain', 'role: read', 17, /role is written like/],
  ])('%s', (_, from, to, line, message) => {
    const parsed = parse(good.replace(from, to))
    if (parsed.ok) throw new Error('expected problems')
    expect(parsed.problems[0]).toMatchObject({ line, message: expect.stringMatching(message) })
  })

  it.each([
    [
      'an unknown rule that no comment allows',
      '{ never_allow: [drop-colum] }',
      /^unknown rule drop-colum; known are/,
    ],
    ['rules that no comment allows as a text', '{ never_allow: drop-column }', /^expected a list/],
    ['a review scope of nothing', '{ environment: staging }', /^rules must map/],
  ])('%s', (_, scope, message) => {
    const parsed = parse(good.replace('workflows:', `  - ${scope}\nworkflows:`))
    if (parsed.ok) throw new Error('expected problems')
    expect(parsed.problems[0]).toMatchObject({ line: 11, message: expect.stringMatching(message) })
  })

  it('two workflows that weigh the same', () => {
    const parsed = parse(
      `${good.replace('execution:', '  - database: "*"\n    environment: staging\nexecution:')}`,
    )
    if (parsed.ok) throw new Error('expected problems')
    expect(parsed.problems[0]?.message).toMatch(/weigh the same/)
  })

  it('databases that share files', () => {
    const two = good.replace(
      'review:',
      '  other: { engine: postgres, migrations: "db/**/*.sql", environments: [x] }\nreview:',
    )
    const parsed = parse(two)
    if (parsed.ok) throw new Error('expected problems')
    expect(parsed.problems.some((one) => /share migration files/.test(one.message))).toBe(true)
  })

  it.each([
    ['nothing', ''],
    ['a list', '- 1'],
    ['broken YAML', 'version: [1'],
    ['an alias bomb', `a: &a [x]\nb: *a\nversion: 1`],
    ['text', 'hello'],
  ])('%s', (_, text) => {
    expect(parse(text).ok).toBe(false)
  })

  it('bytes that are not UTF-8, and too many of them', () => {
    expect(parsePolicy(Uint8Array.of(0xff, 0xfe), rules).ok).toBe(false)
    expect(parsePolicy(new Uint8Array(300_000).fill(0x20), rules).ok).toBe(false)
  })
})
