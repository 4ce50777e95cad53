import { expect, it } from 'vitest'
import { workflowFor } from './policy.ts'
import { parsePolicy } from './policy-parse.ts'

/** From the one that weighs most: 4 for the environment, 2 for the database, 1 for a listed operation. */
const scopes = [
  'database: app, environment: production, operations: [migrate]',
  'database: app, environment: production',
  'environment: production, operations: [migrate]',
  'environment: production',
  'database: app, operations: [migrate]',
  'database: app',
  'operations: [migrate]',
  'database: "*"',
]

function parse(listed: readonly string[]) {
  const workflows = listed.map((one) => `  - { ${one} }\n`).join('')
  const source = `version: 1
databases:
  app: { engine: postgres, migrations: app/*.sql, environments: [staging, production] }
  log: { engine: postgres, migrations: log/*.sql, environments: [production] }
workflows:
${workflows}`
  return parsePolicy(new TextEncoder().encode(source), [])
}

it.each(scopes.map((scope, i) => [scope, i] as const))(
  '{ %s } is taken before those that weigh less',
  (scope, i) => {
    for (const listed of [scopes.slice(i), scopes.slice(i).reverse()]) {
      const parsed = parse(listed)
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
      const line = 6 + listed.indexOf(scope)
      expect(workflowFor(parsed.policy, 'app', 'production', 'migrate')?.line).toBe(line)
    }
  },
)

it.each(scopes)('{ %s } twice is an error at the second', (scope) => {
  expect(parse([scope, scope])).toMatchObject({
    ok: false,
    problems: [{ line: 7, message: expect.stringMatching(/line 6 weigh the same/) }],
  })
})

it('two that can never meet are no tie', () => {
  expect(parse(['database: app', 'database: log']).ok).toBe(true)
  expect(parse(['environment: staging', 'environment: production']).ok).toBe(true)
  expect(parse(['database: app, environment: staging', 'database: log, environment: production']).ok).toBe(
    true,
  )
})
