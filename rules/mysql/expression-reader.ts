import type { Expression } from '../expression.ts'
import { type Piece, symbol, word } from './piece.ts'
import type { Scope } from './scope.ts'

/** Where in the tokens of a condition the reading is. */
export type Reader = {
  readonly piece: Piece
  at: number
  readonly to: number
  readonly scope: Scope
  readonly depth: number
  /** the index after the token there, or after the parenthesis that closes the one that opens there */
  readonly closing: (at: number) => number
  /** a condition from here on, for what stands in parentheses */
  readonly condition: (reader: Reader) => Expression
}

export function wordIn(reader: Reader, more = 0): string {
  return reader.at + more < reader.to ? word(reader.piece, reader.at + more) : ''
}

export function symbolAt(reader: Reader, more = 0): string {
  return reader.at + more < reader.to ? symbol(reader.piece, reader.at + more) : ''
}

/** Where each parenthesis is closed, found in one pass. */
export function closings(piece: Piece): (at: number) => number {
  const ends = new Map<number, number>()
  const open: number[] = []
  for (let i = 0; i < piece.tokens.length; i++) {
    const sign = symbol(piece, i)
    if (sign === '(') open.push(i)
    const opened = sign === ')' ? open.pop() : undefined
    if (opened !== undefined) ends.set(opened, i + 1)
  }
  return (at) => ends.get(at) ?? (symbol(piece, at) === '(' ? piece.tokens.length : at + 1)
}
