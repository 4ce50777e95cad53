/** Where a byte stands for a person: 1-based, the column in UTF-16 units as GitHub and editors count it. */
export type Position = { readonly line: number; readonly column: number }

/**
 * Turns byte offsets into lines and columns; the tables are built once for each file, when they are first asked.
 *
 * Only a line feed ends a line, as on GitHub. A byte order mark has no column of its own.
 */
export function positions(bytes: Uint8Array): (off: number) => Position {
  let starts: readonly number[] | undefined
  let units: ((off: number) => number) | undefined
  return (off) => {
    starts ??= lineStarts(bytes)
    units ??= unitsBefore(bytes)
    const line = lineAt(starts, off)
    return { line, column: units(Math.min(off, bytes.length)) - units(starts[line - 1] ?? 0) + 1 }
  }
}

/** The lines alone, for which the columns need not be counted. */
export function linesOf(bytes: Uint8Array): (off: number) => number {
  let starts: readonly number[] | undefined
  return (off) => {
    starts ??= lineStarts(bytes)
    return lineAt(starts, off)
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

// A file may be one line of a megabyte with a finding at every word, so the way to each is counted in steps.
const step = 1024

function unitsBefore(bytes: Uint8Array): (off: number) => number {
  const counted = new Uint32Array(Math.floor(bytes.length / step) + 1)
  for (let at = 1; at < counted.length; at++) {
    counted[at] = (counted[at - 1] ?? 0) + utf16Length(bytes, (at - 1) * step, at * step)
  }
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 1 : 0
  return (off) => {
    const from = Math.floor(off / step)
    return Math.max((counted[from] ?? 0) + utf16Length(bytes, from * step, off) - mark, 0)
  }
}

// Every byte that starts a UTF-8 sequence is one unit, and those of four bytes are two.
function utf16Length(bytes: Uint8Array, from: number, to: number): number {
  let units = 0
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 && byte < 0xf8 ? 2 : 1
  }
  return units
}
