import { type Span, span } from '../span.ts'
import type { Meaning, Name, Statement } from '../statement.ts'
import type { Token } from './lex.ts'

/** The tokens of a statement, or of a part of it, and where it stands in the file. */
export type Piece = {
  readonly bytes: Uint8Array
  readonly tokens: readonly Token[]
  readonly index: number
  readonly whole: Span
  readonly conditional: boolean
  readonly lineOf: (off: number) => number
  /** whether a column is never NULL, as far as the file itself says so */
  readonly isKey?: (table: Name, column: string) => boolean
}

export function place(meaning: Meaning, piece: Piece, where: Span = piece.whole): Statement {
  const { index, conditional } = piece
  return { ...meaning, index, span: where, line: piece.lineOf(where.off), conditional }
}

/** The bytes from token `from` up to, and without, token `to`. */
export function spanOf({ tokens, whole }: Piece, from: number, to: number): Span {
  return span(tokens[from]?.off ?? whole.off, tokens[to - 1]?.end ?? whole.off)
}

export function part(piece: Piece, from: number, to = piece.tokens.length): Piece {
  return { ...piece, tokens: piece.tokens.slice(from, to) }
}

export function word({ tokens }: Piece, i: number): string {
  const token = tokens[i]
  return token?.kind === 'word' ? token.text : ''
}

export function symbol({ tokens }: Piece, i: number): string {
  const token = tokens[i]
  return token?.kind === 'symbol' ? token.text : ''
}

/** Whether these words stand here, one after the other. */
export function words(piece: Piece, i: number, ...expected: readonly string[]): boolean {
  return expected.every((one, nth) => word(piece, i + nth) === one)
}

/** The index after all words that are among these. */
export function skip(piece: Piece, i: number, ...optional: readonly string[]): number {
  let at = i
  while (optional.includes(word(piece, at)) && word(piece, at) !== '') at++
  return at
}

/** The index after IF EXISTS or IF NOT EXISTS. */
export function skipIf(piece: Piece, i: number): number {
  if (words(piece, i, 'if', 'exists')) return i + 2
  return words(piece, i, 'if', 'not', 'exists') ? i + 3 : i
}

/** The index after the parenthesis that closes the one at `open`; the end where none does. */
export function closing(piece: Piece, open: number): number {
  let depth = 0
  for (let i = open; i < piece.tokens.length; i++) {
    if (symbol(piece, i) === '(') depth++
    if (symbol(piece, i) === ')' && --depth === 0) return i + 1
  }
  return piece.tokens.length
}

/** The parts between commas outside of parentheses, as ranges of tokens. */
export function byCommas(piece: Piece, from: number, to: number): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = []
  let depth = 0
  let start = from
  for (let i = from; i < to; i++) {
    const text = symbol(piece, i)
    if (text === '(') depth++
    else if (text === ')') depth--
    else if (text === ',' && depth === 0) {
      ranges.push([start, i])
      start = i + 1
    }
  }
  ranges.push([start, to])
  return ranges
}

/** The first of these words outside of parentheses, from `from` on; `to` where there is none. */
export function find(piece: Piece, from: number, to: number, ...wanted: readonly string[]): number {
  let depth = 0
  for (let i = from; i < to; i++) {
    const text = symbol(piece, i)
    if (text === '(') depth++
    else if (text === ')') depth--
    else if (
      depth === 0 &&
      wanted.includes(word(piece, i)) &&
      word(piece, i) !== '' &&
      symbol(piece, i - 1) !== '.'
    )
      return i
  }
  return to
}

/** A name of one or two parts, as the author wrote it, and the index after it. */
export function nameAt(piece: Piece, i: number): { readonly name: Name; readonly next: number } | undefined {
  const first = identifier(piece, i)
  if (first === undefined) return
  const second = symbol(piece, i + 1) === '.' ? identifier(piece, i + 2) : undefined
  if (second === undefined) return { name: { name: first }, next: i + 1 }
  return { name: { schema: first, name: second }, next: i + 3 }
}

/** The names of a list with commas, from `i` on, and the index after it. */
export function namesAt(piece: Piece, i: number): { readonly names: readonly Name[]; readonly next: number } {
  const names: Name[] = []
  let at = i
  for (;;) {
    const found = nameAt(piece, at)
    if (found === undefined) break
    names.push(found.name)
    at = found.next
    if (symbol(piece, at) !== ',') break
    at++
  }
  return { names, next: at }
}

/** The name that a token is, unquoted and with its case; undefined where it is none. */
export function identifier({ bytes, tokens }: Piece, i: number): string | undefined {
  const token = tokens[i]
  if (token?.kind === 'word' || token?.kind === 'number')
    return decoder.decode(bytes.subarray(token.off, token.end))
  return token?.kind === 'quoted' ? unquoted(bytes, token) : undefined
}

/** What stands between quotes, where a doubled one is one; escapes stay as they are. */
export function unquoted(bytes: Uint8Array, { off, end }: Token): string {
  const quote = String.fromCharCode(bytes[off] ?? 0)
  return decoder.decode(bytes.subarray(off + 1, end - 1)).replaceAll(quote + quote, quote)
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
