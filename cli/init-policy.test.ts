import { parsePolicy } from '@dbward/protocol/policy-parse'
import { configurableRules } from '@dbward/rules/configurable'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { databaseNames, policyText } from './init-policy.ts'
import { actionPlaceholder, workflowText } from './init-workflow.ts'

const policyOf = (text: string) => {
  const parsed = parsePolicy(Buffer.from(text), configurableRules)
  return parsed.ok ? parsed.policy : parsed.problems
}

describe('the policy', () => {
  const wish = {
    databases: [{ name: 'app', engine: 'mariadb', glob: '**/*.sql' }],
    serverVersion: '10.11',
    environments: ['production'],
    approvers: ['maintain'],
  } as const

  test.each([
    ['a glob that YAML would take for an alias', wish],
    ['names that YAML would take for other things', { ...wish, environments: ['1.0', 'true', 'null', 'on'] }],
  ])('reads back as it was meant: %s', (_name, wished) => {
    expect(policyOf(policyText(wished))).toMatchObject({
      databases: [{ engine: 'mariadb', migrations: '**/*.sql', environments: wished.environments }],
    })
  })

  test('databases are called by where they are', () => {
    expect(databaseNames(['x/db/migrate'], undefined)).toEqual(['app'])
    expect(databaseNames(['x/db/migrate'], 'shop')).toEqual(['shop'])
    expect(
      databaseNames(['db/migrate', 'apps/shop/migrations', 'shop/sql', '-/migrations'], undefined),
    ).toEqual(['app', 'shop', 'shop-2', 'app-2'])
  })
})

describe('the workflow', () => {
  test.each([undefined, `acme/dbward@${'a'.repeat(40)}`])(
    'may read the repository and nothing else (%s)',
    (action) => {
      const { on, permissions, jobs } = parse(workflowText(action))
      expect({ on, permissions }).toEqual({
        on: { pull_request: { types: ['opened', 'synchronize', 'reopened', 'edited'] } },
        permissions: { contents: 'read' },
      })
      expect(Object.keys(jobs.review)).not.toContain('permissions')
      const [checkout, review] = jobs.review.steps
      expect(checkout).toMatchObject({
        uses: expect.stringMatching(/^actions\/checkout@[0-9a-f]{40}$/),
        with: { 'persist-credentials': false },
      })
      expect(review).toEqual({ uses: action ?? actionPlaceholder, with: { mode: 'review' } })
    },
  )
})
