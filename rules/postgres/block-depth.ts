import { significant, type Token } from './lex.ts'

/** How deep the blocks of a PL/pgSQL body are nested; libpg-query recurses on them as it does on expressions. */
export function blockDepth(tokens: readonly Token[]): number {
  let depth = 0
  let deepest = 0
  let before = ';'
  for (const token of tokens) {
    if (!significant(token)) continue
    const text = token.kind === 'word' || token.kind === 'symbol' ? token.text : ''
    if (text === 'end') depth = Math.max(0, depth - 1)
    else if (before !== 'end' && opensBlock(text, before)) depth++
    deepest = Math.max(deepest, depth)
    before = text
  }
  return deepest
}

// IF opens a block only where a statement starts: elsewhere it is IF EXISTS or IF NOT EXISTS.
const starts = new Set([';', 'begin', 'then', 'else', 'loop', '>'])

function opensBlock(text: string, before: string): boolean {
  return text === 'begin' || text === 'loop' || text === 'case' || (text === 'if' && starts.has(before))
}
