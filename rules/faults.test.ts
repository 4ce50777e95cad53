import { expect, test } from 'vitest'
import { faults } from './faults.ts'
import { reviewSql } from './testing.ts'

const encode = (text: string) => new TextEncoder().encode(text)

test.each(
  [
    ...[0x00, 0x07, 0x08, 0x0b, 0x1b, 0x7f, 0x85, 0x9f, 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180e],
    ...[0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202d, 0x202e, 0x2060, 0x2063],
    ...[0x2066, 0x2067, 0x2068, 0x2069, 0x206a, 0x3164, 0xfeff, 0xffa0, 0xfff9, 0xe0001, 0xe0041, 0xe007f],
  ].map((code) => [`U+${code.toString(16)}`, String.fromCodePoint(code)] as const),
)('%s is seen in a name, a literal and a comment', async (_name, character) => {
  for (const sql of [
    `DROP TABLE a${character}b;`,
    `SELECT 'a${character}b';`,
    `SELECT 1; -- a${character}b`,
  ]) {
    expect(faults(encode(sql)).map(({ code }) => code)).toEqual(['hidden-character'])
    for (const engine of ['postgres', 'mysql'] as const) {
      const [reviewed] = await reviewSql(sql, { engine })
      expect(reviewed?.findings.map(({ rule }) => rule)).toContain('unparsed')
    }
  }
})

test.each([
  '\t',
  '\n',
  '\r\n',
  '\f',
  '\u00a0',
  '\u3000',
  '\u00e9',
  '\u05d0',
  '\u0627',
  '\u4e2d',
  '\u{1f600}',
])('what shows itself is left alone: %j', (text) => expect(faults(encode(`SELECT 'a${text}b';`))).toEqual([]))
