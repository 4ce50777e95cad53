/**
 * The words of SQL text in lower case, as a lexer meets them: most come again and again, and a word that was seen
 * before costs no new string. What stands in the table never changes an answer.
 */
const slots = 4096
const longest = 32
const known: (string | undefined)[] = new Array(slots).fill(undefined)

/** The bytes of a word as text, its ASCII letters in lower case; undefined where it is long or not plain ASCII. */
export function plainWord(bytes: Uint8Array, off: number, end: number): string | undefined {
  if (end - off > longest) return
  let hash = 0
  for (let at = off; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= 0x80) return
    hash = (Math.imul(hash, 31) + lowered(byte)) | 0
  }
  const slot = (hash ^ (hash >>> 12)) & (slots - 1)
  const found = known[slot]
  if (found !== undefined && isSame(found, bytes, off, end)) return found
  let text = ''
  for (let at = off; at < end; at++) text += String.fromCharCode(lowered(bytes[at] ?? 0))
  known[slot] = text
  return text
}

function lowered(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
}

function isSame(text: string, bytes: Uint8Array, off: number, end: number): boolean {
  if (text.length !== end - off) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== lowered(bytes[off + i] ?? 0)) return false
  return true
}
