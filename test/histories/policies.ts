import type { Policy } from '@dbward/protocol/policy'
import { parsePolicy } from '@dbward/protocol/policy-parse'

const dba = '{ team: acme/dba }'
const sre = '{ team: acme/sre }'
const one = `steps: [{ approvers: [${dba}] }]`

/** The workflows that the histories are judged under, by a name for each: what stands behind `environment`. */
const workflows = {
  one,
  two: 'steps: [{ approvers: [{ team: acme/dba, min: 2 }] }]',
  both: `steps: [{ approvers: [${dba}, ${sre}] }]`,
  any: `steps: [{ mode: any, approvers: [{ team: acme/dba, min: 2 }, ${sre}] }]`,
  anytwo: `steps: [{ mode: any, approvers: [{ team: acme/sre, min: 2 }, { team: acme/dba, min: 2 }] }]`,
  anyfirst: `steps: [{ mode: any, approvers: [${sre}, { team: acme/dba, min: 2 }] }]`,
  bothrole: `steps: [{ approvers: [${dba}, { role: maintain }] }]`,
  steps: `steps: [{ approvers: [${dba}] }, { approvers: [{ role: maintain }] }]`,
  apart: `steps: [{ approvers: [${dba}] }, { approvers: [${sre}] }]`,
  same: `distinct_approvers: false, steps: [{ approvers: [${dba}] }, { approvers: [${sre}] }]`,
  user: 'steps: [{ approvers: [{ user: bob }] }]',
  mixed: `steps: [{ mode: any, approvers: [{ user: bob }, ${sre}] }]`,
  role: 'steps: [{ approvers: [{ role: maintain }] }]',
  reason: `require_reason: true, ${one}`,
  short: `approval_ttl: 2h, ${one}`,
  self: 'allow_self_approve: true, steps: [{ approvers: [{ role: write }] }]',
  selves: 'allow_self_approve: true, steps: [{ approvers: [{ role: write, min: 2 }] }]',
  selfauto:
    'allow_self_approve: true, auto_approve: { risk: low }, steps: [{ approvers: [{ role: write }] }]',
  open: 'steps: []',
  owners: 'steps: [{ approvers: [{ codeowners: true }] }]',
  auto: `auto_approve: { risk: low }, approval_ttl: 2h, ${one}`,
  always: `auto_approve: always, ${one}`,
} as const
export type PolicyName = keyof typeof workflows | 'nowhere'
export const policyNames = [...(Object.keys(workflows) as (keyof typeof workflows)[]), 'nowhere'] as const

/** `.dbward.yml`; the workflow of `nowhere` is for staging, and production is what is asked for. */
export function policyText(name: PolicyName): string {
  const [environment, rest] = name === 'nowhere' ? ['staging', one] : ['production', workflows[name]]
  return `version: 1
databases:
  app: { engine: postgres, migrations: db/migrate/*.sql, environments: [staging, production] }
workflows:
  - { database: app, environment: ${environment}, ${rest} }
`
}

export function policyOf(name: PolicyName): Policy {
  const parsed = parsePolicy(Buffer.from(policyText(name)), [])
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.policy
}

/** Of the policy `owners`: bob owns files that end in `_a.sql`, acme/sre those that end in `_b.sql`. */
export const codeOwners = 'db/migrate/*_a.sql @bob\ndb/migrate/*_b.sql @acme/sre\n'
export const target = { database: 'app', environment: 'production' } as const
