import { isSymbol, isWord, significant, type Token } from './lex.ts'

/**
 * How deep the parse tree of these tokens can get at most; a cheap bound, made before the parser is called.
 *
 * libpg-query recurses on the C stack. An overflow throws a RangeError and leaves the WASM module's own stack
 * pointer where it was: after some thirty of them the module answers wrongly, so it must never get there.
 * Measured: 333 nested queries, 1,000 nested parentheses and 2,500 chained operators still fit.
 */
export function depthBound(tokens: readonly Token[]): number {
  const frames: Frame[] = [emptyFrame('file')]
  let before = ''
  for (const token of tokens) {
    if (!significant(token)) continue
    const frame = frames.at(-1) ?? emptyFrame('file')
    // After a dot or AS a keyword is a name: `a.end` closes no CASE.
    const named = token.kind === 'word' && (before === '.' || before === 'as')
    before = token.text
    if (!named && opens(token)) frames.push(emptyFrame(token.text))
    else if (!named && closes(token, frame, frames.length)) {
      frames.pop()
      const parent = frames.at(-1)
      if (parent) parent.inner = Math.max(parent.inner, depthOf(frame) + 1)
    } else count(token, frame)
  }
  return frames.reduceRight((inner, frame) => depthOf(frame, inner) + 1, 0)
}

/** `links` deepen everything in the frame, `chain` only up to the next comma, AND or OR. */
type Frame = { readonly opener: string; links: number; chain: number; inner: number; deepest: number }

function emptyFrame(opener: string): Frame {
  return { opener, links: 0, chain: 0, inner: 0, deepest: 0 }
}

function depthOf(frame: Frame, open = 0): number {
  return frame.links + Math.max(frame.deepest, frame.chain + Math.max(frame.inner, open))
}

function opens(token: Token): boolean {
  return isSymbol(token, '(') || isSymbol(token, '[') || isWord(token, 'case')
}

function closes(token: Token, frame: Frame, depth: number): boolean {
  if (depth === 1) return false
  if (frame.opener === 'case') return isWord(token, 'end')
  return isSymbol(token, ')') || isSymbol(token, ']')
}

// A join or a set operation has everything before it as its left side, commas included.
const links = new Set(['select', 'with', 'values', 'union', 'intersect', 'except', 'join'])
const flat = new Set(['and', 'or', 'when', 'then', 'else'])
const deepening = new Set([
  ...['not', 'is', 'isnull', 'notnull', 'in', 'like', 'ilike', 'similar', 'between', 'collate', 'at'],
  ...['any', 'some', 'all', 'operator', 'over', 'filter', 'within', 'escape', 'overlaps'],
])

function count(token: Token, frame: Frame): void {
  if (token.kind === 'word') {
    if (links.has(token.text)) frame.links++
    else if (flat.has(token.text)) endChain(frame)
    else if (deepening.has(token.text)) frame.chain++
  } else if (token.kind === 'symbol') {
    if (token.text === ',' || token.text === ';') endChain(frame)
    else if (token.text !== '.' && token.text !== ')' && token.text !== ']') frame.chain++
  }
}

function endChain(frame: Frame): void {
  frame.deepest = Math.max(frame.deepest, frame.chain + frame.inner)
  frame.chain = 0
  frame.inner = 0
}
