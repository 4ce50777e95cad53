import { createHash } from 'node:crypto'
import type { Query } from '../session.ts'
import {
  type AttemptRow,
  type LedgerRow,
  type RowKind,
  type RowSigner,
  type Rows,
  rowBytes,
  type StepRow,
} from './row.ts'

export async function writeAttempt(query: Query, row: AttemptRow, by: RowSigner): Promise<void> {
  const sig = await sign('attempt', row, by)
  await query(
    `insert into dbward.attempt
       (jti, db, env, fence, request, att, token_sha256, plan_sha256, audit_seq, audit_hash, agent, kid, sig)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      row.jti,
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

export async function writeLedgerRow(query: Query, row: LedgerRow, by: RowSigner): Promise<void> {
  const sig = await sign('ledger', row, by)
  await query(
    `insert into dbward.ledger
       (db, env, path, version, sha256, kind, jti, fence, plan_sha256, merge_sha, pr, approvers, audit_seq,
        audit_hash, agent, nonce_hash, kid, sig)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
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
      row.approvers,
      row.audit_seq,
      row.audit_hash,
      row.agent,
      Buffer.from(row.nonce_hash, 'hex'),
      by.kid,
      sig,
    ],
  )
}

export async function writeStep(query: Query, row: StepRow, by: RowSigner): Promise<void> {
  const sig = await sign('step', row, by)
  await query(
    `insert into dbward.step (jti, path, phase, db, env, sha256, fence, backend, before, agent, kid, sig)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      row.jti,
      row.path,
      row.phase,
      row.db,
      row.env,
      row.sha256,
      row.fence,
      row.backend,
      row.before,
      row.agent,
      by.kid,
      sig,
    ],
  )
}

/** Satisfies the tripwire of the ledger row with this nonce's hash. The nonce leaves our memory here and not before. */
export async function writeDone(query: Query, nonce: Uint8Array): Promise<void> {
  await query('insert into dbward.done (nonce) values ($1)', [Buffer.from(nonce)])
}

export function nonceHash(nonce: Uint8Array): string {
  return createHash('sha256').update(nonce).digest('hex')
}

async function sign<K extends RowKind>(kind: K, row: Rows[K], by: RowSigner): Promise<Buffer> {
  return Buffer.from(await by.sign(rowBytes(kind, row)))
}
