import { migrationVersion, type PlannedFile } from '@dbward/protocol/plan'
import type { MysqlLedgerRow, MysqlStepRow } from '../ledger/row.ts'
import type { Attempt } from './execute.ts'
import type { Session } from './session.ts'

export function ledgerRow(
  { work, claims, scope }: Attempt,
  session: Session,
  file: PlannedFile,
): MysqlLedgerRow {
  return {
    ...scope,
    path: file.path,
    version: migrationVersion(file.path),
    sha256: file.sha256,
    kind: 'applied',
    jti: claims.jti,
    fence: claims.fence,
    plan_sha256: claims.plan_sha256,
    merge_sha: claims.merge_sha,
    pr: claims.pr,
    approvers: work.approvers,
    audit_seq: claims.audit.seq,
    audit_hash: claims.audit.hash,
    connection: session.id,
    agent: work.agent.id,
  }
}

/** `i` -1 is the file as a whole. */
export function stepRow(
  { work, claims, scope }: Attempt,
  session: Session,
  file: PlannedFile,
  at: { readonly i: number; readonly phase: MysqlStepRow['phase']; readonly before: string },
): MysqlStepRow {
  return {
    ...scope,
    ...at,
    path: file.path,
    jti: claims.jti,
    fence: claims.fence,
    sha256: file.sha256,
    statement_sha256: file.stmts[at.i]?.sha256 ?? file.sha256,
    server: session.server,
    connection: session.id,
    agent: work.agent.id,
  }
}
