import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stage, serverReady, stage } from '../stage/stage.ts'

const preload = fileURLToPath(new URL('../stage/outbound-log.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'dbward-outbound-'))
const logs = { server: join(folder, 'server'), agent: join(folder, 'agent') }
let it_: Stage

beforeAll(async () => {
  it_ = await stage({ nodeArgs: ['--import', preload] })
  it_.server.start({ OUTBOUND_LOG: logs.server })
  await serverReady(it_)
  it_.agent.start({ OUTBOUND_LOG: logs.agent })
})
afterAll(async () => {
  await it_?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const places = (file: string) => [...new Set(readFileSync(file, 'utf8').trim().split('\n'))].sort()
const place = (url: string) => new URL(url).host

it('nothing connects anywhere but to what is configured, from the pull request to the result', async () => {
  const { ann, bob } = it_.people
  await ann.push('out', { 'db/migrate/1_out.sql': 'create table out_ (id int primary key);\n' })
  const pr = await ann.open('out', 'out')
  await bob.approve(pr)
  await it_.until('a green gate', async () =>
    (await ann.checks(await ann.head(pr))).some(
      (one) => one.name === 'dbward/gate' && one.conclusion === 'success',
    ),
  )
  const sha = await ann.merge(pr)
  await it_.until('the execution', async () =>
    (await ann.checks(sha)).some(
      (one) => one.name.startsWith('dbward/execution') && one.conclusion === 'success',
    ),
  )
  expect(places(logs.server)).toEqual([place(it_.github.url)])
  const database = `127.0.0.1:${(await it_.servers.postgres()).port}`
  expect(places(logs.agent)).toEqual([place(it_.github.url), place(it_.server.url), database].sort())
})
