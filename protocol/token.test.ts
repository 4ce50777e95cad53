import { randomBytes } from 'node:crypto'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type { TrustBundle } from './bundle.ts'
import { payloadType, preAuthEncoding, seal } from './dsse.ts'
import type { JsonObject } from './json.ts'
import {
  outcomeOf,
  sampleAgent,
  sampleBundle,
  sampleClaims,
  sampleNonce,
  sampleNow,
  sampleSigner,
} from './samples.ts'
import {
  type ExecClaims,
  maxStatements,
  parseClaims,
  signToken,
  type VerifiedToken,
  verifyToken,
} from './token.ts'

const signer = sampleSigner('exec')
const bundle = await sampleBundle()
const expected = {
  bundle,
  now: sampleNow,
  sinceClaimMs: 120,
  agentId: sampleAgent,
  nonce: sampleNonce,
  run: null,
}
const whole = { v: 1, kid: signer.kid, ...sampleClaims }

/** Signed as it stands, as a thief of the exec key would. */
const forge = (claims: object, by = signer) => seal('exec-token.v1', claims as JsonObject, by)
const attempt = async (claims: object, over: object = {}) => {
  const envelope = await forge({ ...whole, ...claims })
  return outcomeOf(() => verifyToken(envelope, { ...expected, ...over }))
}

describe('a token', () => {
  test('that was signed for this agent and this claim passes with all its claims', async () => {
    const token = verifyToken(await signToken(sampleClaims, signer), expected)
    expect(token.claims).toEqual(whole)
    expect(token.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  test('passes as the text that came over the wire', async () => {
    const text = JSON.stringify(await signToken(sampleClaims, signer))
    expect(verifyToken(text, expected).claims.jti).toBe(sampleClaims.jti)
  })

  test('cannot be verified but by verifyToken', () => {
    type Bare = { readonly claims: ExecClaims; readonly sha256: VerifiedToken['sha256'] }
    expectTypeOf<Bare>().not.toExtend<VerifiedToken>()
    expectTypeOf<VerifiedToken>().toExtend<Bare>()
  })
})

describe('times', () => {
  const at = (iat: number, exp: number, nbf = iat) => ({
    iat: sampleNow + iat,
    nbf: sampleNow + nbf,
    exp: sampleNow + exp,
  })

  test.each<[string, object, object, string]>([
    ['300 s of life', at(0, 300), {}, 'accepted'],
    ['301 s of life', at(0, 301), {}, 'TOKEN_LIFETIME'],
    ['an end in 2099', { exp: 4_070_908_800 }, {}, 'TOKEN_LIFETIME'],
    [
      'an end in 2099 and a start near it',
      { iat: 4_070_908_700, nbf: 4_070_908_700, exp: 4_070_908_800 },
      {},
      'TOKEN_NOT_YET',
    ],
    ['no life at all', at(0, 0), {}, 'TOKEN_LIFETIME'],
    ['an end before its start', at(0, -1), {}, 'TOKEN_LIFETIME'],
    ['an end before nbf', at(0, 20, 20), {}, 'TOKEN_LIFETIME'],
    ['one second left', at(-299, 1), {}, 'accepted'],
    ['no second left', at(-300, 0), {}, 'TOKEN_EXPIRED'],
    ['an end long ago', at(-86_400, -86_100), {}, 'TOKEN_EXPIRED'],
    ['iat 30 s ahead', at(30, 300, 0), {}, 'accepted'],
    ['iat 31 s ahead', at(31, 300, 0), {}, 'TOKEN_NOT_YET'],
    ['nbf 30 s ahead', at(0, 300, 30), {}, 'accepted'],
    ['nbf 31 s ahead', at(0, 300, 31), {}, 'TOKEN_NOT_YET'],
    ['a claim 300 s ago', {}, { sinceClaimMs: 300_000 }, 'accepted'],
    ['a claim longer ago, though the wall clock says no', {}, { sinceClaimMs: 300_001 }, 'TOKEN_EXPIRED'],
    ['a claim in the future', {}, { sinceClaimMs: -1 }, 'CLOCK'],
    ['a monotonic clock that is not a number', {}, { sinceClaimMs: Number.NaN }, 'CLOCK'],
    ['a wall clock that is not a number', {}, { now: Number.NaN }, 'BUNDLE_EXPIRED'],
    ['a wall clock one hour behind', {}, { now: sampleNow - 3_600 }, 'TOKEN_NOT_YET'],
    ['a wall clock one hour ahead', {}, { now: sampleNow + 3_600 }, 'TOKEN_EXPIRED'],
  ])('%s', async (_, claims, over, code) => {
    expect(await attempt(claims, over)).toBe(code)
  })
})

describe('whose it is', () => {
  test.each<[string, object, object, string]>([
    ['another agent', { aud: 'agent:prod-eu-2' }, {}, 'TOKEN_AUDIENCE'],
    ['an agent whose id begins alike', { aud: `agent:${sampleAgent}1` }, {}, 'TOKEN_AUDIENCE'],
    ['an audience that is no agent', { aud: sampleAgent }, {}, 'TOKEN_CLAIMS'],
    ['another claim', { nonce: Buffer.alloc(32, 8).toString('base64url') }, {}, 'TOKEN_NONCE'],
    ['a claim without a nonce', {}, { nonce: '' }, 'TOKEN_NONCE'],
    ['a run, where an agent stands', { run: '4711/1' }, {}, 'TOKEN_AUDIENCE'],
    ['no run, where a run asks', {}, { run: '4711/1' }, 'TOKEN_AUDIENCE'],
    ['the run that asks', { run: '4711/1' }, { run: '4711/1' }, 'accepted'],
    ['another run', { run: '4712/1' }, { run: '4711/1' }, 'TOKEN_AUDIENCE'],
    ['another attempt of the run', { run: '4711/2' }, { run: '4711/1' }, 'TOKEN_AUDIENCE'],
    ['an issuer that does not own the key', { iss: 'dbward-2' }, {}, 'TOKEN_KEY'],
  ])('%s', async (_, claims, over, code) => {
    expect(await attempt(claims, over)).toBe(code)
  })

  test('no key but a good exec key of the bundle', async () => {
    const verifyWith = (envelope: unknown, trusted: TrustBundle = bundle) =>
      outcomeOf(() => verifyToken(envelope, { ...expected, bundle: trusted }))
    const good = await forge(whole)
    expect(await verifyWith(good)).toBe('accepted')
    expect(await verifyWith(good, await sampleBundle({ revoked: [signer.kid] }))).toBe('KEY_REVOKED')
    expect(await verifyWith(good, await sampleBundle({ keys: [] }))).toBe('TOKEN_KEY')
    for (const role of ['authz', 'checkpoint', 'agent', 'root'] as const) {
      const other = sampleSigner(role)
      const stolen = { ...other, role: 'exec' as const }
      expect(await verifyWith(await forge({ ...whole, kid: other.kid }, stolen as typeof signer))).toBe(
        'TOKEN_KEY',
      )
    }
  })
})

describe('claims', () => {
  const bad = '\u0000'
  const wrong: Readonly<Record<keyof ExecClaims, readonly unknown[]>> = {
    v: [0, 2, '1', true],
    iss: ['', 'a b', 1],
    aud: ['', 'agent:', 'agent:a b', 'user:a', 1],
    sub: ['', 'a b', 1],
    att: [0, -1, '1'],
    jti: ['', '01jzzzzzzzzzzzzzzzzzzzzzzz', '8ZZZZZZZZZZZZZZZZZZZZZZZZZ', 1],
    nonce: ['', 'A'.repeat(44), `${'A'.repeat(42)}B`, 1],
    kid: ['', 1],
    iat: [-1, '1', null],
    nbf: [-1, '1', null],
    exp: [-1, '1', null],
    db: ['', '*', 'a/b', 1],
    engine: ['postgresql', 'sqlite', '', 1],
    env: ['', '*', 'a b', 1],
    fence: [0, -1, '1'],
    op: ['up', 'MIGRATE', '', 1],
    repo_id: [0, '4711'],
    repo: ['shop', 'a/b/c', 1],
    pr: [0, '7'],
    base_ref: ['', 'a b', `a${bad}`, 1],
    head_sha: ['main', 'A'.repeat(40), 'a'.repeat(39), 1],
    merge_sha: ['main', 'a'.repeat(41), null],
    plan_sha256: ['', 'a'.repeat(63), 'A'.repeat(64), 1],
    n_stmts: [-1, maxStatements + 1, '2'],
    policy_sha256: ['', 'a'.repeat(65), 1],
    approvals_sha256: ['', 'z'.repeat(64), 1],
    authz_sha256: ['', null, 1],
    audit: [
      null,
      {},
      { seq: 1 },
      { hash: 'a'.repeat(64) },
      { seq: -1, hash: 'a'.repeat(64) },
      { seq: 1, hash: 'a'.repeat(64), x: 1 },
      [1],
    ],
    limits: [
      null,
      {},
      { ...sampleClaims.limits, lock_ms: 0 },
      { ...sampleClaims.limits, total_ms: '1' },
      { ...sampleClaims.limits, retries: 1 },
    ],
    bg: [0, 'false', null],
    run: ['', '4711', '4711/', '/1', '0/1', '4711/0', '04711/1', '4711/1/1', ' 4711/1', 4711, false],
  }

  test.each(Object.entries(wrong))('%s in a wrong form, or missing', async (name, values) => {
    for (const value of values) {
      const code = await outcomeOf(() => parseClaims({ ...whole, [name]: value }))
      expect(code, JSON.stringify(value)).toBe('TOKEN_CLAIMS')
    }
    const rest = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name))
    expect(await outcomeOf(() => parseClaims(rest))).toBe('TOKEN_CLAIMS')
    if (name !== 'kid') {
      const envelope = await forge(rest)
      expect(await outcomeOf(() => verifyToken(envelope, expected))).toBe('TOKEN_CLAIMS')
    }
  })

  test('the table above and the claims that are signed are the same', () => {
    expect(Object.keys(wrong).sort()).toEqual(Object.keys(whole).sort())
  })

  test.each(['sql', 'alg', 'Exp', 'exp ', '__proto__', 'toString'])('an unknown claim %s', async (name) => {
    const claims = Object.fromEntries([...Object.entries(whole), [name, 1]])
    const envelope = await forge(claims)
    expect(await outcomeOf(() => verifyToken(envelope, expected))).toBe('TOKEN_CLAIMS')
  })
})

describe('signToken', () => {
  test('signs nothing that an agent would refuse by its form', async () => {
    const sign = (changes: object) => outcomeOf(() => signToken({ ...sampleClaims, ...changes }, signer))
    expect(await sign({ exp: sampleNow + 301 })).toBe('TOKEN_LIFETIME')
    expect(await sign({ merge_sha: 'main' })).toBe('TOKEN_CLAIMS')
    await expect(signToken(sampleClaims, sampleSigner('authz'))).rejects.toThrow(/a key for exec/)
  })

  // AWS KMS signs at most 4,096 raw bytes, and an envelope may have 8 KiB.
  test('makes tokens that fit everywhere, even with the longest claims', async () => {
    const long = (length: number) => 'x'.repeat(length)
    const most = Number.MAX_SAFE_INTEGER
    const longest = await signToken(
      {
        ...sampleClaims,
        iss: 'dbward-1',
        aud: `agent:${long(63)}`,
        sub: long(128),
        att: most,
        nonce: randomBytes(32).toString('base64url'),
        db: long(63),
        env: long(63),
        fence: most,
        repo_id: most,
        repo: `${long(100)}/${long(100)}`,
        pr: most,
        base_ref: 'ᚠ'.repeat(255),
        head_sha: 'a'.repeat(64),
        merge_sha: 'b'.repeat(64),
        audit: { seq: most, hash: 'c'.repeat(64) },
        limits: { stmt_ms: most, lock_ms: most, total_ms: most, max_rows: most },
        run: `${'9'.repeat(20)}/999999`,
      },
      signer,
    )
    const signed = preAuthEncoding(payloadType('exec-token.v1'), Buffer.from(longest.payload, 'base64'))
    expect(signed.length).toBeLessThanOrEqual(3_800)
  })
})
