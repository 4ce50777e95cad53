import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  type Envelope,
  envelopeDigest,
  open,
  openThreshold,
  payloadType,
  preAuthEncoding,
  seal,
  sealAll,
  statementRole,
  statementTypes,
} from './dsse.ts'
import { canonical, type JsonObject } from './json.ts'
import { generateKey, keyRoles, type PublicKey, parseSigner, type Signer, verifies } from './keys.ts'
import { outcomeOf, plusGroupOrder, sampleSigner } from './samples.ts'

const signer = sampleSigner('exec')
const payload = { kid: signer.kid, nested: { list: [1, 'two', null, true] }, v: 1 }
const sealed = await seal('exec-token.v1', payload, signer)
const ring =
  (...keys: readonly PublicKey[]) =>
  (kid: string) =>
    keys.find((key) => key.kid === kid)
const openWith = (envelope: unknown, keys = ring(signer.publicKey)) =>
  open(envelope, { type: 'exec-token.v1', keys })
const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64')

/** An envelope around any bytes, soundly signed: what a key holder with bad intentions can make. */
async function signRaw(bytes: Uint8Array | string, by: Signer = signer): Promise<Envelope> {
  const type = payloadType('exec-token.v1')
  const sig = await by.sign(preAuthEncoding(type, Buffer.from(bytes)))
  return { payloadType: type, payload: base64(bytes), signatures: [{ keyid: by.kid, sig: base64(sig) }] }
}

describe('vectors', () => {
  // The example of the DSSE specification, protocol.md, "Pre-Authentication Encoding" and "Test Vectors".
  test('the encoding is that of DSSE v1', () => {
    const bytes = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'))
    expect(Buffer.from(bytes).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
  })

  test('lengths count bytes, not characters', () => {
    expect(Buffer.from(preAuthEncoding('é', Buffer.from('😀'))).toString()).toBe('DSSEv1 2 é 4 😀')
  })

  // The digest and the signature were made by Python's json and `openssl pkeyutl`, not by this code.
  test('a signature by the key of RFC 8032 TEST 1', async () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
    const rfc = parseSigner(generateKey('exec', () => seed).privateFile, 'exec', 'RFC 8032')
    const body = {
      aud: 'agent:prod-eu-1',
      db: 'app',
      env: 'production',
      exp: 1800000300,
      iat: 1800000000,
      jti: '01JZZZZZZZZZZZZZZZZZZZZZZZ',
      kid: 'BuP9j9opu2CrWVV95h7bCuzbIxE0vjDnW0Vfjht5L6k',
      nbf: 1799999970,
      plan_sha256: '0'.repeat(64),
      v: 1,
    }
    expect(rfc.kid).toBe(body.kid)
    const encoded = preAuthEncoding(payloadType('exec-token.v1'), Buffer.from(canonical(body)))
    expect(createHash('sha256').update(encoded).digest('hex')).toBe(
      'dc6c5ac332fe5db85443ff97188633af5f393fe553e1824fa172797b592d17ec',
    )
    const { signatures } = await seal('exec-token.v1', body, rfc)
    expect(signatures[0]?.sig).toBe(
      'l2oX34ktXXYs++MGeXIbZ2u9K7CSdrvIoDT5yTS5bBQfVlyhon7RmMMNfZaLyBq8+lNIc8bmpOQQ2Umie//4DA==',
    )
  })
})

describe('open gives back what was sealed', () => {
  test.each([
    ['as an object', sealed],
    ['as text', JSON.stringify(sealed)],
    ['as text with space in it', JSON.stringify(sealed, null, 2)],
  ])('%s', (_, envelope) => {
    const opened = openWith(envelope)
    expect(opened.payload).toEqual(payload)
    expect(opened.kid).toBe(signer.kid)
    expect(Buffer.from(opened.bytes).toString()).toBe(canonical(payload))
    expect(opened.sha256).toBe(envelopeDigest(sealed))
  })
})

describe('a flipped bit is refused', () => {
  const flip = (bytes: Buffer, bit: number) => {
    const copy = Buffer.from(bytes)
    copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    return copy
  }
  const big = { ...payload, filler: 'select 1 from a_table_with_a_name; '.repeat(5) }

  test('anywhere in the signature, and anywhere in the payload: 2,000 of them and more', async () => {
    const envelope = await seal('exec-token.v1', big, signer)
    const body = Buffer.from(envelope.payload, 'base64')
    const sig = Buffer.from(envelope.signatures[0]?.sig ?? '', 'base64')
    const forged: Envelope[] = []
    for (let bit = 0; bit < sig.length * 8; bit++) {
      forged.push({ ...envelope, signatures: [{ keyid: signer.kid, sig: base64(flip(sig, bit)) }] })
    }
    for (let bit = 0; bit < body.length * 8; bit++)
      forged.push({ ...envelope, payload: base64(flip(body, bit)) })
    expect(forged.length).toBeGreaterThan(2_000)
    expect(await outcomeOf(() => openWith(envelope))).toBe('accepted')
    const outcomes = new Set<string>()
    for (const one of forged) outcomes.add(await outcomeOf(() => openWith(one)))
    expect([...outcomes]).toEqual(['TOKEN_SIGNATURE'])
  }, 60_000)

  test('anywhere in the text of the envelope', async () => {
    const text = Buffer.from(JSON.stringify(sealed))
    for (let bit = 0; bit < text.length * 8; bit++) {
      expect(await outcomeOf(() => openWith(flip(text, bit).toString('latin1')))).toMatch(/^TOKEN_[A-Z]+$/)
    }
  }, 60_000)
})

describe('an envelope is refused', () => {
  const [signature] = sealed.signatures
  const sig = signature?.sig ?? ''
  const with_ = (changes: object) => ({ ...sealed, ...changes })
  const signed = (changes: object) => with_({ signatures: [{ ...signature, ...changes }] })
  const urlSafe = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

  test.each<[string, unknown, string]>([
    ['with an unknown member', with_({ extra: 1 }), 'TOKEN_MALFORMED'],
    ['with an unknown member of its signature', signed({ cert: '' }), 'TOKEN_MALFORMED'],
    ['with a second signature', with_({ signatures: [signature, signature] }), 'TOKEN_MALFORMED'],
    ['without a signature', with_({ signatures: [] }), 'TOKEN_MALFORMED'],
    ['without a payload', { ...sealed, payload: undefined }, 'TOKEN_MALFORMED'],
    ['that is null', null, 'TOKEN_MALFORMED'],
    ['that is a list', [sealed], 'TOKEN_MALFORMED'],
    ['that is not JSON', 'token', 'TOKEN_MALFORMED'],
    ['with a byte order mark', `\ufeff${JSON.stringify(sealed)}`, 'TOKEN_MALFORMED'],
    ['with bytes behind it', `${JSON.stringify(sealed)}x`, 'TOKEN_MALFORMED'],
    ['with a member twice', JSON.stringify(sealed).replace('{', '{"payload":"",'), 'TOKEN_MALFORMED'],
    ['of more than 8 KiB', `${JSON.stringify(sealed)}${' '.repeat(8192)}`, 'TOKEN_MALFORMED'],
    ['with a payload of more than 8 KiB', with_({ payload: 'A'.repeat(8196) }), 'TOKEN_MALFORMED'],
    ['with padding cut off', signed({ sig: sig.replaceAll('=', '') }), 'TOKEN_MALFORMED'],
    ['with more padding', signed({ sig: `${sig}=` }), 'TOKEN_MALFORMED'],
    ['with garbage in base64', signed({ sig: `!${sig}` }), 'TOKEN_MALFORMED'],
    ['with a line feed in base64', signed({ sig: `${sig}\n` }), 'TOKEN_MALFORMED'],
    ['with loose last bits in base64', signed({ sig: sig.replace(/.==$/, 'B==') }), 'TOKEN_MALFORMED'],
    ['in the alphabet of URLs', signed({ sig: urlSafe(sig) }), 'TOKEN_MALFORMED'],
    ['with garbage in its payload', with_({ payload: ` ${sealed.payload}` }), 'TOKEN_MALFORMED'],
    ['with a short signature', signed({ sig: base64(Buffer.alloc(63)) }), 'TOKEN_SIGNATURE'],
    ['with an empty signature', signed({ sig: '' }), 'TOKEN_SIGNATURE'],
    ['with an empty payload', with_({ payload: '' }), 'TOKEN_SIGNATURE'],
    ['of another type', with_({ payloadType: payloadType('authorization.v1') }), 'TOKEN_TYPE'],
    ['of a type in capitals', with_({ payloadType: sealed.payloadType.toUpperCase() }), 'TOKEN_TYPE'],
    [
      'of a later version',
      with_({ payloadType: payloadType('exec-token.v1').replace('v1', 'v2') }),
      'TOKEN_TYPE',
    ],
    ['with an unknown key', signed({ keyid: sampleSigner('exec', 1).kid }), 'TOKEN_KEY'],
    ['with an id that is no key id', signed({ keyid: 'exec' }), 'TOKEN_MALFORMED'],
  ])('%s', async (_, envelope, code) => {
    expect(await outcomeOf(() => openWith(envelope))).toBe(code)
  })

  test.each<[string, string, string]>([
    ['with a member twice', `{"kid":"${signer.kid}","v":1,"v":1}`, 'TOKEN_MALFORMED'],
    ['in another order of members', `{"v":1,"kid":"${signer.kid}"}`, 'TOKEN_MALFORMED'],
    ['with a float', `{"kid":"${signer.kid}","v":1.5}`, 'TOKEN_MALFORMED'],
    ['with an exponent', `{"kid":"${signer.kid}","v":1e3}`, 'TOKEN_MALFORMED'],
    ['with 1.0', `{"kid":"${signer.kid}","v":1.0}`, 'TOKEN_MALFORMED'],
    ['with a byte order mark', `\ufeff{"kid":"${signer.kid}","v":1}`, 'TOKEN_MALFORMED'],
    ['with a line feed at the end', `{"kid":"${signer.kid}","v":1}\n`, 'TOKEN_MALFORMED'],
    ['with a lone surrogate', `{"a":"\\ud800","kid":"${signer.kid}","v":1}`, 'TOKEN_MALFORMED'],
    ['that is a list', '[]', 'TOKEN_MALFORMED'],
    ['that is empty', '', 'TOKEN_MALFORMED'],
    ['that does not name its key', '{"v":1}', 'TOKEN_KEY'],
    ['that names another key', `{"kid":"${sampleSigner('exec', 1).kid}","v":1}`, 'TOKEN_KEY'],
  ])('soundly signed, with a payload %s', async (_, raw, code) => {
    expect(await outcomeOf(async () => openWith(await signRaw(raw)))).toBe(code)
  })

  test('with a payload that is not UTF-8', async () => {
    const raw = await signRaw(Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))
    expect(await outcomeOf(() => openWith(raw))).toBe('TOKEN_MALFORMED')
  })

  test('whose key lookup answers with another key than the one named', async () => {
    const other = sampleSigner('exec', 1).publicKey
    expect(await outcomeOf(() => openWith(sealed, () => other))).toBe('TOKEN_KEY')
  })

  test('with S + L', async () => {
    const malleable = plusGroupOrder(Buffer.from(sig, 'base64'))
    expect(await outcomeOf(() => openWith(signed({ sig: base64(malleable) })))).toBe('TOKEN_SIGNATURE')
  })

  test('where the signature covers a wrong length', async () => {
    const type = payloadType('exec-token.v1')
    const body = Buffer.from(canonical(payload))
    for (const lie of [body.length - 1, body.length + 1, 0]) {
      const message = Buffer.from(`DSSEv1 ${type.length} ${type} ${lie} ${body.toString()}`)
      const forged = signed({ sig: base64(await signer.sign(message)) })
      expect(await outcomeOf(() => openWith(forged))).toBe('TOKEN_SIGNATURE')
    }
  })
})

describe('a type has one role', () => {
  test('and no key of another role opens it, even where its signature is sound', async () => {
    for (const type of statementTypes) {
      const owner = sampleSigner(statementRole(type))
      const content: JsonObject = { kid: owner.kid, v: 1 }
      const mine = await seal(type, content, owner)
      expect(open(mine, { type, keys: ring(owner.publicKey) }).payload).toEqual(content)
      for (const role of keyRoles) {
        if (role === statementRole(type)) continue
        await expect(seal(type, { kid: sampleSigner(role).kid }, sampleSigner(role))).rejects.toThrow(
          /expected a key for/,
        )
        const thief = { ...owner.publicKey, role }
        const code = await outcomeOf(() => open(mine, { type, keys: ring(thief) }))
        expect(code).toMatch(/^(?:TOKEN_KEY|[A-Z]+_INVALID)$/)
      }
    }
  })

  test('and a signature of one type is none of another', async () => {
    for (const type of statementTypes) {
      if (type === 'exec-token.v1') continue
      const owner = { ...signer, role: statementRole(type) }
      const foreign = await seal(type, payload, owner)
      const relabelled = { ...foreign, payloadType: payloadType('exec-token.v1') }
      expect(
        verifies(
          Buffer.from(foreign.signatures[0]?.sig ?? '', 'base64'),
          preAuthEncoding(payloadType(type), Buffer.from(canonical(payload))),
          signer.publicKey,
        ),
      ).toBe(true)
      expect(await outcomeOf(() => openWith(relabelled))).toBe('TOKEN_SIGNATURE')
    }
  })
})

describe('seal', () => {
  test('does not sign for another key, too much, or what has no canonical form', async () => {
    await expect(seal('exec-token.v1', { ...payload, kid: 'other' }, signer)).rejects.toThrow(/name its key/)
    await expect(seal('exec-token.v1', { ...payload, a: 'x'.repeat(7_000) }, signer)).rejects.toThrow(
      /8192 bytes/,
    )
    await expect(seal('exec-token.v1', { ...payload, a: 0.5 }, signer)).rejects.toThrow(/safe integer/)
  })
})

describe('openThreshold', () => {
  const roots = [0, 1, 2].map((nth) => sampleSigner('root', nth))
  const [first, second, third] = roots.map((root) => root.publicKey)
  const keys = [first, second].flatMap((key) => key ?? [])
  const content = { v: 1, version: 1 }
  const type = 'trust-bundle.v1'
  const by = (...signers: readonly Signer[]) => sealAll(type, content, signers)
  const attempt = (envelope: unknown, threshold: number, trusted = keys) =>
    outcomeOf(() => openThreshold(envelope, { type, keys: trusted, threshold }))

  test('counts different trusted keys', async () => {
    const both = await by(...roots.slice(0, 2))
    const opened = openThreshold(both, { type, keys, threshold: 2 })
    expect(opened.payload).toEqual(content)
    expect(opened.kids).toEqual(keys.map((key) => key.kid))
    expect(await attempt(await by(...roots.slice(0, 1)), 1)).toBe('accepted')
    expect(await attempt(await by(...roots.slice(0, 1)), 2)).toBe('BUNDLE_INVALID')
    expect(await attempt(await by(...roots.slice(2)), 1)).toBe('BUNDLE_INVALID')
    expect(await attempt(await by(...roots.slice(1)), 1)).toBe('accepted')
    expect(await attempt(await by(...roots.slice(1)), 2)).toBe('BUNDLE_INVALID')
    expect(third?.kid).not.toBe(second?.kid)
  })

  test('does not count one key twice', async () => {
    const one = await by(...roots.slice(0, 1))
    expect(await attempt({ ...one, signatures: [...one.signatures, ...one.signatures] }, 2)).toBe(
      'BUNDLE_INVALID',
    )
    const twice = [first, first].flatMap((key) => key ?? [])
    expect(await attempt(one, 2, twice)).toBe('BUNDLE_INVALID')
  })

  test('refuses a wrong signature by a known key though there are enough others', async () => {
    const both = await by(...roots.slice(0, 2))
    const [good, bad] = both.signatures
    const spoiled = { ...both, signatures: [good, { ...bad, sig: good?.sig }] }
    expect(await attempt(spoiled, 1)).toBe('BUNDLE_INVALID')
  })

  test.each([0, -1, Number.NaN])('never opens at a threshold of %s', async (threshold) => {
    expect(await attempt(await by(...roots), threshold)).toBe('BUNDLE_INVALID')
  })
})
