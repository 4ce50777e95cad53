import { createHash } from 'node:crypto'
import { clipped, plain } from './markdown.ts'
import type { AllowedView, ChangeView, Finding } from './model.ts'
import { severityOrder } from './words.ts'

/** A note on lines of a file, as GitHub's checks have them. All of it shows as plain text. */
export type Annotation = {
  readonly path: string
  readonly startLine: number
  readonly endLine: number
  /** Only where it starts and ends on one line, as GitHub refuses columns otherwise. */
  readonly columns: { readonly start: number; readonly end: number } | null
  readonly level: 'failure' | 'warning' | 'notice'
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
  const allowed = broken.flatMap((file) => file.allowed.map((one) => note(file.path, allowedLines(one))))
  const [strong, notes] = [
    sorted.filter((one) => one.finding.severity !== 'note'),
    sorted.filter((one) => one.finding.severity === 'note'),
  ]
  const toNote = ({ path, finding }: (typeof sorted)[number]) => note(path, lines(finding))
  return [...problems, ...strong.map(toNote), ...allowed, ...notes.map(toNote)]
}

const firstLine = { startLine: 1, endLine: 1, columns: null, level: 'failure' } as const

function lines(finding: Finding): Omit<Annotation, 'path'> {
  const oneLine = finding.line === finding.end_line
  return {
    startLine: finding.line,
    endLine: finding.end_line,
    columns: oneLine ? { start: finding.column, end: Math.max(finding.column, finding.end_column) } : null,
    level: levels[finding.severity],
    title: finding.rule,
    message: finding.instead === '' ? finding.message : `${finding.message}\n\n${finding.instead}`,
  }
}

function allowedLines({ rule, line, reason, finding }: AllowedView): Omit<Annotation, 'path'> {
  const said = `Allowed by the comment in line ${line}: ${reason}`
  const message = `${said}\n\n${finding.message}\n\nTo approve this change is to accept it.`
  return { ...lines(finding), level: 'notice', title: `${rule}, allowed by a comment`, message }
}

const levels = { block: 'failure', warn: 'warning', note: 'notice' } as const

/** GitHub takes 64 KB of message and 255 characters of title. What is cut from a message is named by the whole's hash. */
function note(path: string, one: Omit<Annotation, 'path'>): Annotation {
  return { ...one, path, title: clipped(one.title, mostTitle), message: cut(plain(one.message)) }
}

const mostTitle = 255
const mostMessage = 4_000

function cut(message: string): string {
  const characters = Array.from(message)
  if (characters.length <= mostMessage) return message
  const sha256 = createHash('sha256').update(message).digest('hex')
  return `${characters.slice(0, mostMessage).join('').trimEnd()}…\n\nCut off. SHA-256 of the whole: ${sha256}`
}

function rank(finding: Finding): number {
  return severityOrder.indexOf(finding.severity)
}
