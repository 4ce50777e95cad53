import type { Stage } from '../test/stage/stage.ts'
import { type Look, readable } from './look.ts'
import { expect, type Timeline } from './timeline.ts'

const users = 'db/migrate/20260101000001_users.sql'
const cleanup = 'db/migrate/20260101000002_cleanup.sql'

/** The main job, as people do it: push, open, read what dbward says, mend, approve, merge, read the result. */
export async function mainPath(
  stage: Stage,
  see: Look,
  told: Timeline,
): Promise<{ readonly result: string }> {
  const { ann, bob } = stage.people
  let pr = 0
  let merged = ''
  let result = ''

  told.chapter('A pull request with two migrations, one of them dangerous')
  await told.step('ann pushes a branch and opens a pull request', async () => {
    await ann.push('users', {
      [users]:
        "create table users (id bigint primary key, email text not null);\ninsert into users values (1, 'ann@example.com'), (2, 'old@example.com');\n",
      [cleanup]: 'delete from users;\n',
    })
    pr = await ann.open('users', 'Add users')
    return {
      facts: { pr, files: [users, cleanup] },
      lines: [`#${pr} Add users`, `+ ${users}`, `+ ${cleanup}: delete from users;`],
    }
  })
  await told.step('dbward reviews it: the gate is red, with the reason on its line', async () => {
    const gate = await see.gate(pr, 'failure')
    const review = await see.check(await ann.head(pr), 'dbward/review')
    const notes = await ann.annotations(review?.id ?? 0)
    const found = notes.find((one) => one.path === cleanup && one.annotation_level === 'failure')
    expect(found !== undefined, `an annotation that blocks in ${cleanup}`, notes)
    const lines = notes.map(
      (one) =>
        `${one.path}:${one.start_line} ${one.annotation_level} ${one.title}: ${one.message?.split('\n')[0]}`,
    )
    return {
      facts: { gate: gate.output.title, annotations: notes.length, rule: found.title },
      lines: [`dbward/review: ${review?.output.title}`, `dbward/gate:   ${gate.output.title}`, ...lines],
    }
  })
  await told.step('ann mends it by a push: the gate waits for an approval', async () => {
    await ann.push('users', { [cleanup]: "delete from users where email = 'old@example.com';\n" })
    const gate = await see.gate(pr, 'action_required')
    return { facts: { gate: gate.output.title }, lines: [`dbward/gate: ${gate.output.title}`] }
  })
  await told.step('bob of acme/dba approves by an ordinary GitHub review: the gate is green', async () => {
    await bob.approve(pr, 'Looks right')
    const gate = await see.gate(pr, 'success')
    const sticky = await stage.until('the comment to name bob', async () => {
      const body = (await see.comments(pr)).sticky
      return body?.includes('bob') === true && body
    })
    return {
      facts: { gate: gate.output.title },
      lines: [`dbward/gate: ${gate.output.title}`, ...readable(sticky)],
    }
  })

  told.chapter('The merge, and what it sets going')
  await told.step('ann merges: the server signs, the agent verifies for itself and runs it', async () => {
    expect((await see.tables()).length === 0, 'an empty database before the merge', await see.tables())
    merged = await ann.merge(pr)
    const run = await see.execution(merged, 'success')
    return {
      facts: { merge: merged, execution: run.output.title },
      lines: [`${run.name}: ${run.output.title}`],
    }
  })
  await told.step('the result stands on the pull request', async () => {
    result = await stage.until('the result comment', async () => (await see.comments(pr)).results[0] ?? null)
    expect((await see.comments(pr)).results.length === 1, 'one result comment', await see.comments(pr))
    return { facts: { comments: 1 }, lines: readable(result) }
  })
  await told.step('and the database has what was approved, once', async () => {
    const rows = await stage.query('select id, email from users')
    expect(rows.length === 1 && rows[0]?.email === 'ann@example.com', 'one user, ann', rows)
    const ledger = await see.ledger()
    expect(ledger.join() === [users, cleanup].join(), 'both files in the ledger', ledger)
    return {
      facts: { rows, ledger },
      lines: [`users: ${JSON.stringify(rows)}`, `ledger: ${ledger.join(', ')}`],
    }
  })
  return { result }
}
