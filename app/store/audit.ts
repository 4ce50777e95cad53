import { emptyLog, type LogHead } from '@dbward/protocol/log'
import { sha256 } from '@dbward/protocol/plan'
import type { Store } from './open.ts'

/** The last entry's number and hash. */
export function auditHead({ db }: Store): LogHead {
  return db.prepare<[], LogHead>('select seq, hash from audit order by seq desc limit 1').get() ?? emptyLog
}

/** The head as it was at one entry; null where the log does not have it. */
export function auditAt({ db }: Store, seq: number): LogHead | null {
  if (seq === 0) return emptyLog
  return db.prepare<[number], LogHead>('select seq, hash from audit where seq = ?').get(seq) ?? null
}

/** Digests of the entries after `from` up to `to`, in order. The stored text is the canonical one that the digest is of. */
export function auditDigests({ db }: Store, from: number, to: number): readonly string[] {
  const rows = db.prepare<[number, number], { entry: string }>(
    'select entry from audit where seq > ? and seq <= ? order by seq',
  )
  return rows.all(from, to).map((one) => sha256(one.entry))
}

/** The log as JSON lines, with each checkpoint behind the entry that it covers: what `dbward audit verify` reads. */
export function* exportAudit({ db }: Store, from = 0): Generator<string> {
  const rows = db.prepare<[number], { entry: string; hash: string; envelope: string | null }>(
    `select audit.entry, audit.hash, checkpoint.envelope
     from audit left join checkpoint on checkpoint.seq = audit.seq
     where audit.seq > ? order by audit.seq`,
  )
  for (const { entry, hash, envelope } of rows.iterate(from)) {
    yield `{"entry":${entry},"hash":"${hash}"}`
    if (envelope !== null) yield `{"checkpoint":${envelope}}`
  }
}
