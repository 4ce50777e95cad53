/** Where a byte stands for a person: 1-based, the column in UTF-16 units as GitHub and editors count it. */
export type Position = { readonly line: number; readonly column: number }

/**
 * Turns byte offsets into lines and columns; the table of lines is built once for each file.
 *
 * Only a line feed ends a line, as on GitHub. A byte order mark has no column of its own.
 */
export function positions(bytes: Uint8Array): (off: number) => Position {
  const starts = lineStarts(bytes)
  return (off) => {
    const line = lineAt(starts, off)
    return { line, column: utf16Length(bytes, starts[line - 1] ?? 0, Math.min(off, bytes.length)) + 1 }
  }
}

function lineStarts(bytes: Uint8Array): readonly number[] {
  const starts = [0]
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) starts.push(at + 1)
  return starts
}

function lineAt(starts: readonly number[], off: number): number {
  let low = 0
  let high = starts.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) <= off) low = middle
    else high = middle
  }
  return low + 1
}

// Every byte that starts a UTF-8 sequence is one unit, and those of four bytes are two.
function utf16Length(bytes: Uint8Array, from: number, to: number): number {
  let units = 0
  const mark = from === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  for (let at = mark ? 3 : from; at < to; at++) {
    const byte = bytes[at] ?? 0
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 && byte < 0xf8 ? 2 : 1
  }
  return units
}
