import { describe, expect, test } from 'vitest'
import { askedToWait, sitOut } from './limits.ts'

const now = Date.parse('2026-01-31T14:00:00Z')

function answer(status: number, headers: Readonly<Record<string, string>> = {}, message = 'no') {
  return Object.assign(new Error(message), { status, response: { headers } })
}

describe('how long GitHub asks to be left alone', () => {
  test.each([
    ['retry-after', answer(403, { 'retry-after': '30' }), 30_000],
    ['retry-after of nothing', answer(429, { 'retry-after': '0' }), 1_000],
    [
      'an empty quota',
      answer(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1_000 + 120) }),
      121_000,
    ],
    [
      'a quota that comes back next year',
      answer(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1_000 + 40_000_000) }),
      3_600_000,
    ],
    [
      'a secondary limit without a header',
      answer(403, {}, 'You have exceeded a secondary rate limit'),
      60_000,
    ],
    ['a bare 429', answer(429), 60_000],
    ['a plain refusal', answer(403, { 'x-ratelimit-remaining': '4999' }), null],
    ['a server error', answer(500, { 'retry-after': '5' }), null],
    ['something else', new Error('no answer'), null],
  ])('%s', (_, error, wait) => expect(askedToWait(error, now)).toBe(wait))
})

describe('a wait is sat out', () => {
  test.each([
    ['short, while reading', 5, 'GET', 0, true],
    ['too long', 6, 'GET', 0, false],
    ['while writing', 1, 'POST', 0, false],
    ['too often', 1, 'GET', 2, false],
  ])('%s', (_, seconds, method, tries, expected) => {
    expect(sitOut(seconds, { method }, null, tries)).toBe(expected)
  })
})
