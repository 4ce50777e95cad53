import type { Envelope } from '@dbward/protocol/dsse'
import { canonical } from '@dbward/protocol/json'
import { append, type LogHead } from '@dbward/protocol/log'
import { auditHead } from './audit.ts'
import { ring } from './doorbell.ts'
import type { Store } from './open.ts'
import type {
  AgentWrite,
  AttemptRow,
  AuditInput,
  ChangeRow,
  CommandRow,
  DirtyInput,
  FenceWrite,
  RequestWrite,
  SchemaWrite,
  SessionRow,
  SurfaceWrite,
} from './rows.ts'
import { keptSchemas } from './schemas.ts'

/** Everything that one step changes. At least one audit entry: nothing changes without one. */
export type Commit = {
  readonly audit: readonly [AuditInput, ...AuditInput[]]
  /** The head that the log must still have, for a caller that signed what this commit makes of it. */
  readonly after?: LogHead
  readonly changes?: readonly ChangeRow[]
  readonly requests?: readonly RequestWrite[]
  readonly attempts?: readonly AttemptRow[]
  readonly fences?: readonly FenceWrite[]
  readonly surfaces?: readonly SurfaceWrite[]
  /** What was asked and is answered with this; asked once, answered once. */
  readonly commands?: readonly CommandRow[]
  readonly agents?: readonly AgentWrite[]
  readonly schemas?: readonly SchemaWrite[]
  /** A job of GitHub Actions that came in, with the token that it spends on it. */
  readonly session?: { readonly row: SessionRow; readonly jti: string; readonly jtiUntil: string }
  /** Over the head that this commit makes. */
  readonly checkpoint?: Envelope
  readonly dirty?: readonly DirtyInput[]
}

/** Somebody else was faster: what was read is not so any more. Nothing was written; read again. */
export class Conflict extends Error {
  override readonly name = 'Conflict'
}

/**
 * The only writer of state: rows and audit entries in one transaction, or nothing. A request is written only over the
 * version that was read, a fence only over the value that was read; otherwise a `Conflict`.
 */
export function commit(store: Store, now: Date, change: Commit): LogHead {
  const at = now.toISOString()
  const write = store.db.transaction(() => {
    const head = appendAudit(store, at, change)
    for (const one of change.changes ?? []) writeChange(store, at, one)
    for (const one of change.requests ?? []) writeRequest(store, at, one)
    for (const one of change.attempts ?? []) writeAttempt(store, one)
    for (const one of change.fences ?? []) raiseFence(store, one)
    for (const one of change.surfaces ?? []) writeSurface(store, one)
    for (const one of change.commands ?? []) writeCommand(store, one)
    for (const one of change.agents ?? []) writeAgent(store, one)
    for (const one of change.schemas ?? []) writeSchema(store, at, one)
    if (change.session !== undefined) openSession(store, at, change.session)
    if (change.checkpoint !== undefined) writeCheckpoint(store, head, change.checkpoint)
    for (const one of change.dirty ?? []) ring(store, at, one)
    return head
  })
  const head = write.immediate()
  if ((change.dirty ?? []).length > 0) store.bell.emit('dirty')
  if ((change.surfaces ?? []).length > 0) store.bell.emit('surface')
  return head
}

/** The head that these entries would make, for whoever has to sign it before the commit. */
export function headAfter(from: LogHead, now: Date, entries: readonly AuditInput[]): LogHead {
  return entries.reduce((head, one) => append(head, toEntry(now.toISOString(), one)).head, from)
}

function appendAudit(store: Store, at: string, change: Commit): LogHead {
  let head = auditHead(store)
  if (change.after !== undefined && change.after.hash !== head.hash) {
    throw new Conflict(`expected the audit log at entry ${change.after.seq}, got ${head.seq}`)
  }
  const insert = store.db.prepare('insert into audit (seq, entry, hash) values (?, ?, ?)')
  for (const one of change.audit) {
    const next = append(head, toEntry(at, one))
    head = next.head
    insert.run(head.seq, canonical(next.entry), head.hash)
  }
  return head
}

function toEntry(ts: string, { type, actor, subject, outcome, data }: AuditInput) {
  const { repo, pr, head, merge, db, env, request, attempt } = subject
  const whole = {
    repo: repo ?? null,
    pr: pr ?? null,
    head: head ?? null,
    merge: merge ?? null,
    db: db ?? null,
    env: env ?? null,
    request: request ?? null,
    attempt: attempt ?? null,
  }
  return { ts, type, actor, subject: whole, outcome, data }
}

function writeChange({ db }: Store, updated_at: string, row: ChangeRow): void {
  db.prepare(
    `insert into change (repo_id, pr, repo, title, author, state, head, head_ref, base_ref, base_sha, merge_sha,
       merged_at, snapshot, updated_at)
     values (@repo_id, @pr, @repo, @title, @author, @state, @head, @head_ref, @base_ref, @base_sha, @merge_sha,
       @merged_at, @snapshot, @updated_at)
     on conflict (repo_id, pr) do update set (repo, title, author, state, head, head_ref, base_ref, base_sha,
       merge_sha, merged_at, snapshot, updated_at) = (@repo, @title, @author, @state, @head, @head_ref, @base_ref,
       @base_sha, @merge_sha, @merged_at, @snapshot, @updated_at)`,
  ).run({ ...row, snapshot: JSON.stringify(row.snapshot), updated_at })
}

function writeRequest({ db }: Store, updated_at: string, row: RequestWrite): void {
  const { plan, decision, review, limits, environments_before, hours, authorization } = row
  const values = {
    ...row,
    plan: JSON.stringify(plan),
    decision: jsonOrNull(decision),
    review: jsonOrNull(review),
    limits: jsonOrNull(limits),
    environments_before: JSON.stringify(environments_before),
    hours: JSON.stringify(hours),
    authorization: jsonOrNull(authorization),
    updated_at,
  }
  const { changes } = db.prepare(row.version === 0 ? insertRequest : updateRequest).run(values)
  if (changes !== 1) throw new Conflict(`request ${row.id} is not at version ${row.version} any more`)
}

const insertRequest = `
  insert into request (id, repo_id, repo, pr, head, db, env, engine, state, reason_code, reason, next_step, plan,
    plan_sha256, policy_sha256, base_ref, base_sha, merge_sha, decision, review, limits, environments_before,
    hours, "authorization", authz_sha256, queue_position, attempts, fence, not_before, version, created_at, updated_at)
  values (@id, @repo_id, @repo, @pr, @head, @db, @env, @engine, @state, @reason_code, @reason, @next_step, @plan,
    @plan_sha256, @policy_sha256, @base_ref, @base_sha, @merge_sha, @decision, @review, @limits, @environments_before,
    @hours, @authorization, @authz_sha256, @queue_position, @attempts, @fence, @not_before, 1, @updated_at, @updated_at)
  on conflict (id) do nothing`

const updateRequest = `
  update request set (repo, head, state, reason_code, reason, next_step, plan, plan_sha256, policy_sha256, base_ref,
    base_sha, merge_sha, decision, review, limits, environments_before, hours, "authorization", authz_sha256,
    queue_position, attempts, fence, not_before, version, updated_at)
  = (@repo, @head, @state, @reason_code, @reason, @next_step, @plan, @plan_sha256, @policy_sha256, @base_ref,
    @base_sha, @merge_sha, @decision, @review, @limits, @environments_before, @hours, @authorization, @authz_sha256,
    @queue_position, @attempts, @fence, @not_before, @version + 1, @updated_at)
  where id = @id and version = @version and (repo_id, pr, db, env, engine) = (@repo_id, @pr, @db, @env, @engine)`

/** What an attempt was made with never changes; how it stands does. */
function writeAttempt({ db }: Store, row: AttemptRow): void {
  db.prepare(
    `insert into attempt (id, request_id, n, agent, run, claim, nonce, fence, token, token_sha256, audit_seq,
       lease_until, state, code, message, receipt, receipt_sha256, probe_agent, probe_run, probe_claim, probe_until,
       created_at, started_at, ended_at)
     values (@id, @request_id, @n, @agent, @run, @claim, @nonce, @fence, @token, @token_sha256, @audit_seq,
       @lease_until, @state, @code, @message, @receipt, @receipt_sha256, @probe_agent, @probe_run, @probe_claim,
       @probe_until, @created_at, @started_at, @ended_at)
     on conflict (id) do update set (lease_until, state, code, message, receipt, receipt_sha256, probe_agent,
       probe_run, probe_claim, probe_until, started_at, ended_at) = (@lease_until, @state, @code, @message, @receipt,
       @receipt_sha256, @probe_agent, @probe_run, @probe_claim, @probe_until, @started_at, @ended_at)`,
  ).run({ ...row, token: JSON.stringify(row.token), receipt: jsonOrNull(row.receipt) })
}

function raiseFence({ db: database }: Store, { db, env, from }: FenceWrite): void {
  const sql =
    from === 0
      ? 'insert into fence (db, env, value) values (@db, @env, 1) on conflict (db, env) do nothing'
      : 'update fence set value = value + 1 where db = @db and env = @env and value = @from'
  const { changes } = database.prepare(sql).run(from === 0 ? { db, env } : { db, env, from })
  if (changes !== 1) throw new Conflict(`the fence of ${db}@${env} is not ${from} any more`)
}

/** A new payload starts its own count of failures; the same one again changes nothing. */
function writeSurface({ db }: Store, row: SurfaceWrite): void {
  db.prepare(
    `insert into surface (key, kind, repo_id, repo, pr, sha, payload, hash)
     values (@key, @kind, @repo_id, @repo, @pr, @sha, @payload, @hash)
     on conflict (key) do update set (kind, repo, sha, payload, hash, attempts, not_before, error)
       = (@kind, @repo, @sha, @payload, @hash, 0, null, null)
     where hash <> @hash`,
  ).run({ ...row, payload: JSON.stringify(row.payload) })
}

function writeCommand({ db }: Store, row: CommandRow): void {
  const { changes } = db
    .prepare(
      `insert into command (key, repo_id, pr, user_id, login, name, outcome, at)
       values (@key, @repo_id, @pr, @user_id, @login, @name, @outcome, @at) on conflict (key) do nothing`,
    )
    .run(row)
  if (changes !== 1) throw new Conflict(`${row.key} was answered already`)
}

function writeAgent({ db }: Store, row: AgentWrite): void {
  db.prepare(
    `insert into agent (id, token_sha256, actions, databases, registered_at, revoked_at)
     values (@id, @token_sha256, @actions, @databases, @registered_at, @revoked_at)
     on conflict (id) do update set (token_sha256, actions, databases, registered_at, revoked_at)
       = (@token_sha256, @actions, @databases, @registered_at, @revoked_at)`,
  ).run({ ...row, actions: jsonOrNull(row.actions), databases: JSON.stringify(row.databases) })
}

/** The token is spent and the session is there, or neither. What has ended is forgotten on the way. */
function openSession(
  { db }: Store,
  at: string,
  { row, jti, jtiUntil }: NonNullable<Commit['session']>,
): void {
  db.prepare('delete from actions_session where expires_at <= ?').run(at)
  db.prepare('delete from actions_jti where expires_at <= ?').run(at)
  const spend = 'insert into actions_jti (jti, expires_at) values (?, ?) on conflict (jti) do nothing'
  if (db.prepare(spend).run(jti, jtiUntil).changes !== 1) throw new Conflict('the token was used before')
  db.prepare(
    `insert into actions_session (id, token_sha256, agent, rule, repo_id, sha, run, created_at, expires_at)
     values (@id, @token_sha256, @agent, @rule, @repo_id, @sha, @run, @created_at, @expires_at)`,
  ).run(row)
}

function writeSchema({ db: database }: Store, received_at: string, row: SchemaWrite): void {
  const { changes } = database
    .prepare(
      `insert into schema_version (db, env, n, agent, taken, content_sha256, envelope, received_at)
       values (@db, @env, @n, @agent, @taken, @content_sha256, @envelope, @received_at)
       on conflict (db, env, n) do nothing`,
    )
    .run({ ...row, envelope: JSON.stringify(row.envelope), received_at })
  if (changes !== 1) throw new Conflict(`the schema of ${row.db}@${row.env} has a version ${row.n} already`)
  database
    .prepare('delete from schema_version where db = ? and env = ? and n <= ?')
    .run(row.db, row.env, row.n - keptSchemas)
}

function writeCheckpoint({ db }: Store, { seq }: LogHead, envelope: Envelope): void {
  db.prepare('insert into checkpoint (seq, envelope) values (?, ?)').run(seq, JSON.stringify(envelope))
}

function jsonOrNull(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}
