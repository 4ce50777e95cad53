import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyLog, extend } from '@dbward/protocol/log'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { followAudit, lastHead } from './audit-head.ts'
import { openSpool, type Spool } from './spool.ts'

let folder: string
let spool: Spool
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dbward-spool-'))
  spool = openSpool(folder)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const digests = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(64))
const at = (n: number) => extend(emptyLog, digests.slice(0, n))
const tail = (from: number, to: number) => ({ from, ...at(to), digests: digests.slice(from, to) })
const fork = expect.objectContaining({ code: 'AUDIT_FORK' })

describe('an agent follows the log of the server', () => {
  it('from where it is met first, step by step, and remembers over a restart', () => {
    followAudit(spool, tail(0, 2), at(2))
    followAudit(openSpool(folder), tail(2, 4), at(4))
    expect(lastHead(openSpool(folder))).toEqual(at(4))
    followAudit(spool, tail(4, 4), at(4))
  })

  it('and refuses one that lost its end, was rewritten, skips, or is not what the token names', () => {
    followAudit(spool, tail(0, 3), at(3))
    expect(() => followAudit(spool, tail(2, 2), at(2))).toThrow(fork)
    const rewritten = extend(emptyLog, [...digests.slice(0, 2), 'e'.repeat(64), 'd'.repeat(64)])
    expect(() => followAudit(spool, { from: 3, ...rewritten, digests: ['d'.repeat(64)] }, rewritten)).toThrow(
      fork,
    )
    expect(() => followAudit(spool, { ...tail(3, 4), from: 2 }, at(4))).toThrow(fork)
    expect(() => followAudit(spool, { ...tail(3, 4), digests: [] }, at(4))).toThrow(fork)
    expect(() => followAudit(spool, tail(3, 4), at(3))).toThrow(fork)
    expect(lastHead(spool)).toEqual(at(3))
  })
})
