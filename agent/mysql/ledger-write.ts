import {
  type MysqlAttemptRow,
  type MysqlLedgerRow,
  type MysqlStepRow,
  type RowSigner,
  rowBytes,
} from '../ledger/row.ts'
import type { Part } from './ledger-schema.ts'
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

/**
 * The connection that a row is about. Only the progress account may say it: for the migrator the server fills in the one
 * over which it writes.
 */
function writerOf(part: Part, connection: number) {
  return part === 'progress'
    ? { column: ', writer', mark: ', ?', values: [connection] }
    : { column: '', mark: '', values: [] }
}

export async function writeLedgerRow(
  query: Query,
  row: MysqlLedgerRow,
  by: RowSigner,
  part: Part,
): Promise<void> {
  const writer = writerOf(part, row.connection)
  const sig = Buffer.from(await by.sign(rowBytes('mysql-ledger', row)))
  await query(
    `insert into dbward.ledger
       (schema_name, db, env, path, version, sha256, kind, jti, fence, plan_sha256, merge_sha, pr, approvers, audit_seq,
        audit_hash, connection, agent, kid, sig${writer.column})
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?${writer.mark})`,
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
      row.connection,
      row.agent,
      by.kid,
      sig,
      ...writer.values,
    ],
  )
}

export async function writeStep(query: Query, row: MysqlStepRow, by: RowSigner, part: Part): Promise<void> {
  const writer = writerOf(part, row.connection)
  const sig = Buffer.from(await by.sign(rowBytes('mysql-step', row)))
  await query(
    `insert into dbward.step
       (jti, path, i, phase, schema_name, db, env, fence, sha256, statement_sha256, server, connection, \`before\`, agent,
        kid, sig${writer.column})
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?${writer.mark})`,
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
      ...writer.values,
    ],
  )
}
