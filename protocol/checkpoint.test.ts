import { describe, expect, test } from 'vitest'
import { openCheckpoint, signCheckpoint } from './checkpoint.ts'
import { seal } from './dsse.ts'
import type { JsonObject } from './json.ts'
import { outcomeOf, sampleBundle, sampleNow, sampleServer, sampleSigner } from './samples.ts'

const signer = sampleSigner('checkpoint')
const head = { iss: sampleServer, seq: 41, hash: '5'.repeat(64), ts: '2027-01-15T08:00:00.000Z' }
const keys = (kid: string) => (kid === signer.kid ? signer.publicKey : undefined)

describe('a checkpoint', () => {
  test('comes back as it was signed, by a key or by a bundle', async () => {
    const envelope = await signCheckpoint(head, signer)
    expect(openCheckpoint(envelope, keys)).toEqual({ v: 1, kid: signer.kid, ...head })
    const bundle = await sampleBundle()
    expect(openCheckpoint(envelope, (kid) => bundle.keyFor('checkpoint', kid, sampleNow)).seq).toBe(41)
  })

  test.each<[string, object]>([
    ['with a negative entry', { seq: -1 }],
    ['with a short hash', { hash: '5'.repeat(63) }],
    ['with a time in seconds', { ts: sampleNow }],
    ['with a day that does not exist', { ts: '2027-02-30T08:00:00.000Z' }],
    ['with an unknown member', { root: '' }],
    ['of another format', { v: 2 }],
  ])('is refused %s', async (_, changes) => {
    const envelope = await seal(
      'checkpoint.v1',
      { v: 1, kid: signer.kid, ...head, ...changes } as JsonObject,
      signer,
    )
    expect(await outcomeOf(() => openCheckpoint(envelope, keys))).toBe('CHECKPOINT_INVALID')
  })

  test('is refused by the key that signs tokens', async () => {
    const exec = { ...sampleSigner('exec'), role: 'checkpoint' as const }
    const envelope = await signCheckpoint(head, exec)
    expect(await outcomeOf(() => openCheckpoint(envelope, keys))).toBe('CHECKPOINT_INVALID')
    expect(await outcomeOf(() => openCheckpoint(envelope, () => sampleSigner('exec').publicKey))).toBe(
      'CHECKPOINT_INVALID',
    )
  })
})
