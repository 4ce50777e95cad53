import { describe, expect, test } from 'vitest'
import { type BundleContent, bundleKey, openBundle, signBundle } from './bundle.ts'
import { sealAll } from './dsse.ts'
import { ConfigError } from './errors.ts'
import type { JsonObject } from './json.ts'
import {
  outcomeOf,
  sampleAgent,
  sampleBundle,
  sampleBundleContent,
  sampleNow,
  sampleServer,
  sampleSigner,
} from './samples.ts'

const roots = [sampleSigner('root'), sampleSigner('root', 1)]
const trust = { roots: roots.map((root) => root.publicKey), threshold: 2, now: sampleNow }
const day = 86_400
const content = sampleBundleContent()
const exec = sampleSigner('exec').kid
const [authzKey, execKey] = content.keys

/** Signed by the roots as it stands, without the checks of `signBundle`. */
const sign = (payload: object) => sealAll('trust-bundle.v1', payload as JsonObject, roots)
const attempt = async (changes: object, over: object = {}) => {
  const envelope = await sign({ v: 1, ...content, ...changes })
  return outcomeOf(() => openBundle(envelope, { ...trust, ...over }))
}

describe('openBundle', () => {
  test('gives the keys that two of two roots named', async () => {
    const bundle = openBundle(await signBundle(content, roots), trust)
    expect(bundle).toMatchObject({
      version: 7,
      issued: content.issued,
      expires: content.expires,
      revoked: [],
    })
    expect(bundle.keyFor('exec', exec, sampleNow)).toEqual({
      ...sampleSigner('exec').publicKey,
      id: sampleServer,
    })
    expect(bundle.keyFor('agent', sampleSigner('agent').kid, sampleNow)?.id).toBe(sampleAgent)
    expect(bundle.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  test('refuses one of two roots, and roots that are not pinned', async () => {
    const one = await signBundle(content, roots.slice(0, 1))
    expect(await outcomeOf(() => openBundle(one, trust))).toBe('BUNDLE_INVALID')
    expect(await outcomeOf(() => openBundle(one, { ...trust, threshold: 1 }))).toBe('accepted')
    const strangers = [sampleSigner('root', 2), sampleSigner('root', 3)]
    const theirs = await signBundle(content, strangers)
    expect(await outcomeOf(() => openBundle(theirs, trust))).toBe('BUNDLE_INVALID')
  })

  test.each([0, 3, 1.5, Number.NaN])(
    'says that a threshold of %s is a wrong configuration',
    async (threshold) => {
      const envelope = await signBundle(content, roots)
      expect(() => openBundle(envelope, { ...trust, threshold })).toThrow(ConfigError)
    },
  )

  test('says that no roots are a wrong configuration, and that one root twice is one root', async () => {
    const envelope = await signBundle(content, roots)
    expect(() => openBundle(envelope, { ...trust, roots: [] })).toThrow(ConfigError)
    const twice = [roots[0], roots[0]].flatMap((root) => root?.publicKey ?? [])
    expect(() => openBundle(envelope, { ...trust, roots: twice })).toThrow(ConfigError)
  })

  test.each<[string, object, object, string]>([
    ['expired', { expires: sampleNow }, {}, 'BUNDLE_EXPIRED'],
    ['not yet expired', { expires: sampleNow + 1 }, {}, 'accepted'],
    ['under a clock that is not a number', {}, { now: Number.NaN }, 'BUNDLE_INVALID'],
    ['issued by a clock 30 s ahead', { issued: sampleNow + 30 }, {}, 'accepted'],
    ['issued in the future', { issued: sampleNow + 31 }, {}, 'BUNDLE_INVALID'],
    ['with a life of 90 days', { issued: sampleNow, expires: sampleNow + 90 * day }, {}, 'accepted'],
    ['with a life of more', { issued: sampleNow, expires: sampleNow + 90 * day + 1 }, {}, 'BUNDLE_INVALID'],
    ['that ends before it begins', { issued: sampleNow, expires: sampleNow }, {}, 'BUNDLE_INVALID'],
    ['older than the last one seen', {}, { lastVersion: 8 }, 'BUNDLE_ROLLBACK'],
    ['as old as the last one seen', {}, { lastVersion: 7 }, 'accepted'],
    ['later than the last one seen', {}, { lastVersion: 6 }, 'accepted'],
    ['of an unknown format', { v: 2 }, {}, 'BUNDLE_INVALID'],
    ['without a version', { version: undefined }, {}, 'bug'],
    ['of version 0', { version: 0 }, {}, 'BUNDLE_INVALID'],
    ['with an unknown member', { note: '' }, {}, 'BUNDLE_INVALID'],
    ['with a key twice', { keys: [execKey, execKey] }, {}, 'BUNDLE_INVALID'],
    ['with a key in two roles', { keys: [execKey, { ...execKey, role: 'authz' }] }, {}, 'BUNDLE_INVALID'],
    ['with the kid of another key', { keys: [{ ...execKey, kid: authzKey?.kid }] }, {}, 'BUNDLE_INVALID'],
    ['with a root among its keys', { keys: [{ ...execKey, ...rootEntry() }] }, {}, 'BUNDLE_INVALID'],
    ['with a key in the role of roots', { keys: [{ ...execKey, role: 'root' }] }, {}, 'BUNDLE_INVALID'],
    [
      'with a key that ends before it begins',
      { keys: [{ ...execKey, not_after: execKey?.not_before }] },
      {},
      'BUNDLE_INVALID',
    ],
    ['with garbage for a key', { keys: [{ ...execKey, spki: 'AAAA' }] }, {}, 'KEY_WEAK'],
    ['with loose base64', { keys: [{ ...execKey, spki: ` ${execKey?.spki}` }] }, {}, 'BUNDLE_INVALID'],
    ['with a small-order key', { keys: [{ ...execKey, spki: smallOrderSpki() }] }, {}, 'KEY_WEAK'],
  ])('a bundle %s', async (_, changes, over, code) => {
    if (code === 'bug') await expect(attempt(changes, over)).rejects.toThrow(/undefined/)
    else expect(await attempt(changes, over)).toBe(code)
  })

  test('misses each member', async () => {
    for (const name of Object.keys(content)) {
      const rest = Object.fromEntries(Object.entries(content).filter(([key]) => key !== name))
      const envelope = await sign({ v: 1, ...rest })
      expect(await outcomeOf(() => openBundle(envelope, trust)), name).toBe('BUNDLE_INVALID')
    }
  })
})

describe('keyFor', () => {
  const keyOf = (changes: Partial<BundleContent>, role: 'exec' | 'authz', at: number) =>
    outcomeOf(async () => {
      const bundle = await sampleBundle(changes)
      if (bundle.keyFor(role, exec, at) === undefined) throw new Error('none')
    }).catch((error: Error) => error.message)

  test.each<[string, Partial<BundleContent>, 'exec' | 'authz', number, string]>([
    ['in its role and time', {}, 'exec', sampleNow, 'accepted'],
    ['in another role', {}, 'authz', sampleNow, 'none'],
    ['from its first second', {}, 'exec', sampleNow - day, 'accepted'],
    ['before its time', {}, 'exec', sampleNow - day - 1, 'none'],
    ['at the end of its time', withKey({ not_after: sampleNow }), 'exec', sampleNow, 'none'],
    ['in the last second of its time', withKey({ not_after: sampleNow }), 'exec', sampleNow - 1, 'accepted'],
    ['revoked', { revoked: [exec] }, 'exec', sampleNow, 'KEY_REVOKED'],
    ['revoked and asked for in another role', { revoked: [exec] }, 'authz', sampleNow, 'KEY_REVOKED'],
    ['revoked, though no longer listed', { keys: [], revoked: [exec] }, 'exec', sampleNow, 'KEY_REVOKED'],
    ['when the bundle has run out since it was opened', {}, 'exec', sampleNow + 30 * day, 'BUNDLE_EXPIRED'],
    ['under a clock that is not a number', {}, 'exec', Number.NaN, 'BUNDLE_EXPIRED'],
    ['not listed', { keys: [] }, 'exec', sampleNow, 'none'],
  ])('a key %s', async (_, changes, role, at, code) => {
    expect(await keyOf(changes, role, at)).toBe(code)
  })
})

test('signBundle refuses what no reader would take', async () => {
  const sign = (changes: Partial<BundleContent>) =>
    outcomeOf(() => signBundle({ ...content, ...changes }, roots))
  expect(await sign({ expires: content.issued + 91 * day })).toBe('BUNDLE_INVALID')
  expect(await sign({ keys: [execKey, execKey].flatMap((key) => key ?? []) })).toBe('BUNDLE_INVALID')
  expect(await sign({ version: 0 })).toBe('BUNDLE_INVALID')
  await expect(signBundle(content, [sampleSigner('exec')])).rejects.toThrow(/a key for root/)
})

function withKey(changes: object): Partial<BundleContent> {
  return {
    keys: sampleBundleContent().keys.map((key) => (key.role === 'exec' ? { ...key, ...changes } : key)),
  }
}

function rootEntry(): object {
  const { kid, spki } = bundleKey(
    { ...sampleSigner('root').publicKey, role: 'exec' },
    { id: 'x', not_before: 0, not_after: 1 },
  )
  return { kid, spki }
}

function smallOrderSpki(): string {
  return Buffer.from(`302a300506032b657003210001${'00'.repeat(31)}`, 'hex').toString('base64')
}
