import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openAuthorization, signAuthorization } from './authorization.ts'
import { openBundle, signBundle } from './bundle.ts'
import { openCheckpoint, signCheckpoint } from './checkpoint.ts'
import { type Envelope, envelopeDigest, payloadType, preAuthEncoding, seal } from './dsse.ts'
import { canonical, type JsonObject } from './json.ts'
import { keyRoles, type Signer } from './keys.ts'
import { append, emptyLog, entryDigest } from './log.ts'
import { makePlan, planDigest } from './plan.ts'
import { openReceipt, signReceipt } from './receipt.ts'
import {
  outcomeOf,
  plusGroupOrder,
  sampleAgent,
  sampleAuthorization,
  sampleBundleContent,
  sampleClaims,
  sampleEntry,
  sampleNonce,
  sampleNow,
  sampleReceipt,
  sampleSchema,
  sampleSeed,
  sampleServer,
  sampleSigner,
} from './samples.ts'
import { openSchema, signSchema } from './schema.ts'
import { signToken, verifyToken } from './token.ts'

// docs/protocol-vectors.json is what another implementation checks itself against. `npx vitest -u` writes it anew:
// a change in it is a change of the protocol.

const root = sampleSigner('root')
const exec = sampleSigner('exec')
const bundleEnvelope = await signBundle(sampleBundleContent(), [root])
const bundle = openBundle(bundleEnvelope, { roots: [root.publicKey], threshold: 1, now: sampleNow })
const token = await signToken(sampleClaims, exec)
const plan = makePlan([
  {
    path: 'db/migrate/1_users.sql',
    bytes: Buffer.from('create table users (id int);\n-- and one\ninsert into users values (1);\n'),
    tx: 'auto',
    stmts: [
      { off: 0, len: 27, kind: 'create-table' },
      { off: 40, len: 29, kind: 'insert' },
    ],
  },
])
const first = append(emptyLog, sampleEntry(1))
const second = append(first.head, sampleEntry(2))
const checkpoint = await signCheckpoint(
  { iss: sampleServer, ts: '2027-01-15T08:00:00.000Z', ...second.head },
  sampleSigner('checkpoint'),
)
const statements = {
  'trust-bundle.v1': bundleEnvelope,
  'authorization.v1': await signAuthorization(sampleAuthorization, sampleSigner('authz')),
  'exec-token.v1': token,
  'receipt.v1': await signReceipt(sampleReceipt, sampleSigner('agent')),
  'checkpoint.v1': checkpoint,
  'schema.v1': await signSchema(sampleSchema, sampleSigner('agent')),
}
const expected = {
  bundle,
  now: sampleNow,
  sinceClaimMs: 0,
  agentId: sampleAgent,
  nonce: sampleNonce,
  run: null,
}
const refused = await refusedTokens()

test('every vector does what it says', async () => {
  const open = {
    'authorization.v1': () => openAuthorization(statements['authorization.v1'], { bundle, now: sampleNow }),
    'receipt.v1': () => openReceipt(statements['receipt.v1'], { bundle, now: sampleNow, aud: sampleServer }),
    'exec-token.v1': () => verifyToken(token, expected),
    'schema.v1': () => openSchema(statements['schema.v1'], { bundle, now: sampleNow, aud: sampleServer }),
    'checkpoint.v1': () => openCheckpoint(checkpoint, (kid) => bundle.keyFor('checkpoint', kid, sampleNow)),
  }
  for (const [type, call] of Object.entries(open)) expect(await outcomeOf(call), type).toBe('accepted')
  for (const { envelope, code, why } of refused) {
    expect(await outcomeOf(() => verifyToken(envelope, expected)), why).toBe(code)
  }
})

test('docs/protocol-vectors.json holds these vectors', async () => {
  const vectors = {
    keys: keyRoles.map((role) => {
      const { kid, publicKey } = sampleSigner(role)
      const seed = Buffer.from(sampleSeed(role)).toString('hex')
      return { role, seed, public: Buffer.from(publicKey.bytes).toString('hex'), kid }
    }),
    canonical: [
      { source: '{"b":[true,null],"a":{"\\u20ac":"\\/","\\r":-7}}' },
      { source: '{"\\ufb33":1,"\\ud83d\\ude00":2,"\\u00f6":3,"1":4}' },
    ].map(({ source }) => ({ source, canonical: canonical(JSON.parse(source)) })),
    statements: Object.entries(statements).map(([type, envelope]) => ({
      type,
      ...describeEnvelope(envelope),
      envelope,
    })),
    plan: { canonical: canonical(plan), sha256: planDigest(plan) },
    log: [first, second].map(({ entry, head }) => ({
      entry: canonical(entry),
      digest: entryDigest(entry),
      hash: head.hash,
    })),
    verify: { now: sampleNow, agent: sampleAgent, nonce: sampleNonce, run: null },
    refused_tokens: refused,
  }
  await expect(`${JSON.stringify(vectors, null, 2)}\n`).toMatchFileSnapshot('../docs/protocol-vectors.json')
})

test('docs/protocol.md says the same digests', () => {
  const rows = Object.entries(statements).map(([type, envelope]) => {
    const { pae_sha256, sha256 } = describeEnvelope(envelope)
    return `${type.padEnd(16)} ${pae_sha256} ${sha256}`
  })
  const lines = [
    ...rows,
    `plan             ${planDigest(plan)}`,
    `audit entry 1    ${entryDigest(first.entry)} ${first.head.hash}`,
    `audit entry 2    ${entryDigest(second.entry)} ${second.head.hash}`,
  ]
  const page = readFileSync(new URL('../docs/protocol.md', import.meta.url), 'utf8')
  expect(page).toContain(`\n${lines.join('\n')}\n`)
})

function describeEnvelope(envelope: Envelope) {
  const body = Buffer.from(envelope.payload, 'base64')
  const pae = preAuthEncoding(envelope.payloadType, body)
  return {
    payload: body.toString(),
    pae_sha256: createHash('sha256').update(pae).digest('hex'),
    sha256: envelopeDigest(envelope),
  }
}

async function refusedTokens() {
  const [signature] = token.signatures
  const sig = Buffer.from(signature?.sig ?? '', 'base64')
  const body = Buffer.from(token.payload, 'base64')
  const flipped = (bytes: Uint8Array) => Buffer.from(bytes).fill((bytes[0] ?? 0) ^ 1, 0, 1)
  const withSig = (bytes: Uint8Array) => ({ ...token, signatures: [{ keyid: exec.kid, sig: base64(bytes) }] })
  const whole = { v: 1, kid: exec.kid, ...sampleClaims }
  const claims = (changes: object) => seal('exec-token.v1', { ...whole, ...changes } as JsonObject, exec)
  const text = body.toString()
  const agent = { ...sampleSigner('agent'), role: 'exec' as const }
  return [
    { why: 'a bit of the signature is flipped', code: 'TOKEN_SIGNATURE', envelope: withSig(flipped(sig)) },
    {
      why: 'a bit of the payload is flipped',
      code: 'TOKEN_SIGNATURE',
      envelope: { ...token, payload: base64(flipped(body)) },
    },
    { why: 'S + L instead of S', code: 'TOKEN_SIGNATURE', envelope: withSig(plusGroupOrder(sig)) },
    {
      why: 'two signatures',
      code: 'TOKEN_MALFORMED',
      envelope: { ...token, signatures: [signature, signature] },
    },
    { why: 'an unknown member', code: 'TOKEN_MALFORMED', envelope: { ...token, alg: 'none' } },
    {
      why: 'base64 without its padding',
      code: 'TOKEN_MALFORMED',
      envelope: { ...token, signatures: [{ keyid: exec.kid, sig: base64(sig).replaceAll('=', '') }] },
    },
    {
      why: 'another type',
      code: 'TOKEN_TYPE',
      envelope: { ...token, payloadType: payloadType('authorization.v1') },
    },
    { why: 'a member twice', code: 'TOKEN_MALFORMED', envelope: await raw(text.replace('{', '{"att":1,')) },
    {
      why: 'members out of order',
      code: 'TOKEN_MALFORMED',
      envelope: await raw(`{"v":1,${text.slice(1).replace(',"v":1', '')}`),
    },
    { why: 'a fraction', code: 'TOKEN_MALFORMED', envelope: await raw(text.replace('"att":1', '"att":1.0')) },
    {
      why: 'an exponent',
      code: 'TOKEN_MALFORMED',
      envelope: await raw(text.replace('"att":1', '"att":1e0')),
    },
    { why: 'a byte order mark', code: 'TOKEN_MALFORMED', envelope: await raw(`\ufeff${text}`) },
    { why: 'a line feed at the end', code: 'TOKEN_MALFORMED', envelope: await raw(`${text}\n`) },
    {
      why: 'a lone surrogate',
      code: 'TOKEN_MALFORMED',
      envelope: await raw(text.replace('"main"', '"\\ud800"')),
    },
    {
      why: 'the key of another role',
      code: 'TOKEN_KEY',
      envelope: await seal('exec-token.v1', { ...whole, kid: agent.kid }, agent),
    },
    {
      why: 'another issuer than the owner of the key',
      code: 'TOKEN_KEY',
      envelope: await claims({ iss: 'dbward-2' }),
    },
    { why: 'an unknown claim', code: 'TOKEN_CLAIMS', envelope: await claims({ sql: '' }) },
    { why: 'a missing claim', code: 'TOKEN_CLAIMS', envelope: await raw(text.replace('"bg":false,', '')) },
    { why: 'a life of 301 s', code: 'TOKEN_LIFETIME', envelope: await claims({ exp: sampleNow + 301 }) },
    { why: 'an end in 2099', code: 'TOKEN_LIFETIME', envelope: await claims({ exp: 4_070_908_800 }) },
    { why: 'nbf 31 s ahead', code: 'TOKEN_NOT_YET', envelope: await claims({ nbf: sampleNow + 31 }) },
    {
      why: 'run out',
      code: 'TOKEN_EXPIRED',
      envelope: await claims({ iat: sampleNow - 300, exp: sampleNow }),
    },
    { why: 'for another agent', code: 'TOKEN_AUDIENCE', envelope: await claims({ aud: 'agent:prod-eu-2' }) },
    {
      why: 'for a run of GitHub Actions',
      code: 'TOKEN_AUDIENCE',
      envelope: await claims({ run: '4711/1' }),
    },
    {
      why: 'for another claim',
      code: 'TOKEN_NONCE',
      envelope: await claims({ nonce: Buffer.alloc(32).toString('base64url') }),
    },
  ]
}

/** A sound signature over any bytes, by the exec key. */
async function raw(text: string, by: Signer = exec): Promise<Envelope> {
  const type = payloadType('exec-token.v1')
  const sig = await by.sign(preAuthEncoding(type, Buffer.from(text)))
  return {
    payloadType: type,
    payload: base64(Buffer.from(text)),
    signatures: [{ keyid: by.kid, sig: base64(sig) }],
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
