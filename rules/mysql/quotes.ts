export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

/** A letter, an underscore, a dollar sign or any byte of a character beyond ASCII. */
export function isWordStart(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    byte === 0x5f ||
    byte === 0x24 ||
    byte >= 0x80
  )
}

export function isWordPart(byte: number): boolean {
  return isWordStart(byte) || isDigit(byte)
}

/** The end of what the quote at `off` opens, where a doubled quote stands for itself; undefined where it never ends. */
export function skipQuotes(bytes: Uint8Array, off: number, to: number, escapes: boolean): number | undefined {
  const quote = bytes[off]
  let at = off + 1
  while (at < to) {
    const byte = bytes[at]
    if (byte === 0x5c && escapes) at += 2
    else if (byte !== quote) at++
    else if (bytes[at + 1] === quote && at + 1 < to) at += 2
    else return at + 1
  }
  return undefined
}
