import { plain } from './markdown.ts'
import type { Allowed, Finding } from './review.ts'

/** A note on lines of a file, as GitHub Actions shows it. */
export type Annotation = {
  readonly level: 'error' | 'warning' | 'notice'
  readonly path: string
  readonly line: number
  readonly endLine: number
  /** Only where it starts and ends on one line, as GitHub takes columns only there. The end is behind the last one. */
  readonly columns: { readonly start: number; readonly end: number } | null
  readonly title: string
  readonly message: string
}

const levels = { block: 'error', warn: 'warning', note: 'notice' } as const

export function annotationOf(path: string, finding: Finding): Annotation {
  const { severity, rule, line, end_line, column, end_column, message, instead } = finding
  return {
    level: levels[severity],
    path,
    line,
    endLine: end_line,
    columns: line === end_line ? { start: column, end: end_column } : null,
    title: rule,
    message: instead === '' ? message : `${message} ${instead}`,
  }
}

/** What a comment lets through, as a notice where it would be found. */
export function allowedAnnotation(path: string, { line, rule, reason, finding }: Allowed): Annotation {
  const message = `Allowed by the comment in line ${line}: ${plain(reason)} (${finding.message})`
  const one = annotationOf(path, { ...finding, severity: 'note', message, instead: '' })
  return { ...one, title: `${rule}, allowed` }
}

/**
 * The workflow command that makes the runner show an annotation, as one line. Its escaping is not in GitHub's
 * documentation but in its toolkit: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
 */
export function annotationCommand(one: Annotation): string {
  const columns = one.columns === null ? {} : { col: one.columns.start, endColumn: one.columns.end }
  const properties = { file: one.path, line: one.line, endLine: one.endLine, ...columns, title: one.title }
  const written = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`)
  return `::${one.level} ${written.join(',')}::${message(one.message)}`
}

/**
 * A line for the log of a job, in which the runner finds no command whatever the text is: it looks for `::` at the
 * start of a line, white space aside, and for `##[` anywhere. What would end the line or hide a part of it is gone.
 */
export function logLine(text: string): string {
  return plain(text).replace(/\s+/g, ' ').replace(/^ ?::/, ': :').replaceAll('##[', '## [')
}

/** Nothing in a finding or a file name can end the line and begin a command of its own, of the old form either. */
function message(value: string): string {
  const written = value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  return written.replaceAll('##[', '## [')
}

function property(value: string): string {
  return message(value).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
