import { type Html, html } from './page-html.ts'
import { inline } from './page-spans.ts'

/**
 * Shows the part of GitHub's Markdown that comments and check runs are written in: headings, paragraphs, lists,
 * tables, quotes, fenced and inline code, bold, italic, links, `<details>` and comments.
 *
 * Anything else shows as the text that it is. No HTML of the author's gets through, so that this is safe for text
 * from anybody; it is not a Markdown implementation, and where it differs from GitHub, GitHub is right.
 */
export function markdown(text: string): Html {
  const lines = withoutComments(text.replaceAll('\r\n', '\n')).split('\n')
  return html`<div class="markdown">${blocks(lines, 0)}</div>`
}

function withoutComments(text: string): string {
  const [before = '', ...rest] = text.split('<!--')
  return (
    before +
    rest.map((part) => part.slice(part.indexOf('-->') < 0 ? part.length : part.indexOf('-->') + 3)).join('')
  )
}

type Block = (
  lines: readonly string[],
  depth: number,
) => { readonly taken: number; readonly shown: Html } | null

/** Quotes, lists and details hold blocks again, as deep as the author likes; a reader needs no more than this. */
const deepest = 8

function blocks(lines: readonly string[], depth: number): readonly Html[] {
  if (depth > deepest) return [html`<pre>${lines.join('\n')}</pre>`]
  const shown: Html[] = []
  let rest = lines
  while (rest.length > 0) {
    const block = firstOf(forms, rest, depth) ?? paragraph(rest)
    shown.push(block.shown)
    rest = rest.slice(block.taken)
  }
  return shown
}

function firstOf(candidates: readonly Block[], lines: readonly string[], depth: number): ReturnType<Block> {
  for (const form of candidates) {
    const block = form(lines, depth)
    if (block !== null) return block
  }
  return null
}

const blank: Block = (lines) => {
  const taken = run(lines, (line) => line.trim() === '').length
  return taken > 0 ? { taken, shown: html`` } : null
}

const fence: Block = (lines) => {
  const opening = /^ {0,3}(`{3,}|~{3,})/.exec(lines[0] ?? '')?.[1]
  if (opening === undefined) return null
  const end = lines.findIndex(
    (line, index) => index > 0 && line.trim().startsWith(opening) && /^[`~]+$/.test(line.trim()),
  )
  const code = lines.slice(1, end < 0 ? undefined : end).join('\n')
  return { taken: end < 0 ? lines.length : end + 1, shown: html`<pre><code>${code}</code></pre>` }
}

const heading: Block = (lines) => {
  const [, marks, title] = /^(#{1,6}) +(.*)$/.exec(lines[0] ?? '') ?? []
  if (marks === undefined || title === undefined) return null
  // The page has its own first three levels.
  return {
    taken: 1,
    shown: marks.length < 3 ? html`<h4>${inline(title)}</h4>` : html`<h5>${inline(title)}</h5>`,
  }
}

const rule: Block = (lines) =>
  /^ {0,3}(-{3,}|\*{3,})\s*$/.test(lines[0] ?? '') ? { taken: 1, shown: html`<hr>` } : null

const details: Block = (lines, depth) => {
  const [, open, title] = /^<details( open)?>\s*(?:<summary>(.*?)<\/summary>)?\s*$/.exec(lines[0] ?? '') ?? []
  if (!lines[0]?.startsWith('<details')) return null
  let nested = 0
  const end = lines.findIndex((line) => {
    if (line.startsWith('<details')) nested += 1
    if (line.trim() === '</details>') nested -= 1
    return nested === 0
  })
  const inner = lines.slice(1, end < 0 ? undefined : end)
  const own = title === undefined ? /^<summary>(.*?)<\/summary>\s*$/.exec(inner[0] ?? '')?.[1] : undefined
  const body = blocks(own === undefined ? inner : inner.slice(1), depth + 1)
  const summary = inline(title ?? own ?? 'Details')
  return {
    taken: end < 0 ? lines.length : end + 1,
    shown: open
      ? html`<details open><summary>${summary}</summary>${body}</details>`
      : html`<details><summary>${summary}</summary>${body}</details>`,
  }
}

const quote: Block = (lines, depth) => {
  const inner = run(lines, (line) => line.startsWith('>'))
  if (inner.length === 0) return null
  const body = blocks(
    inner.map((line) => line.replace(/^> ?/, '')),
    depth + 1,
  )
  return { taken: inner.length, shown: html`<blockquote>${body}</blockquote>` }
}

const list: Block = (lines, depth) => {
  const [, indent = '', mark] = /^( {0,3})([-*+]|\d{1,9}[.)]) +/.exec(lines[0] ?? '') ?? []
  if (mark === undefined) return null
  const numbered = /\d/.test(mark)
  const starts = new RegExp(`^${indent}${numbered ? '\\d{1,9}[.)]' : '[-*+]'} +`)
  const deeper = new RegExp(`^${indent} {2,}\\S`)
  const taken = run(lines, (line) => starts.test(line) || deeper.test(line))
  const items: string[][] = []
  for (const line of taken) {
    if (starts.test(line)) items.push([line.replace(starts, '')])
    else items.at(-1)?.push(line.replace(new RegExp(`^${indent} {2,4}`), ''))
  }
  const shown = items.map(
    (item) => html`<li>${item.length === 1 ? inline(item[0] ?? '') : blocks(item, depth + 1)}</li>`,
  )
  return { taken: taken.length, shown: numbered ? html`<ol>${shown}</ol>` : html`<ul>${shown}</ul>` }
}

const table: Block = (lines) => {
  if (!lines[0]?.includes('|') || !/^ *\|?[ :|-]*-[ :|-]*$/.test(lines[1] ?? '') || !lines[1]?.includes('|'))
    return null
  const rows = run(lines.slice(2), (line) => line.includes('|')).map(cells)
  const head = cells(lines[0]).map((cell) => html`<th>${inline(cell)}</th>`)
  const body = rows.map((row) => html`<tr>${row.map((cell) => html`<td>${inline(cell)}</td>`)}</tr>`)
  return {
    taken: rows.length + 2,
    shown: html`<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`,
  }
}

const interrupting: readonly Block[] = [blank, fence, heading, rule, details, quote, list]
const forms: readonly Block[] = [...interrupting, table]

function paragraph(lines: readonly string[]): { taken: number; shown: Html } {
  const more = run(lines.slice(1), (line) => firstOf(interrupting, [line], deepest) === null)
  const shown = [lines[0] ?? '', ...more].map(
    (line, index) => html`${index > 0 && html`<br>`}${inline(line)}`,
  )
  return { taken: more.length + 1, shown: html`<p>${shown}</p>` }
}

function run(lines: readonly string[], belongs: (line: string) => boolean): readonly string[] {
  const end = lines.findIndex((line) => !belongs(line))
  return end < 0 ? lines : lines.slice(0, end)
}

function cells(line: string): readonly string[] {
  const inner = line.trim().replace(/^\||(?<!\\)\|$/g, '')
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))
}
