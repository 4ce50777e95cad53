import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { signCheckpoint } from '@dbward/protocol/checkpoint'
import { emptyLog } from '@dbward/protocol/log'
import { sampleClaims, sampleSigner } from '@dbward/protocol/samples'
import { signToken } from '@dbward/protocol/token'
import { verifyChain } from '@dbward/protocol/verify-chain'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  putRequests,
  sampleAudit,
  sampleChange,
  sampleClock,
  sampleRequest,
  type TempStore,
  tempStore,
} from '../samples.ts'
import { agent as readAgent } from './agents.ts'
import { fenceOf, attempt as readAttempt } from './attempts.ts'
import { auditDigests, auditHead, exportAudit } from './audit.ts'
import { change as readChange } from './changes.ts'
import { Conflict, commit, headAfter } from './commit.ts'
import { surfaceFailed, surfacePosted } from './doorbell.ts'
import { closeStore, openStore } from './open.ts'
import { request as readRequest } from './requests.ts'
import type { RequestRow, SurfaceWrite } from './rows.ts'
import { migrations } from './schema.ts'
import { pendingSurfaces, surface } from './surfaces.ts'

let temp: TempStore
const clock = sampleClock()
beforeEach(() => {
  temp = tempStore()
})
afterEach(() => temp.drop())

function stored(id: string): RequestRow {
  const found = readRequest(temp.store, id)
  if (found === null) throw new Error(`expected the request ${id}`)
  return found
}

test('what is written is read back', async () => {
  const { store } = temp
  const request = await sampleRequest()
  putRequests(store, clock.now(), [request])
  const { created_at, updated_at, ...rest } = stored(request.id)
  expect(rest).toEqual({ ...request, version: 1 })
  expect([created_at, updated_at]).toEqual([clock.now().toISOString(), clock.now().toISOString()])
  const token = await signToken(sampleClaims, sampleSigner('exec'))
  const attempt = {
    id: sampleClaims.jti,
    request_id: request.id,
    n: 1,
    agent: 'one',
    claim: 'c',
    nonce: 'n',
    fence: 1,
    token,
    token_sha256: 'f'.repeat(64),
    audit_seq: 1,
    lease_until: clock.now().toISOString(),
    state: 'leased',
    code: null,
    message: null,
    receipt: null,
    receipt_sha256: null,
    run: null,
    probe_agent: null,
    probe_run: null,
    probe_claim: null,
    probe_until: null,
    created_at: clock.now().toISOString(),
    started_at: null,
    ended_at: null,
  }
  commit(store, clock.now(), { audit: [sampleAudit], attempts: [attempt] })
  commit(store, clock.now(), {
    audit: [sampleAudit],
    attempts: [{ ...attempt, state: 'running', agent: 'other' }],
  })
  expect(readAttempt(store, attempt.id)).toEqual({ ...attempt, state: 'running' })
  expect(readChange(store, 4711, 7)).toEqual({ ...sampleChange, updated_at: clock.now().toISOString() })
})

test('a request is written only over the version that was read', async () => {
  const { store } = temp
  putRequests(store, clock.now(), [await sampleRequest()])
  const read = stored('4711#7:app@production')
  commit(store, clock.now(), { audit: [sampleAudit], requests: [{ ...read, state: 'ready' }] })
  const head = auditHead(store)
  const stale = () =>
    commit(store, clock.now(), { audit: [sampleAudit], requests: [{ ...read, state: 'held' }] })
  expect(stale).toThrow(Conflict)
  const twice = () =>
    commit(store, clock.now(), { audit: [sampleAudit], requests: [{ ...read, version: 0 }] })
  expect(twice).toThrow(Conflict)
  const moved = { ...read, version: 2, db: 'other' }
  expect(() => commit(store, clock.now(), { audit: [sampleAudit], requests: [moved] })).toThrow(Conflict)
  expect(stored(read.id).state).toBe('ready')
  expect(auditHead(store)).toEqual(head)
})

test('where one part fails nothing is written', async () => {
  const { store } = temp
  const request = await sampleRequest()
  const before = auditHead(store)
  const write = {
    audit: [sampleAudit],
    changes: [sampleChange],
    requests: [request],
    fences: [{ db: 'app', env: 'production', from: 3 }],
    dirty: [{ repo_id: 1, repo: 'a/b', pr: 1 }],
  } as const
  expect(() => commit(store, clock.now(), write)).toThrow(Conflict)
  expect(readChange(store, 4711, 7)).toBeNull()
  expect(readRequest(store, request.id)).toBeNull()
  expect(auditHead(store)).toEqual(before)
  expect(store.db.prepare('select count(*) as n from dirty').get()).toEqual({ n: 0 })
})

test('a fence rises by one, from what was read', () => {
  const { store } = temp
  const raise = (from: number) =>
    commit(store, clock.now(), { audit: [sampleAudit], fences: [{ db: 'app', env: 'production', from }] })
  expect(fenceOf(store, 'app', 'production')).toBe(0)
  raise(0)
  expect(() => raise(0)).toThrow(Conflict)
  raise(1)
  expect(() => raise(1)).toThrow(Conflict)
  expect(fenceOf(store, 'app', 'production')).toBe(2)
})

test('the audit log is an unbroken chain that the offline verification passes', async () => {
  const { store } = temp
  for (let i = 0; i < 20; i++)
    commit(store, clock.now(), { audit: [sampleAudit, { ...sampleAudit, data: { i } }] })
  const from = auditHead(store)
  const head = headAfter(from, clock.now(), [sampleAudit])
  const signer = sampleSigner('checkpoint')
  const checkpoint = await signCheckpoint({ iss: 'dbward-1', ...head, ts: clock.now().toISOString() }, signer)
  expect(commit(store, clock.now(), { audit: [sampleAudit], after: from, checkpoint })).toEqual(head)
  const trust = { checkpointKeys: [signer.publicKey], anchors: [] }
  expect(await verifyChain(exportAudit(store), trust)).toMatchObject({ code: 'ok', head, checkpoints: 1 })
  const edited = [...exportAudit(store)].map((line, i) => (i === 7 ? line.replace('made', 'mode') : line))
  expect(await verifyChain(edited, trust)).toMatchObject({ code: 'broken-link', seq: 8 })
  expect(auditDigests(store, 40, 41)).toHaveLength(1)
})

test('a commit that was signed for one head does not follow another', () => {
  const { store } = temp
  const at = auditHead(store)
  expect(at).toEqual(emptyLog)
  commit(store, clock.now(), { audit: [sampleAudit] })
  expect(() => commit(store, clock.now(), { audit: [sampleAudit], after: at })).toThrow(Conflict)
})

test('the database itself refuses to edit or to cut the audit log', () => {
  const { store } = temp
  commit(store, clock.now(), { audit: [sampleAudit] })
  expect(() => store.db.exec("update audit set hash = 'x'")).toThrow('append-only')
  expect(() => store.db.exec('delete from audit')).toThrow('append-only')
})

test('a surface is replaced by its newest payload and keeps what GitHub knows', () => {
  const { store } = temp
  const row: SurfaceWrite = {
    key: 'check:gate:1:a',
    kind: 'check',
    repo_id: 1,
    repo: 'acme/shop',
    pr: 7,
    sha: 'a'.repeat(40),
    payload: { title: 'one' },
    hash: 'h1',
  }
  const write = (surface: SurfaceWrite) =>
    commit(store, clock.now(), { audit: [sampleAudit], surfaces: [surface] })
  write(row)
  expect(pendingSurfaces(store, clock.now())).toMatchObject([{ key: row.key, payload: { title: 'one' } }])
  surfacePosted(store, row.key, 'h1', 99)
  expect(pendingSurfaces(store, clock.now())).toEqual([])
  write(row)
  expect(pendingSurfaces(store, clock.now())).toEqual([])
  write({ ...row, payload: { title: 'two' }, hash: 'h2' })
  expect(pendingSurfaces(store, clock.now())).toMatchObject([
    { github_id: 99, posted_hash: 'h1', hash: 'h2' },
  ])
  surfaceFailed(store, row.key, new Date(clock.now().getTime() + 5_000), 'no answer')
  expect(pendingSurfaces(store, clock.now())).toEqual([])
  expect(pendingSurfaces(store, new Date(clock.now().getTime() + 5_000))).toHaveLength(1)
  write({ ...row, payload: { title: 'three' }, hash: 'h3' })
  expect(surface(store, row.key)).toMatchObject({ attempts: 0, error: null, not_before: null, github_id: 99 })
})

test('a store of a newer dbward, and one that is damaged, are not opened', () => {
  const { store, path } = temp
  store.db.pragma('user_version = 99')
  expect(() => openStore(path)).toThrow('got 99; run the newer dbward')
  expect(() => openStore(join(path, 'none', 'x.db'))).toThrow('expected a file that can be written')
  store.db.pragma('user_version = 1')
  store.db.pragma('wal_checkpoint(truncate)')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const damaged = `${path}.damaged`
  const bytes = readFileSync(path)
  bytes.fill(0xff, 4_096, 12_000)
  writeFileSync(damaged, bytes)
  expect(() => openStore(damaged)).toThrow('expected a sound SQLite database')
})

test('a store of the first version keeps its agents, and they can be jobs from then on', () => {
  const path = `${temp.path}.first`
  const old = new Database(path)
  old.exec(migrations[0] ?? '')
  old.pragma('user_version = 1')
  const row = {
    id: 'one',
    token_sha256: 'a'.repeat(64),
    databases: '["app@production"]',
    at: '2027-01-15T08:00:00.000Z',
  }
  old
    .prepare(
      'insert into agent (id, token_sha256, databases, registered_at) values (@id, @token_sha256, @databases, @at)',
    )
    .run(row)
  old.close()
  const store = openStore(path)
  expect(readAgent(store, 'one')).toMatchObject({
    token_sha256: row.token_sha256,
    actions: null,
    databases: ['app@production'],
    registered_at: row.at,
  })
  const both = () => store.db.exec(`update agent set actions = '{}'`)
  expect(both).toThrow(/constraint/)
  closeStore(store)
})

test('only the writers write', () => {
  const writes =
    /\b(?:insert\s+(?:or\s+\w+\s+)?into|replace\s+into|update\s+"?\w+"?\s+set|delete\s+from|drop\s+table)\b/i
  const root = join(import.meta.dirname, '..')
  const guilty = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(?!.*(?:\.test\.ts|node_modules)).*\.ts$/.test(name))
    .filter((name) => writes.test(readFileSync(join(root, name), 'utf8')))
  expect(guilty.sort()).toEqual(['store/commit.ts', 'store/doorbell.ts', 'store/schema.ts'])
})
