import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProbeOrder } from '@dbward/protocol/messages'
import { makePlan, sha256 } from '@dbward/protocol/plan'
import { split } from '@dbward/rules/split'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { examplePolicy } from '../stage/setting.ts'
import { queueSays, type Works, works } from './runner.ts'

// Nobody asks for a team here, so the token of a job can read all that the evidence needs.
const policy = examplePolicy.replace('{ team: acme/dba, min: 1 }', '{ user: bob }')
const plainToken = { 'verifier-app-id': '', 'verifier-private-key': '' }
let at: Works
beforeAll(async () => {
  at = await works({ policy })
}, 120_000)
afterAll(async () => at?.stop())

let version = 0
async function merged(sql: string | null, approve = true) {
  const { ann, bob } = at.it.people
  version += 1
  const path = `db/migrate/2026010100000${version}_change.sql`
  await ann.push(`change-${version}`, sql === null ? { [`docs/${version}.md`]: 'words\n' } : { [path]: sql })
  const pr = await ann.open(`change-${version}`, `Change ${version}`)
  if (approve) await bob.approve(pr)
  return { pr, path, sha: await ann.merge(pr) }
}
const has = async (table: string) =>
  (await at.it.query(`select to_regclass('public.${table}') is not null as there`))[0]?.there

/** A question about a migration that is in the ledger, in the name of a request that nobody made. */
async function probeOf(path: string, sql: string, sha: string): Promise<ProbeOrder> {
  const bytes = new TextEncoder().encode(sql)
  const { stmts } = await split(bytes, 'postgres')
  return {
    kind: 'probe',
    attempt: 'x.1',
    request: 'anything',
    iss: 'dbward-1',
    att: 1,
    jti: '01J00000000000000000000000' as ProbeOrder['jti'],
    token_sha256: sha256('token'),
    repo_id: at.it.repo.id,
    repo: at.it.repo.fullName,
    merge_sha: sha,
    db: 'app',
    env: 'production',
    fence: 1,
    plan: makePlan([{ path, bytes, tx: 'auto', stmts }]),
    audit: { seq: 1, hash: sha256('head') },
  }
}

test('the token of the job is enough where no team is asked for', async () => {
  const { sha } = await merged('create table plain (id int);\n')
  const job = await at.runner(sha, { inputs: plainToken })
  expect([await job.execute(), job.lines.at(-1)]).toEqual([0, 'Applied.'])
  expect(await has('plain')).toBe(true)
})

test('a merge that brings nothing to run ends well', async () => {
  const { sha } = await merged(null)
  const job = await at.runner(sha, { inputs: plainToken })
  expect(await job.execute()).toBe(0)
  expect(job.outputs.outcome).toBe('nothing')
})

test('a commit that no pull request brought is waited for in vain', async () => {
  at.it.github.protect(at.it.repo.fullName, 'main', {
    requirePullRequest: false,
    blockForcePush: true,
    blockDeletion: true,
  })
  const sha = await at.it.people.ann.push('main', { 'notes.md': 'pushed\n' })
  const job = await at.runner(sha, { inputs: plainToken, hurry: 6 })
  expect(await job.execute()).toBe(8)
  expect(job.lines.at(-1)).toContain('has not seen')
})

test('a merge behind another one waits, says why, and has its turn later', async () => {
  const first = await merged('create table first (id int);\n', false)
  const second = await merged('create table second (id int);\n')
  const early = await at.runner(second.sha, { hurry: 6 })
  expect(await early.execute()).toBe(8)
  expect(early.lines.at(-1)).toContain(`It waits behind #${first.pr}, which is held`)
  expect(await has('second')).toBe(false)

  await at.it.people.bob.approve(first.pr)
  const waiting = (await at.runner(second.sha)).execute()
  const job = await at.runner(first.sha)
  expect(await job.execute()).toBe(0)
  expect(await waiting).toBe(0)
  expect([await has('first'), await has('second')]).toEqual([true, true])
})

test('a receipt that the server does not take is said to be unknown, kept, and found out by the next run', async () => {
  const { sha, path } = await merged('create table kept (id int);\n')
  const lost: typeof fetch = async (url, init) => {
    if (String(url).endsWith('/receipts')) throw new TypeError('the wire was cut')
    return fetch(url, init)
  }
  const job = await at.runner(sha, { fetch: lost, hurry: 4 })
  expect(await job.execute()).toBe(6)
  expect(job.outputs.outcome).toBe('unknown')
  expect(existsSync(job.outputs.receipt ?? '')).toBe(true)
  expect(job.lines.at(-1)).toContain('This run says applied')
  const next = await at.runner(sha)
  expect(await next.execute()).toBe(0)
  const rows = await at.it.query(`select count(*)::int as n from dbward.ledger where path = '${path}'`)
  expect(rows).toEqual([{ n: 1 }])
})

test('a server that says applied of what is not in the ledger is not believed', async () => {
  const { sha, pr } = await merged('create table lies (id int);\n')
  const job = await at.runner(sha, { fetch: queueSays({ pr, state: 'applied', why: 'Done.' }) })
  expect(await job.execute()).toBe(7)
  expect(job.lines.at(-1)).toContain('the ledger of the database has no signed row of this merge')
  const honest = await at.runner(sha)
  expect(await honest.execute()).toBe(0)
})

test('a server that asks about an earlier merge does not make a job end as if it had run its own', async () => {
  const sql = 'create table asked_before (id int);\n'
  const past = await merged(sql)
  expect(await (await at.runner(past.sha)).execute()).toBe(0)
  const { sha } = await merged('create table asked (id int);\n')
  const probe = await probeOf(past.path, sql, past.sha)
  let asked = 0
  let signed = 0
  const asking: typeof fetch = async (url, init) => {
    if (String(url).endsWith('/receipts')) {
      signed += 1
      return Response.json({ accepted: true, state: 'applied' })
    }
    if (!String(url).endsWith('/claim')) return fetch(url, init)
    asked += 1
    return asked === 1 ? Response.json(probe) : new Response(null, { status: 204 })
  }
  const job = await at.runner(sha, { fetch: asking, hurry: 6 })
  expect(await job.execute()).toBe(8)
  expect([asked > 1, signed]).toEqual([true, 1])
  expect(await has('asked')).toBe(false)
  const honest = await at.runner(sha)
  expect([await honest.execute(), honest.lines.at(-1)]).toEqual([0, 'Applied.'])
})

test('a server that says that there is nothing to run is believed only where the ledger has all of it', async () => {
  const { sha } = await merged('create table silent (id int);\n')
  const lying: typeof fetch = async (url, init) =>
    String(url).endsWith('/queue')
      ? Response.json({ seen: true, undecided: null, requests: [] })
      : fetch(url, init)
  const job = await at.runner(sha, { fetch: lying, hurry: 6 })
  expect(await job.execute()).toBe(8)
  expect(job.lines.at(-1)).toMatch(
    /GAP: this merge brings nothing, and the database does not have db\/migrate/,
  )
  const honest = await at.runner(sha)
  expect(await honest.execute()).toBe(0)
  const again = await at.runner(sha, { fetch: lying })
  expect([await again.execute(), again.outputs.outcome]).toEqual([0, 'nothing'])
})

test('what a server says is on one line, and no command for the runner', async () => {
  const { sha, pr } = await merged(null)
  const why = 'x\n::set-output name=a::b\r\n::error::c\u2028d <img src=x> | @acme/dba'
  const hostile = queueSays({ pr, state: 'partial', why, who: '\u202e\n' })
  const job = await at.runner(sha, { fetch: hostile })
  expect(await job.execute()).toBe(5)
  expect(job.lines.filter((line) => /[\n\r\u2028\u202e]/.test(line))).toEqual([])
  expect(job.summary()).toContain('\\<img src\\=x\\> \\| \\@acme\\/dba')
})

test('a migration that fails ends as failed, its literals nowhere, and a mended one takes its place', async () => {
  const failing = await merged("create table half (id int);\ninsert into half values ('canary-4711');\n")
  const job = await at.runner(failing.sha)
  expect(await job.execute()).toBe(4)
  expect(job.outputs.outcome).toBe('failed_clean')
  expect(job.summary()).toMatch(/Failed in .*, statement 2/)
  expect(await has('half')).toBe(false)
  expect([...job.lines, job.summary()].join('\n')).not.toContain('canary-4711')

  const { ann, bob } = at.it.people
  await ann.push('mend', { [failing.path]: 'create table half (id int);\n' })
  const pr = await ann.open('mend', 'Mend')
  await bob.approve(pr)
  const mended = await at.runner(await ann.merge(pr))
  expect(await mended.execute()).toBe(0)
  expect(await has('half')).toBe(true)
})

test('a run that is cancelled stops its statement, and says what became of it', async () => {
  const { sha } = await merged(
    'create table slow (id int);\n-- dbward: allow server-settings: it has to take long\nselect pg_sleep(25);\n',
  )
  const cancel = new AbortController()
  const job = await at.runner(sha, { signal: cancel.signal })
  const running = job.execute()
  await at.it.until('the statement to run', async () => {
    const rows = await at.it.query(
      "select 1 from pg_stat_activity where query like 'select pg_sleep(25)%' and state = 'active'",
    )
    return rows.length > 0
  })
  const cancelled = performance.now()
  cancel.abort()
  expect(await running).toBe(4)
  expect(performance.now() - cancelled).toBeLessThan(7_500)
  expect(job.outputs.outcome).toBe('failed_clean')
  expect(job.lines.at(-1)).toContain('cancelled')
  expect(await has('slow')).toBe(false)
  await sleep(100)
  expect(
    await at.it.query(
      "select 1 from pg_stat_activity where query like 'select pg_sleep(25)%' and state = 'active'",
    ),
  ).toEqual([])
})
