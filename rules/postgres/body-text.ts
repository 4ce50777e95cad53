import { type Span, span } from '../span.ts'
import type { Source } from './source.ts'

/** The text of a body, and where it stands in the file. */
export type BodyText = {
  readonly code: string
  /** where the body begins in the file, where its bytes stand there as they are */
  readonly start: number | undefined
  /** where a line of the body begins in it, from 1, in units of the text */
  lineAt(line: number): number
  /** where a unit of the text stands in the file; of use where `start` is known */
  at(unit: number): number
  /** what stands on its lines, of those that were asked for: a line may hold a whole body */
  readonly spans: Map<number, Span | undefined>
}

export function bodyText(code: string, source: Source, location: number): BodyText {
  const body = encoder.encode(code)
  const start = startOf(source, location, body)
  const byteAt = byteOffsets(code, body.length)
  return {
    code,
    start,
    lineAt: lineStarts(code),
    at: (unit) => (start ?? 0) + byteAt(unit),
    spans: new Map(),
  }
}

const encoder = new TextEncoder()

// In a dollar-quoted body every byte stands for itself; in '...' only where nothing was escaped.
function startOf(source: Source, location: number, body: Uint8Array): number | undefined {
  if (source.base === undefined) return
  const off = source.base + location
  const token = source.tokens.find(
    (one) => one.off >= off && (one.kind === 'dollar' || one.kind === 'string'),
  )
  const around = token ? token.end - token.off - body.length : -1
  if (token?.kind === 'string') return around === 2 ? token.off + 1 : undefined
  return token && around >= 4 && around % 2 === 0 ? token.off + around / 2 : undefined
}

// A statement begins on the line that PL/pgSQL says, or, as a query of a loop, soon after.
const searched = 2000

/** Where a statement stands in the file that begins on this line of its body. */
export function locate(text: string, body: BodyText, line: number): number | undefined {
  if (body.start === undefined) return
  const from = body.lineAt(line)
  const found = body.code.slice(from, from + searched + text.length).indexOf(text)
  return found === -1 ? undefined : body.at(from + found)
}

/** What stands on a line of a body, or all of the statement where that is not known. */
export function lineSpan(body: BodyText, line: number, source: Source): Span {
  if (body.start === undefined) return source.whole
  if (!body.spans.has(line)) body.spans.set(line, onLine(body, line))
  return body.spans.get(line) ?? source.whole
}

function onLine(body: BodyText, line: number): Span | undefined {
  const from = body.lineAt(line)
  const newline = body.code.indexOf('\n', from)
  const text = body.code.slice(from, newline === -1 ? body.code.length : newline)
  if (text.trim() === '') return
  const first = from + text.length - text.trimStart().length
  return span(body.at(first), body.at(first + text.trim().length))
}

function byteOffsets(code: string, bytes: number): (unit: number) => number {
  if (code.length === bytes) return (unit) => unit
  const offsets = new Uint32Array(code.length + 1)
  let off = 0
  for (let unit = 0; unit < code.length; unit++) {
    offsets[unit] = off
    const point = code.codePointAt(unit) ?? 0
    // The second half of a surrogate pair has no bytes of its own: the first one brought all four.
    if (point < 0xdc00 || point > 0xdfff)
      off += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  offsets[code.length] = off
  return (unit) => offsets[unit] ?? off
}

function lineStarts(code: string): (line: number) => number {
  const starts = [0]
  for (let at = code.indexOf('\n'); at !== -1; at = code.indexOf('\n', at + 1)) starts.push(at + 1)
  return (line) => starts[Math.min(line, starts.length) - 1] ?? 0
}
