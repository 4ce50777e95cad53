/**
 * The one door by which text gets onto a page of GitHub's. File names, SQL, logins, branches and error messages come
 * from people who may wish to mention a team, close an issue, forge a row of a table or hide a line. `Markdown` is
 * branded, so that a plain string cannot be put into a page without going through here.
 */
declare const brand: unique symbol
export type Markdown = string & { readonly [brand]: true }

/** The literal parts are the source code's own words; values are Markdown already, or numbers. */
export function md(literals: TemplateStringsArray, ...values: readonly (Markdown | number)[]): Markdown {
  return trusted(String.raw({ raw: literals.map(String) }, ...values))
}

/**
 * Text without what a reader's screen obeys instead of showing. Terminal sequences and controls go; characters that
 * hide or reorder others (zero width, bidirectional) show as `U+202E`, so that nobody overlooks that they were there.
 */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(terminalSequence, '')
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replace(
      /\p{Cf}/gu,
      (hidden) => `U+${(hidden.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
    )
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
}

/** On one line and at most so many characters, an ellipsis included. For titles, which GitHub shows as plain text. */
export function clipped(text: string, most: number): string {
  const characters = Array.from(oneLine(text))
  return characters.length <= most
    ? characters.join('')
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
}

/** Text that reads as it was written, on one line. */
export function escaped(text: string): Markdown {
  const line = oneLine(text).replace(active, neutral)
  return trusted(line.replace(/^[-+=]/, '\\$&').replace(/^(\d{1,9})([.)])/, '$1\\$2'))
}

/** What to do instead: a sentence on the first line, and SQL to paste on the ones behind it, each as code. */
export function advice(text: string, most: number): Markdown {
  const characters = Array.from(plain(text))
  const cut =
    characters.length > most ? `${characters.slice(0, most).join('').trimEnd()}…` : characters.join('')
  const [head = '', ...rest] = cut.split('\n')
  return joined([escaped(head), ...rest.filter((line) => line.trim() !== '').map(code)], '<br>')
}

/** A code span: nothing inside is Markdown, a mention or a link. */
export function code(text: string): Markdown {
  const line = oneLine(text)
  if (line === '') return trusted('(empty)')
  const fence = '`'.repeat(longestRun(line) + 1)
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return trusted(`${fence}${pad}${line}${pad}${fence}`)
}

/** A block of code, its lines kept. */
export function fenced(text: string, language: 'json' | 'sql' | '' = ''): Markdown {
  const body = plain(text)
  const fence = '`'.repeat(Math.max(3, longestRun(body) + 1))
  return trusted(`${fence}${language}\n${body}\n${fence}`)
}

export function table(head: readonly string[], rows: readonly (readonly Markdown[])[]): Markdown {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const body = rows.map((cells) => line(cells.map(cell)))
  return trusted([line(head), line(head.map(() => '---')), ...body].join('\n'))
}

export function bullets(items: readonly Markdown[]): Markdown {
  return trusted(items.map((item) => `- ${item}`).join('\n'))
}

/** GitHub parses no Markdown in a summary, so it is words of ours only. */
export function details(summary: string, body: Markdown): Markdown {
  const words = summary.replace(/[^A-Za-z0-9 ,.()-]/g, '')
  return trusted(`<details><summary>${words}</summary>\n\n${body}\n\n</details>`)
}

/** Blocks under each other; empty ones leave no gap. */
export function blocks(...parts: readonly Markdown[]): Markdown {
  return trusted(parts.filter((part) => part !== '').join('\n\n'))
}

export function joined(parts: readonly Markdown[], between: ', ' | ' ' | '<br>'): Markdown {
  return trusted(parts.join(between))
}

const escapeKey = String.fromCharCode(0x1b)
const bell = String.fromCharCode(0x07)
const terminalSequence = new RegExp(
  `${escapeKey}\\[[0-?]*[ -/]*[@-~]|${escapeKey}\\][^${bell}${escapeKey}]*(?:${bell}|${escapeKey}\\\\)?|${escapeKey}.?`,
  // By code points, so that half of a surrogate pair is never left behind.
  'gu',
)

// GitHub looks for mentions, issues and links twice: in the source, and in the text of the finished page. An entity
// alone would only get past the first; a zero-width space (U+200B) gets past both. `GH-1` is an issue as `#1` is, and
// `app@production` is neither a mention nor an address (as `a@b.c` is) nor a commit (as `a@1234567` is).
const target = /(?<=[a-z0-9])@(?![0-9a-f]{7,40}\b)[\w-]+(?![\w.@-])/
// A number that may be the name of a commit, which has seven digits or more, and a colon before what may be the name of an emoji, for which the page
// may have the second colon; `14:03` is a time of day.
const commit = /(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])/
const emoji = /:(?!\d{1,2}(?![\w+-]))(?=[\w+-])/
const active = new RegExp(
  `(?!${target.source})[@#]|${/[\\`*_[\]<>|~&$]|:(?=\/\/)|\bwww(?=\.)|\bGH-(?=\d)/.source}|${commit.source}|${emoji.source}`,
  'gi',
)

function neutral(found: string): string {
  // GitHub does not say where it looks for `$x$`: the entity is for the source, what is around it for the page.
  if (found === '$') return '&#8203;&#36;&#8203;'
  if (/^[0-9a-f]{7}/i.test(found)) return found.replace(/.{6}(?=.)/g, '$&&#8203;')
  return /^[@#:wg]/i.test(found) ? `${found}&#8203;` : `\\${found}`
}

function oneLine(text: string): string {
  return plain(text).replace(/\s+/g, ' ').trim()
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
}

/** In a row, GitHub takes `\|` for a pipe before it looks for anything else, in code spans too. */
function cell(content: Markdown): string {
  return content.replace(/\n/g, ' ').replaceAll('|', '\\|')
}

function trusted(text: string): Markdown {
  return text as Markdown
}
