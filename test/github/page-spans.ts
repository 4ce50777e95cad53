import { type Html, html } from './page-html.ts'

/** Shows what stands within a line of Markdown: code, bold, italic, links, escapes and entities. */
export function inline(text: string): readonly Html[] {
  const shown: Html[] = []
  let at = 0
  for (const match of text.matchAll(spans)) {
    shown.push(html`${text.slice(at, match.index)}`, span(match.groups ?? {}))
    at = match.index + match[0].length
  }
  return [...shown, html`${text.slice(at)}`]
}

// Links are to http(s) only: a `javascript:` one shows as the text that it is. Lengths are bounded, because a span
// that never closes would otherwise be looked for to the end of the text from each of its openings.
const spans = new RegExp(
  [
    '(?<!`)`(?!`)(?<code>[^`]+)`(?!`)',
    '(?<!`)``(?!`)(?<code2>(?:[^`]|(?<!`)`(?!`)){1,1000})``(?!`)',
    '\\*\\*(?<bold>[^*]{1,1000})\\*\\*',
    '(?<![\\w*])[*_](?<italic>[^*_]{1,1000})[*_](?![\\w*])',
    '\\[(?<title>[^[\\]]{0,1000})\\]\\((?<url>https?:[^)\\s]{1,2000})\\)',
    '<(?<tag>br|/?sub|/?kbd) {0,9}/?>',
    '\\\\(?<literal>[!-/:-@[-`{-~])',
    '&(?<entity>lt|gt|amp|quot|nbsp|#\\d{1,6});',
  ].join('|'),
  'g',
)

function span({
  code,
  code2,
  bold,
  italic,
  title,
  url,
  tag,
  literal,
  entity,
}: Record<string, string | undefined>): Html {
  const coded = code ?? code2
  if (coded !== undefined) return html`<code>${coded.trim()}</code>`
  if (bold !== undefined) return html`<strong>${inline(bold)}</strong>`
  if (italic !== undefined) return html`<em>${inline(italic)}</em>`
  if (url !== undefined) return html`<a href="${url}" rel="nofollow noreferrer">${inline(title ?? '')}</a>`
  if (tag !== undefined) return tag === 'br' ? html`<br>` : html``
  if (literal !== undefined) return html`${literal}`
  return html`${character(entity ?? '')}`
}

function character(entity: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', nbsp: '\u00a0' }
  const code = Number(entity.slice(1))
  return named[entity] ?? (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '')
}
