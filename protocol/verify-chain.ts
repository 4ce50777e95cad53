import { openCheckpoint } from './checkpoint.ts'
import { Refusal } from './errors.ts'
import { parseSha256 } from './ids.ts'
import { isObject, type Json, type JsonObject, parseStrict } from './json.ts'
import type { PublicKey } from './keys.ts'
import { type AuditEntry, emptyLog, entryDigest, type LogHead, link, parseEntry } from './log.ts'
import { ShapeError } from './shape.ts'

export type ChainTrust = {
  /** Public keys that may sign checkpoints; where none fits a checkpoint, the checkpoint does not pass. */
  readonly checkpointKeys: readonly PublicKey[]
  /** Heads that were kept where the server cannot write: a ledger, an agent's disk, a comment that was mailed. */
  readonly anchors: readonly LogHead[]
}

export type ChainFault = 'broken-link' | 'bad-signature' | 'truncated' | 'gap' | 'fork'
export type ChainResult =
  | {
      readonly code: 'ok'
      readonly head: LogHead
      readonly checkpoints: number
      /** The last entry that an anchor or a checkpoint vouches for: a cut behind it would go unseen. 0 for none. */
      readonly vouchedTo: number
    }
  | { readonly code: ChainFault; readonly seq: number; readonly message: string }

/**
 * Checks an exported log, line by line and with no other source. A line is `{"entry":{...},"hash":"..."}`, or
 * `{"checkpoint":{...}}` behind the entry that it covers. `broken-link`: an entry is not what its hash says;
 * `gap`: a number is missing, doubled or out of order; `bad-signature`: a checkpoint by no known key; `fork`: a sound
 * chain, and another one than a checkpoint or an anchor saw; `truncated`: it ends before one of them.
 */
export async function verifyChain(
  lines: Iterable<string> | AsyncIterable<string>,
  { checkpointKeys, anchors }: ChainTrust,
): Promise<ChainResult> {
  const expected = new Map<number, string>()
  let head: LogHead = emptyLog
  let checkpoints = 0
  let vouchedTo = 0
  const vouch = (claim: LogHead, source: string): void => {
    if (claim.seq < head.seq)
      throw new Fault('broken-link', head.seq, `${source} of entry ${claim.seq} is out of place`)
    const known = claim.seq === head.seq ? head.hash : expected.get(claim.seq)
    if (known !== undefined && known !== claim.hash) {
      throw new Fault('fork', claim.seq, `${source} saw another log: expected ${claim.hash}, got ${known}`)
    }
    if (claim.seq > head.seq) expected.set(claim.seq, claim.hash)
    else vouchedTo = claim.seq
  }
  try {
    for (const anchor of anchors) vouch(anchor, 'an anchor')
    for await (const text of lines) {
      const line = readLine(text, head.seq + 1)
      if (line.checkpoint !== undefined) {
        vouch(readCheckpoint(line.checkpoint, checkpointKeys, head.seq), 'a checkpoint')
        checkpoints++
        continue
      }
      head = readEntry(line, head)
      const seen = expected.get(head.seq)
      if (seen === undefined) continue
      vouch({ seq: head.seq, hash: seen }, 'an anchor or a checkpoint')
      expected.delete(head.seq)
    }
    const missing = [...expected.keys()].reduce((a, b) => Math.max(a, b), 0)
    if (missing > 0) throw new Fault('truncated', head.seq, `expected ${missing} entries, got ${head.seq}`)
  } catch (fault) {
    if (fault instanceof Fault) return { code: fault.code, seq: fault.seq, message: fault.message }
    throw fault
  }
  return { code: 'ok', head, checkpoints, vouchedTo }
}

class Fault extends Error {
  readonly code: ChainFault
  readonly seq: number

  constructor(code: ChainFault, seq: number, message: string) {
    super(message)
    this.code = code
    this.seq = seq
  }
}

function readLine(text: string, seq: number): JsonObject {
  const value = orFault(seq, (): Json => parseStrict(text))
  const names = isObject(value) ? Object.keys(value).sort().join() : ''
  if (isObject(value) && (names === 'entry,hash' || names === 'checkpoint')) return value
  throw new Fault('broken-link', seq, 'expected an entry with its hash, or a checkpoint, got another line')
}

function readEntry(line: JsonObject, head: LogHead): LogHead {
  const seq = head.seq + 1
  const claimed = line.entry !== undefined && isObject(line.entry) ? line.entry.seq : undefined
  if (typeof claimed === 'number' && claimed !== seq) {
    throw new Fault('gap', seq, `expected entry ${seq}, got entry ${claimed}`)
  }
  const entry: AuditEntry = orFault(seq, () => parseEntry(line.entry, 'entry'))
  const written = orFault(seq, () => parseSha256(line.hash, 'hash'))
  const hash = link(head.hash, entryDigest(entry))
  if (hash !== written) throw new Fault('broken-link', seq, `expected the hash ${hash}, got ${written}`)
  return { seq, hash }
}

function readCheckpoint(envelope: Json, keys: readonly PublicKey[], seq: number): LogHead {
  try {
    return openCheckpoint(envelope, (kid) => keys.find((key) => key.kid === kid))
  } catch (cause) {
    if (cause instanceof Refusal) throw new Fault('bad-signature', seq, cause.message)
    throw cause
  }
}

function orFault<T>(seq: number, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof ShapeError) throw new Fault('broken-link', seq, cause.message)
    throw cause
  }
}
