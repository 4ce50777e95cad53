import { describe, expect, test } from 'vitest'
import { openAuthorization, signAuthorization } from './authorization.ts'
import { approvalsDigest } from './decide.ts'
import { seal } from './dsse.ts'
import type { JsonObject } from './json.ts'
import { outcomeOf, sampleAuthorization, sampleBundle, sampleNow, sampleSigner } from './samples.ts'

const signer = sampleSigner('authz')
const trust = { bundle: await sampleBundle(), now: sampleNow }
const [approval] = sampleAuthorization.approvals
const whole = {
  v: 1,
  kid: signer.kid,
  ...sampleAuthorization,
  approvals_sha256: approvalsDigest(sampleAuthorization.approvals),
}
const attempt = async (changes: object) => {
  const envelope = await seal('authorization.v1', { ...whole, ...changes } as JsonObject, signer)
  return outcomeOf(() => openAuthorization(envelope, trust))
}

describe('an authorization', () => {
  test('comes back as it was signed, with the digest of its approvals', async () => {
    const envelope = await signAuthorization(sampleAuthorization, signer)
    const opened = openAuthorization(envelope, trust)
    expect(opened.authorization).toEqual(whole)
    expect(opened.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  test('stays evidence: it opens years later under the time that it names', async () => {
    const envelope = await signAuthorization(sampleAuthorization, signer)
    expect(await outcomeOf(() => openAuthorization(envelope, { ...trust, now: sampleNow + 86_400 }))).toBe(
      'accepted',
    )
  })

  test.each<[string, object, string]>([
    [
      'with one approval more than its digest covers',
      { approvals: [approval, { ...approval, user_id: 6 }] },
      'APPROVALS_DIGEST',
    ],
    [
      'with an approval at another commit',
      { approvals: [{ ...approval, commit_id: 'd'.repeat(40) }] },
      'APPROVALS_DIGEST',
    ],
    ['without its approvals', { approvals: [] }, 'APPROVALS_DIGEST'],
    ['of another server', { iss: 'dbward-2' }, 'AUTHORIZATION_INVALID'],
    ['from the future', { iat: sampleNow + 31 }, 'AUTHORIZATION_INVALID'],
    ['that denies', { decision: 'deny' }, 'AUTHORIZATION_INVALID'],
    [
      'with a review that did not approve',
      { approvals: [{ ...approval, state: 'COMMENTED' }] },
      'AUTHORIZATION_INVALID',
    ],
    ['with an unknown member', { exp: sampleNow }, 'AUTHORIZATION_INVALID'],
    ['of another format', { v: 2 }, 'AUTHORIZATION_INVALID'],
    ['with a branch for a commit', { base_sha: 'main' }, 'AUTHORIZATION_INVALID'],
  ])('is refused %s', async (_, changes, code) => {
    expect(await attempt(changes)).toBe(code)
  })

  test('is refused where any member is missing', async () => {
    for (const name of Object.keys(whole).filter((key) => key !== 'kid')) {
      const rest = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name))
      const envelope = await seal('authorization.v1', rest as JsonObject, signer)
      expect(await outcomeOf(() => openAuthorization(envelope, trust)), name).toBe('AUTHORIZATION_INVALID')
    }
  })

  test('is refused by a revoked key, and is not made by a key of another role', async () => {
    const envelope = await signAuthorization(sampleAuthorization, signer)
    const bundle = await sampleBundle({ revoked: [signer.kid] })
    expect(await outcomeOf(() => openAuthorization(envelope, { bundle, now: sampleNow }))).toBe('KEY_REVOKED')
    await expect(signAuthorization(sampleAuthorization, sampleSigner('exec'))).rejects.toThrow(
      /a key for authz/,
    )
  })

  test('has one digest for its approvals in any order', async () => {
    const pair = [
      { ...approval, review_id: 1 },
      { ...approval, review_id: 2 },
    ]
    const digestOf = async (approvals: typeof pair) => {
      const envelope = await signAuthorization({ ...sampleAuthorization, approvals }, signer)
      return openAuthorization(envelope, trust).authorization.approvals_sha256
    }
    expect(await digestOf(pair)).toBe(await digestOf(pair.toReversed()))
  })
})
