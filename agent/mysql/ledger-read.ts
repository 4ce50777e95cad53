import {
  type Forged,
  genuine,
  type MysqlLedgerRow,
  type MysqlStepRow,
  type VerifyRow,
} from '../ledger/row.ts'
import { openBoth } from './both.ts'
import type { Access } from './execute.ts'
import type { Query, Row } from './session.ts'

export type Scope = { readonly schema: string; readonly db: string; readonly env: string }

/** Rows that count, and what those claim that do not: somebody other than an agent wrote it. */
export type MysqlLedger = { readonly rows: readonly MysqlLedgerRow[]; readonly forged: readonly Forged[] }

/** What this database has, on connections of its own. */
export async function readMysqlLedger(
  access: Access,
  scope: Omit<Scope, 'schema'>,
  verify: VerifyRow,
): Promise<MysqlLedger> {
  const { session, progress, close } = await openBoth(access, 'dbward ledger')
  try {
    return await ledgerRows(progress.query, { db: scope.db, env: scope.env, schema: session.schema }, verify)
  } finally {
    await close()
  }
}

export async function ledgerRows(query: Query, scope: Scope, verify: VerifyRow): Promise<MysqlLedger> {
  const found = await query(
    `select l.* from dbward.ledger l where l.schema_name = ? and l.db = ? and l.env = ?
     order by l.finished_at, l.path`,
    [scope.schema, scope.db, scope.env],
  )
  const read = found.map((row) => [row, ledgerRow(row)] as const)
  const counts = ([row, value]: readonly [Row, MysqlLedgerRow]) =>
    genuine('mysql-ledger', row, value, verify) && original(row, value)
  return {
    rows: read.filter(counts).map(([, value]) => value),
    forged: read.filter((one) => !counts(one)).map(([, value]) => claimed(value)),
  }
}

/** Whether this token was spent here. Any row will do: only the progress account can add one. */
export async function attemptExists(query: Query, jti: string): Promise<boolean> {
  return (await query('select a.jti from dbward.attempt a where a.jti = ?', [jti])).length > 0
}

/** Whether an attempt with this fence or a higher one has begun. Any row will do, as above. */
export async function attemptFrom(query: Query, scope: Scope, fence: number): Promise<boolean> {
  const found = await query(
    `select a.jti from dbward.attempt a
     where a.schema_name = ? and a.db = ? and a.env = ? and a.fence >= ? limit 1`,
    [scope.schema, scope.db, scope.env, fence],
  )
  return found.length > 0
}

/** What agents wrote about the progress of this file, in any attempt, the oldest first. */
export async function stepRows(
  query: Query,
  scope: Scope,
  path: string,
  verify: VerifyRow,
): Promise<readonly MysqlStepRow[]> {
  const found = await query(
    `select s.* from dbward.step s where s.schema_name = ? and s.db = ? and s.env = ? and s.path = ?
     order by s.fence, s.i, s.written_at`,
    [scope.schema, scope.db, scope.env, path],
  )
  return found
    .map((row) => [row, stepRow(row)] as const)
    .filter(([row, value]) => genuine('mysql-step', row, value, verify) && original(row, value))
    .map(([, value]) => value)
}

/** To a unique key of the server, text with spaces at its end is the same text. */
function claimed({ path, version }: MysqlLedgerRow): Forged {
  return { path: path.trimEnd(), version: version === null ? null : version.trimEnd() }
}

/** A copy of a signed row that another session than the agent's wrote is none. */
function original(row: Row, { connection }: { readonly connection: number }): boolean {
  return Number(row.writer) === connection
}

function ledgerRow(row: Row): MysqlLedgerRow {
  return {
    schema: text(row.schema_name),
    db: text(row.db),
    env: text(row.env),
    path: text(row.path),
    version: row.version === null ? null : text(row.version),
    sha256: text(row.sha256),
    kind: text(row.kind) as MysqlLedgerRow['kind'],
    jti: text(row.jti),
    fence: Number(row.fence),
    plan_sha256: text(row.plan_sha256),
    merge_sha: text(row.merge_sha),
    pr: Number(row.pr),
    approvers: names(row.approvers),
    audit_seq: Number(row.audit_seq),
    audit_hash: text(row.audit_hash),
    connection: Number(row.connection),
    agent: text(row.agent),
  }
}

function stepRow(row: Row): MysqlStepRow {
  return {
    schema: text(row.schema_name),
    db: text(row.db),
    env: text(row.env),
    path: text(row.path),
    i: Number(row.i),
    phase: text(row.phase) as MysqlStepRow['phase'],
    jti: text(row.jti),
    fence: Number(row.fence),
    sha256: text(row.sha256),
    statement_sha256: text(row.statement_sha256),
    server: text(row.server),
    connection: Number(row.connection),
    before: text(row.before),
    agent: text(row.agent),
  }
}

function names(value: unknown): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(text(value))
    return Array.isArray(parsed) ? parsed.map(text) : []
  } catch {
    return []
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
