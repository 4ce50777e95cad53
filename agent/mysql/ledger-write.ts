import {
  type MysqlAttemptRow,
  type MysqlLedgerRow,
  type MysqlStepRow,
  type RowSigner,
  rowBytes,
} from '../ledger/row.ts'
import type { Query } from './session.ts'

export async function writeAttempt(query: Query, row: MysqlAttemptRow, by: RowSigner): Promise<void> {
  const sig = Buffer.from(await by.sign(rowBytes('mysql-attempt', row)))
  await query(
    `insert into dbward.attempt
       (jti, schema_name, db, env, fence, request, att, token_sha256, plan_sha256, audit_seq, audit_hash, agent, kid, sig)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      row.jti,
      row.schema,
      row.db,
      row.env,
      row.fence,
      row.request,
      row.att,
      row.token_sha256,
      row.plan_sha256,
      row.audit_seq,
      row.audit_hash,
      row.agent,
      by.kid,
      sig,
    ],
  )
}

export async function writeLedgerRow(query: Query, row: MysqlLedgerRow, by: RowSigner): Promise<void> {
  const sig = Buffer.from(await by.sign(rowBytes('mysql-ledger', row)))
  await query(
    `insert into dbward.ledger
       (schema_name, db, env, path, version, sha256, kind, jti, fence, plan_sha256, merge_sha, pr, approvers, audit_seq,
        audit_hash, agent, kid, sig)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      row.schema,
      row.db,
      row.env,
      row.path,
      row.version,
      row.sha256,
      row.kind,
      row.jti,
      row.fence,
      row.plan_sha256,
      row.merge_sha,
      row.pr,
      JSON.stringify(row.approvers),
      row.audit_seq,
      row.audit_hash,
      row.agent,
      by.kid,
      sig,
    ],
  )
}

export async function writeStep(query: Query, row: MysqlStepRow, by: RowSigner): Promise<void> {
  const sig = Buffer.from(await by.sign(rowBytes('mysql-step', row)))
  await query(
    `insert into dbward.step
       (jti, path, i, phase, schema_name, db, env, fence, sha256, statement_sha256, server, connection, \`before\`, agent,
        kid, sig)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      row.jti,
      row.path,
      row.i,
      row.phase,
      row.schema,
      row.db,
      row.env,
      row.fence,
      row.sha256,
      row.statement_sha256,
      row.server,
      row.connection,
      row.before,
      row.agent,
      by.kid,
      sig,
    ],
  )
}
