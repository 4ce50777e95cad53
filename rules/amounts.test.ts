import { expect, test } from 'vitest'
import { bytesWords, countWords } from './amounts.ts'

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [1_200_000, '1,200,000'],
  [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
])('%d', (count, words) => expect(countWords(count)).toBe(words))

test.each([
  [0, '0 bytes'],
  [8_200, '8.2 kB'],
  [340_000_000, '340 MB'],
  [1_100_000_000, '1.1 GB'],
  [Number.MAX_SAFE_INTEGER, '9 PB'],
])('%d bytes', (bytes, words) => expect(bytesWords(bytes)).toBe(words))
