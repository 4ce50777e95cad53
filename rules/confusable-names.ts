import { confusable } from './confusable.ts'
import { type Span, span } from './span.ts'
import type { Meaning } from './statement.ts'

type Token = { readonly kind: string; readonly off: number; readonly end: number }

/** The names among the tokens of a statement that are not what they look like, each where it stands first. */
export function confusableNames(
  bytes: Uint8Array,
  tokens: readonly Token[],
): readonly (readonly [Meaning, Span])[] {
  const found = new Map<string, readonly [Meaning, Span]>()
  for (const { kind, off, end } of tokens) {
    if ((kind !== 'word' && kind !== 'quoted') || !mayBeStrange(bytes, off, end)) continue
    const name = nameOf(decoder.decode(bytes.subarray(off, end)))
    const meaning = found.has(name) ? undefined : confusable(name)
    if (meaning !== undefined) found.set(name, [meaning, span(off, end)])
  }
  return [...found.values()]
}

const decoder = new TextDecoder()

/** Whether there is anything but plain letters: most statements have nothing else, and need not be looked at. */
export function mayBeStrange(bytes: Uint8Array, off: number, end: number): boolean {
  for (let at = off; at < end; at++) {
    const byte = bytes[at] ?? 0
    if (byte >= 0x80 || byte === 0x5c) return true
  }
  return false
}

// U&"d\0430ta": the letter is written as a number, and is the name's all the same.
function nameOf(text: string): string {
  const first = text.charAt(0)
  if (first === '"' || first === '`') return text.slice(1, -1).replaceAll(first + first, first)
  if (!/^u&"/i.test(text)) return text
  return text.slice(3, -1).replaceAll(/\\(?:\+([0-9a-f]{6})|([0-9a-f]{4}))/gi, (all, long, short) => {
    const code = Number.parseInt(long ?? short, 16)
    return code > 0x10ffff ? all : String.fromCodePoint(code)
  })
}
