import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGitHub } from '@dbward/agent/github'
import { openBundle } from '@dbward/protocol/bundle'
import { openReceipt } from '@dbward/protocol/receipt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostileOrder, type Lies } from '../stage/hostile.ts'
import { queueSays, type Works, works } from './runner.ts'

let at: Works
beforeAll(async () => {
  at = await works()
}, 120_000)
afterAll(async () => at?.stop())

let version = 0
/** A pull request with one migration, approved by the database team unless it says otherwise, and merged. */
async function merged(sql: string, approve = true) {
  const { ann, bob } = at.it.people
  version += 1
  const path = `db/migrate/202601010000${String(version).padStart(2, '0')}_change.sql`
  await ann.push(`change-${version}`, { [path]: sql })
  const pr = await ann.open(`change-${version}`, `Change ${version}`)
  if (approve) await bob.approve(pr)
  return { pr, path, sha: await ann.merge(pr) }
}
const tables = async () =>
  (await at.it.query("select tablename from pg_tables where schemaname = 'public' order by 1")).map(
    (row) => row.tablename,
  )
const check = async (sha: string) =>
  at.it.until('the execution check', async () =>
    (await at.it.people.ann.checks(sha)).find(
      (one) => one.name === 'dbward/execution: app@production' && one.status === 'completed',
    ),
  )

/** The server is an enemy with its own real keys: it answers every claim with what it likes to see run. */
function takenOver(pr: number, lies: Lies): typeof fetch {
  return async (url, init) => {
    if (!String(url).endsWith('/claim')) return fetch(url, init)
    const { nonce } = JSON.parse(String(init?.body))
    const { agentApp, github, keys, repo } = at.it
    const reader = createGitHub({ apiUrl: github.url, appId: agentApp.id, privateKey: agentApp.privateKey })
    const what = { repo: repo.fullName, number: pr, nonce }
    return Response.json(await hostileOrder(await reader(repo.fullName), keys, what, lies))
  }
}

test('a server that was taken over makes a job run nothing', async () => {
  const first = await merged('create table first (id int);\n', false)
  const second = await merged('create table second (id int);\n')
  const attack = async (sha: string, pr: number, lies: (run: string) => Lies) => {
    const job = await at.runner(sha)
    const { GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT } = job.world.env
    const fetch = takenOver(pr, lies(`${GITHUB_RUN_ID}/${GITHUB_RUN_ATTEMPT}`))
    return [await job.execute({ fetch }), job.lines.at(-1)]
  }
  const own = (run: string) => ({ run })
  expect(await attack(first.sha, first.pr, own)).toEqual([3, expect.stringContaining('NOT_APPROVED')])
  expect(await attack(first.sha, second.pr, own)).toEqual([7, expect.stringContaining('NOT_ALLOWED_HERE')])
  const stands = () => ({ run: null })
  expect(await attack(second.sha, second.pr, stands)).toEqual([7, expect.stringContaining('TOKEN_AUDIENCE')])
  expect(await tables()).toEqual([])

  await at.it.people.bob.approve(first.pr)
  for (const { sha } of [first, second]) expect(await (await at.runner(sha)).execute()).toBe(0)
  // What the ledger has seen of the server's log, a new log does not continue.
  const third = await merged('create table third (id int);\n')
  expect(await attack(third.sha, third.pr, own)).toEqual([7, expect.stringContaining('AUDIT_FORK')])
  expect(await (await at.runner(third.sha)).execute()).toBe(0)
  expect(await tables()).toEqual(['first', 'second', 'third'])
})

test('a job runs what was merged at its commit, and the result comes to the pull request', async () => {
  const { sha, path } = await merged('create table users (id int);\ninsert into users values (1), (2);\n')
  const job = await at.runner(sha)
  expect([await job.execute(), job.lines.at(-1)]).toEqual([0, 'Applied.'])
  expect(await tables()).toContain('users')
  expect((await check(sha)).conclusion).toBe('success')
  expect(job.outputs).toMatchObject({ outcome: 'applied', attempt: expect.stringMatching(/^[0-9A-Z]{26}$/) })
  expect(job.summary()).toContain('| file | statement |')
  expect(job.summary()).toContain('| INSERT | 2 |')
  const roots = [at.it.keys.root.publicKey]
  const now = Math.floor(Date.now() / 1_000)
  const bundle = openBundle(readFileSync(at.it.keys.bundlePath, 'utf8'), { roots, threshold: 1, now })
  const envelope = JSON.parse(readFileSync(job.outputs.receipt ?? '', 'utf8'))
  const { receipt } = openReceipt(envelope, { bundle, now, aud: 'dbward-1' })
  expect(receipt.ledger.rows.map((row) => row.migration)).toEqual([path])

  // The same job once more finds it done, and believes the ledger and not the server.
  const again = await at.runner(sha, { env: {} })
  expect([await again.execute(), again.lines.at(-1)]).toEqual([
    0,
    'Applied, by another run or by an agent that stands.',
  ])
})

test('two runs at one commit: one of them executes', async () => {
  const { sha } = await merged('create table twice (id int);\n')
  const jobs = [await at.runner(sha), await at.runner(sha)]
  expect(await Promise.all(jobs.map((job) => job.execute()))).toEqual([0, 0])
  expect(jobs.filter((job) => job.lines.at(-1) === 'Applied.')).toHaveLength(1)
  expect(
    await at.it.query("select count(*)::int as n from dbward.attempt where request like '%#5:%'"),
  ).toEqual([{ n: 1 }])
})

describe('nothing runs', () => {
  test('where nobody approved it', async () => {
    const { sha, pr } = await merged('create table unapproved (id int);\n', false)
    const job = await at.runner(sha, { hurry: 4 })
    expect(await job.execute()).toBe(3)
    expect(job.outputs.outcome).toBe('not_approved')
    expect(job.lines.at(-1)).toContain(`#${pr} is held`)
    await at.it.people.bob.approve(pr)
    const again = await at.runner(sha)
    expect([await again.execute(), again.lines.at(-1)]).toEqual([0, 'Applied.'])
  })

  test('where its token may not read who is in a team, and the App of agents may', async () => {
    const { sha } = await merged('create table teams (id int);\n')
    const job = await at.runner(sha, { inputs: { 'verifier-app-id': '', 'verifier-private-key': '' } })
    expect(await job.execute()).toBe(7)
    expect(job.lines.at(-1)).toMatch(
      /GITHUB_CREDENTIAL: the job's token may not read GET \/orgs\/.*memberships.*verifier-app-id/,
    )
    expect(await tables()).not.toContain('teams')
    const able = await at.runner(sha)
    expect(await able.execute()).toBe(0)
  })

  test('with a token that was stolen from another run', async () => {
    const { sha } = await merged('create table stolen (id int);\n')
    let order = ''
    const robbery = new AbortController()
    const cut: typeof fetch = async (url, init) => {
      const answer = await fetch(url, init)
      if (!String(url).endsWith('/claim') || answer.status !== 200) return answer
      order = await answer.text()
      robbery.abort()
      throw new TypeError('the wire was cut')
    }
    const robbed = await at.runner(sha, { fetch: cut, signal: robbery.signal })
    expect(await robbed.execute()).toBe(8)
    expect(JSON.parse(order).kind).toBe('execute')
    // The thief plays it back to a run of his own, whose every other question the server answers.
    const played: typeof fetch = async (url, init) =>
      String(url).endsWith('/claim') ? new Response(order, { status: 200 }) : fetch(url, init)
    const thief = await at.runner(sha, { fetch: played })
    expect(await thief.execute()).toBe(7)
    expect(thief.lines.at(-1)).toContain('TOKEN_AUDIENCE')
    expect(await tables()).not.toContain('stolen')
    // And the next run of that merge finds out that nothing ran, and runs it.
    const good = await at.runner(sha)
    expect(await good.execute()).toBe(0)
    expect(await tables()).toContain('stolen')
  })

  test.each([
    ['another commit', { env: { GITHUB_SHA: 'a'.repeat(40) } }, 'GitHub says sha'],
    ['another repository', { env: { GITHUB_REPOSITORY_ID: '1' } }, 'GitHub says repository_id'],
    ['another attempt', { env: { GITHUB_RUN_ATTEMPT: '2' } }, 'GitHub says run_attempt'],
    [
      'a fork',
      { claims: { repository_id: '1' }, env: { GITHUB_REPOSITORY_ID: '1' } },
      'repository_id: expected',
    ],
    ['another environment', { claims: { environment: 'staging' } }, 'environment: expected'],
    [
      'another workflow',
      { claims: { job_workflow_ref: 'acme/shop/.github/workflows/x.yml@refs/heads/main' } },
      'job_workflow_ref: expected',
    ],
  ])('for a job that says it is %s', async (_, changes, why) => {
    const { ann } = at.it.people
    const { data } = await ann.octokit.rest.repos.getBranch({ owner: 'acme', repo: 'shop', branch: 'main' })
    const job = await at.runner(data.commit.sha, changes)
    expect(await job.execute()).toBe(7)
    expect(job.lines.at(-1)).toContain(why)
  })

  test('where the checkout has other bytes, and then it does', async () => {
    const { sha, pr, path } = await merged('create table tampered (id int);\n')
    const job = await at.runner(sha)
    appendFileSync(join(job.workspace, path), 'drop table users;\n')
    expect(await job.execute()).toBe(7)
    expect(job.lines.at(-1)).toContain('SQL_DIGEST')

    expect(await tables()).not.toContain('tampered')

    await at.it.people.ann.say(pr, '/dbward retry')
    expect(await (await at.runner(sha)).execute()).toBe(0)
    expect(await tables()).toContain('tampered')
  })

  test("where the organisation's floor asks for more than the policy, though the server knows of none", async () => {
    const { ann } = at.it.people
    const floor = 'version: 1\nfloors: [{ min_approvals: 2 }]\n'
    const floors = await at.it.github.repo('acme', '.github', { private: true })
    await at.it.github.commit(floors.fullName, 'main', { files: { 'dbward-floor.yml': floor } })
    const { sha, pr } = await merged('create table floored (id int);\n')
    const inputs = { 'floor-repository': floors.fullName }
    const job = await at.runner(sha, { inputs })
    expect([await job.execute(), job.lines.at(-1)]).toEqual([
      3,
      expect.stringMatching(/NOT_APPROVED: .*floor/),
    ])
    expect(await tables()).not.toContain('floored')
    const broken = { ...inputs, 'floor-repository': 'acme/nowhere' }
    await ann.say(pr, '/dbward retry')
    const lost = await at.runner(sha, { inputs: broken })
    expect([await lost.execute(), lost.lines.at(-1)]).toEqual([
      3,
      expect.stringMatching(/POLICY_INVALID: .*floor .*acme\/nowhere.*the repository cannot be read/),
    ])
    expect(await tables()).not.toContain('floored')
    // Without a floor it is allowed, so that the floor alone was what stood in its way.
    await ann.say(pr, '/dbward retry')
    expect(await (await at.runner(sha)).execute()).toBe(0)
  })
})

// Nothing comes after a merge that is there in part.
test('a server that says applied of a merge of which the database has a part is not believed', async () => {
  const { ann, bob } = at.it.people
  await ann.push('two', {
    'db/migrate/20260201000001_good.sql': 'create table good (id int);\n',
    'db/migrate/20260201000002_bad.sql': 'select 1 / 0;\n',
  })
  const pr = await ann.open('two', 'Two files')
  await bob.approve(pr)
  const sha = await ann.merge(pr)
  expect(await (await at.runner(sha)).execute()).toBe(5)
  expect(await tables()).toContain('good')
  const job = await at.runner(sha, { fetch: queueSays({ pr, state: 'applied', why: 'Done.' }) })
  expect([await job.execute(), job.lines.at(-1)]).toEqual([
    7,
    expect.stringContaining('no signed row of db/migrate/20260201000002_bad.sql as it is in the checkout'),
  ])
})

test('no secret of a job is anywhere that people or the server can read', () => {
  const secrets = at.secrets().filter((one) => !/^\s*"(kid|public|role|v)"/.test(one))
  expect(secrets.length).toBeGreaterThan(10)
  const said = at.said()
  expect(secrets.filter((one) => said.includes(one))).toEqual([])
})
