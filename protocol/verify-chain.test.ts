import { describe, expect, test } from 'vitest'
import { signCheckpoint } from './checkpoint.ts'
import type { Json } from './json.ts'
import { type AuditEntry, append, emptyLog, entryDigest, type LogHead, link } from './log.ts'
import { sampleEntry, sampleServer, sampleSigner } from './samples.ts'
import { type ChainTrust, verifyChain } from './verify-chain.ts'

type Exported = { readonly entry: AuditEntry; readonly hash: string }

const signer = sampleSigner('checkpoint')
const size = 6
const log: Exported[] = []
const heads: LogHead[] = [emptyLog]
for (let n = 1; n <= size; n++) {
  const { entry, head } = append(heads.at(-1) ?? emptyLog, sampleEntry(n))
  log.push({ entry, hash: head.hash })
  heads.push(head)
}
const head = (seq: number): LogHead => heads[seq] ?? emptyLog
const line = (value: unknown) => JSON.stringify(value)
const checkpointOf = async (at: LogHead, by = signer) =>
  line({ checkpoint: await signCheckpoint({ iss: sampleServer, ts: '2027-01-15T08:00:00.000Z', ...at }, by) })
const trust = (...anchors: readonly LogHead[]): ChainTrust => ({
  checkpointKeys: [signer.publicKey],
  anchors,
})
const verify = (entries: readonly unknown[], ...anchors: readonly LogHead[]) =>
  verifyChain(entries.map(line), trust(...anchors))
const codeAt = (code: string, seq: number) => expect.objectContaining({ code, seq })

/** The same entries with every hash made anew: what somebody who holds the store can do. */
function rehash(entries: readonly AuditEntry[]): readonly Exported[] {
  let hash = emptyLog.hash
  return entries.map((entry) => {
    hash = link(hash, entryDigest(entry))
    return { entry, hash }
  })
}

describe('a sound log', () => {
  test('passes, and says how far somebody vouches for it', async () => {
    expect(await verify(log)).toEqual({ code: 'ok', head: head(size), checkpoints: 0, vouchedTo: 0 })
    expect(await verify(log, head(2), head(4))).toMatchObject({ code: 'ok', vouchedTo: 4 })
    expect(await verify(log, emptyLog)).toMatchObject({ code: 'ok', vouchedTo: 0 })
    expect(await verify([])).toEqual({ code: 'ok', head: emptyLog, checkpoints: 0, vouchedTo: 0 })
  })

  test('passes with its checkpoints, from an async source', async () => {
    const lines = [...log.slice(0, 3).map(line), await checkpointOf(head(3)), ...log.slice(3).map(line)]
    async function* source() {
      yield await checkpointOf(emptyLog)
      yield* lines
      yield await checkpointOf(head(size))
    }
    expect(await verifyChain(source(), trust())).toEqual({
      code: 'ok',
      head: head(size),
      checkpoints: 3,
      vouchedTo: size,
    })
  })

  test('passes whatever the spacing of its lines', async () => {
    expect(
      await verifyChain(
        log.map((one) => JSON.stringify(one, null, 1)),
        trust(),
      ),
    ).toMatchObject({ code: 'ok' })
  })
})

describe('an edit', () => {
  test('of any field of any entry is found where it is', async () => {
    for (const [index, { entry, hash }] of log.entries()) {
      for (const changed of edits(entry)) {
        const edited = log.with(index, { entry: changed as AuditEntry, hash })
        const result = await verify(edited)
        const expected = (changed as AuditEntry).seq === entry.seq ? 'broken-link' : 'gap'
        const malformed = typeof (changed as AuditEntry).seq !== 'number'
        expect(result, line(changed)).toEqual(codeAt(malformed ? 'broken-link' : expected, index + 1))
      }
    }
  })

  test('of a hash is found where it is', async () => {
    for (const [index, one] of log.entries()) {
      const hash = one.hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0'))
      expect(await verify(log.with(index, { ...one, hash }))).toEqual(codeAt('broken-link', index + 1))
    }
  })

  test('of an entry with its own hash is found at the next one', async () => {
    for (const [index, { entry }] of log.entries()) {
      const forged = rehash([
        ...log.slice(0, index).map((one) => one.entry),
        { ...entry, outcome: 'denied' },
      ]).at(-1)
      const result = await verify(log.with(index, forged ?? { entry, hash: '' }), head(size))
      expect(result).toEqual(index + 1 < size ? codeAt('broken-link', index + 2) : codeAt('fork', size))
    }
  })
})

describe('a cut', () => {
  test('of any entry is a gap, and the last one needs an anchor', async () => {
    for (let index = 0; index < size - 1; index++) {
      expect(await verify(log.toSpliced(index, 1))).toEqual(codeAt('gap', index + 1))
    }
    expect(await verify(log.slice(0, -1))).toMatchObject({ code: 'ok', vouchedTo: 0 })
    expect(await verify(log.slice(0, -1), head(size))).toEqual(codeAt('truncated', size - 1))
  })

  test('of any tail is found against an anchor behind it', async () => {
    for (let rest = 0; rest < size; rest++) {
      for (let seq = 1; seq <= size; seq++) {
        const result = await verify(log.slice(0, rest), head(seq))
        expect(result).toEqual(
          seq <= rest ? expect.objectContaining({ code: 'ok' }) : codeAt('truncated', rest),
        )
      }
    }
  })

  test('of any entry with the rest numbered and hashed anew is a fork against an anchor', async () => {
    for (let index = 0; index < size - 1; index++) {
      const rest = log.toSpliced(index, 1).map(({ entry }, at) => ({ ...entry, seq: at + 1 }))
      expect(await verify(rehash(rest))).toMatchObject({ code: 'ok', vouchedTo: 0 })
      expect(await verify(rehash(rest), head(size - 1))).toEqual(codeAt('fork', size - 1))
    }
  })
})

describe('another order', () => {
  test('of any two neighbours is a gap', async () => {
    for (let index = 0; index + 1 < size; index++) {
      const swapped = log.toSpliced(index, 2, ...log.slice(index, index + 2).toReversed())
      expect(await verify(swapped)).toEqual(codeAt('gap', index + 1))
    }
  })

  test('and a doubled entry is a gap', async () => {
    for (const [index, one] of log.entries()) {
      expect(await verify(log.toSpliced(index, 0, one))).toEqual(codeAt('gap', index + 2))
    }
  })
})

describe('a full rewrite', () => {
  const rewritten = rehash(log.map(({ entry }) => ({ ...entry, actor: { kind: 'user', id: 'mallory' } })))

  test('is a fork against any one anchor', async () => {
    for (let seq = 1; seq <= size; seq++)
      expect(await verify(rewritten, head(seq))).toEqual(codeAt('fork', seq))
  })

  test('is a fork even where the checkpoint key was stolen, if an anchor was kept elsewhere', async () => {
    const last = rewritten.at(-1)?.hash ?? ''
    const lines = [...rewritten.map(line), await checkpointOf({ seq: size, hash: last })]
    expect(await verifyChain(lines, trust())).toMatchObject({ code: 'ok' })
    expect(await verifyChain(lines, trust(head(2)))).toEqual(codeAt('fork', 2))
  })

  test('is a fork against a checkpoint that it keeps', async () => {
    const lines = [...rewritten.map(line), await checkpointOf(head(size))]
    expect(await verifyChain(lines, trust())).toEqual(codeAt('fork', size))
  })

  test('is a bad signature where it signs its own checkpoint', async () => {
    const own = await checkpointOf(
      { seq: size, hash: rewritten.at(-1)?.hash ?? '' },
      sampleSigner('checkpoint', 1),
    )
    expect(await verifyChain([...rewritten.map(line), own], trust())).toEqual(codeAt('bad-signature', size))
  })
})

describe('a checkpoint', () => {
  test('ahead of the entries is a cut', async () => {
    const lines = [...log.slice(0, 3).map(line), await checkpointOf(head(5))]
    expect(await verifyChain(lines, trust())).toEqual(codeAt('truncated', 3))
    expect(await verifyChain([...lines, ...log.slice(3).map(line)], trust())).toMatchObject({
      code: 'ok',
      vouchedTo: 5,
    })
  })

  test('behind later entries is out of place', async () => {
    const lines = [...log.slice(0, 3).map(line), await checkpointOf(head(2))]
    expect(await verifyChain(lines, trust())).toEqual(codeAt('broken-link', 3))
  })

  test('with a flipped bit, of no known key, or of another type is a bad signature', async () => {
    const good = await checkpointOf(head(1))
    const { checkpoint } = JSON.parse(good)
    const flipped = { ...checkpoint, payload: checkpoint.payload.replace(/^./, 'f') }
    const foreign = { ...checkpoint, payloadType: checkpoint.payloadType.replace('checkpoint', 'receipt') }
    const first = line(log[0])
    for (const bad of [flipped, foreign, {}, null]) {
      expect(await verifyChain([first, line({ checkpoint: bad })], trust())).toEqual(
        codeAt('bad-signature', 1),
      )
    }
    const unknown = { checkpointKeys: [], anchors: [] }
    expect(await verifyChain([first, good], unknown)).toEqual(codeAt('bad-signature', 1))
  })

  test('and an anchor that disagree about one entry are a fork', async () => {
    const other = { seq: 4, hash: 'f'.repeat(64) }
    expect(await verifyChain([await checkpointOf(other)], trust(head(4)))).toEqual(codeAt('fork', 4))
    expect(await verify(log, head(4), other)).toEqual(codeAt('fork', 4))
  })
})

describe('a line that is neither', () => {
  test.each([
    ['nothing', ''],
    ['no JSON', 'entry'],
    ['a list', '[]'],
    ['an entry without its hash', line({ entry: log[0]?.entry })],
    ['an entry and a checkpoint', line({ ...log[0], checkpoint: {} })],
    ['an entry with more beside it', line({ ...log[0], note: '' })],
    ['a member twice', line(log[0]).replace('{', '{"hash":"",')],
    ['two lines in one', `${line(log[0])}${line(log[1])}`],
    ['a hash in capitals', line({ ...log[0], hash: log[0]?.hash.toUpperCase() })],
  ])('is a broken link: %s', async (_, text) => {
    expect(await verifyChain([text], trust())).toEqual(codeAt('broken-link', 1))
  })
})

test('20,000 entries stream through', async () => {
  let last = emptyLog
  function* source() {
    for (let n = 1; n <= 20_000; n++) {
      const { entry, head } = append(last, sampleEntry(n))
      last = head
      yield line({ entry, hash: head.hash })
    }
  }
  expect(await verifyChain(source(), trust())).toMatchObject({ code: 'ok', head: { seq: 20_000 } })
})

/** Every way to change, drop or add one member anywhere in a value. */
function edits(value: Json): Json[] {
  if (Array.isArray(value)) {
    const inner = value.flatMap((item, at) => edits(item).map((changed) => value.with(at, changed)))
    return [...inner, value.slice(1), [...value, 0]]
  }
  if (typeof value !== 'object' || value === null) return [typeof value === 'number' ? value + 1 : 'changed']
  const entries = Object.entries(value)
  const changed = entries.flatMap(([key, member]) =>
    edits(member).map((other) => ({ ...value, [key]: other })),
  )
  const dropped = entries.map(([key]) => Object.fromEntries(entries.filter(([name]) => name !== key)))
  return [...changed, ...dropped, { ...value, added: 1 }]
}
