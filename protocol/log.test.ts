import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { canonical } from './json.ts'
import { append, emptyLog, entryDigest, extend, link, parseEntry } from './log.ts'
import { sampleEntry } from './samples.ts'
import { ShapeError } from './shape.ts'

const first = append(emptyLog, sampleEntry(1))
const second = append(first.head, sampleEntry(2))

describe('the chain', () => {
  test('is SHA-256("dbward.audit.v1\\0" || previous || SHA-256(JCS(entry)))', () => {
    const digest = createHash('sha256').update(canonical(first.entry)).digest()
    const hash = createHash('sha256')
      .update(Buffer.concat([Buffer.from('dbward.audit.v1'), Buffer.alloc(1), Buffer.alloc(32), digest]))
      .digest('hex')
    expect(first.head).toEqual({ seq: 1, hash })
  })

  test('numbers entries from 1 and binds each to all before it', () => {
    expect([first.entry.seq, second.entry.seq]).toEqual([1, 2])
    expect(second.head.hash).toBe(link(first.head.hash, entryDigest(second.entry)))
    expect(link(emptyLog.hash, entryDigest(second.entry))).not.toBe(second.head.hash)
  })

  test('does not depend on the order of members', () => {
    const turned = Object.fromEntries(Object.entries(first.entry).toReversed())
    expect(entryDigest(parseEntry(turned, 'entry'))).toBe(entryDigest(first.entry))
  })

  test.each(['', 'z'.repeat(64), 'A'.repeat(64), 'a'.repeat(63)])('links no %j', (hash) => {
    expect(() => link(hash, emptyLog.hash)).toThrow(ShapeError)
    expect(() => link(emptyLog.hash, hash)).toThrow(ShapeError)
  })
})

describe('extend', () => {
  test('comes from a head and digests to the head behind them', () => {
    const digests = [first.entry, second.entry].map(entryDigest)
    expect(extend(emptyLog, digests)).toEqual(second.head)
    expect(extend(first.head, digests.slice(1))).toEqual(second.head)
    expect(extend(second.head, [])).toEqual(second.head)
  })

  test('gets elsewhere where a digest is missing, doubled, swapped or another', () => {
    const [a = '', b = ''] = [first.entry, second.entry].map(entryDigest)
    for (const digests of [[b, a], [b], [a], [a, a, b], [a, b, b], [a, a]]) {
      expect(extend(emptyLog, digests).hash).not.toBe(second.head.hash)
    }
  })
})

describe('parseEntry refuses', () => {
  const { entry } = first
  test.each<[string, object]>([
    ['an unknown member', { ...entry, note: '' }],
    ['an unknown member of the subject', { ...entry, subject: { ...entry.subject, sql: '' } }],
    ['a subject that leaves one out', { ...entry, subject: { repo: 'acme/shop' } }],
    ['entry 0', { ...entry, seq: 0 }],
    ['a time with an offset', { ...entry, ts: '2027-01-15T08:00:00.000+00:00' }],
    ['a type that is a sentence', { ...entry, type: 'Request approved' }],
    ['data that is a list', { ...entry, data: [] }],
    ['a fraction in data', { ...entry, data: { ms: 1.5 } }],
    ['undefined in data', { ...entry, data: { ms: undefined } }],
    ['another format', { ...entry, v: 2 }],
  ])('%s', (_, value) => {
    expect(() => parseEntry(value, 'entry')).toThrow(ShapeError)
  })
})
