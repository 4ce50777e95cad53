import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBundle, type TrustBundle } from '@dbward/protocol/bundle'
import { openSchema } from '@dbward/protocol/schema'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { createClient } from '../../agent/client.ts'
import { type DatabaseTarget, readConfig } from '../../agent/config.ts'
import { runAgent } from '../../agent/main.ts'
import { type SchemaDeps, type SchemaTurns, startSchemas } from '../../agent/schema.ts'
import { type Postgres, startPostgres } from '../postgres/private.ts'
import { makeKeys, type StageKeys } from '../stage/keys.ts'
import { databaseFront, schemaServer } from './front.ts'

let folder: string
let postgres: Postgres
let database: string
let keys: StageKeys
let bundle: TrustBundle
let front: Awaited<ReturnType<typeof databaseFront>>
let server: Awaited<ReturnType<typeof schemaServer>>
let lines: string[]
let turns: SchemaTurns | null

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dbward-turns-'))
  postgres = await startPostgres()
  keys = await makeKeys(join(folder, 'keys'), { server: 'dbward-1', agent: 'agent-1' })
  bundle = openBundle(readFileSync(keys.bundlePath, 'utf8'), {
    roots: [keys.root.publicKey],
    threshold: 1,
    now: Date.now() / 1_000,
  })
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(join(folder, 'app.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
})
afterAll(async () => {
  await postgres?.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  database = await postgres.createDatabase('shop')
  await postgres.query(database, 'create table users (id int)')
  front = await databaseFront(postgres.port)
  server = await schemaServer()
  lines = []
  turns = null
})
afterEach(async () => {
  await turns?.stop()
  await Promise.all([front.close(), server.close()])
})

const token = `dba_agent-1_${'a'.repeat(43)}`
const url = () => {
  const address = new URL(postgres.url(undefined, database))
  address.port = String(front.port)
  return address.href
}
const target: DatabaseTarget = {
  ...{
    repository: 'acme/shop',
    repository_id: 1,
    branches: ['main'],
    database: 'app',
    environment: 'production',
  },
  ...{
    engine: 'postgres',
    url_env: 'APP_URL',
    progress_url_env: null,
    min_approvals: null,
    policies: null,
    require_protection: null,
  },
  allow_weak_tripwire: null,
}
const begin = (over: Partial<SchemaDeps> = {}) => {
  turns = startSchemas({
    id: 'agent-1',
    signer: keys.agent,
    client: createClient({ url: server.url, token }),
    targets: new Map([[target, url()]]),
    trust: () => bundle,
    minutes: 60,
    now: Date.now,
    log: (level, fields, message) => lines.push(JSON.stringify({ level, ...fields, message })),
    ...over,
  })
  return turns
}
const until = async (what: string, look: () => boolean) => {
  for (let waited = 0; waited < 30_000; waited += 20) {
    if (look()) return
    await sleep(20)
  }
  throw new Error(`waited for ${what}; the log says ${lines.join('\n')}`)
}
const read = (nth: number) =>
  openSchema(server.told[nth], { bundle, now: Date.now() / 1_000, aud: 'dbward-1' }).schema

/** The whole agent with its configuration, until it has asked for work a few times. */
async function agentRuns(key: object) {
  const config = join(folder, 'agent.yml')
  const own = {
    id: 'agent-1',
    key: keys.path('agent', 'private'),
    spool: join(folder, 'spool'),
    poll_ms: 50,
    ...key,
  }
  const { repository, repository_id, branches, database: db, environment, engine, url_env } = target
  const written = {
    agent: own,
    server: { url: server.url },
    github: { api_url: server.url, app_id: 1, private_key: join(folder, 'app.pem') },
    trust: { bundle: keys.bundlePath, roots: [keys.path('root', 'public')], threshold: 1 },
    databases: [{ repository, repository_id, branches, database: db, environment, engine, url_env }],
    log: { level: 'silent' },
  }
  writeFileSync(config, JSON.stringify(written))
  const stop = new AbortController()
  const env = { DBWARD_AGENT_TOKEN: token, APP_URL: url() }
  const running = runAgent(readConfig(config, env), stop.signal)
  return {
    claimed: () => until('the agent to ask for work', () => server.claims() >= 20),
    async stop() {
      stop.abort()
      await running
    },
  }
}

it('an agent that is told not to asks the database nothing and sends nothing', async () => {
  const agent = await agentRuns({ schema_snapshot: false })
  await agent.claimed()
  await agent.stop()
  expect([front.count(), server.told.length]).toEqual([0, 0])
})

it('an agent that is told nothing of it looks and tells, for the server of its trust bundle', async () => {
  const agent = await agentRuns({})
  await agent.claimed()
  await until('a schema', () => server.told.length > 0)
  await agent.stop()
  expect([front.count(), server.told.length]).toEqual([1, 1])
  expect(read(0)).toMatchObject({ aud: 'dbward-1', agent: 'agent-1', db: 'app', env: 'production' })
  expect(read(0).tables.map((one) => one.name)).toEqual(['users'])
})

it('after work it tells what has changed, and nothing where nothing has', async () => {
  const { hold, release } = begin()
  // What is cut off while the server answers is told once more.
  await until('a schema and its answer', () => lines.some((one) => one.includes('schema told')))
  hold()
  release()
  await until('another look', () => front.count() === 2 && front.open() === 0)
  hold()
  await postgres.query(database, 'create table orders (id int)')
  await sleep(300)
  expect(front.count()).toBe(2)
  release()
  await until('another schema', () => server.told.length === 2)
  expect(read(1).tables.map((one) => one.name)).toEqual(['orders', 'users'])
  expect(front.count()).toBe(3)
})

it('work that comes in cuts it off, and it begins anew when the work is done', async () => {
  front.stallAt('pg_total_relation_size')
  const { hold, release } = begin()
  await until('a question without an answer', () => front.stalled())
  const before = performance.now()
  hold()
  await until('the connection to be gone', () => front.open() === 0)
  // The database's own limit is 5 s, and the driver's a minute.
  expect(performance.now() - before).toBeLessThan(2_000)
  front.stallAt(null)
  expect(server.told).toEqual([])
  release()
  await until('a schema', () => server.told.length === 1)
  expect(lines.filter((one) => one.includes('"warn"'))).toEqual([])
})

it('tells again when its time has come, also where nothing has changed', async () => {
  begin({ minutes: 0.005 })
  await until('three schemas', () => server.told.length >= 3)
  expect(new Set(server.told.map((_, nth) => JSON.stringify(read(nth).tables))).size).toBe(1)
  expect(read(1).taken).toBeGreaterThan(read(0).taken)
})

it('a failure is a line with a code, without what a server says and without a credential, and is tried again', async () => {
  server.answer(503)
  begin({ minutes: 0.005 })
  await until('two lines', () => lines.filter((one) => one.includes('"warn"')).length >= 2)
  server.answer(204)
  await until('a schema', () => server.told.length >= 1)
  expect(lines.join()).not.toContain('it is not here')
})

it.each([
  ['a wrong password', () => url().replace(postgres.password, 'wrong-7f3a'), '28P01'],
  ['no database', () => url().replace(database, 'gone-7f3a'), '3D000'],
  ['no server', () => url().replace(`:${front.port}/`, ':1/'), 'ECONNREFUSED'],
])('%s is told by its code', async (_, address, code) => {
  begin({ targets: new Map([[target, address()]]) })
  await until('a line', () => lines.length > 0)
  expect(lines).toEqual([
    `{"level":"warn","database":"app@production","why":"${code}","message":"the schema could not be told and is tried again"}`,
  ])
})

it('does not guess which server it is for', async () => {
  const [exec] = bundle.keys.filter((one) => one.role === 'exec')
  if (exec === undefined) throw new Error('expected an exec key')
  begin({ trust: () => ({ ...bundle, keys: [...bundle.keys, { ...exec, id: 'dbward-2' }] }) })
  await until('a line', () => lines.length > 0)
  expect(lines.join()).toContain('expected a trust bundle with the exec keys of one server')
  expect([front.count(), server.told.length]).toEqual([0, 0])
})
