import { convertUnsafe } from 'cmark-gfm-js'

/** What a reader of a page meets: its elements in order, and the text that is in none that GitHub leaves alone. */
export type Shown = {
  readonly elements: readonly string[]
  /** Text outside of code, a run of it for each place between two tags, as the reader sees it. */
  readonly prose: readonly string[]
}

/**
 * Renders a page with GitHub's own parser (cmark-gfm, compiled to JavaScript) and with no HTML taken out, so that
 * whatever GitHub's cleaning might still let through is seen here as the element that it would be.
 */
export function rendered(page: string): Shown {
  if (page.trim() === '') return { elements: [], prose: [] }
  const elements: string[] = []
  const prose: string[] = []
  let inCode = 0
  for (const [token] of convertUnsafe(page).matchAll(/<!--[\s\S]*?-->|<[^>]*>|[^<]+/g)) {
    if (!token.startsWith('<')) {
      if (inCode === 0) prose.push(withoutEntities(token))
      // Our page has this where a text leaves nothing to be shown as code.
      if (token.includes('(empty)')) elements.push('<code>')
      continue
    }
    const [, end = '', name = token] = /^<(\/?)([a-zA-Z][\w-]*)/.exec(token) ?? []
    if (name === 'code' || name === 'pre') inCode += end === '' ? 1 : -1
    // How often cmark writes the end of a table's rows is its own affair; attributes are what could do harm.
    if (end === '') elements.push(token)
  }
  return { elements, prose: prose.filter((text) => text.trim() !== '') }
}

/**
 * What GitHub makes out of text once Markdown is done with it, in any text that is in no code: mentions, issues, commits,
 * emoji and addresses. https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 */
export const madeOfText: Readonly<Record<string, RegExp>> = {
  mention: /(?<![\w`])@[a-z0-9]/i,
  issue: /#\d/,
  'old issue': /\bgh-\d/i,
  commit: /(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])/i,
  'commit of a repository': /@[0-9a-f]{7,40}(?![0-9a-z])/i,
  // A time of day has `:20:` in it; numbers that are emoji have three digits and more.
  emoji: /:(?!\d{1,2}:)[a-z0-9_+-]+:/i,
  'web address': /\b(?:https?|ftp):\/\/|\bwww\./i,
  'mail address': /[\w.+-]@[a-z0-9-]+\.[a-z0-9]/i,
  mathematics: /(?<!\u200b)\$|\$(?!\u200b)/,
}

function withoutEntities(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
}
