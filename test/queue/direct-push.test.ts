import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Setting, setting } from '../stage/setting.ts'
import { serverByHand } from './server.ts'

const policy = `version: 1
databases:
  app: { engine: postgres, migrations: db/migrate/*.sql, environments: [production] }
  crm: { engine: postgres, migrations: db/crm/*.sql, environments: [production] }
workflows:
  - { database: app, environment: production, steps: [{ approvers: [{ team: acme/dba, min: 1 }] }] }
  - { database: crm, environment: production, steps: [] }
`
let it_: Setting
let server: ReturnType<typeof serverByHand>
beforeAll(async () => {
  // What was there before dbward was is nobody's direct push.
  const files = { 'db/migrate/1_old.sql': 'create table old (id int);\n' }
  it_ = await setting({ webhookUrl: 'http://127.0.0.1:9/', webhookSecret: 'nobody listens', policy, files })
  server = serverByHand(it_)
})
afterAll(async () => server?.close())

async function look() {
  await server.deliver()
  await server.work()
}
async function propose(name: string, files: Readonly<Record<string, string | null>>) {
  await it_.people.ann.push(name, files)
  const pr = await it_.people.ann.open(name, name)
  await it_.people.bob.approve(pr)
  await look()
  return pr
}
async function gate(pr: number) {
  const checks = await it_.people.ann.checks(await it_.people.ann.head(pr))
  const { conclusion, output } = checks.find((one) => one.name === 'dbward/gate') ?? {}
  return { conclusion, title: output?.title, summary: (output?.summary ?? '').replaceAll('&#8203;', '') }
}
const request = (pr: number) =>
  server.store.db.prepare('select state, reason_code, reason, authz_sha256 from request where pr = ?').get(pr)
const table = (name: string) => `create table ${name} (id bigint primary key);\n`

it('a migration that was pushed to the base branch holds what comes later for its database, until a pull request mends it', async () => {
  const first = await propose('first', { 'db/migrate/2_first.sql': table('first') })
  expect(await gate(first)).toMatchObject({ conclusion: 'success' })
  const open = await propose('open', { 'db/migrate/4_open.sql': table('open') })
  const other = await propose('other', { 'db/crm/1_other.sql': table('other') })
  await it_.people.ann.merge(first)
  await look()
  expect(request(first)).toMatchObject({ state: 'queued' })

  const files = { 'db/migrate/3_pushed.sql': table('pushed') }
  const pushed = await it_.github.commit(it_.repo.fullName, 'main', { files, author: 'eve' })
  await look()
  const answer = await gate(open)
  expect(answer).toMatchObject({ conclusion: 'failure' })
  expect(answer.summary).toContain(`${pushed.slice(0, 7)} by eve`)
  expect(answer.summary).toContain('a pull request that edits or deletes it puts that right')
  // What was merged before goes on, and so does what belongs to another database.
  expect(request(first)).toMatchObject({ state: 'queued' })
  expect(await gate(other)).toMatchObject({ conclusion: 'success' })

  await it_.people.ann.merge(open)
  await look()
  expect(request(open)).toMatchObject({ state: 'held', reason_code: 'FILES_REFUSED', authz_sha256: null })
  expect(request(open)).toMatchObject({ reason: expect.stringContaining(`(${pushed.slice(0, 7)} by eve)`) })

  const mend = await propose('mend', { 'db/migrate/3_pushed.sql': `-- read by bob\n${table('pushed')}` })
  expect(await gate(mend)).toMatchObject({ conclusion: 'success' })
  await it_.people.ann.merge(mend)
  await look()
  expect(request(mend)).toMatchObject({ state: 'queued' })
  const later = await propose('later', { 'db/migrate/5_later.sql': table('later') })
  expect(await gate(later)).toMatchObject({ conclusion: 'success' })
})

it('a direct push that deletes it puts it right as well', async () => {
  const waits = await propose('waits', { 'db/migrate/7_waits.sql': table('waits') })
  const files = { 'db/migrate/6_again.sql': table('again') }
  await it_.github.commit(it_.repo.fullName, 'main', { files, author: 'eve' })
  await look()
  expect(await gate(waits)).toMatchObject({ conclusion: 'failure' })
  await it_.github.commit(it_.repo.fullName, 'main', {
    files: { 'db/migrate/6_again.sql': null },
    author: 'eve',
  })
  await look()
  expect(await gate(waits)).toMatchObject({ conclusion: 'success' })
})
