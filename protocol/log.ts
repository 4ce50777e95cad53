import { createHash } from 'node:crypto'
import { isoTime, orNull, parseSha256, positive, shortText, type Unparsed, version1 } from './ids.ts'
import { canonical, isObject, type Json, type JsonObject } from './json.ts'
import { closed, matching, type Parsed, type Parser, ShapeError } from './shape.ts'

/** Words with dots between them, such as `request.approved`. */
const word = matching(/^[a-z][a-z0-9_-]*(?:\.[a-z][a-z0-9_-]*)*$/, 'words joined by dots')
const subjectText = orNull(shortText(255))
const entryShape = closed({
  v: version1,
  seq: positive,
  ts: isoTime,
  type: word,
  actor: closed({ kind: word, id: shortText(255) }),
  subject: closed({
    repo: subjectText,
    pr: orNull(positive),
    head: subjectText,
    merge: subjectText,
    db: subjectText,
    env: subjectText,
    request: subjectText,
    attempt: orNull(positive),
  }),
  outcome: word,
  data: jsonObject,
})

/** One action. `data` holds hashes, counts and redacted text: never SQL, never a literal. */
export type AuditEntry = Parsed<typeof entryShape>

/** Where a log ends: its last entry's number and hash. */
export type LogHead = { readonly seq: number; readonly hash: string }

/** The log before its first entry, which has `seq` 1. */
export const emptyLog: LogHead = { seq: 0, hash: '0'.repeat(64) }

export const parseEntry: Parser<AuditEntry> = (value, at) => entryShape(value, at)

/** The next entry of a log and the head that it makes. */
export function append(
  head: LogHead,
  entry: Unparsed<Omit<AuditEntry, 'v' | 'seq'>>,
): { readonly entry: AuditEntry; readonly head: LogHead } {
  const next = parseEntry({ v: 1, seq: head.seq + 1, ...entry }, 'entry')
  return { entry: next, head: { seq: next.seq, hash: link(head.hash, entryDigest(next)) } }
}

/** SHA-256 over the canonical JSON of one entry. */
export function entryDigest(entry: AuditEntry): string {
  return createHash('sha256').update(canonical(entry)).digest('hex')
}

/** `SHA-256("dbward.audit.v1\0" || previous hash || entry digest)`, the hashes as their 32 bytes. */
export function link(previous: string, digest: string): string {
  const hash = createHash('sha256').update('dbward.audit.v1\0')
  for (const part of [previous, digest]) hash.update(parseSha256(part, 'hash'), 'hex')
  return hash.digest('hex')
}

/**
 * The head after entries of which only the digests are known. An agent holds it against the head that a server
 * claims: a log that was cut or rewritten behind what the agent has seen does not get there.
 */
export function extend(head: LogHead, digests: readonly string[]): LogHead {
  return { seq: head.seq + digests.length, hash: digests.reduce(link, head.hash) }
}

function jsonObject(value: unknown, at: string): JsonObject {
  const found = value as Json
  if (!isObject(found)) throw new ShapeError(at, 'an object', value)
  canonical(found)
  return found
}
