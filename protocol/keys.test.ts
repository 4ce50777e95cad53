import { createHash, createPublicKey, verify as nodeVerify, randomBytes } from 'node:crypto'
import { sign as nobleSign, Point } from '@noble/ed25519'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError } from './errors.ts'
import {
  generateKey,
  type KeyRole,
  keyRoles,
  loadSigner,
  type PublicKey,
  parsePublicFile,
  parsePublicKey,
  parseSigner,
  parseSpki,
  spki,
  verifies,
} from './keys.ts'
import { outcomeOf, plusGroupOrder, sampleSigner } from './samples.ts'

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))
const seeded = (seed: Uint8Array, role: KeyRole = 'exec') =>
  parseSigner(generateKey(role, () => seed).privateFile, role, 'test')

/** node:crypto as a second opinion. */
function nodeVerifies(signature: Uint8Array, bytes: Uint8Array, key: PublicKey): boolean {
  const der = createPublicKey({ key: Buffer.from(spki(key)), format: 'der', type: 'spki' })
  return nodeVerify(null, bytes, der, signature)
}

// RFC 8032, 7.1: TEST 1, 2, 3 and SHA(abc).
const vectors = [
  {
    name: 'TEST 1',
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    pub: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    sig: 'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    name: 'TEST 2',
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    pub: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    sig: '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    name: 'TEST 3',
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    pub: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    sig: '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
  {
    name: 'TEST SHA(abc)',
    seed: '833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
    pub: 'ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf',
    message: createHash('sha512').update('abc').digest('hex'),
    sig: 'dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704',
  },
] as const

describe('signatures', () => {
  test.each(vectors)('are those of RFC 8032 $name', async ({ seed, pub, message, sig }) => {
    const signer = seeded(hex(seed))
    expect(Buffer.from(signer.publicKey.bytes).toString('hex')).toBe(pub)
    expect(Buffer.from(await signer.sign(hex(message))).toString('hex')).toBe(sig)
    expect(verifies(hex(sig), hex(message), signer.publicKey)).toBe(true)
    expect(nodeVerifies(hex(sig), hex(message), signer.publicKey)).toBe(true)
  })

  test('by node:crypto and by noble are the same, and each verifies the other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ maxLength: 200 }),
        async (seed, message) => {
          const signer = seeded(seed)
          const signature = await signer.sign(message)
          expect(Buffer.from(signature).equals(nobleSign(message, seed))).toBe(true)
          expect(verifies(signature, message, signer.publicKey)).toBe(true)
          expect(nodeVerifies(signature, message, signer.publicKey)).toBe(true)
        },
      ),
      { numRuns: 30 },
    )
  })

  test('with S + L, of another length or of another message do not verify', async () => {
    const signer = sampleSigner('exec')
    const message = Buffer.from('a message')
    const signature = Buffer.from(await signer.sign(message))
    expect(verifies(signature, message, signer.publicKey)).toBe(true)
    expect(verifies(plusGroupOrder(signature), message, signer.publicKey)).toBe(false)
    expect(verifies(signature.subarray(0, 63), message, signer.publicKey)).toBe(false)
    expect(verifies(Buffer.concat([signature, Buffer.alloc(1)]), message, signer.publicKey)).toBe(false)
    expect(verifies(Buffer.alloc(64), message, signer.publicKey)).toBe(false)
    expect(verifies(signature, Buffer.from('A message'), signer.publicKey)).toBe(false)
    expect(verifies(signature, message, sampleSigner('exec', 1).publicKey)).toBe(false)
  })
})

const smallOrder = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000000000000000000000000000000080',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
] as const

describe('parsePublicKey', () => {
  test.each(smallOrder)('refuses the small-order point %s', async (encoded) => {
    expect(() => parsePublicKey(hex(encoded), 'exec')).toThrow(/small order/)
    expect(await outcomeOf(() => parsePublicKey(hex(encoded), 'exec'))).toBe('KEY_WEAK')
  })

  // OpenSSL 3.0 takes this one signature for every message; OpenSSL 3.5 and noble do not.
  test.each(smallOrder)('and verifies nothing under %s that got past it', (encoded) => {
    const weak: PublicKey = { kid: '', role: 'exec', bytes: hex(encoded) }
    for (const commitment of smallOrder) {
      const forged = Buffer.concat([hex(commitment), Buffer.alloc(32)])
      for (const message of ['a', 'b', 'c', 'd'])
        expect(verifies(forged, Buffer.from(message), weak)).toBe(false)
    }
  })

  // y = p + k with either sign, for the 19 values that fit into 255 bits.
  test('refuses all 38 encodings with y of p or more, and x = 0 with a sign', () => {
    for (let k = 0; k < 19; k++) {
      for (const top of [0x7f, 0xff]) {
        const bytes = new Uint8Array(32).fill(0xff)
        bytes[0] = 0xed + k
        bytes[31] = top
        expect(() => parsePublicKey(bytes, 'exec')).toThrow(/canonical encoding/)
      }
    }
    const signedIdentity = hex(smallOrder[0])
    signedIdentity[31] = 0x80
    expect(() => parsePublicKey(signedIdentity, 'exec')).toThrow(/canonical encoding/)
  })

  test('refuses a good key with a torsion part', () => {
    const torsion = Point.fromHex(smallOrder[4])
    const mixed = Point.fromBytes(sampleSigner('exec').publicKey.bytes).add(torsion).toBytes()
    expect(() => parsePublicKey(mixed, 'exec')).toThrow(/torsion/)
  })

  test('refuses other lengths, and bytes that are no point', () => {
    const good = sampleSigner('exec').publicKey.bytes
    expect(() => parsePublicKey(good.subarray(1), 'exec')).toThrow(/32 bytes, got 31/)
    expect(() => parsePublicKey(Buffer.concat([good, Buffer.alloc(1)]), 'exec')).toThrow(/32 bytes, got 33/)
    expect(() => parsePublicKey(hex(`02${'00'.repeat(31)}`), 'exec')).toThrow(/canonical encoding/)
  })

  test('takes what keys are generated to', () => {
    for (const role of keyRoles) {
      const { publicKey } = generateKey(role, randomBytes)
      expect(parsePublicKey(publicKey.bytes, role)).toEqual(publicKey)
      expect(parseSpki(spki(publicKey), role)).toEqual(publicKey)
    }
  })

  test('refuses SPKI of another algorithm or with bytes behind it', () => {
    const der = Buffer.from(spki(sampleSigner('exec').publicKey))
    const x25519 = Buffer.from(der)
    x25519[8] = 0x6e
    expect(() => parseSpki(x25519, 'exec')).toThrow(/SPKI/)
    expect(() => parseSpki(Buffer.concat([der, Buffer.alloc(1)]), 'exec')).toThrow(/SPKI/)
  })
})

describe('a key file', () => {
  const made = generateKey('exec', (length) => new Uint8Array(length).fill(9))
  const file = JSON.parse(made.privateFile)
  const other = JSON.parse(generateKey('exec', (length) => new Uint8Array(length).fill(8)).privateFile)
  const text = (changes: object) => JSON.stringify({ ...file, ...changes })

  test('loads back, private and public', async () => {
    const signer = loadSigner('exec.key', 'exec', () => ({ text: made.privateFile, mode: 0o100600 }))
    expect(signer.publicKey).toEqual(made.publicKey)
    expect(signer.kid).toBe(made.publicKey.kid)
    expect(verifies(await signer.sign(Buffer.from('x')), Buffer.from('x'), made.publicKey)).toBe(true)
    expect(parsePublicFile(made.publicFile, 'exec', 'exec.pub')).toEqual(made.publicKey)
    expect(made.publicFile).not.toContain(file.private)
  })

  test('is never made where it is missing', () => {
    const load = () => loadSigner('/etc/dbward/exec.key', 'exec', () => null)
    expect(load).toThrow(ConfigError)
    expect(load).toThrow(
      '/etc/dbward/exec.key: expected the private key for exec, got no file; make one with dbward keys generate',
    )
  })

  test.each([0o640, 0o604, 0o660, 0o644, 0o610, 0o601])(
    'is refused where others may touch it: mode %o',
    (mode) => {
      const load = () => loadSigner('k', 'exec', () => ({ text: made.privateFile, mode: 0o100000 | mode }))
      expect(load).toThrow(ConfigError)
      expect(load).toThrow(/expected mode 0600, got 0[0-7]{3}; run chmod 600 k/)
    },
  )

  test.each([
    ['another role', made.privateFile, 'checkpoint', /for checkpoint, got one for exec/],
    ['the public key of another', text({ public: other.public }), 'exec', /belong to the private key/],
    ['the kid of another', text({ kid: other.kid }), 'exec', /belong to the private key/],
    ['an unknown member', text({ passphrase: '' }), 'exec', /no unknown member/],
    ['an unknown version', text({ v: 2 }), 'exec', /key.v: expected 1, got 2/],
    ['an unknown role', text({ role: 'admin' }), 'exec', /key.role/],
    ['a short seed', text({ private: file.private.slice(1) }), 'exec', /key.private: expected 32 bytes/],
    ['a seed with padding', text({ private: `${file.private}=` }), 'exec', /key.private: expected 32 bytes/],
    ['no seed', made.publicFile, 'exec', /key.private: expected 32 bytes/],
    ['PEM', '-----BEGIN PRIVATE KEY-----', 'exec', /json at/],
    ['a member twice', made.privateFile.replace('{', '{"v":1,'), 'exec', /each name once/],
  ] as const)('is refused with %s', (_, source, role, message) => {
    const load = () => parseSigner(source, role, 'k')
    expect(load).toThrow(ConfigError)
    expect(load).toThrow(message)
  })

  test('never shows its seed in an error', () => {
    const broken = [
      text({ private: [file.private] }),
      text({ private: `${file.private}A` }),
      made.privateFile.slice(0, -3),
    ]
    for (const source of broken) {
      let problem = ''
      try {
        parseSigner(source, 'exec', 'k')
      } catch (error) {
        problem = error instanceof ConfigError ? `${error.stack} ${String(error.cause)}` : 'another error'
      }
      expect(problem).toContain('ConfigError')
      expect(problem).not.toContain(file.private.slice(0, 12))
    }
  })

  test.each([
    ['a weak key', { public: Buffer.from(hex(smallOrder[1])).toString('base64url') }, /small order/],
    ['the kid of another', { kid: other.kid }, /expected kid/],
    ['a private part', { private: file.private }, /no unknown member/],
  ])('of a public key is refused with %s', (_, changes, message) => {
    const read = () =>
      parsePublicFile(JSON.stringify({ ...JSON.parse(made.publicFile), ...changes }), 'exec', 'p')
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(message)
  })

  test('is not made of a source that runs short of random bytes', () => {
    expect(() => generateKey('exec', () => new Uint8Array(31))).toThrow(/32 random bytes, got 31/)
  })
})
