import { type Problem, type Span, span } from './span.ts'

export const maxBytes = 1024 * 1024

/**
 * What is wrong with the bytes of a file before anybody reads them as SQL.
 *
 * A NUL ends the text for libpg-query without an error, and bidi, invisible and control characters make a
 * reviewer see other SQL than the server runs. So none of them is let through, not even inside a literal.
 */
export function faults(bytes: Uint8Array): readonly Problem[] {
  if (bytes.length > maxBytes) return [tooLarge(bytes.length)]
  const text = decode(bytes)
  if (text === undefined) return [notUtf8(bytes)]
  return hidden(text)
}

/** The text of UTF-8 bytes, a byte order mark included; undefined where the bytes are not UTF-8. */
export function decode(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function tooLarge(size: number): Problem {
  return {
    code: 'too-large',
    message: `This file has ${size} bytes; at most ${maxBytes} are reviewed.`,
    instead: 'Split it into several migrations.',
    off: 0,
    len: 0,
  }
}

function notUtf8(bytes: Uint8Array): Problem {
  return {
    code: 'not-utf8',
    message: 'This file is not UTF-8.',
    instead: 'Save it as UTF-8.',
    ...firstBadLine(bytes),
  }
}

function firstBadLine(bytes: Uint8Array): Span {
  let from = 0
  while (from < bytes.length) {
    const newline = bytes.indexOf(0x0a, from)
    const to = newline === -1 ? bytes.length : newline
    if (decode(bytes.subarray(from, to)) === undefined) return span(from, to)
    from = to + 1
  }
  return span(0, 0)
}

// C0 and C1 controls other than tab, line feed, form feed and carriage return; soft hyphen; the bidi, zero-width,
// separator and filler characters of Unicode that show nothing; tag characters (Unicode TR36, CVE-2021-42574).
const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: single code points are meant
  /[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]|\r(?!\n)/gu

function hidden(text: string): readonly Problem[] {
  if (text.search(unseen) === -1) return []
  const found: Problem[] = []
  const seen = new Set<string>()
  let counted = 0
  let off = 0
  for (const match of text.matchAll(unseen)) {
    const character = match[0]
    if (match.index === 0 && character === '\ufeff') continue
    if (seen.has(character)) continue
    seen.add(character)
    off += utf8.encode(text.slice(counted, match.index)).length
    counted = match.index
    found.push(unwanted(character, off))
  }
  return found
}

const utf8 = new TextEncoder()

function unwanted(character: string, off: number): Problem {
  const code = character.codePointAt(0) ?? 0
  const name = `U+${hexOf(code).replace(/^\+0*/, '')}`
  return {
    code: 'hidden-character',
    message: `This file has ${kind(code)} (${name}) at this place: what you see is not what the server reads.`,
    instead: `Remove it, or write it as an escape: U&'\\${hexOf(code)}'.`,
    off,
    len: utf8.encode(character).length,
  }
}

function hexOf(code: number): string {
  const hex = code.toString(16).toUpperCase()
  return code > 0xffff ? `+${hex.padStart(6, '0')}` : hex.padStart(4, '0')
}

function kind(code: number): string {
  if (code === 0) return 'a NUL'
  if (code === 0x0d) return 'a carriage return without a line feed'
  if (code === 0xfeff) return 'a byte order mark after its beginning'
  if (code < 0xa0) return 'a control character'
  if (code === 0x61c || code === 0x200e || code === 0x200f) return 'a bidirectional control'
  if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069))
    return 'a bidirectional control'
  return 'an invisible character'
}
