import { takeDirty } from '@dbward/app/store/doorbell'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Setting, setting } from '../stage/setting.ts'
import { serverByHand } from './server.ts'

let it_: Setting
let server: ReturnType<typeof serverByHand>
let asked: string[] = []
beforeAll(async () => {
  const onExchange = ({ path, actor }: { path: string; actor: string }) => {
    if (actor === 'dbward[bot]' || actor === 'app:dbward') asked.push(path)
  }
  it_ = await setting({
    webhookUrl: 'http://127.0.0.1:9/',
    webhookSecret: 'nobody listens',
    github: { onExchange },
  })
  server = serverByHand(it_)
})
afterAll(async () => server?.close())

async function sweep() {
  await server.deliver()
  await server.sweep()
  await server.work()
}
const request = (pr: number) =>
  server.store.db.prepare('select state, reason_code, repo from request where pr = ?').get(pr)
const waiting = () => takeDirty(server.store, new Date('2100-01-01'), 99)
let pr = 0
let held = 0

it('what is under way stops when the App is taken off, and GitHub is not asked about it any more', async () => {
  const { ann, bob } = it_.people
  await ann.push('one', { 'db/migrate/1_one.sql': 'create table one (id bigint primary key);\n' })
  await ann.push('two', { 'db/migrate/2_two.sql': 'create table two (id bigint primary key);\n' })
  pr = await ann.open('one', 'One')
  held = await ann.open('two', 'Two')
  await bob.approve(pr)
  await bob.approve(held)
  await sweep()
  await ann.merge(held)
  await sweep()
  expect([request(pr), request(held)]).toMatchObject([{ state: 'approved' }, { state: 'queued' }])

  it_.github.uninstall(it_.installation)
  await sweep()
  expect([request(pr), request(held)]).toMatchObject([
    { state: 'blocked', reason_code: 'NOT_INSTALLED' },
    { state: 'held', reason_code: 'NOT_INSTALLED' },
  ])
  asked = []
  server.pass(3_700)
  await sweep()
  expect(waiting()).toEqual([])
  expect([...new Set(asked)]).toEqual(['/app/installations'])
})

it('so does it under a suspended installation, and goes on once that is over', async () => {
  const installation = it_.github.install(it_.serverApp.id, 'acme', 'all').id
  await sweep()
  server.pass(10)
  await sweep()
  expect(request(held)).toMatchObject({ state: 'queued' })
  it_.github.suspend(installation)
  await sweep()
  expect([request(pr), request(held)]).toMatchObject([
    { state: 'blocked', reason_code: 'NOT_INSTALLED' },
    { state: 'held', reason_code: 'NOT_INSTALLED' },
  ])
  asked = []
  await sweep()
  expect([...new Set(asked)]).toEqual(['/app/installations'])
  it_.github.suspend(installation, false)
  server.pass(10)
  await sweep()
  expect([request(pr), request(held)]).toMatchObject([{ state: 'approved' }, { state: 'queued' }])
  it_.github.uninstall(installation)
  await sweep()
})

it('it goes on where the App is installed again', async () => {
  it_.github.install(it_.serverApp.id, 'acme', 'all')
  await sweep()
  server.pass(10)
  await sweep()
  expect([request(pr), request(held)]).toMatchObject([{ state: 'approved' }, { state: 'queued' }])
})

it('a rename changes the name and nothing else, also where another repository takes the old one', async () => {
  it_.github.rename('acme/shop', 'store')
  await it_.github.repo('acme', 'shop', { private: true, files: { 'README.md': '# another\n' } })
  server.pass(700)
  await sweep()
  await sweep()
  expect([request(pr), request(held)]).toMatchObject([
    { state: 'approved', repo: 'acme/store' },
    { state: 'queued', repo: 'acme/store' },
  ])
  expect(server.store.db.prepare('select count(*) as n from request').get()).toEqual({ n: 2 })
})

it('a transfer to an owner without the App stops it, and one with it goes on under the new name', async () => {
  it_.github.org('globex')
  it_.github.transfer('acme/store', 'globex')
  server.pass(700)
  await sweep()
  expect(request(held)).toMatchObject({ state: 'held', reason_code: 'NOT_INSTALLED' })
  it_.github.install(it_.serverApp.id, 'globex', 'all')
  server.pass(700)
  await sweep()
  await sweep()
  expect(request(held)).toMatchObject({ repo: 'globex/store' })
})
