import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signAuthorization } from '@dbward/protocol/authorization'
import { envelopeDigest } from '@dbward/protocol/dsse'
import { newNonce } from '@dbward/protocol/ids'
import type { ClaimQuestion, ExecuteOrder } from '@dbward/protocol/messages'
import { makePlan, planDigest, sha256 } from '@dbward/protocol/plan'
import { signReceipt } from '@dbward/protocol/receipt'
import { sampleAuthorization, sampleNow, sampleSigner } from '@dbward/protocol/samples'
import { type ClaimDeps, claim } from './flow/claim.ts'
import { openSession } from './flow/open-session.ts'
import { claimsOf } from './flow/order.ts'
import { createRefusalLog } from './flow/refused-session.ts'
import { heartbeat, probed, refused, started } from './flow/report.ts'
import { type SettleDeps, settle } from './flow/settle.ts'
import { statusOf } from './flow/status.ts'
import { takeSchema } from './flow/take-schema.ts'
import { waiting } from './flow/waiting.ts'
import { buildServer, type ServerDeps } from './http/server.ts'
import type { WebhookDeps } from './http/webhook.ts'
import { agentKeys } from './keys/agent-keys.ts'
import { createLog } from './log.ts'
import { createMetrics } from './metrics.ts'
import { agent } from './store/agents.ts'
import { commit } from './store/commit.ts'
import { closeStore, openStore, type Store } from './store/open.ts'
import type { AgentRow, AuditInput, ChangeRow, RequestWrite, SurfaceWrite } from './store/rows.ts'

/** Values for the tests of this room: a store in a folder of its own, a merged change, its request, two agents. */
export type TempStore = { readonly store: Store; readonly path: string; readonly drop: () => void }

export function tempStore(): TempStore {
  const dir = mkdtempSync(join(tmpdir(), 'dbward-store-'))
  const path = join(dir, 'state.db')
  const store = openStore(path)
  return {
    store,
    path,
    drop() {
      closeStore(store)
      rmSync(dir, { recursive: true })
    },
  }
}

/** A clock that only moves when it is told to. */
export function sampleClock() {
  let ms = sampleNow * 1_000
  return {
    now: () => new Date(ms),
    pass(seconds: number) {
      ms += seconds * 1_000
    },
  }
}

export const sampleAudit: AuditInput = {
  type: 'test.made',
  actor: { kind: 'server', id: 'test' },
  subject: {},
  outcome: 'made',
  data: {},
}

export const sampleChange: ChangeRow = {
  repo_id: 4711,
  pr: 7,
  repo: 'acme/shop',
  title: 'Add users',
  author: 'ada',
  state: 'merged',
  head: 'a'.repeat(40),
  head_ref: 'users',
  base_ref: 'main',
  base_sha: 'c'.repeat(40),
  merge_sha: 'b'.repeat(40),
  merged_at: '2027-01-15T08:00:00Z',
  snapshot: { policy: { found: 'yes' }, cannotDecide: null },
}

/** A merged and authorized request; `pr` makes it another change, its files are its own. */
export async function sampleRequest(
  changes: Partial<RequestWrite> = {},
  file = `db/migrate/${changes.pr ?? 7}_users.sql`,
): Promise<RequestWrite> {
  const bytes = Buffer.from('create table users (id int);\n')
  const plan = makePlan([
    { path: file, bytes, tx: 'auto', stmts: [{ off: 0, len: 27, kind: 'create-table' }] },
  ])
  const { db = 'app', env = 'production', pr = 7, repo_id = 4711, repo = 'acme/shop' } = changes
  const id = `${repo_id}#${pr}:${db}@${env}`
  const authorization = await signAuthorization(
    { ...sampleAuthorization, request: id, repo, repo_id, pr, db, env, plan_sha256: planDigest(plan) },
    sampleSigner('authz'),
  )
  return {
    id,
    repo_id,
    repo,
    pr,
    head: sampleAuthorization.head_sha,
    db,
    env,
    engine: 'postgres',
    state: 'queued',
    reason_code: null,
    reason: null,
    next_step: null,
    plan,
    plan_sha256: planDigest(plan),
    policy_sha256: sampleAuthorization.policy_sha256,
    base_ref: 'main',
    base_sha: sampleAuthorization.base_sha,
    merge_sha: sampleAuthorization.merge_sha,
    decision: null,
    review: null,
    limits: { stmt_ms: 900_000, lock_ms: 5_000, total_ms: 3_600_000, max_rows: 0 },
    environments_before: [],
    hours: { windows: [], freezes: [] },
    authorization,
    authz_sha256: envelopeDigest(authorization),
    queue_position: pr * 1_000,
    attempts: 0,
    fence: null,
    not_before: null,
    version: 0,
    ...changes,
  }
}

export function putRequests(store: Store, now: Date, requests: readonly RequestWrite[]): void {
  const changes = requests.map(({ repo_id, repo, pr }) => ({ ...sampleChange, repo_id, repo, pr }))
  commit(store, now, { audit: [sampleAudit], changes, requests })
}

/** The token of an agent in tests; what the store knows of it is its hash. */
export function sampleToken(id: string): string {
  return `dba_${id}_${sha256(id).slice(0, 43)}`
}

export function enrolAgent(
  store: Store,
  now: Date,
  id: string,
  databases: readonly string[] = ['app@production'],
): AgentRow {
  const row = { id, token_sha256: sha256(sampleToken(id)), actions: null, databases, revoked_at: null }
  commit(store, now, { audit: [sampleAudit], agents: [{ ...row, registered_at: now.toISOString() }] })
  const found = agent(store, id)
  if (found === null) throw new Error('expected the agent that was just written')
  return found
}

export function claimDeps(store: Store, now: () => Date): ClaimDeps {
  return {
    store,
    now,
    random: randomBytes,
    iss: 'dbward-1',
    signer: sampleSigner('exec'),
    leaseSeconds: 60,
    log: createLog('silent'),
  }
}

export function sampleQuestion(changes: Partial<ClaimQuestion> = {}): ClaimQuestion {
  return { nonce: newNonce(randomBytes), claim: randomUUID(), audit_seq: 0, ...changes }
}

/** What an agent is given to run; fails where it is given nothing or a question. */
export async function claimWork(deps: ClaimDeps, agent: AgentRow): Promise<ExecuteOrder> {
  const order = await claim(deps, agent, sampleQuestion())
  if (order?.kind !== 'execute') throw new Error(`expected something to run, got ${order?.kind ?? 'nothing'}`)
  return order
}

/** A whole server on a store, with every door and no network but the one that `deliver` uses. */
export function sampleServer(
  store: Store,
  now: () => Date,
  deliver: WebhookDeps['deliver'],
  changes: Partial<ServerDeps> = {},
) {
  const reports = { store, now, leaseSeconds: 60 }
  return buildServer({
    agents: {
      store,
      now,
      claim: (agent, question) => claim(claimDeps(store, now), agent, question),
      started: (agent, attempt, jti) => started(reports, agent, attempt, jti),
      heartbeat: (agent, attempt, jti) => heartbeat(reports, agent, attempt, jti),
      refused: (agent, attempt, report) => refused(reports, agent, attempt, report),
      settle: (agent, receipt) => settle(settleDeps(store, now), agent, receipt),
      probed: (agent, report) => probed(reports, agent, report),
      schema: (agent, statement) => takeSchema(settleDeps(store, now), agent, statement),
      waiting: (agent, question) => waiting(reports, agent, question),
    },
    actions: {
      open: (question) => openSession({ store, now, random: randomBytes, tokens: null }, question),
      refused: createRefusalLog(store, now),
    },
    webhook: { store, secrets: ['the secret in force', 'the secret before it'], deliver },
    health: {
      store,
      now,
      metrics: createMetrics(store, now),
      githubSeen: now,
      githubQuietMs: 60_000,
      stopping: () => false,
    },
    status: { operators: [], status: (question) => statusOf(store, question, now()) },
    log: createLog('silent'),
    ...changes,
  })
}

/** Agents with a key of their own: `one` and `two`. */
export function settleDeps(
  store: Store,
  now: () => Date,
  publishExecution: SettleDeps['publishExecution'] = sampleResult,
): SettleDeps {
  return {
    store,
    now,
    iss: 'dbward-1',
    agentKeys: agentKeys([
      { id: 'one', publicKey: sampleSigner('agent', 1).publicKey },
      { id: 'two', publicKey: sampleSigner('agent', 2).publicKey },
    ]),
    checkpointSigner: sampleSigner('checkpoint'),
    publishExecution,
  }
}

const sampleResult: SettleDeps['publishExecution'] = (request, attempt, { sha256: hash }) => {
  const { repo_id, repo, pr } = request
  const row: SurfaceWrite = {
    key: `result:${attempt.id}`,
    kind: 'result',
    repo_id,
    repo,
    pr,
    sha: null,
    payload: { state: request.state },
    hash,
  }
  return [row]
}

/** The receipt that an agent signs for an order. */
export function sampleReceiptFor(
  order: Pick<ExecuteOrder, 'token'>,
  agent: 'one' | 'two',
  changes: Partial<Parameters<typeof signReceipt>[0]> = {},
) {
  const { sub, att, jti, db, env, fence, plan_sha256, audit, iss } = claimsOf(order.token)
  const receipt = {
    aud: iss,
    agent,
    request: sub,
    att,
    jti,
    db,
    env,
    fence,
    plan_sha256,
    token_sha256: envelopeDigest(order.token),
    outcome: 'applied' as const,
    started: sampleNow * 1_000,
    finished: sampleNow * 1_000 + 40,
    statements: [],
    error: null,
    ledger: { server_id: null, rows: [] },
    audit,
  }
  return signReceipt({ ...receipt, ...changes }, sampleSigner('agent', agent === 'one' ? 1 : 2))
}
