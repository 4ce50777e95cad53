import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seen } from '../stage/seen.ts'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

const policy = `version: 1
databases:
  app:
    engine: postgres
    server_version: "18"
    migrations: db/migrate/*.sql
    environments: [production]
  crm:
    engine: postgres
    migrations: db/crm/*.sql
    environments: [production]
review:
  - { never_allow: [truncate] }
workflows:
  - database: app
    environment: production
    steps:
      - approvers: [{ team: acme/dba, min: 1 }]
  - { database: crm, environment: production, steps: [] }
execution:
  - { lock_timeout: 1s, statement_timeout: 30s }
`

let it_: Stage
let eye: ReturnType<typeof seen>
beforeAll(async () => {
  it_ = await stage({ policy, alsoTargets: ['crm@production'] })
  eye = seen(it_)
  it_.server.start()
  await serverReady(it_)
  it_.agent.start()
})
afterAll(async () => it_?.stop())

const comment = (rule: string) => `-- dbward: allow ${rule}: it was made by mistake\n`
const isThere = async (name: string) =>
  (await it_.query(`select to_regclass('public.${name}') is not null as there`))[0]?.there

describe('a comment that allows a finding', () => {
  it('is shown to those who approve, and runs once one of them has', async () => {
    const { ann, bob } = it_.people
    const made = await eye.propose(ann, 'made', {
      'db/migrate/0_made.sql': 'create table mistake (id bigint primary key);\n',
    })
    await bob.approve(made.pr)
    await eye.gate(made.pr, /^Ready to merge/)
    await eye.execution(await ann.merge(made.pr), /^applied/)
    const { pr } = await eye.propose(ann, 'mistake', {
      'db/migrate/1_mistake.sql': `${comment('drop-table')}drop table mistake;\n`,
    })
    const review = await eye.review(pr, /^1 finding allowed by comments, nothing blocks$/)
    expect(review.conclusion).toBe('success')
    expect(review.output.summary).toContain('To approve the change is to accept each of them')
    expect(review.output.summary).toContain(
      '`db/migrate/1_mistake.sql:1` for `app@production`: it was made by',
    )
    const gate = await eye.gate(pr, /^Waiting for 1 approval from acme\/dba$/)
    expect(gate.output.summary).toContain(
      '1 finding is allowed by comments in the SQL, 1 of them would block',
    )
    expect(gate.output.summary).toContain('high: 1 finding is allowed by a comment')
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    await eye.execution(await ann.merge(pr), /^applied/)
    expect(await isThere('mistake')).toBe(false)
  })

  it('is other SQL when its reason is another one: an approval does not outlive that', async () => {
    const { ann, bob } = it_.people
    const path = 'db/migrate/2_other.sql'
    const { pr } = await eye.propose(ann, 'other', { [path]: `${comment('drop-table')}drop table other;\n` })
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    await ann.push('other', {
      [path]: `${comment('drop-table').replace('it was', 'not')}drop table other;\n`,
    })
    await eye.gate(pr, /^Waiting for 1 approval/)
  })

  it('does nothing for a rule that the policy lets nobody allow', async () => {
    const { ann, bob } = it_.people
    const { pr } = await eye.propose(ann, 'never', {
      'db/migrate/3_never.sql': `${comment('truncate')}truncate kept;\n`,
    })
    await bob.approve(pr)
    const gate = await eye.gate(pr, /^1 blocking finding in 1 file$/)
    expect(gate.conclusion).toBe('failure')
    const review = await eye.review(pr, /^1 blocking finding in 1 file$/)
    expect(review.output.text).toContain('The policy lets no comment allow truncate.')
  })

  it('runs nowhere where nobody approves', async () => {
    const { ann } = it_.people
    const { pr } = await eye.propose(ann, 'alone', {
      'db/crm/4_alone.sql': `${comment('drop-table')}drop table alone;\n`,
    })
    const gate = await eye.gate(pr, /^Nobody accepts what comments allow on crm@production$/)
    expect(gate.conclusion).toBe('failure')
    await eye.execution(await ann.merge(pr), /^held/, 'crm@production')
    await eye.quiet()
    await eye.nothingRan(pr)
  })
})
