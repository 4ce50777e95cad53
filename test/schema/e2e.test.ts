import { afterAll, beforeAll, expect, it } from 'vitest'
import { seen } from '../stage/seen.ts'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

let on: Stage
let look: ReturnType<typeof seen>
beforeAll(async () => {
  on = await stage()
  look = seen(on)
  await on.query(`create table users (id bigint primary key, email text default 'canary-7f3a')`)
  await on.query('create table orders (id bigint, user_id bigint references users on delete cascade)')
  await on.query('insert into users select g from generate_series(1, 123456) g')
  await on.query('analyze users')
  await on.query(`alter table users owner to ${await migrator()}`)
  on.server.start()
  await serverReady(on)
}, 120_000)
afterAll(async () => on?.stop())

const migrator = async () => {
  const [row] = await on.query(
    "select rolname from pg_roles where rolname = current_database() || '_migrator'",
  )
  return String(row?.rolname)
}
const versions = () =>
  look.kept<{ n: number; taken: string; envelope: string }>('select * from schema_version order by n')
const gateText = async (head: string) => (await look.check(head, 'dbward/gate'))?.output.summary ?? ''
const gateTrace = async (head: string) => (await look.check(head, 'dbward/gate'))?.output.text ?? ''

it('the check run of a pull request shows rows, size and age of what it touches', async () => {
  const { ann, bob } = on.people
  const sql = 'alter table users add column nick text;\n'
  const { pr, head } = await look.propose(ann, 'nick', { 'db/migrate/20260101000001_nick.sql': sql })
  await look.gate(pr, /Waiting for 1 approval/)
  const before = await gateText(head)
  expect(before).toContain('`app@production`: risk unknown** · no schema snapshot: sizes are not known')
  expect(before).toContain('- unknown: the size of users is not known')

  on.agent.start()
  const after = await on.until('the gate to show sizes', async () => {
    const text = await gateText(head)
    return text.includes('sizes by a schema snapshot') && text
  })
  expect(after).toContain('`app@production`: risk medium**')
  expect(after).toContain('- medium: public.users is locked for a moment: it is large')
  expect(after).toMatch(/- `public\.users`: about 120,000 rows, \d+(\.\d)? MB, referenced by 1 foreign key/)
  expect(after).toMatch(
    /<sub>`app@production`: schema seen (just now|\d minutes? ago) by `agent-1` \(\d{4}-\d\d-\d\d \d\d:\d\d UTC\)<\/sub>$/,
  )
  expect(await look.comment(pr, /medium/)).toContain('| medium |')
  const trace = await gateTrace(head)
  expect(trace).toContain('- Files: `db/migrate/20260101000001_nick.sql`, on postgres')
  expect(trace).toMatch(/^- Workflow: line \d+ \(.*weight \d\)/m)
  expect(trace).toMatch(
    /^- Risk with the sizes that were seen, which decide nothing: medium; schema snapshot of `agent-1`; large from 100,000 rows or 1 GiB/m,
  )
  expect(trace).toMatch(/^- Outcome: \*\*wait\*\*, `WAITING_FOR_APPROVAL`/m)
  const json = JSON.parse(/```json\n([\s\S]*?)\n```/.exec(trace)?.[1] ?? '')
  expect(json.requests[0]).toMatchObject({
    risk: {
      level: 'medium',
      factors: [{ message: 'public.users is locked for a moment: it is large (about 120,000 rows)' }],
    },
    decision: { verdict: 'wait' },
  })
  const [first] = versions()
  const payload = Buffer.from(JSON.parse(first?.envelope ?? '{}').payload, 'base64').toString()
  expect(payload).toContain('"email"')
  expect(payload).not.toContain('canary-7f3a')
  expect(versions()).toHaveLength(1)

  // The risk decides nothing: the approval does, and after the execution the agent looks again.
  await bob.approve(pr)
  await look.gate(pr, /Ready to merge/)
  const sha = await ann.merge(pr)
  await look.execution(sha, /[Aa]pplied/)
  const [, second] = await on.until('a second version', async () => versions().length === 2 && versions())
  const told = Buffer.from(JSON.parse(second?.envelope ?? '{}').payload, 'base64').toString()
  expect(told).toContain('"nick"')
  const entries = look
    .kept<{ entry: string }>('select entry from audit order by seq')
    .map((row) => JSON.parse(row.entry))
    .filter((entry) => entry.type === 'schema.kept')
  expect(entries.map((one) => [one.actor.id, one.subject.db, one.subject.env, one.data.n])).toEqual([
    ['agent-1', 'app', 'production', 1],
    ['agent-1', 'app', 'production', 2],
  ])
})
