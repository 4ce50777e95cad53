import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Works, works } from '../jobs/runner.ts'
import { identityOf, step } from './job.ts'
import { openRunner } from './runner.ts'

// Execute mode by the committed bundle: as a process, with the runner's files and variables, and nothing installed.
const runner = openRunner()
let at: Works
beforeAll(async () => {
  at = await works()
}, 120_000)
afterAll(async () => {
  runner.close()
  await at?.stop()
})

async function merged(version: number, sql: string): Promise<string> {
  const { ann, bob } = at.it.people
  await ann.push(`change-${version}`, { [`db/migrate/2026010100000${version}_change.sql`]: sql })
  const pr = await ann.open(`change-${version}`, `Change ${version}`)
  await bob.approve(pr)
  return ann.merge(pr)
}

test('a merge is run by the bundle, and no secret is in its log', async () => {
  const sha = await merged(1, 'create table users (id int);\ninsert into users values (1), (2);\n')
  const job = await at.runner(sha)
  const identity = await identityOf(job)
  const ran = await step(runner, job, identity.env)
  identity.close()
  expect(ran.code, ran.log).toBe(0)
  expect(ran.log).toContain('Applied.')
  expect(ran.outputs).toMatchObject({ outcome: 'applied', attempt: expect.stringMatching(/^[0-9A-Z]{26}$/) })
  expect(ran.summary).toContain('| INSERT | 2 |')
  expect(await at.it.query('select id from users order by id')).toEqual([{ id: 1 }, { id: 2 }])
  expect(identity.asked).toContain('Bearer request-token-of-the-runner')

  // What the runner is told to hide is all that its log has of a secret.
  const hidden = ran.commands.filter((one) => one.name === 'add-mask').map((one) => one.text)
  const { password } = new URL(job.world.input('database-url'))
  expect(hidden).toContain(password)
  const shown = ran.log.split('\n').filter((line) => !line.startsWith('::add-mask::'))
  const told = shown.filter((line) => hidden.some((secret) => secret.length > 8 && line.includes(secret)))
  expect(told).toEqual([])
  const others = ran.commands.filter(({ name }) => name !== 'add-mask' && name !== 'debug')
  expect(others).toEqual([])
})

test('a job that GitHub does not vouch for runs nothing', async () => {
  const job = await at.runner(await merged(2, 'create table never (id int);\n'))
  const ran = await step(runner, job, {})
  expect(ran.code, ran.log).toBe(7)
  expect(ran.log).toContain('id-token: write')
  expect(ran.outputs.outcome).toBe('cannot_verify')
  expect(await at.it.query("select 1 from pg_tables where tablename = 'never'")).toEqual([])
})

test('everything that is missing is said at once', async () => {
  const workspace = runner.folder
  const event = { name: 'push', payload: {} }
  const ran = await runner.run({ workspace, event, sha: '0'.repeat(40), inputs: { mode: 'execute' } })
  expect(ran.code).toBe(2)
  for (const name of ['server-url', 'audience', 'agent-id', 'agent-key', 'trust-roots', 'database'])
    expect(ran.log).toContain(`${name} is missing`)
})
