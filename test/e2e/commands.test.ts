import { setTimeout as sleep } from 'node:timers/promises'
import { createAppAuth } from '@octokit/auth-app'
import { Octokit } from '@octokit/rest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seen } from '../stage/seen.ts'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

const policy = `version: 1
databases:
  app:
    engine: postgres
    server_version: "18"
    migrations: db/migrate/*.sql
    environments: [staging, production]
workflows:
  - { database: app, environment: staging, steps: [] }
  - database: app
    environment: production
    steps:
      - approvers: [{ team: acme/dba, min: 1 }]
execution:
  - { lock_timeout: 2s, statement_timeout: 30s }
`

let it_: Stage
let eye: ReturnType<typeof seen>
beforeAll(async () => {
  it_ = await stage({ policy, alsoTargets: ['app@staging'], sweepSeconds: 15 })
  eye = seen(it_)
  it_.server.start()
  await serverReady(it_)
  it_.agent.start()
})
afterAll(async () => it_?.stop())

const table = (version: number, name: string) => ({
  [`db/migrate/${version}_${name}.sql`]: `create table ${name} (id bigint primary key);\n`,
})

/** The answers on a pull request, in order, without the marker that says whose they are. */
async function answers(pr: number): Promise<readonly string[]> {
  const all = await it_.people.ann.comments(pr)
  return all
    .filter(({ user, body }) => user?.login === 'dbward[bot]' && body?.startsWith('<!-- dbward:answer:'))
    .map(({ body }) => (body ?? '').replace(/^<!--[^\n]*-->\n/, ''))
}
async function answer(pr: number, nth: number): Promise<string> {
  return it_.until(`answer ${nth} on #${pr}`, async () => (await answers(pr))[nth - 1])
}
const commands = (pr: number) =>
  eye
    .entries(pr)
    .filter((one) => one.type === 'command.answered')
    .map((one) => [one.actor.id, one.data.command, one.outcome])

describe.concurrent('a comment by somebody who may write', () => {
  it('is answered: help, plan, why, review, promote, and what is near a command', async () => {
    const { ann, bob } = it_.people
    const { pr } = await eye.propose(ann, 'asked', table(1, 'asked'))
    await eye.gate(pr, /^Waiting for 1 approval/)
    await bob.say(pr, '/dbward help')
    const asked = [
      'plan',
      'why',
      'why @cat',
      'why @dan',
      'why @ann',
      'why @nobody-of-that-name',
      'review',
      'promote production',
      'approve',
      'hold',
      'retry',
    ]
    for (const one of asked) await ann.say(pr, `/dbward ${one}`)
    await answer(pr, 12)
    const [help, plan, why, cat, dan, own, nobody, review, promote, unclear, hold, retry] = await answers(pr)
    expect(help).toMatch(/`\/dbward why \[@user\]` says why[\s\S]*`\/dbward hold` keeps/)
    expect(plan).toMatch(/`ann`: `\/dbward plan`/)
    expect(plan).toMatch(
      /`app@staging`[\s\S]*after the merge[\s\S]*`app@production`[\s\S]*after the same plan in `staging`/,
    )
    expect(plan).toContain(
      '| 1 | `db/migrate/1_asked.sql` | 1 statement: `create-table` | one transaction | 44 |',
    )
    const [stored] = eye.kept<{ plan_sha256: string }>('select plan_sha256 from request where pr = ?', pr)
    expect(plan).toContain(`Plan \`${stored?.plan_sha256}\``)
    expect(why).toContain('acme/dba approves by a GitHub review (not ann, the author)')
    expect(cat).toMatch(
      /`app@production`: an approval of the head by them would count\. Then: Approved by cat/,
    )
    expect(dan).toMatch(/would not count: no write permission on this repository/)
    expect(own).toMatch(/would not count: wrote some of this SQL/)
    expect(nobody).toContain('GitHub knows nobody called `nobody-of-that-name`')
    expect(review).toContain('**Waiting for 1 approval from acme/dba**')
    expect(promote).toMatch(/waiting for approval[\s\S]*the same plan to be applied in `staging`/)
    expect(unclear).toContain('expected one of help, plan')
    expect(hold).toContain('send it as a review')
    expect(retry).toMatch(/not tried again: .*waiting for approval/)
    await ann.say(pr, 'please look\n/dbward help')
    await eye.quiet()
    expect(await answers(pr)).toHaveLength(12)
    await eye.nothingRan(pr)
  })
})

describe.concurrent('a comment that does not count', () => {
  it('by somebody who may not write is answered once, shortly, and counted afterwards', async () => {
    const { ann, dan } = it_.people
    const { pr } = await eye.propose(ann, 'stranger', table(2, 'stranger'))
    await eye.gate(pr, /^Waiting/)
    for (const line of ['/dbward retry', '/dbward plan', '/dbward nonsense']) await dan.say(pr, line)
    expect(await answer(pr, 1)).toContain('Commands are for people with write permission')
    await it_.until('all three to be counted', async () => commands(pr).length === 3)
    await eye.quiet()
    expect(commands(pr)).toEqual([
      ['dan', 'retry', 'refused'],
      ['dan', 'plan', 'counted'],
      ['dan', 'unclear', 'counted'],
    ])
    expect(await answers(pr)).toHaveLength(1)
  })

  it('by a bot, or that was edited into one, has no answer, and a doubled delivery has one', async () => {
    const { ann, bob } = it_.people
    const { pr } = await eye.propose(ann, 'quiet', table(3, 'quiet'))
    await eye.gate(pr, /^Waiting/)
    const bot = await commentBot()
    await bot.rest.issues.createComment({
      owner: 'acme',
      repo: 'shop',
      issue_number: pr,
      body: '/dbward retry',
    })
    const said = await bob.say(pr, 'looks good to me')
    await sleep(1_100)
    await bob.edit(said.id, '/dbward plan')
    await eye.quiet()
    expect(commands(pr)).toEqual([])
    it_.github.webhooks.mode({ double: true, reorder: true })
    await bob.say(pr, '/dbward help')
    await answer(pr, 1)
    await bob.say(pr, '/dbward review')
    await answer(pr, 2)
    it_.github.webhooks.mode({})
    await eye.quiet()
    expect(commands(pr)).toEqual([
      ['bob', 'help', 'done'],
      ['bob', 'review', 'done'],
    ])
    expect(await answers(pr)).toHaveLength(2)
  })

  it('breaks nothing with what is in it', async () => {
    const { ann } = it_.people
    const { pr } = await eye.propose(ann, 'evil', table(4, 'evil'))
    await eye.gate(pr, /^Waiting/)
    await ann.say(pr, '/dbward promote "@acme/dba <img src=x>" --> ```')
    const body = await answer(pr, 1)
    expect(body).not.toMatch(/@acme|<img/)
    await eye.quiet()
    await ann.close(pr)
  })
})

describe.concurrent('a button of a check', () => {
  it('does what its comment does, for those who may, once', async () => {
    const { ann } = it_.people
    const { pr } = await eye.propose(ann, 'pressed', table(10, 'pressed'))
    const gate = await eye.gate(pr, /^Waiting for 1 approval/)
    for (const [who, what] of [
      ['dan', 'plan'],
      ['bob', 'plan'],
      ['bob', 'review'],
      ['bob', 'approve'],
      ['eve', 'retry'],
    ] as const) {
      it_.github.pressCheckButton(gate.id, who, what)
      await it_.github.webhooks.flush()
    }
    const [stranger, plan, retry] = [await answer(pr, 1), await answer(pr, 2), await answer(pr, 3)]
    expect(stranger).toContain('Commands are for people with write permission')
    expect(plan).toContain('| 1 | `db/migrate/10_pressed.sql` |')
    expect(retry).toMatch(/not tried again: .*waiting for approval/)
    expect(commands(pr)).toEqual([
      ['dan', 'plan', 'refused'],
      ['bob', 'plan', 'done'],
      ['bob', 'review', 'done'],
      ['eve', 'retry', 'refused'],
    ])
    expect(await answers(pr)).toHaveLength(3)
  })
})

describe('retry', () => {
  it('tries again what failed without effect, by a look that decides anew', async () => {
    const { ann, bob, dan } = it_.people
    await it_.query('create table again (id int)', 'app@staging')
    const { pr } = await eye.propose(ann, 'again', table(5, 'again'))
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    await ann.merge(pr)
    await eye.request(pr, 'failed_clean', 'staging')
    await dan.say(pr, '/dbward retry')
    await answer(pr, 1)
    await eye.quiet()
    expect(eye.requests(pr).map((one) => one.state)).toEqual(['queued', 'failed_clean'])
    await it_.query('drop table again', 'app@staging')
    await ann.say(pr, '/dbward retry')
    expect(await answer(pr, 2)).toMatch(/`app@staging`: dbward decides anew/)
    await eye.request(pr, 'applied', 'staging')
    await eye.request(pr, 'applied', 'production')
    const moved = eye.entries(pr).filter((one) => one.outcome === 'held')
    expect(moved).toMatchObject([
      { type: 'request.moved', actor: { kind: 'person', id: 'ann' }, subject: { env: 'staging' } },
    ])
    await ann.say(pr, '/dbward retry')
    expect(await answer(pr, 3)).toMatch(/`app@production` is not tried again: ✅ applied/)
  })
})

describe('a review that says', () => {
  it('hold keeps an approved merge from running until somebody who may lifts it; who may not changes nothing', async () => {
    const { ann, bob, cat, eve } = it_.people
    const { pr } = await eye.propose(ann, 'waits', table(20, 'waits'))
    await bob.approve(pr)
    await eve.remark(pr, '/dbward hold')
    expect(await answer(pr, 1)).toMatch(/`app@production`: does not count/)
    await eye.gate(pr, /^Ready to merge/)
    await cat.remark(pr, '/dbward hold\n\nthe replica is behind')
    const gate = await eye.gate(pr, /^On hold by cat/)
    expect(gate.conclusion).toBe('action_required')
    expect(await answer(pr, 2)).toMatch(/`app@staging`: does not count[\s\S]*`app@production`: on hold/)
    await ann.merge(pr)
    await eye.request(pr, 'applied', 'staging')
    await eye.request(pr, 'held', 'production')
    await ann.remark(pr, '/dbward unhold')
    expect(await answer(pr, 3)).toContain('still on hold by `cat`')
    await eye.quiet()
    expect(eye.requests(pr)[0]).toMatchObject({ env: 'production', state: 'held', reason_code: 'HELD' })
    await bob.remark(pr, '/dbward unhold')
    await eye.request(pr, 'applied', 'production')
    expect(await answer(pr, 4)).toContain('not on hold any more')
    expect(commands(pr)).toEqual([
      ['eve', 'hold', 'refused'],
      ['cat', 'hold', 'done'],
      ['ann', 'unhold', 'done'],
      ['bob', 'unhold', 'done'],
    ])
  })

  it('cancel ends what has not run; its file is missing for what comes later, until somebody skips it', async () => {
    const { ann, bob, cat } = it_.people
    const { pr } = await eye.propose(ann, 'gone', table(30, 'gone'))
    await ann.remark(pr, '/dbward cancel')
    expect(await eye.gate(pr, /^Cancelled by ann/)).toMatchObject({ conclusion: 'failure' })
    await bob.approve(pr)
    await ann.merge(pr)
    await eye.request(pr, 'cancelled', 'staging')
    await eye.request(pr, 'cancelled', 'production')
    const next = await eye.propose(ann, 'after', table(31, 'after'))
    await bob.approve(next.pr)
    await eye.gate(next.pr, /^Ready to merge/)
    await ann.merge(next.pr)
    await it_.until('the agent to miss the file', async () =>
      eye.requests(next.pr).some((one) => one.env === 'staging' && one.reason_code === 'GAP'),
    )
    await ann.remark(pr, '/dbward skip db/migrate/30_gone.sql --reason "nobody wants it"')
    expect(await answer(pr, 2)).toMatch(/`app@production`: does not count/)
    it_.github.collaborator(it_.repo.fullName, 'cat', 'maintain')
    await cat.remark(pr, '/dbward skip db/migrate/30_gone.sql --reason "nobody wants it"')
    expect(await answer(pr, 3)).toMatch(/`app@staging`: `db\/migrate\/30_gone.sql` is never to run/)
    await ann.say(next.pr, '/dbward retry')
    await eye.request(next.pr, 'applied', 'staging')
    await eye.request(next.pr, 'applied', 'production')
    const there =
      "select to_regclass('public.gone') as gone, to_regclass('public.after') is not null as after"
    for (const one of ['app@staging', 'app@production'])
      expect(await it_.query(there, one)).toEqual([{ gone: null, after: true }])
  })

  it('skip settles what failed, and lets later ones go', async () => {
    const { ann, bob, cat } = it_.people
    it_.github.collaborator(it_.repo.fullName, 'cat', 'maintain')
    await it_.query('create table settled (id int)', 'app@staging')
    const { pr } = await eye.propose(ann, 'settled', table(40, 'settled'))
    await bob.approve(pr)
    await eye.gate(pr, /^Ready to merge/)
    const sha = await ann.merge(pr)
    await eye.request(pr, 'failed_clean', 'staging')
    await cat.remark(pr, '/dbward skip db/migrate/40_settled.sql --reason "it is there already"')
    await eye.request(pr, 'resolved_manually', 'staging')
    await eye.request(pr, 'resolved_manually', 'production')
    await eye.execution(sha, /^resolved by hand/, 'app@staging')
    const next = await eye.propose(ann, 'later', table(41, 'later'))
    await bob.approve(next.pr)
    await eye.gate(next.pr, /^Ready to merge/)
    await ann.merge(next.pr)
    await eye.request(next.pr, 'applied', 'production')
  })
})

async function commentBot() {
  const app = it_.github.app({
    slug: 'helper',
    owner: 'acme',
    permissions: { issues: 'write', metadata: 'read' },
  })
  const { id: installationId } = it_.github.install(app.id, 'acme', 'all')
  const auth = { appId: app.id, privateKey: app.privateKey, installationId }
  return new Octokit({ baseUrl: it_.github.url, authStrategy: createAppAuth, auth })
}
