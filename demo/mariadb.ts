import type { Stage } from '../test/stage/stage.ts'
import { type Look, readable } from './look.ts'
import { expect, type Timeline } from './timeline.ts'

/** The database of the demo's other engine family, as the policy and the agent name it. */
export const orders = 'orders@production'
const table = 'db/orders/20260101000001_orders.sql'
const rows = 'db/orders/20260101000002_first_orders.sql'

/** The same job on MariaDB: a trick in a comment that only some servers see, then both ways of executing. */
export async function onMariadb(stage: Stage, see: Look, told: Timeline): Promise<void> {
  const { ann, bob } = stage.people
  let pr = 0
  let merged = ''

  told.chapter('The same on MariaDB')
  await told.step('ann opens a pull request with a DROP TABLE inside of a comment', async () => {
    await ann.push('orders', {
      [table]: `create table orders (id bigint primary key, cents bigint not null);\n/*!50000 drop table customers */;\n`,
    })
    pr = await ann.open('orders', 'Add orders')
    return { facts: { pr }, lines: [`#${pr} Add orders`, `+ ${table}: /*!50000 drop table customers */`] }
  })
  await told.step('the review reads it as a server would: the gate is red', async () => {
    const gate = await see.gate(pr, 'failure')
    const review = await see.check(await ann.head(pr), 'dbward/review')
    const notes = await ann.annotations(review?.id ?? 0)
    const blocking = notes.filter((one) => one.annotation_level === 'failure')
    const named = blocking.map((one) => String(one.title)).sort()
    expect(named.includes('drop-table'), 'a finding about the hidden DROP', notes)
    const lines = blocking.map(
      (one) => `${one.path}:${one.start_line} ${one.title}: ${one.message?.split('\n')[0]}`,
    )
    return { facts: { gate: gate.output.title, hidden: named }, lines }
  })
  await told.step('ann takes it out and adds rows; bob approves', async () => {
    await ann.push('orders', {
      [table]:
        'create table orders (id bigint primary key, cents bigint not null);\ncreate index orders_cents on orders (cents);\n',
      [rows]:
        'insert into orders values (1, 990), (2, 1250);\nupdate orders set cents = 1000 where id = 1;\n',
    })
    await see.gate(pr, 'action_required')
    await bob.approve(pr, 'Good')
    const gate = await see.gate(pr, 'success')
    return { facts: { gate: gate.output.title }, lines: [`dbward/gate: ${gate.output.title}`] }
  })
  await told.step(
    'the merge: definitions one by one, each written down; rows in one transaction',
    async () => {
      merged = await ann.merge(pr)
      const run = await see.execution(merged, 'success', orders)
      const found = await stage.query('select id, cents from orders order by id', orders)
      expect(JSON.stringify(found) === '[{"id":1,"cents":1000},{"id":2,"cents":1250}]', 'two orders', found)
      const ledger = (await stage.query('select path from dbward.ledger order by path', orders)).map((row) =>
        String(row.path),
      )
      expect(ledger.join() === [table, rows].join(), 'both files in the ledger', ledger)
      const steps = await stage.query(
        "select i, phase from dbward.step where path like '%_orders.sql' and phase in ('running', 'done') order by path, i, written_at",
        orders,
      )
      const progress = steps.filter((row) => row.phase === 'done').length
      expect(progress >= 2, 'each definition written down as done', steps)
      return {
        facts: { execution: run.output.title, rows: found, ledger },
        lines: [
          `${run.name}: ${run.output.title}`,
          `orders: ${JSON.stringify(found)}`,
          `ledger: ${ledger.join(', ')}`,
        ],
      }
    },
  )
  await told.step('and the result on the pull request', async () => {
    const result = await stage.until('the result', async () => (await see.comments(pr)).results[0] ?? null)
    return { facts: { comments: 1 }, lines: readable(result) }
  })
}
