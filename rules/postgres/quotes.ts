export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

/** A letter, an underscore or any byte of a character beyond ASCII, as in scan.l. */
export function isWordStart(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x5f || byte >= 0x80
}

export function isWordPart(byte: number): boolean {
  return isWordStart(byte) || isDigit(byte) || byte === 0x24
}

/** The end of the string whose quote opens at `off`; undefined where it is never closed. */
export function skipString(bytes: Uint8Array, off: number, to: number, escapes = false): number | undefined {
  let at = off + 1
  while (at < to) {
    const byte = bytes[at]
    if (byte === 0x5c && escapes) at += 2
    else if (byte !== 0x27) at++
    else if (bytes[at + 1] === 0x27 && at + 1 < to) at += 2
    else {
      const more = escapes ? continued(bytes, at + 1, to) : undefined
      if (more === undefined) return at + 1
      at = more + 1
    }
  }
  return undefined
}

/** The end of the quoted name that opens at `off`; undefined where it is never closed. */
export function skipQuoted(bytes: Uint8Array, off: number, to: number): number | undefined {
  let at = off + 1
  while (at < to) {
    if (bytes[at] !== 0x22) at++
    else if (bytes[at + 1] === 0x22 && at + 1 < to) at += 2
    else return at + 1
  }
  return undefined
}

/** The end of the dollar-quoted string at `off`, undefined where it is never closed, or that it is none. */
export function skipDollarQuoted(
  bytes: Uint8Array,
  off: number,
  to: number,
): number | undefined | 'no-quote' {
  let at = off + 1
  if (at < to && isWordStart(bytes[at] ?? 0)) {
    while (at < to && isWordPart(bytes[at] ?? 0) && bytes[at] !== 0x24) at++
  }
  if (at >= to || bytes[at] !== 0x24) return 'no-quote'
  const mark = bytes.subarray(off, at + 1)
  for (
    let close = bytes.indexOf(0x24, at + 1);
    close !== -1 && close < to;
    close = bytes.indexOf(0x24, close + 1)
  ) {
    if (close + mark.length <= to && mark.every((byte, i) => bytes[close + i] === byte))
      return close + mark.length
  }
  return undefined
}

// A literal goes on after a line break ('a' <newline> 'b'), and keeps the escapes of its first part; line
// comments may stand between (scan.l: whitespace_with_newline). For plain strings it makes no difference here.
function continued(bytes: Uint8Array, off: number, to: number): number | undefined {
  let newline = false
  let at = off
  while (at < to) {
    const byte = bytes[at]
    if (byte === 0x0a || byte === 0x0d) {
      newline = true
      at++
    } else if (byte === 0x20 || byte === 0x09 || byte === 0x0b || byte === 0x0c) at++
    else if (byte === 0x2d && bytes[at + 1] === 0x2d && at + 1 < to) {
      while (at < to && bytes[at] !== 0x0a && bytes[at] !== 0x0d) at++
    } else return newline && byte === 0x27 ? at : undefined
  }
  return undefined
}
