import { styleText } from 'node:util'
import type { Finding } from '@dbward/rules/review'
import { pathLine, printable, withoutCommands } from './files.ts'
import type { ReviewedFile, Summary } from './review-run.ts'

type Style = Parameters<typeof styleText>[0]
type Paint = (style: Style, text: string) => string

/** A line that is longer is shown in part. */
const widest = 120

/** For people: by file, each finding with the line it is about, a mark under it, and what to do instead. */
export function asText(files: readonly ReviewedFile[], summary: Summary, colour: boolean): string {
  const paint: Paint = (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text)
  const parts = files.filter((one) => one.findings.length > 0).map((one) => fileText(one, paint))
  return [...parts, summaryText(files, summary, paint)].join('\n')
}

function fileText({ path, bytes, findings }: ReviewedFile, paint: Paint): string {
  const lines = new TextDecoder('utf-8').decode(bytes).split(/\r?\n/)
  const shown = findings.map((one) => findingText(one, lines[one.line - 1] ?? '', paint))
  return `${paint('bold', pathLine(path))}\n${shown.join('\n')}`
}

function findingText(finding: Finding, line: string, paint: Paint): string {
  const { severity, rule, message, instead } = finding
  const style = severity === 'block' ? 'red' : 'yellow'
  const place = `${finding.line}:${finding.column}`
  const margin = ' '.repeat(String(finding.line).length)
  const { text, mark } = excerpt(line, finding)
  return [
    `  ${place}  ${paint(style, severity)}  ${rule}  ${printable(message)}`,
    `    ${finding.line} | ${text}`,
    `    ${margin} | ${paint(style, mark)}`,
    `    ${margin} = ${printable(instead)}`,
    '',
  ].join('\n')
}

/** The part of the line around the finding, and carets under it. A finding over several lines is marked to its line's end. */
function excerpt(line: string, { line: first, end_line: last, column, end_column }: Finding) {
  const until = last === first ? Math.max(end_column - 1, column) : Math.max(line.length, column)
  const from = column - 1 > widest - 40 ? Math.max(0, column - 21) : 0
  const cut = line.slice(from, from + widest)
  const shown = withoutCommands(cut)
  const [start, stop] = [column - 1 - from, until - from]
  const begin = start + spacesIn(cut.slice(0, start + 1))
  const before = printable(shown.slice(0, begin))
  const marked = printable(shown.slice(begin, stop + spacesIn(cut.slice(0, stop))))
  const lead = from > 0 ? '…' : ''
  return {
    text: `${lead}${printable(shown)}${from + widest < line.length ? '…' : ''}`,
    mark: `${' '.repeat(lead.length)}${blank(before)}${'^'.repeat(Math.max(1, width(marked)))}`,
  }
}

/** How many spaces the text is longer by where it is shown. */
function spacesIn(text: string): number {
  return withoutCommands(text).length - text.length
}

/** As wide as the text, tabs kept, so that carets stand where they belong. */
function blank(text: string): string {
  return text.replace(/[^\t]+/g, (run) => ' '.repeat(width(run)))
}

function width(text: string): number {
  const wide =
    /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u
  return [...text].reduce((sum, sign) => sum + (/\p{Mn}/u.test(sign) ? 0 : wide.test(sign) ? 2 : 1), 0)
}

function summaryText(files: readonly ReviewedFile[], { block, warn }: Summary, paint: Paint): string {
  const statements = files.reduce((sum, one) => sum + one.statements, 0)
  const read = `${counted(files.length, 'file')}, ${counted(statements, 'statement')}`
  if (block + warn === 0) return `${read}: ${paint('green', 'nothing found')}\n`
  const style = block > 0 ? 'red' : 'yellow'
  return `${read}: ${paint(style, `${counted(block, 'blocking finding')}, ${counted(warn, 'warning')}`)}\n`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
