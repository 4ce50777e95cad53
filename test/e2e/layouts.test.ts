import { afterAll, beforeAll, expect, it } from 'vitest'
import { seen } from '../stage/seen.ts'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

const database = (name: string, migrations: string) =>
  `  ${name}: { engine: postgres, migrations: "${migrations}", environments: [production] }\n`
const policy = `version: 1
databases:
${database('app', 'flyway/V*__*.sql')}${database('prisma', 'prisma/migrations/**/migration.sql')}${database('diesel', 'migrations/**/up.sql')}workflows:
  - steps:
      - approvers: [{ team: acme/dba, min: 1 }]
`

let on: Stage
beforeAll(async () => {
  on = await stage({ policy, alsoTargets: ['prisma@production', 'diesel@production'] })
  on.server.start()
  await serverReady(on)
  on.agent.start()
})
afterAll(async () => on?.stop())

// In each the later file needs the earlier one, and the order of their names as text is the wrong one.
const first = 'create table a (id int);\n'
const second = 'alter table a add column b int;\n'
const layouts = {
  'app@production': {
    'flyway/V1.9__a.sql': first,
    'flyway/V1_10__b.sql': second,
    'flyway/U1.9__a.sql': 'drop table a;\n',
    'flyway/R__view.sql': 'create view v as select 1;\n',
  },
  'prisma@production': {
    'prisma/migrations/9_a/migration.sql': first,
    'prisma/migrations/10_b/migration.sql': second,
  },
  'diesel@production': {
    'migrations/2026-01-02-000000_b/up.sql': second,
    'migrations/2026-01-02-000000_b/down.sql': 'alter table a drop column b;\n',
    'migrations/2026-01-01-000000_a/up.sql': first,
    'migrations/2026-01-01-000000_a/down.sql': 'drop table a;\n',
  },
}

it.each(Object.entries(layouts))(
  'of %s: all that leads forth runs, in order, once',
  async (target, files) => {
    const { ann, bob } = on.people
    const eye = seen(on)
    const [name = ''] = target.split('@')
    const { pr } = await eye.propose(ann, name, files)
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    await eye.execution(await ann.merge(pr), /^applied/, target)
    const columns = await on.query(
      "select column_name as name from information_schema.columns where table_name = 'a' order by 1",
      target,
    )
    expect(columns.map((row) => row.name)).toEqual(['b', 'id'])
    expect(await on.query("select to_regclass('public.v') as v", target)).toEqual([{ v: null }])
    const ledger = await on.query('select version from dbward.ledger order by version', target)
    const versions = {
      app: ['1.10', '1.9'],
      prisma: ['10', '9'],
      diesel: ['20260101000000', '20260102000000'],
    }
    expect(ledger.map((row) => row.version)).toEqual(versions[name as keyof typeof versions])
  },
)
