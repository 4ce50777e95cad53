import { styleText } from 'node:util'
import type { Allowed, Finding } from '@dbward/rules/review'
import { counted, countedSeverities } from '@dbward/rules/wording'
import { excerpt } from './excerpt.ts'
import { pathLine, printable, printableLine } from './files.ts'
import type { ReviewedFile, Summary } from './review-run.ts'

type Style = Parameters<typeof styleText>[0]
type Paint = (style: Style, text: string) => string

const styles = { block: 'red', warn: 'yellow', note: 'cyan', allowed: 'magenta' } as const

/** For people: by file, each finding with the line it is about, a mark under it, and what to do instead. */
export function asText(files: readonly ReviewedFile[], summary: Summary, colour: boolean): string {
  const paint: Paint = (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text)
  const parts = files
    .filter(({ findings, allowed }) => findings.length + allowed.length > 0)
    .map((one) => fileText(one, paint))
  return [...parts, summaryText(files, summary, paint)].join('\n')
}

function fileText({ path, bytes, findings, allowed }: ReviewedFile, paint: Paint): string {
  const lines = new TextDecoder('utf-8').decode(bytes).split(/\r?\n/)
  const line = (nth: number) => lines[nth - 1] ?? ''
  const found = together(findings).map((alike) => findingsText(alike, line, paint))
  const through = allowed.map((one) => allowedText(one, line, paint))
  return `${paint('bold', pathLine(path))}\n${[...found, ...through].join('\n')}`
}

/** Findings about the very same text are shown over one copy of it. */
function together(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const range = (one: Finding) => [one.line, one.column, one.end_line, one.end_column].join()
  return [...Map.groupBy(findings, range).values()]
}

function findingsText(alike: readonly Finding[], line: (nth: number) => string, paint: Paint): string {
  const [first] = alike
  if (first === undefined) return ''
  const worst = (['block', 'warn', 'note'] as const).find((one) => alike.some((it) => it.severity === one))
  const severities = Math.max(...alike.map(({ severity }) => severity.length))
  const heads = alike.map(({ severity, rule, message, ...at }) => {
    const padded = paint(styles[severity], severity) + ' '.repeat(severities - severity.length)
    return `  ${at.line}:${at.column}  ${padded}  ${rule}  ${printable(message)}`
  })
  const margin = ' '.repeat(String(first.line).length)
  const instead = alike.flatMap((one) => {
    const [head = '', ...rest] = one.instead.split('\n')
    const whose = alike.length > 1 ? `${one.rule}: ` : ''
    // A rewrite to paste keeps its lines, with nothing before them but white space.
    return one.instead === ''
      ? []
      : [
          `    ${margin} = ${printable(`${whose}${head}`)}`,
          ...rest.map((text) => printableLine(`    ${margin}   ${text}`)),
        ]
  })
  const source = excerptLines(first, line(first.line), styles[worst ?? 'note'], paint)
  return [...heads, ...source, ...instead, ''].join('\n')
}

/** A comment that allows something, and what. */
function allowedText(
  { rule, reason, line: at, finding }: Allowed,
  line: (nth: number) => string,
  paint: Paint,
): string {
  const margin = ' '.repeat(String(finding.line).length)
  return [
    `  ${finding.line}:${finding.column}  ${paint(styles.allowed, 'allowed')}  ${rule}  ${printable(finding.message)}`,
    ...excerptLines(finding, line(finding.line), styles.allowed, paint),
    `    ${margin} = ${printable(`the comment in line ${at} allows it: ${reason}`)}`,
    '',
  ].join('\n')
}

function excerptLines(finding: Finding, line: string, style: Style, paint: Paint): readonly string[] {
  const margin = ' '.repeat(String(finding.line).length)
  const { text, mark } = excerpt(line, finding)
  const further = finding.end_line > finding.line ? ` to line ${finding.end_line}` : ''
  return [`    ${finding.line} | ${text}`, `    ${margin} | ${paint(style, `${mark}${further}`)}`]
}

function summaryText(files: readonly ReviewedFile[], summary: Summary, paint: Paint): string {
  const { block, warn, note, allowed } = summary
  const statements = files.reduce((sum, one) => sum + one.statements, 0)
  const read = `${counted(files.length, 'file')}, ${counted(statements, 'statement')}`
  const through = allowed === 0 ? '' : `; ${counted(allowed, 'more is', 'more are')} allowed by comments`
  if (block + warn + note === 0) return `${read}: ${paint('green', 'nothing found')}${through}\n`
  const style = block > 0 ? styles.block : warn > 0 ? styles.warn : styles.note
  return `${read}: ${paint(style, countedSeverities(summary))}${through}\n`
}
