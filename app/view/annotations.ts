import { plain } from './markdown.ts'
import type { ChangeView, Finding } from './model.ts'

/** A note on lines of a file, as GitHub's checks have them. All of it shows as plain text. */
export type Annotation = {
  readonly path: string
  readonly startLine: number
  readonly endLine: number
  /** Only where it starts and ends on one line, as GitHub refuses columns otherwise. */
  readonly columns: { readonly start: number; readonly end: number } | null
  readonly level: 'failure' | 'warning'
  readonly title: string
  readonly message: string
}

/** What blocks comes first, as GitHub shows only so many. */
export function annotations(view: ChangeView): readonly Annotation[] {
  const refused = view.problems.filter((one) => !one.path.startsWith('#'))
  const problems = refused.map(({ path, code, message }) =>
    note(path, { ...firstLine, title: code, message }),
  )
  const broken = view.policy.found === 'broken' ? [] : view.files
  const found = broken.flatMap((file) => file.findings.map((finding) => ({ path: file.path, finding })))
  const sorted = [...found].sort((a, b) => rank(a.finding) - rank(b.finding))
  return [...problems, ...sorted.map(({ path, finding }) => note(path, lines(finding)))]
}

const firstLine = { startLine: 1, endLine: 1, columns: null, level: 'failure' } as const

function lines(finding: Finding): Omit<Annotation, 'path'> {
  const oneLine = finding.line === finding.end_line
  return {
    startLine: finding.line,
    endLine: finding.end_line,
    columns: oneLine ? { start: finding.column, end: Math.max(finding.column, finding.end_column) } : null,
    level: finding.severity === 'block' ? 'failure' : 'warning',
    title: finding.rule,
    message: finding.instead === '' ? finding.message : `${finding.message}\n\n${finding.instead}`,
  }
}

/** GitHub takes 64 KB of message and 255 characters of title. */
function note(path: string, one: Omit<Annotation, 'path'>): Annotation {
  return { ...one, path, title: plain(one.title).slice(0, 255), message: plain(one.message).slice(0, 4_000) }
}

function rank(finding: Finding): number {
  return finding.severity === 'block' ? 0 : 1
}
