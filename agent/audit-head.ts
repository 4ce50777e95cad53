import { Refusal } from '@dbward/protocol/errors'
import { extend, type LogHead } from '@dbward/protocol/log'
import type { AuditTail } from '@dbward/protocol/messages'
import { closed, integer, sha256Hex } from '@dbward/protocol/shape'
import type { Spool } from './spool.ts'

const head = closed({ seq: integer, hash: sha256Hex })
const note = 'audit-head'

/**
 * Follows the server's audit log from the head that this agent saw last to the one it shows now. A log that lost its
 * tail or was rewritten cannot make the step, and then nothing runs. Keeps the new head before it is relied on.
 */
export function followAudit(spool: Spool, tail: AuditTail, signed: LogHead): void {
  if (tail.seq !== signed.seq || tail.hash !== signed.hash) {
    throw new Refusal('AUDIT_FORK', `the token names audit entry ${signed.seq}, the answer ${tail.seq}`)
  }
  const seen = lastHead(spool)
  if (seen !== null) {
    if (tail.seq < seen.seq) {
      throw new Refusal(
        'AUDIT_FORK',
        `the server's audit log ends at ${tail.seq}; this agent has seen ${seen.seq}`,
      )
    }
    if (tail.from !== seen.seq || tail.digests.length !== tail.seq - tail.from) {
      throw new Refusal(
        'AUDIT_FORK',
        `expected the audit entries after ${seen.seq}, got ${tail.digests.length} after ${tail.from}`,
      )
    }
    if (extend(seen, tail.digests).hash !== tail.hash) {
      throw new Refusal(
        'AUDIT_FORK',
        `the server's audit log does not continue entry ${seen.seq} that this agent has seen`,
      )
    }
  }
  spool.keepNote(note, { seq: tail.seq, hash: tail.hash })
}

export function lastHead(spool: Spool): LogHead | null {
  const kept = spool.note(note)
  return kept === null ? null : head(kept, note)
}
