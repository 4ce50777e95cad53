import type { Spool } from '@dbward/agent/spool'
import { ledgerOf, noLedger } from '@dbward/agent/target'
import { rowVerifier } from '@dbward/agent/trust'
import type { TrustBundle } from '@dbward/protocol/bundle'
import type { ExecuteInputs } from './execute-inputs.ts'

/**
 * What the target database knows of the runs before this one, in rows that agents of the bundle have signed: the head of
 * the server's audit log that the last of them saw, whether a merge left something there, and what it has of each file.
 */
export async function readMemory({ url, progressUrl, target }: ExecuteInputs, bundle: TrustBundle) {
  const database = { engine: target.engine, url, progressUrl }
  const scope = { db: target.database, env: target.environment }
  const { rows } = await ledgerOf(database, scope, rowVerifier(bundle)).catch((cause: unknown) => {
    throw noLedger(cause)
  })
  const last = rows.reduce(
    (most, row) => (row.audit_seq > most.seq ? { seq: row.audit_seq, hash: row.audit_hash } : most),
    {
      seq: 0,
      hash: '',
    },
  )
  return {
    head: last.seq === 0 ? null : last,
    hasMerge: (sha: string) => rows.some((row) => row.merge_sha === sha),
    /** Of the bytes that it has had of this path. */
    sha256Of: (path: string) => rows.find((row) => row.path === path)?.sha256 ?? null,
  }
}

/** A runner forgets what it saw; the ledger does not. The server's log must go on from there, as for an agent that stands. */
export function remember(spool: Spool, head: { readonly seq: number; readonly hash: string } | null): void {
  if (head !== null) spool.keepNote('audit-head', head)
}
