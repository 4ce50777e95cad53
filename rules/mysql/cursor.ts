import type { Comment } from '../dialect.ts'
import { nextToken, type Reading, significant, staysInside, type Token } from './lex.ts'

/** The significant tokens from a place on, lexed as far as they are asked for. */
export type Cursor = {
  /** undefined after the last one before the delimiter, the end of the section or of the file */
  at(i: number): Token | undefined
  /** where the last token was followed by nothing; of use once `at` answered undefined */
  stop(): number
  /** told of each statement of a stored program that holds no other one */
  simple?(from: number, end: number): void
}

/** With `mark`, the delimiter is this text and `;` a token like others; without it, no `;` ends anything here. */
export function cursorOf(
  bytes: Uint8Array,
  off: number,
  mark: Uint8Array | undefined,
  reading: Reading,
  ends: (comment: Comment) => boolean,
): Cursor {
  const tokens: Token[] = []
  let next = off
  let inside = false
  let over = false

  function more(): void {
    while (!over) {
      if (next >= bytes.length || (mark !== undefined && begins(bytes, next, mark))) break
      const token = beforeMark(nextToken(bytes, next, bytes.length, reading, inside))
      if (token.kind === 'line-comment' && ends(token)) break
      next = token.end
      inside = staysInside(token, inside)
      over = token.kind === 'bad'
      if (!significant(token)) continue
      tokens.push(token)
      return
    }
    over = true
  }

  // The client looks for its delimiter at every character outside of quotes and comments: `END$$` is a word and a mark.
  function beforeMark(token: Token): Token {
    if (mark === undefined || !(token.kind === 'word' || token.kind === 'odd' || token.kind === 'number'))
      return token
    for (let at = token.off + 1; at < token.end; at++) {
      if (begins(bytes, at, mark)) return nextToken(bytes, token.off, at, reading, inside)
    }
    return token
  }

  return {
    at(i) {
      while (i >= tokens.length && !over) more()
      return tokens[i]
    },
    stop: () => next,
  }
}

export function begins(bytes: Uint8Array, off: number, mark: Uint8Array): boolean {
  return off + mark.length <= bytes.length && mark.every((byte, i) => bytes[off + i] === byte)
}
