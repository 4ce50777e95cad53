import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { withoutMysql } from '../mysql/skip.ts'
import { examplePolicy } from '../stage/setting.ts'
import { type Works, works } from './runner.ts'

const policy = examplePolicy.replace('engine: postgres', 'engine: mariadb').replace('"18"', '"10.11"')

describe.skipIf(withoutMysql)('a job with MariaDB', () => {
  let at: Works
  beforeAll(async () => {
    at = await works({ engine: 'mariadb', policy })
  }, 120_000)
  afterAll(async () => at?.stop())

  async function merged(name: string, sql: string) {
    const { ann, bob } = at.it.people
    await ann.push(name, { [`db/migrate/${name}.sql`]: sql })
    const pr = await ann.open(name, name)
    await bob.approve(pr)
    return ann.merge(pr)
  }

  test('runs what was merged at its commit, and again finds it in the ledger', async () => {
    const sha = await merged('20260101000001_users', 'create table users (id int primary key);\n')
    const job = await at.runner(sha)
    expect([await job.execute(), job.lines.at(-1)]).toEqual([0, 'Applied.'])
    expect(await at.it.query('show tables')).toHaveLength(1)
    const again = await at.runner(sha)
    expect([await again.execute(), again.lines.at(-1)]).toEqual([
      0,
      'Applied, by another run or by an agent that stands.',
    ])
  })

  test('goes on in the audit log from where the ledger saw it last', async () => {
    const sha = await merged('20260101000002_more', 'create table more (id int primary key);\n')
    let asked = 0
    const counting: typeof fetch = async (url, init) => {
      if (String(url).endsWith('/claim')) asked = JSON.parse(String(init?.body)).audit_seq
      return fetch(url, init)
    }
    const job = await at.runner(sha, { fetch: counting })
    expect(await job.execute()).toBe(0)
    expect(asked).toBeGreaterThan(0)
  })

  test('cannot go without the account that writes progress', async () => {
    const job = await at.runner('HEAD', {
      inputs: { 'progress-url': '' },
      env: { GITHUB_SHA: 'a'.repeat(40) },
    })
    expect(await job.execute()).toBe(2)
    expect(job.lines.join()).toContain('progress-url is missing')
  })
})
