import type { Stage } from '../test/stage/stage.ts'
import { attacker } from './attacker.ts'
import { auditOf } from './audit.ts'
import type { Look } from './look.ts'
import { expect, type Timeline } from './timeline.ts'

const orders = 'db/migrate/20260101000003_orders.sql'
const logins = 'db/migrate/20260101000004_logins.sql'

/** Three attacks, each a real attempt on the real parts, each refused with its code. */
export async function attacks(stage: Stage, see: Look, told: Timeline): Promise<void> {
  await replayed(stage, see, told)
  await olderApproval(stage, see, told)
}

/** With the agent stopped, we take its place towards the server and hold a token that is really for this database. */
async function replayed(stage: Stage, see: Look, told: Timeline): Promise<void> {
  const { ann, bob } = stage.people
  const enemy = attacker(stage)
  let held: NonNullable<Awaited<ReturnType<typeof enemy.claim>>> | null = null
  let merged = ''
  const count = async () => Number((await stage.query('select count(*) as n from orders'))[0]?.n)

  told.chapter('Attack: a token that was tampered with')
  await told.step(
    'a change is approved and merged while the agent is away; a real token is claimed in its place',
    async () => {
      await stage.agent.stop()
      await ann.push('orders', {
        [orders]:
          'create table orders (id bigint generated always as identity);\ninsert into orders default values;\n',
      })
      const pr = await ann.open('orders', 'Add orders')
      await bob.approve(pr)
      await see.gate(pr, 'success')
      merged = await ann.merge(pr)
      held = await stage.until('a token for it', () => enemy.claim())
      return {
        facts: { pr, attempt: held.order.attempt },
        lines: [`token ${held.order.attempt}, good for 300 s`],
      }
    },
  )
  await told.step('one bit of it is flipped: the agent refuses', async () => {
    expect(held !== null, 'a token', held)
    const bytes = Buffer.from(held.order.token.payload, 'base64')
    const middle = Math.floor(bytes.length / 2)
    bytes[middle] = (bytes[middle] ?? 0) ^ 1
    const token = { ...held.order.token, payload: bytes.toString('base64') }
    const { refusal } = await enemy.hand({ ...held.order, token }, held.claim, 'memory-1')
    expect(refusal?.code === 'TOKEN_SIGNATURE', 'TOKEN_SIGNATURE', refusal)
    expect(!(await see.tables()).includes('orders'), 'no table orders', await see.tables())
    return {
      facts: { code: refusal.code },
      lines: [`refused: ${refusal.code}: ${refusal.message}`, 'nothing ran'],
    }
  })

  told.chapter('Attack: the same token a second time')
  await told.step('the untouched token runs, once', async () => {
    expect(held !== null, 'a token', held)
    const { refusal, spool } = await enemy.hand(held.order, held.claim, 'memory-2')
    expect(refusal === null, 'an execution', refusal)
    expect((await count()) === 1, '1 order', await count())
    for (const { text } of spool.receipts()) await enemy.deliver(text)
    const run = await see.execution(merged, 'success')
    return { facts: { rows: 1 }, lines: [`${run.name}: ${run.output.title}`, 'orders: 1 row'] }
  })
  await told.step(
    'run again by an agent that has forgotten everything: the ledger in the database refuses',
    async () => {
      expect(held !== null, 'a token', held)
      const { refusal } = await enemy.hand(held.order, held.claim, 'memory-3')
      expect(refusal?.code === 'TOKEN_REPLAYED', 'TOKEN_REPLAYED', refusal)
      expect((await count()) === 1, 'still 1 order', await count())
      return {
        facts: { code: refusal.code, rows: 1 },
        lines: [`refused: ${refusal.code}: ${refusal.message}`, 'orders: still 1 row'],
      }
    },
  )
  await stage.agent.start()
}

async function olderApproval(stage: Stage, see: Look, told: Timeline): Promise<void> {
  const { ann, bob } = stage.people
  const { repo, serverApp } = stage
  const enemy = attacker(stage)
  let pr = 0
  let merged = ''

  told.chapter('Attack: an approval from before a changed byte')
  await told.step(
    'bob approves, then ann pushes one changed byte: the approval no longer counts',
    async () => {
      await ann.push('logins', {
        [logins]: 'create table logins (id bigint, at timestamptz default now());\n',
      })
      pr = await ann.open('logins', 'Add logins')
      await bob.approve(pr)
      await see.gate(pr, 'success')
      await ann.push('logins', {
        [logins]: 'create table logins (id bigint, at timestamptz default now()) ;\n',
      })
      const gate = await see.gate(pr, 'action_required')
      const sticky = await stage.until('the comment to say why', async () => {
        const body = (await see.comments(pr)).sticky
        return body?.includes('the SQL changed after this review') === true && body
      })
      const why = sticky.split('\n').find((line) => line.includes('the SQL changed after this review'))
      return {
        facts: { gate: gate.output.title },
        lines: [`dbward/gate: ${gate.output.title}`, `comment: ${why}`],
      }
    },
  )
  await told.step('with the gate required, GitHub refuses the merge', async () => {
    const rules = { requirePullRequest: true, blockForcePush: true, blockDeletion: true }
    stage.github.protect(repo.fullName, 'main', {
      ...rules,
      requiredChecks: [{ context: 'dbward/gate', integration_id: serverApp.id }],
    })
    const status = await ann.merge(pr).then(
      () => 200,
      (error: { status?: number }) => error.status,
    )
    expect(status === 405, 'status 405', status)
    stage.github.protect(repo.fullName, 'main', rules)
    return { facts: { status }, lines: ['PUT merge: 405'] }
  })
  await told.step(
    'an administrator lifts the rule and merges all the same: it is held, and nothing runs',
    async () => {
      merged = await ann.merge(pr)
      const run = await see.execution(merged, 'action_required')
      expect(!(await see.tables()).includes('logins'), 'no table logins', await see.tables())
      const entries = auditOf(stage, pr)
      const held = entries.find((one) => one.type === 'request.moved' && one.outcome === 'held')?.data.code
      expect(held === 'MERGED_WITHOUT_APPROVAL', 'MERGED_WITHOUT_APPROVAL', held)
      const given = entries.filter((one) => /^(attempt|authorization)\./.test(one.type))
      expect(given.length === 0, 'nothing signed and no agent asked', given)
      return {
        facts: { execution: run.output.title, held },
        lines: [`${run.name}: ${run.output.title}`, `held: ${held}`, 'nothing was signed, and nothing ran'],
      }
    },
  )
  await told.step(
    'a taken-over server signs it with its real keys: the agent asks GitHub itself, and refuses',
    async () => {
      const { order, claim } = await enemy.forge(pr)
      const { refusal } = await enemy.hand(order, claim, 'memory-4')
      expect(refusal?.code === 'NOT_APPROVED', 'NOT_APPROVED', refusal)
      expect(!(await see.tables()).includes('logins'), 'no table logins', await see.tables())
      return {
        facts: { code: refusal.code },
        lines: [`refused: ${refusal.code}: ${refusal.message}`, 'nothing ran'],
      }
    },
  )
  await told.step('bob approves the bytes that were merged: now it runs', async () => {
    await bob.approve(pr, 'read it again')
    const run = await see.execution(merged, 'success')
    expect((await see.tables()).includes('logins'), 'the table logins', await see.tables())
    return { facts: { execution: run.output.title }, lines: [`${run.name}: ${run.output.title}`] }
  })
}
