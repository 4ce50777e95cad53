import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

let it_: Stage
beforeAll(async () => {
  it_ = await stage()
  it_.server.start()
  await serverReady(it_)
  it_.agent.start()
}, 120_000)
afterAll(async () => it_?.stop())

const gate = async (sha: string) =>
  (await it_.people.ann.checks(sha)).find((run) => run.name === 'dbward/gate' && run.status === 'completed')

describe('the main path', () => {
  it('goes from a pull request to a result', async () => {
    const { ann, bob } = it_.people
    await ann.push('users', {
      'db/migrate/20260101000001_users.sql':
        "create table users (id bigint primary key, email text not null);\ninsert into users values (1, 'a'), (2, 'b');\n",
      'db/migrate/20260101000002_cleanup.sql': 'delete from users;\n',
    })
    const pr = await ann.open('users', 'Add users')
    const red = await it_.until('a red gate', async () => {
      const found = await gate(await ann.head(pr))
      return found?.conclusion === 'failure' && found
    })
    expect(red.output.title).toBe('1 blocking finding in 1 file')
    const review = (await ann.checks(await ann.head(pr))).find((run) => run.name === 'dbward/review')
    const notes = await ann.annotations(review?.id ?? 0)
    expect(notes.map((one) => [one.path, one.start_line, one.annotation_level])).toContainEqual([
      'db/migrate/20260101000002_cleanup.sql',
      1,
      'failure',
    ])

    await ann.push('users', { 'db/migrate/20260101000002_cleanup.sql': 'delete from users where id = 2;\n' })
    await it_.until(
      'a gate that waits',
      async () => (await gate(await ann.head(pr)))?.conclusion === 'action_required',
    )
    await bob.approve(pr)
    await it_.until('a green gate', async () => (await gate(await ann.head(pr)))?.conclusion === 'success')
    const sha = await ann.merge(pr)
    const run = await it_.until('the execution check', async () =>
      (await ann.checks(sha)).find(
        (one) => one.name.startsWith('dbward/execution') && one.status === 'completed',
      ),
    )
    expect([run.name, run.conclusion]).toEqual(['dbward/execution: app@production', 'success'])
    expect(run.details_url).toBe(`${it_.github.url}/acme/shop/pull/${pr}`)
    expect(await it_.query('select id, email from users')).toEqual([{ id: '1', email: 'a' }])
    const comments = await it_.until('the result comment', async () => {
      const found = await ann.comments(pr)
      return found.length >= 2 && found
    })
    expect(comments).toHaveLength(2)
    expect(comments.every((one) => one.user?.login === 'dbward[bot]')).toBe(true)
  })
})
