import { openSession, type Query, type Row } from '../session.ts'
import { type AttemptRow, type Forged, genuine, type LedgerRow, type StepRow, type VerifyRow } from './row.ts'

export type Scope = { readonly db: string; readonly env: string }

/** Rows that count, and what those claim that do not: somebody other than an agent wrote it. */
export type Ledger = { readonly rows: readonly LedgerRow[]; readonly forged: readonly Forged[] }

/** What this database has, on a connection of its own. */
export async function readLedger(url: string, scope: Scope, verify: VerifyRow): Promise<Ledger> {
  const session = await openSession(url, 'dbward ledger')
  try {
    return await ledgerRows(session.query, scope, verify)
  } finally {
    await session.close()
  }
}

export async function ledgerRows(query: Query, scope: Scope, verify: VerifyRow): Promise<Ledger> {
  const found = await query(
    'select l.* from dbward.ledger l where l.db = $1 and l.env = $2 order by l.started_at, l.path',
    [scope.db, scope.env],
  )
  const read = found.map((row) => [row, ledgerRow(row)] as const)
  const counts = ([row, value]: readonly [Row, LedgerRow]) => genuine('ledger', row, value, verify)
  return {
    rows: read.filter(counts).map(([, value]) => value),
    forged: read.filter((one) => !counts(one)).map(([, { path, version }]) => ({ path, version })),
  }
}

/** Whether this token was spent here. Any row will do: a forged one only makes us refuse. */
export async function attemptExists(query: Query, jti: string): Promise<boolean> {
  return (await query('select from dbward.attempt a where a.jti = $1', [jti])).length > 0
}

/** Attempts whose fence is `fence` or higher; more forged ones than this many cannot hide a real one. */
const mostAhead = 200

export async function attemptsFrom(
  query: Query,
  scope: Scope,
  fence: number,
  verify: VerifyRow,
): Promise<{ readonly genuine: number; readonly forged: number; readonly full: boolean }> {
  const found = await query(
    `select a.* from dbward.attempt a where a.db = $1 and a.env = $2 and a.fence >= $3
     order by a.fence limit ${mostAhead}`,
    [scope.db, scope.env, fence],
  )
  const real = found.filter((row) => genuine('attempt', row, attemptRow(row), verify)).length
  return { genuine: real, forged: found.length - real, full: found.length === mostAhead }
}

/** The last statement outside a transaction that was begun for these bytes, and how its row says it went. */
export async function lastIntent(
  query: Query,
  scope: Scope,
  file: { readonly path: string; readonly sha256: string },
  verify: VerifyRow,
): Promise<{ readonly intent: StepRow; readonly ended: boolean } | null> {
  const found = await query(
    `select s.* from dbward.step s
     where s.db = $1 and s.env = $2 and s.path = $3 and s.sha256 = $4 order by s.fence desc`,
    [scope.db, scope.env, file.path, file.sha256],
  )
  const steps = found.map((row) => [row, stepRow(row)] as const)
  const real = steps.filter(([row, value]) => genuine('step', row, value, verify)).map(([, value]) => value)
  const intent = real.find((one) => one.phase === 'intent')
  if (intent === undefined) return null
  return { intent, ended: real.some((one) => one.jti === intent.jti && one.phase !== 'intent') }
}

function attemptRow(row: Row): AttemptRow {
  return {
    db: text(row.db),
    env: text(row.env),
    jti: text(row.jti),
    fence: Number(row.fence),
    request: text(row.request),
    att: Number(row.att),
    token_sha256: text(row.token_sha256),
    plan_sha256: text(row.plan_sha256),
    audit_seq: Number(row.audit_seq),
    audit_hash: text(row.audit_hash),
    agent: text(row.agent),
  }
}

function ledgerRow(row: Row): LedgerRow {
  return {
    db: text(row.db),
    env: text(row.env),
    path: text(row.path),
    version: row.version === null ? null : text(row.version),
    sha256: text(row.sha256),
    kind: text(row.kind) as LedgerRow['kind'],
    jti: text(row.jti),
    fence: Number(row.fence),
    plan_sha256: text(row.plan_sha256),
    merge_sha: text(row.merge_sha),
    pr: Number(row.pr),
    approvers: Array.isArray(row.approvers) ? row.approvers.map(text) : [],
    audit_seq: Number(row.audit_seq),
    audit_hash: text(row.audit_hash),
    agent: text(row.agent),
    nonce_hash: row.nonce_hash instanceof Uint8Array ? Buffer.from(row.nonce_hash).toString('hex') : '',
  }
}

function stepRow(row: Row): StepRow {
  return {
    db: text(row.db),
    env: text(row.env),
    path: text(row.path),
    phase: text(row.phase) as StepRow['phase'],
    jti: text(row.jti),
    sha256: text(row.sha256),
    fence: Number(row.fence),
    backend: text(row.backend),
    before: text(row.before),
    agent: text(row.agent),
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
