import { isDigit } from './quotes.ts'

/**
 * The end of the comment at `off`, undefined where it has none. Comments do not nest, except by one level in an
 * executable comment that a server skips.
 */
export function skipComment(bytes: Uint8Array, off: number, to: number, nesting = 0): number | undefined {
  let inner = 0
  for (let at = off + 2; at + 1 < to; at++) {
    if (bytes[at] === 0x2a && bytes[at + 1] === 0x2f) {
      if (inner === 0) return at + 2
      inner--
      at++
    } else if (inner < nesting && bytes[at] === 0x2f && bytes[at + 1] === 0x2a) {
      inner++
      at++
    }
  }
  return undefined
}

/** The end of the mark that opens an executable comment at `off`, with its version: `/*!50001`, `/*M!100100`. */
export function skipExecutable(bytes: Uint8Array, off: number, to: number): number {
  let at = off + (bytes[off + 2] === 0x21 ? 3 : 4)
  const most = Math.min(to, at + 6)
  while (at < most && isDigit(bytes[at] ?? 0)) at++
  return Math.min(at, to)
}

/** Why an optimizer hint is no mere comment, or undefined: it can change settings, and quotes can move its end. */
export function unsafeHint(bytes: Uint8Array, from: number, to: number): string | undefined {
  const text = decoder.decode(bytes.subarray(from, to))
  if (/set_var|resource_group/i.test(text)) return 'an optimizer hint that changes a setting'
  return /^[\w\s@(),.=%-]*$/.test(text)
    ? undefined
    : 'an optimizer hint with quotes or comments in it, whose end servers see in different places'
}

const decoder = new TextDecoder()
