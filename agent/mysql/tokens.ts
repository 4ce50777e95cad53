/**
 * `word` is an identifier or keyword that is not quoted, `name` one in backticks, `hidden` a comment whose text some
 * servers execute. `text` is in lower case for a word; `raw` is as it was written.
 */
export type Token = {
  readonly kind: 'word' | 'name' | 'string' | 'sign' | 'hidden'
  readonly text: string
  readonly raw: string
}

/**
 * Reads a statement as a server does in the mode that our sessions have. It is asked about statements that the review
 * has passed, so it need not know what is valid; what it does not understand is no word, and so never a known statement.
 */
export function tokens(sql: string): readonly Token[] {
  const found: Token[] = []
  let rest = sql
  while (rest !== '') {
    const [length, one] = next(rest)
    if (one !== null) found.push(one)
    rest = rest.slice(length)
  }
  return found
}

function next(text: string): readonly [number, Token | null] {
  const space = /^[ \t\n\v\f\r]+|^#[^\n]*|^--(?=[ \p{Cc}]|$)[^\n]*/u.exec(text)
  if (space !== null) return [space[0].length, null]
  if (text.startsWith('/*')) {
    const end = text.indexOf('*/', 2)
    const length = end === -1 ? text.length : end + 2
    return [length, /^\/\*M?!/.test(text) ? token('hidden', '') : null]
  }
  const quote = text.slice(0, 1)
  if (quote === '`' || quote === "'" || quote === '"') {
    const length = quotedLength(text, quote)
    if (quote !== '`') return [length, token('string', '')]
    return [length, token('name', text.slice(1, length - 1).replaceAll('``', '`'))]
  }
  // To a server, all that is not ASCII is a part of a name.
  const word = /^@{0,2}[0-9A-Za-z_$\u0080-\u{10ffff}]+/u.exec(text)
  if (word !== null) return [word[0].length, token('word', word[0])]
  return [1, token('sign', text.slice(0, 1))]
}

/** To the closing quote, or to the end where there is none. A quote that is doubled closes nothing, and opens again. */
function quotedLength(text: string, quote: string): number {
  for (let at = 1; at < text.length; at++) {
    const one = text[at]
    if (one === '\\' && quote !== '`') at += 1
    else if (one === quote && text[at + 1] === quote) at += 1
    else if (one === quote) return at + 1
  }
  return text.length
}

function token(kind: Token['kind'], raw: string): Token {
  return { kind, raw, text: kind === 'word' ? raw.toLowerCase() : raw }
}

/** Walks along tokens; `take` goes on only where all the words come next. */
export function reader(list: readonly Token[]) {
  let at = 0
  const take = (...words: readonly string[]) => {
    const fits = words.every((word, i) => {
      const token = list[at + i]
      return token !== undefined && (token.kind === 'word' || token.kind === 'sign') && token.text === word
    })
    if (fits) at += words.length
    return fits
  }
  const identifier = (): string | null => {
    const token = list[at]
    if (
      token === undefined ||
      !(token.kind === 'name' || (token.kind === 'word' && !token.text.startsWith('@')))
    ) {
      return null
    }
    at += 1
    return token.raw
  }
  return { take, identifier, over: () => at >= list.length, rest: () => list.slice(at) }
}
