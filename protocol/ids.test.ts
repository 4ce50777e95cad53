import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  between,
  branchName,
  isoTime,
  newJti,
  newNonce,
  parseAgentId,
  parseCommitSha,
  parseJti,
  parseNonce,
  parseRequestId,
  parseSha256,
  plainName,
  repoName,
  shortText,
  version1,
} from './ids.ts'
import { type Parser, ShapeError } from './shape.ts'

const hex64 = 'a'.repeat(64)
const cases: readonly (readonly [string, Parser<unknown>, readonly unknown[], readonly unknown[]])[] = [
  ['parseSha256', parseSha256, [hex64], [hex64.toUpperCase(), hex64.slice(1), `${hex64}\n`, '', 1, null]],
  [
    'parseCommitSha',
    parseCommitSha,
    [hex64, 'b'.repeat(40)],
    ['b'.repeat(39), 'b'.repeat(41), 'main', 'B'.repeat(40)],
  ],
  [
    'parseAgentId',
    parseAgentId,
    ['prod-eu-1', 'a'.repeat(63)],
    ['', '-a', 'a b', 'a'.repeat(64), 'é', 'a\n', 'a/b'],
  ],
  ['parseRequestId', parseRequestId, ['acme/shop#7:app:production'], ['', '#1', 'a b', 'a'.repeat(129)]],
  [
    'parseJti',
    parseJti,
    ['01JZZZZZZZZZZZZZZZZZZZZZZZ', '7'.padEnd(26, 'Z')],
    ['8'.padEnd(26, '0'), '0'.repeat(25), '0'.repeat(27), `0${'I'.repeat(25)}`, `0${'a'.repeat(25)}`],
  ],
  [
    'parseNonce',
    parseNonce,
    [Buffer.alloc(32, 255).toString('base64url')],
    ['A'.repeat(42), `${'A'.repeat(42)}B`, `${'A'.repeat(43)}=`],
  ],
  ['plainName', plainName, ['app', 'prod-eu.1'], ['', '*', 'a/b', '../a']],
  ['repoName', repoName, ['acme/shop.js'], ['acme', 'acme/shop/x', '/shop', 'acme/']],
  [
    'branchName',
    branchName,
    ['main', 'release/1.x', 'größe'],
    ['', 'a b', 'a\u0000', 'a~1', 'a^', 'a:b', 'a\\b', '\ud800'],
  ],
  [
    'isoTime',
    isoTime,
    ['2027-01-15T08:00:00.000Z'],
    [
      '2027-02-30T08:00:00.000Z',
      '2027-01-15T08:00:00Z',
      '2027-01-15T08:00:00.000+01:00',
      '2027-01-15 08:00:00.000Z',
      '2027-13-01T00:00:00.000Z',
      0,
    ],
  ],
  ['version1', version1, [1], [0, 2, '1', true, null]],
  ['between', between(1, 3), [1, 2, 3], [0, 4, 1.5, '1', Number.NaN, null]],
  ['shortText', shortText(3), ['', 'abc', 'a\nb'], ['abcd', 'a\u0000', 1]],
]

describe.each(cases)('%s', (_, parse, good, bad) => {
  test.each(good.map((value) => [value]))('takes %j', (value) => {
    expect(parse(value, 'at')).toBe(value)
  })
  test.each(bad.map((value) => [value]))('refuses %j', (value) => {
    expect(() => parse(value, 'at')).toThrow(ShapeError)
  })
})

describe('newJti', () => {
  test('spells 128 bits in base 32', () => {
    expect(newJti((length) => new Uint8Array(length))).toBe('0'.repeat(26))
    expect(newJti((length) => new Uint8Array(length).fill(255))).toBe('7'.padEnd(26, 'Z'))
    const one = new Uint8Array(16)
    one[15] = 33
    expect(newJti(() => one)).toBe('11'.padStart(26, '0'))
  })

  test('does not repeat', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => newJti(randomBytes))).size).toBe(1_000)
  })

  test('refuses a source that runs short', () => {
    expect(() => newJti(() => new Uint8Array(15))).toThrow(/16 random bytes, got 15/)
    expect(() => newNonce(() => new Uint8Array(0))).toThrow(/32 random bytes, got 0/)
  })
})

test('newNonce gives 32 bytes', () => {
  expect(Buffer.from(newNonce(randomBytes), 'base64url')).toHaveLength(32)
})
